"""Words of the data on buttons, which Streamlit reads as Markdown, and in names of files."""

import re
from typing import Final
from unicodedata import normalize

_SIGNS: Final = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER: Final = "\u2060"  # shows nothing; without it `:name:` still is an emoji


def plain(text: str) -> str:
    """Return a text in Markdown that shows it as it is, on one line."""
    shown = _SIGNS.sub(r"\\\1", " ".join(text.split()))
    return shown.replace(":", f":{_JOINER}")


def file_part(name: str) -> str:
    """Return a name as part of the name of a file: small letters of ASCII, digits and dashes; may be empty."""
    plainest = normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plainest.lower()))
