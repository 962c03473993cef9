"""Words of the data on buttons, which Streamlit reads as Markdown."""

import re
from typing import Final

_SIGNS: Final = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER: Final = "\u2060"  # shows nothing; without it `:name:` still is an emoji


def plain(text: str) -> str:
    """Return a text in Markdown that shows it as it is, on one line."""
    shown = _SIGNS.sub(r"\\\1", " ".join(text.split()))
    return shown.replace(":", f":{_JOINER}")
