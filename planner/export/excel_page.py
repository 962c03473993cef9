"""The printed page of a sheet: A4, landscape, as wide as the paper, with page numbers."""

from typing import Final

from babel.dates import format_date
from xlsxwriter.worksheet import Worksheet

from planner.export.about import About
from planner.export.cells import clean
from planner.texts import t

_A4: Final = 9
_TITLE_LENGTH: Final = 80  # a header or footer holds 255 characters in all


def set_page(sheet: Worksheet, about: About) -> None:
    """Set up the printed page of a sheet.

    Parameters
    ----------
    sheet
        The sheet.
    about
        Title, date and fingerprint stand above and below its cells.
    """
    language = about.language
    created = format_date(about.created, "d MMMM y", locale=language)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.75)
    sheet.set_header(f"&L&B {_literal(about.title)}&R{t('export.print.italic', language)}")
    sheet.set_footer(
        f"&L {_literal(about.title)}, {created}"
        f"&C{t('export.print.page', language, page='&P', pages='&N')}"
        f"&R{t('export.print.fingerprint', language, fingerprint=_literal(about.fingerprint[:16]))}",
    )


def _literal(text: str) -> str:
    """Return text without the sign that starts a code of headers; XlsxWriter counts even an escaped ``&G``."""
    short = clean(text).replace("&", "＆")
    return short if len(short) <= _TITLE_LENGTH else f"{short[: _TITLE_LENGTH - 1]}…"
