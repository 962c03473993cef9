"""Workbooks for the sender: the template of a kind, and the refused rows to correct."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import xlsxwriter

from geodata.schema import VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language, number
from planner.texts import t
from planner.uploads.apart.exchange import Cell
from planner.uploads.checks import HELD, Checked
from planner.uploads.columns import added_headings, plain
from planner.uploads.errors import UploadError, reason_text
from planner.uploads.kinds import COLUMNS, ENDINGS, FUND, MONTHS, MOST_TEXT, SEGMENT, SEGMENTS, Column, Kind
from planner.uploads.layout import ROW

_WIDTH = 22
_WIDE = 60


@contextmanager
def _workbook(target: io.BytesIO) -> Iterator[Any]:
    """Open a workbook in which no text becomes a formula, a number or a link."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        yield book


def template(kind: Kind, language: Language) -> bytes:
    """Return an empty workbook of a kind: its headings, and a sheet that explains each column.

    Parameters
    ----------
    kind
        Kind of the upload; outlines come from a GIS program and have no template.
    language
        Language of headings and explanations.

    Raises
    ------
    UploadError
        If the kind has no template.
    """
    if kind == "outlines":
        raise UploadError("upload.template_outlines")
    target = io.BytesIO()
    with _workbook(target) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(t("upload.template.sheet", language))
        for i, column in enumerate(COLUMNS[kind]):
            sheet.write_string(0, i, _heading(column, language), bold)
            sheet.set_column(i, i, _WIDTH, None if column.type in {"count", "number"} else text)
        sheet.freeze_panes(1, 0)
        about = book.add_worksheet(t("upload.template.about", language))
        about.set_column(0, 0, _WIDTH)
        about.set_column(1, 1, _WIDE + _WIDTH)
        for row, (name, words) in enumerate(_explanations(kind, language)):
            about.write_string(row, 0, name, bold)
            about.write_string(row, 1, words, wrap)
    return target.getvalue()


def _heading(column: Column, language: Language) -> str:
    at = {"id": 0, "en": 1}[language]
    return column.headings[at].capitalize()


def _explanations(kind: Kind, language: Language) -> Iterator[tuple[str, str]]:
    yield t(f"upload.kind.{kind}", language), t(f"upload.about.{kind}", language)
    for column in COLUMNS[kind]:
        if column.name in {VILLAGE_CODE, VILLAGE_NAME}:
            need = t("upload.template.either", language)
        elif column.name in ENDINGS:
            need = t("upload.template.either_end", language)
        else:
            need = t("upload.template.required" if column.required else "upload.template.optional", language)
        words = [need, _type_text(column, language)]
        if column.choices:
            words.append(t("upload.template.choices", language, words=", ".join(_words(column, language))))
        if column.example:
            words.append(t("upload.template.example", language, example=column.example))
        yield _heading(column, language), " ".join(words)
    yield t("upload.template.privacy", language), t("upload.template.counts_only", language)


def _words(column: Column, language: Language) -> list[str]:
    if column.name == SEGMENT:
        return list(SEGMENTS)
    named = "funding.name" if column.name == FUND else "upload.sector"
    return [t(f"{named}.{name}", language) for name in dict.fromkeys(value for _, value in column.choices)]


def _type_text(column: Column, language: Language) -> str:
    return t(
        "upload.type.months" if column.name == MONTHS else f"upload.type.{column.type}",
        language,
        least=number(column.least, language),
        most=number(column.most, language),
        characters=MOST_TEXT,
    )


def refused_workbook(checked: Checked, language: Language = "id") -> bytes:
    """Return the refused rows as a workbook to correct and upload again.

    Parameters
    ----------
    checked
        As `check` gives it.
    language
        Language of the reasons.

    Returns
    -------
        XLSX with the columns of the file, each cell as it was, and row, column, value and reason behind them; these
        four are known again and left out when the corrected file comes back.
    """
    known = frozenset().union(*added_headings().values())
    refused = checked.refused[[name for name in checked.refused if plain(str(name)) not in known]]
    told = checked.problems[~checked.problems["reason"].astype("str").str.startswith(HELD)].copy()
    told["reason"] = [reason_text(str(key), language) for key in told["reason"]]
    lines = told.groupby(ROW)[["column", "value", "reason"]].agg("\n".join)
    target = io.BytesIO()
    with _workbook(target) as book:
        bold, wrap = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"text_wrap": True})
        sheet = book.add_worksheet(t("upload.refused_file.sheet", language))
        added = [t(f"upload.refused_file.{name}", language) for name in (ROW, "column", "value", "reason")]
        for i, heading in enumerate([*refused.columns, *added]):
            sheet.write_string(0, i, str(heading), bold)
        width = len(refused.columns)
        for at, (row, cells) in enumerate(zip(refused.index, refused.to_numpy(dtype=object), strict=True), start=1):
            for i, cell in enumerate(cells):
                _write(sheet, at, i, cell)
            sheet.write_number(at, width, int(row))
            for i, name in enumerate(("column", "value", "reason"), start=width + 1):
                sheet.write_string(at, i, str(lines.at[row, name]), wrap)
        sheet.set_column(0, width, _WIDTH)
        sheet.set_column(width + 1, width + 2, _WIDTH)
        sheet.set_column(width + 3, width + 3, _WIDE + _WIDTH)
        sheet.freeze_panes(1, 0)
    return target.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell) -> None:  # noqa: ANN401 (XlsxWriter comes without types)
    """Write a cell of the file again: numbers as numbers, text as text, long numbers as the text they were."""
    if isinstance(cell, int | float) and cell == cell and abs(cell) < 1e15:  # noqa: PLR0124
        sheet.write_number(row, column, cell)
    elif cell is not None and cell == cell:  # noqa: PLR0124
        sheet.write_string(row, column, str(cell))
