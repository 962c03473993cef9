"""Parts of the sections of a target: a heading with content, and what is refused."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from planner.web.tables import paragraph


def part(title: str, content: str) -> None:
    """Show content, HTML with everything escaped, below a heading."""
    st.subheader(title, anchor=False)
    prose(content)


def prose(content: str) -> None:
    """Show content, HTML with everything escaped, in the style of the page."""
    st.html(f'<div class="about">{content}</div>')


def alert(sentences: Sequence[str], lines: Sequence[str] = ()) -> None:
    """Tell mistakes as text; Streamlit's own box would read the visitor's words as markup."""
    told = "".join(map(paragraph, sentences))
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    st.html(f'<div class="about refused" role="alert">{told}{f"<ul>{items}</ul>" if lines else ""}</div>')
