"""The catalogue of columns a file can hold: order, heading, unit, number format, width, meaning.

A column of the frame that is not in the catalogue stays out of every file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from geodata import schema
from geodata.texts import Language
from planner.coverage import COVERAGE, GAP
from planner.export.cells import clean
from planner.ranking import RANK
from planner.texts import t

REASON: Final = "reason"
SCORE_RANK: Final = "score_rank"
FUNDING: Final = "funding"
FUNDING_IDR: Final = "funding_idr"
NEXT_STEP: Final = "next_step"
OWNER: Final = "owner"

Kind = Literal["text", "word", "count", "percent", "measure", "index", "degrees"]
Part = Literal["figure", "low", "high", "basis"]
Unit = Literal[
    "people",
    "families",
    "stations",
    "percent",
    "points",
    "rank",
    "criteria",
    "km2",
    "km",
    "degrees",
    "idr",
    "days",
    "visits",
    "hours",
    "none",
]

NUMBER_FORMATS: Final[dict[Kind, str]] = {
    "text": "@",
    "word": "@",
    "count": "#,##0",
    "percent": "0.0",  # 12.3 stands for 12.3 %: the same number in every file
    "measure": "#,##0.00",
    "index": "0.0000",
    "degrees": "0.000000",
}

VOCABULARIES: Final[dict[str, tuple[str, ...]]] = {
    "basis": ("observed", "disaggregated", "assumed"),
    "sector": schema.SECTORS,
    "label": ("showcase", "untouched", "both", "neither"),
    "gate": ("met", "not_met", "unknown"),
    "declared": ("declared", "not_declared"),
    "group": ("core", "swing", "out"),
    "chosen": ("chosen", "not_chosen"),
    "branch_basis": ("published", "assumed"),
    "owner_basis": ("recorded", "published", "assumed"),
    "cluster": ("high_high", "low_low", "high_low", "low_high", "none", "no_neighbour", "no_figure"),
    schema.OUTLINE: ("official", "own", "approximate", "merged"),
    schema.POINT_BASIS: ("inside", "published", "district_mean"),
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a file.

    Attributes
    ----------
    name
        Name in the frame and in the files for maps and programs.
    kind
        What its cells hold; decides the number format. A ``word`` is a coded value, told in words in tables.
    unit
        Unit of its numbers.
    width
        Width in a spreadsheet, in characters.
    figure
        The figure it belongs to; its own name unless it is part of a range.
    part
        Whether it is the figure itself, an end of its range, or its basis.
    marked_by
        Column with the basis that says whether its numbers are estimates; empty for what is never estimated.
    vocabulary
        Part of the keys of the texts for its coded values.
    in_tables
        Whether tables for people (XLSX, CSV) hold it; files for maps and programs hold all.
    wraps
        Whether it holds sentences, which need several lines.
    """

    name: str
    kind: Kind
    unit: Unit = "none"
    width: float
    figure: str
    part: Part = "figure"
    marked_by: str = ""
    vocabulary: str = ""
    in_tables: bool = True
    wraps: bool = False

    @property
    def number_format(self) -> str:
        """Number format of a spreadsheet; the spreadsheet shows its own separators."""
        return NUMBER_FORMATS[self.kind]

    @property
    def is_number(self) -> bool:
        """Whether its cells hold numbers."""
        return self.kind not in ("text", "word")

    def heading(self, language: Language) -> str:
        """Return the heading."""
        return self._text("heading", language)

    def meaning(self, language: Language) -> str:
        """Return what the column means, in one sentence."""
        return self._text("meaning", language)

    def unit_text(self, language: Language) -> str:
        """Return the unit in words."""
        return t(f"export.unit.{self.unit}", language)

    def _text(self, subject: str, language: Language) -> str:
        if self.part == "figure":
            return t(f"export.{subject}.{self.name}", language)
        return t(f"export.{subject}.{self.part}", language, figure=t(f"export.heading.{self.figure}", language))


def _plain(name: str, kind: Kind, *, width: float, unit: Unit = "none", in_tables: bool = True) -> Column:
    return Column(name=name, kind=kind, unit=unit, width=width, figure=name, in_tables=in_tables)


def _sentences(name: str, *, width: float) -> Column:
    return Column(name=name, kind="text", width=width, figure=name, wraps=True)


def _word(name: str, *, width: float) -> Column:
    return Column(name=name, kind="word", width=width, figure=name, vocabulary=name)


def _figure(name: str, kind: Kind = "count", *, unit: Unit = "people", width: float = 13) -> Column:
    return Column(name=name, kind=kind, unit=unit, width=width, figure=name, marked_by=schema.basis(name))


def _range(figure: Column, *, width: float = 13) -> tuple[Column, ...]:
    """Return the two ends of a figure's range, and its basis."""
    name = figure.name
    ends: tuple[tuple[str, Part], ...] = ((schema.low(name), "low"), (schema.high(name), "high"))
    return (
        *(
            Column(
                name=end,
                kind=figure.kind,
                unit=figure.unit,
                width=width,
                figure=name,
                part=part,
                marked_by=figure.marked_by,
            )
            for end, part in ends
        ),
        Column(name=schema.basis(name), kind="word", width=18, figure=name, part="basis", vocabulary="basis"),
    )


def _with_range(name: str) -> tuple[Column, ...]:
    figure = _figure(name)
    return (figure, *_range(figure))


_GAP = _figure(GAP)
_ELIGIBLE = _figure(schema.ELIGIBLE)
_ACTIVE = _figure(schema.ACTIVE_BPU)
_COVERAGE = _figure(COVERAGE, "percent", unit="percent", width=10)

PRINTED: Final[tuple[Column, ...]] = (
    _plain(RANK, "count", width=10),
    _plain(schema.VILLAGE_NAME, "text", width=26),
    _plain(schema.VILLAGE_TYPE, "text", width=12),
    _plain(schema.DISTRICT_NAME, "text", width=24),
    _plain(schema.REGENCY_NAME, "text", width=30),
    _plain(schema.PROVINCE_NAME, "text", width=25),
    _plain(schema.VILLAGE_CODE, "text", width=16),
    _GAP,
    *_range(_GAP),
    _ELIGIBLE,
    _ACTIVE,
    _COVERAGE,
)
"""The columns that fit on a printed page; they come first everywhere."""

COLUMNS: Final[tuple[Column, ...]] = (
    *PRINTED,
    _word("sector", width=20),
    *(_plain(name, "percent", unit="points", width=10) for name in ("score", "need", "readiness", "cost")),
    *(_word(name, width=18) for name in ("label", "gate", "declared")),
    _plain(SCORE_RANK, "count", unit="rank", width=10),
    _sentences(REASON, width=58),
    _plain("filled_criteria", "count", unit="criteria", width=12),
    *(_plain(name, "count", unit="rank", width=12) for name in ("rank_low", "rank_median", "rank_high")),
    _plain("in_top_pct", "percent", unit="percent", width=12),
    _word("group", width=12),
    _word("cluster", width=18),
    _word("chosen", width=12),
    _plain("in_plan_pct", "percent", unit="percent", width=12),
    *_with_range("expected_registrations"),
    *_with_range("expected_active"),
    _plain("launch_cost_idr", "count", unit="idr", width=14),
    _plain("agent_days", "count", unit="days", width=10),
    _sentences(FUNDING, width=36),
    _plain(FUNDING_IDR, "count", unit="idr", width=14),
    _sentences(NEXT_STEP, width=30),
    _plain(OWNER, "text", width=26),
    _word("owner_basis", width=16),
    _plain("agent_code", "text", width=14),
    _plain("office", "text", width=34),
    _plain("from_agent", "text", width=14),
    _plain("visits_per_month", "measure", unit="visits", width=12),
    _plain("hours_per_month", "measure", unit="hours", width=12),
    _plain("branch", "text", width=34),
    _word("branch_basis", width=14),
    *_range(_ELIGIBLE),
    *_range(_ACTIVE),
    *_range(_COVERAGE),
    *(column for sector in schema.SECTORS for column in _with_range(schema.sector_column(sector))),
    *_with_range(schema.INACTIVE_BPU),
    *_with_range(schema.WORKERS),
    *_with_range(schema.POPULATION),
    _plain(schema.FAMILIES, "count", unit="families", width=10),
    _plain(schema.POLLING_STATIONS, "count", unit="stations", width=8),
    _plain(schema.BUMDES_WORKERS, "count", unit="people", width=11),
    _plain(schema.IDM_STATUS, "text", width=20),
    _plain(schema.IDM, "index", width=9),
    _plain(schema.IDM_SOCIAL, "index", width=11),
    _plain(schema.IDM_ECONOMIC, "index", width=11),
    _plain(schema.IDM_ECOLOGICAL, "index", width=13),
    _plain(schema.MILL_KM, "measure", unit="km", width=13),
    _plain(schema.PORT_KM, "measure", unit="km", width=14),
    _plain(schema.AREA_KM2, "measure", unit="km2", width=11),
    _plain(schema.COAST_KM, "measure", unit="km", width=11),
    _word(schema.OUTLINE, width=15),
    _plain(schema.LONGITUDE, "degrees", unit="degrees", width=12),
    _plain(schema.LATITUDE, "degrees", unit="degrees", width=12),
    _word(schema.POINT_BASIS, width=20),
    _plain(schema.BPS_CODE, "text", width=13),
    # A spreadsheet reads 16.02 as a number and 16.02.03 as a time of day: the codes of parents are for programs.
    _plain(schema.DISTRICT_CODE, "text", width=13, in_tables=False),
    _plain(schema.REGENCY_CODE, "text", width=10, in_tables=False),
    _plain(schema.PROVINCE_CODE, "text", width=10, in_tables=False),
    _plain(schema.MERGED_INTO, "text", width=20, in_tables=False),
)
"""All columns, in the order of every file that is no priority list."""

PRIORITY: Final[Mapping[str, float]] = {
    RANK: 9,
    schema.VILLAGE_NAME: 17,
    schema.DISTRICT_NAME: 15,
    schema.REGENCY_NAME: 17,
    schema.VILLAGE_CODE: 14,
    "score": 7,
    SCORE_RANK: 9,
    "rank_low": 9,
    "rank_high": 9,
    "need": 10,
    "readiness": 9,
    REASON: 42,
    "expected_active": 13,
    schema.low("expected_active"): 13,
    schema.high("expected_active"): 13,
    FUNDING: 30,
    FUNDING_IDR: 13,
    NEXT_STEP: 22,
    OWNER: 18,
}
"""Columns that come first in a priority list, one whose rows have a reason, with widths that fit on its page."""


def figure_heading(name: str, language: Language) -> str:
    """Return the heading of a column by its name; a name that is not in the catalogue stays as it is."""
    return next((column.heading(language) for column in COLUMNS if column.name == name), name)


def for_programs(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of a frame that files for maps and programs hold, in order."""
    known = [column for column in COLUMNS if column.name in frame.columns]
    if REASON not in frame.columns:
        return tuple(known)
    places = {name: place for place, name in enumerate(PRIORITY)}
    first = sorted((column for column in known if column.name in places), key=lambda column: places[column.name])
    return (
        *(replace(column, width=PRIORITY[column.name]) for column in first),
        *(column for column in known if column.name not in places),
    )


def for_people(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of a frame that tables for people hold, in order."""
    return tuple(column for column in for_programs(frame) if column.in_tables)


def printed(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return those of the columns of a file that stand on its printed page: they come first."""
    names = set(PRIORITY) if is_priority_list(columns) else {column.name for column in PRINTED}
    return tuple(column for column in columns if column.name in names)


def is_priority_list(columns: tuple[Column, ...]) -> bool:
    """Say whether a file is a priority list: its rows have a reason."""
    return any(column.name == REASON for column in columns)


def values(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Return the values every file holds, whatever its format.

    Parameters
    ----------
    frame
        One row per village.
    columns
        The columns wanted; all in the frame.

    Returns
    -------
    pandas.DataFrame
        Same index and order; one column per wanted column, under its name: counts as whole numbers (``Int64``),
        other numbers as ``float64``, texts clean; missing and infinite values missing.
    """
    return pd.DataFrame({column.name: _cast(frame[column.name], column) for column in columns}, index=frame.index)


def in_words(table: pd.DataFrame, columns: tuple[Column, ...], *, language: Language) -> pd.DataFrame:
    """Return a table of values with its coded values told in words; a code without words stays as it is."""
    told = {
        column.name: _told(table[column.name], column.vocabulary, language) for column in columns if column.vocabulary
    }
    return table.assign(**told)


def each(series: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Return a column of texts with every text changed; missing ones stay missing."""
    changed = {text: change(str(text)) for text in series.dropna().unique()}
    return series.map(changed.__getitem__, na_action="ignore").astype("str")


def cells(series: pd.Series) -> list[Any]:
    """Return the values of a column one by one, as plain Python objects; missing ones as None."""
    return series.astype(object).where(series.notna(), None).tolist()


def _told(codes: pd.Series, vocabulary: str, language: Language) -> pd.Series:
    words = {code: t(f"export.{vocabulary}.{code}", language) for code in VOCABULARIES[vocabulary]}
    return each(codes, lambda code: words.get(code, code))


def _cast(series: pd.Series, column: Column) -> pd.Series:
    if not column.is_number:
        return each(series, clean)
    numbers = pd.to_numeric(series).to_numpy(dtype="float64", na_value=np.nan)
    finite = pd.Series(np.where(np.isfinite(numbers), numbers, np.nan), index=series.index)
    return finite.round().astype("Int64") if column.kind == "count" else finite
