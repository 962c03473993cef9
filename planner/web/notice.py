"""Sentences that hold words of the data or of the visitor, shown as they are: Streamlit's own boxes read Markdown."""

from collections.abc import Sequence
from html import escape
from typing import Literal

import streamlit as st

Kind = Literal["error", "warning", "success", "info"]


def show(kind: Kind, *lines: str) -> None:
    """Show sentences in a box.

    Parameters
    ----------
    kind
        What sort of message.
    lines
        Sentences; those that begin with ``- `` make a list.
    """
    role = "alert" if kind == "error" else "status"
    st.html(f'<div class="notice {kind}" role="{role}">{listed(lines)}</div>')


def listed(lines: Sequence[str]) -> str:
    """Return sentences as HTML, escaped; those that begin with ``- `` make a list."""
    parts: list[str] = []
    for line in lines:
        if not line.startswith("- "):
            parts.append(f"<p>{escape(line)}</p>")
            continue
        item = f"<li>{escape(line.removeprefix('- '))}</li></ul>"
        before = parts[-1] if parts else ""
        if before.endswith("</ul>"):
            parts[-1] = before.removesuffix("</ul>") + item
        else:
            parts.append(f"<ul>{item}")
    return "".join(parts)
