"""What stands on the sheet about the data, whatever spreadsheet it is written for."""

from textwrap import wrap
from typing import Final, Protocol

from babel.dates import format_date
from babel.numbers import format_decimal

from geodata.texts import Language, number
from planner.export.about import About, Source, flat
from planner.export.columns import VOCABULARIES, Column, figure_heading
from planner.provenance import Stamp
from planner.texts import t

WIDTHS: Final = (46, 18, 68, 26, 36, 14, 36)
"""Of the columns of the sheet, in characters."""

_ALL_DECIMALS: Final = "0.################"
_FILLED: Final = 0.85  # of a line: another font is wider
_STAMPED: Final = ("plan", "plan_sha256", "params_sha256", "smallest", "program")


class Page(Protocol):
    """A sheet that is filled from top to bottom."""

    def title(self, text: str) -> None:
        """Write the title."""

    def section(self, title: str) -> None:
        """Leave a row empty and write the title of a section."""

    def headings(self, texts: list[str]) -> None:
        """Write the headings of a table, one to a column."""

    def row(self, *cells: str) -> None:
        """Write one row of a table, a cell to a column; the row is as high as its texts need."""

    def entry(self, label: str, text: str) -> None:
        """Write a label and, over all columns that are left, a text; the row is as high as the text needs."""


def lines(text: str, width: float) -> int:
    """Return how many lines a text needs, at least one; the width in characters."""
    return max(1, len(wrap(text, int(_FILLED * width))))


def entry_lines(label: str, text: str) -> int:
    """Return how many lines an entry needs."""
    return max(lines(label, WIDTHS[0]), lines(text, sum(WIDTHS[1:])))


def fill(page: Page, about: About, columns: tuple[Column, ...], *, villages: int) -> None:
    """Write what a list says about itself.

    Parameters
    ----------
    page
        The sheet.
    about
        What it says.
    columns
        The columns of the list, in order.
    villages
        Rows of the list.
    """
    _fill_top(page, about, villages=villages)
    _fill_notes(page, about)
    _fill_sources(page, about)
    _fill_parameters(page, about)
    _fill_columns(page, columns, about)


def _fill_top(page: Page, about: About, *, villages: int) -> None:
    language = about.language
    page.title(about.title)
    page.entry(t("export.about.created", language), format_date(about.created, "d MMMM y", locale=language))
    page.entry(t("export.about.fingerprint", language), about.fingerprint)
    page.entry(t("export.about.villages", language), number(villages, language))
    if about.stamp is not None:
        _fill_stamp(page, about.stamp, language)


def _fill_stamp(page: Page, stamp: Stamp, language: Language) -> None:
    page.entry(t("export.about.number", language), stamp.id)
    for name in _STAMPED:
        if value := getattr(stamp, name):
            page.entry(t(f"export.about.{name}", language), str(value))
    for name, asked in flat(stamp.asked):
        page.entry(t("export.about.asked", language, name=name), _value_text(asked, language))
    page.entry(t("export.about.verify", language), t("export.about.verify_how", language))


def _fill_notes(page: Page, about: About) -> None:
    language = about.language
    page.section(t("export.about.bases", language))
    for basis in VOCABULARIES["basis"]:
        page.entry(t(f"export.basis.{basis}", language), t(f"export.basis_meaning.{basis}", language))
    page.entry(t("export.about.italic", language), t("export.about.italic_meaning", language))
    page.section(t("export.about.notes", language))
    for count, note in enumerate(about.notes, start=1):
        page.entry(str(count), note)


def _fill_sources(page: Page, about: About) -> None:
    language = about.language
    page.section(t("export.about.sources", language))
    names = ("figure", "basis", "source", "date", "url", "licence", "note")
    page.headings([t(f"export.about.{name}", language) for name in names])
    for source in about.sources:
        page.row(*_source_cells(source, language))


def _source_cells(source: Source, language: Language) -> tuple[str, ...]:
    return (
        figure_heading(source.figure, language),
        t(f"export.basis.{source.basis}", language),
        source.source,
        source.date,
        source.url,
        source.licence,
        source.note,
    )


def _fill_parameters(page: Page, about: About) -> None:
    language = about.language
    page.section(t("export.about.parameters", language))
    page.headings([t("export.about.parameter", language), t("export.about.value", language)])
    for name, value in flat(about.parameters):
        page.entry(name, _value_text(value, language))


def _value_text(value: object, language: Language) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return t(f"export.about.{'yes' if value else 'no'}", language)
    if isinstance(value, float):
        return str(format_decimal(value, format=_ALL_DECIMALS, locale=language))
    return str(value)


def _fill_columns(page: Page, columns: tuple[Column, ...], about: About) -> None:
    language = about.language
    page.section(t("export.about.columns", language))
    page.headings([t(f"export.about.{name}", language) for name in ("column", "unit", "meaning", "name")])
    for column in columns:
        page.row(column.heading(language), column.unit_text(language), column.meaning(language), column.name)
