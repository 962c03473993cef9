"""Text on its way into a cell: nothing a file format chokes on, nothing a spreadsheet runs."""

import re
from typing import Final

EXCEL_CELL: Final = 32_767  # UTF-16 units, the limit of Excel

_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_NO_CHARACTERS: Final = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

# A formula may start a cell, or follow a separator when the file is opened with another separator than ours.
_FORMULA: Final = re.compile('(^|[,;|])(?=[\\s"\u200b-\u200f\u2060\ufeff]*[=+\\-@＝＋－＠])')


def clean(text: str) -> str:
    """Return text every format can hold.

    Control characters, line breaks, tabs and the marks that reverse the direction of writing become a space; code
    points that are no characters (lone surrogates, U+FFFE, ...) become U+FFFD. All else stays.

    Parameters
    ----------
    text
        Any text.
    """
    return _NO_CHARACTERS.sub("\ufffd", _CONTROLS.sub(" ", text))


def without_formula(text: str) -> str:
    """Return clean text for a CSV cell: an apostrophe stands before whatever a spreadsheet would run.

    Parameters
    ----------
    text
        Clean text. A sign (``= + - @``, also full width) at its start, or right after a comma, a semicolon or a bar,
        gets the apostrophe.

    References
    ----------
    OWASP, CSV Injection.
    """
    return _FORMULA.sub(r"\1'", text)


def without_tags(text: str) -> str:
    """Return clean text that opens no tag, for places that programs show as HTML without saying so.

    Parameters
    ----------
    text
        Clean text. A sign that opens a tag becomes its full-width twin.
    """
    return text.replace("<", "\uff1c")


def for_excel(text: str) -> str:
    """Return clean text for an Excel cell: shortened to what a cell holds, never taken for markup.

    Parameters
    ----------
    text
        Clean text. Longer text ends in an ellipsis. Text between ``<r>`` and ``</r>``, which XlsxWriter would put into
        the file as it is, gets an apostrophe in front.
    """
    if text.startswith("<r>") and text.endswith("</r>"):
        text = f"'{text}"
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * EXCEL_CELL:
        return text
    return encoded[: 2 * (EXCEL_CELL - 1)].decode("utf-16-le", errors="ignore") + "…"
