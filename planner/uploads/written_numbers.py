"""Numbers as offices write them: 1.250, 1,250, 1 250, 12,5, 85%, 12 orang."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

NOT_NUMBER: Final = "upload.refused.not_number"
NOT_WHOLE: Final = "upload.refused.not_whole"
PERCENT: Final = "upload.refused.percent"
AMBIGUOUS: Final = "upload.held.ambiguous_number"

_UNITS: Final[Mapping[str, str]] = {
    "people": r"\s*(?:orang|org|jiwa|pekerja|tk|people|persons)\.?$",
    "months": r"\s*(?:bulan|bln|bl|months?)\.?$",
}
_DOT: Final = r"[1-9]\d{0,2}\.\d{3}"  # 1.250: grouped in Indonesian, decimal in English
_COMMA: Final = r"[1-9]\d{0,2},\d{3}"  # 1,250: the other way round
_INDONESIAN: Final = r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|\d+,\d+"
_ENGLISH: Final = r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}|\d+\.\d+"
_SPACED: Final = r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?"
_PLAIN: Final = r"\d+"


class Numbers(NamedTuple):
    """Numbers of a column, same index.

    Attributes
    ----------
    numbers
        Float64; missing where empty or not read.
    problems
        Key of the reason where a cell is not read; missing elsewhere.
    grouped
        Cells read as grouped by convention that could mean another number.
    is_percent
        Cells written with a percent sign.
    """

    numbers: pd.Series
    problems: pd.Series
    grouped: pd.Series
    is_percent: pd.Series


def read_counts(cells: pd.Series, *, unit: str = "people") -> Numbers:
    """Read whole numbers; signs between groups of three are groups in either language.

    Parameters
    ----------
    cells
        Text, numbers or nothing.
    unit
        What is counted, people or months: words for it may stand behind the number.
    """
    text, number = _split(cells)
    text = text.str.replace(_UNITS[unit], "", case=False, regex=True)
    percent = text.str.endswith("%")
    bare, sign = _unsigned(text)
    dot, comma = bare.str.fullmatch(_DOT), bare.str.fullmatch(_COMMA)
    english = bare.str.fullmatch(_ENGLISH) & ~dot | comma
    read = _as_number(bare, english=english) * sign
    values = number.fillna(read.where(~percent)).astype("Float64")
    fraction = values.notna() & (values % 1 != 0).fillna(value=False)
    problems = _problems(cells, text, {PERCENT: percent, NOT_NUMBER: values.isna(), NOT_WHOLE: fraction})
    return Numbers(values.mask(problems.notna()), problems, comma & problems.isna(), percent)


def read_numbers(cells: pd.Series) -> Numbers:
    """Read numbers with decimals; what the column's other cells show decides between 1.250 and 1,250.

    Where cells of both languages stand in one column, those that could be either are held; where none tells, they are
    read as Indonesian.
    """
    text, number = _split(cells)
    percent = text.str.endswith("%")
    bare, sign = _unsigned(text.str.removesuffix("%").str.rstrip())
    either = bare.str.fullmatch(f"{_DOT}|{_COMMA}")
    shows_english = bare.str.fullmatch(_ENGLISH) & ~either
    shows_indonesian = bare.str.fullmatch(_INDONESIAN) & ~either
    is_english = bool(shows_english.any()) and not bool(shows_indonesian.any())
    mixed = bool(shows_english.any()) and bool(shows_indonesian.any())
    english = shows_english | (either & is_english)
    values = number.fillna(_as_number(bare, english=english) * sign).astype("Float64")
    problems = _problems(cells, text, {NOT_NUMBER: values.isna(), AMBIGUOUS: either & mixed})
    sure = bool(shows_english.any()) or bool(shows_indonesian.any())
    grouped = either & (not sure)
    return Numbers(values.mask(problems.notna()), problems, grouped, percent)


def _split(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return text cells (empty elsewhere; a lone dash is empty) and number cells."""
    is_text = cells.map(lambda cell: isinstance(cell, str)).astype(bool)
    text = cells.where(is_text, "").astype("str").str.replace(r"[\u00a0\u2007\u202f]", " ", regex=True).str.strip()
    text = text.mask(text.isin(["-", "–", "—"]), "")
    return text, pd.to_numeric(cells.mask(is_text), errors="coerce").astype("Float64")


def _unsigned(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    sign = pd.Series(np.where(text.str.match(r"[-−]"), -1.0, 1.0), index=text.index)
    return text.str.replace(r"^[+\-−]\s*", "", regex=True), sign


def _as_number(text: pd.Series, *, english: pd.Series) -> pd.Series:
    """Return texts as numbers; missing where they are none."""
    known = text.str.fullmatch(f"{_PLAIN}|{_INDONESIAN}|{_ENGLISH}|{_SPACED}|{_DOT}|{_COMMA}")
    spaced = text.str.replace(" ", "", regex=False)
    as_english = spaced.str.replace(",", "", regex=False)
    as_indonesian = spaced.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    return pd.to_numeric(as_english.where(english, as_indonesian).where(known), errors="coerce").astype("Float64")


def _problems(cells: pd.Series, text: pd.Series, checks: dict[str, pd.Series]) -> pd.Series:
    """Return the first reason of each filled cell."""
    filled = cells.map(lambda cell: cell is not None and not isinstance(cell, str)).astype(bool) | (text != "")
    found = np.select([(filled & bad.fillna(value=False)).to_numpy(bool) for bad in checks.values()], list(checks), "")
    reasons = pd.Series(found, index=cells.index, dtype="str")
    return reasons.mask(reasons == "")
