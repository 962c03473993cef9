"""A field for files with words of the page: Streamlit has its own in English only."""

import json
from collections.abc import Callable
from typing import Final

import streamlit as st

_BUTTON: Final = '[data-testid="stFileUploaderDropzone"] > span button'
_REFUSED: Final = '[data-testid="stFileChips"]:has([role="alert"])'


def file_field(label: str, key: str, *, choose: str, refused: str, on_change: Callable[[], None]) -> None:
    """Show the field.

    Parameters
    ----------
    label
        What file is wanted.
    key
        Name of the field in the session.
    choose
        Words on its button.
    refused
        What is said of a file that is larger than the server takes.
    on_change
        Called before the rerun that a chosen file causes.
    """
    words = {_BUTTON: choose, _REFUSED: refused}
    rules = "".join(
        f".st-key-upload {part}::after {{ content: {json.dumps(said, ensure_ascii=False)} }}"
        for part, said in words.items()
    )
    st.html(f"<style>{rules}</style>")
    with st.container(key="upload"):
        st.file_uploader(label, key=key, on_change=on_change)
