"""Tables of the section of coverage targets, for the page and for files."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import pandas as pd

from geodata.schema import ELIGIBLE
from geodata.texts import Language, number, percentage
from planner import ucj, ucj_board, ucj_counted
from planner.coverage_figures import (
    AS_OF,
    CHANGE,
    COUNTED,
    OWN,
    PERCENT,
    QUOTED,
    SEGMENTS,
    SINCE,
    WORKED_OUT,
)
from planner.manner import plain_row
from planner.texts import t
from planner.web import board_ucj_words as words
from planner.web.about_sources import told
from planner.web.board_ucj_data import Standing
from planner.web.target_sheet import Cell, Sheet
from planner.web.wording import dated

_SHOWN: Final = ("region", "coverage", "as_of", "of", "whom", "target", "gap", "gap_base", "change", "source")
_NUMBERS: Final = (
    *("region", "coverage_pct", "how", "covered", "base", "segment", "counted", "as_of", "target_year", "target_pct"),
    *("others", "target_workers", "gap_people", "gap_workers_base", "gap_date", "gap_base", "change_points", "since"),
    *("pu", "bpu", "jakon", "misfits", "source"),
)
_FIGURES: Final = (
    *("region", "segment", "counted", "as_of", "covered", "base", "quoted_pct", "coverage_pct", "fits"),
    *("change_points", "since", "register", "source"),
)
_MISFITS: Final = ("region", "what", "as_of", "said", "fits_people", "base", "source")
_COUNTED: Final = ("region", "month", "coverage", "active", "eligible", "villages")


def shown(here: Standing, codes: "pd.Index[str]", language: Language) -> Sheet:
    """Return the board as the page shows it."""
    rows = [_shown(here, code, language) for code in codes]
    return Sheet(t("web.ucj.board.title", language), _headings(_SHOWN, language), rows)


def numbers(here: Standing, codes: "pd.Index[str]", language: Language) -> Sheet:
    """Return the board as numbers, for a spreadsheet."""
    rows = [_numbers(here, code, language) for code in codes]
    return Sheet(t("web.ucj.board.title", language), _headings(_NUMBERS, language), rows)


def figures(here: Standing, found: pd.DataFrame, language: Language) -> Sheet:
    """Return published figures of coverage, oldest first."""
    rows = [_figure(row, name_of(here, row), language) for row in map(plain_row, found.to_dict("records"))]
    return Sheet(t("web.ucj.figures.title", language), _headings(_FIGURES, language), rows)


def segments(here: Standing, codes: "pd.Index[str]", language: Language) -> Sheet:
    """Return the newest figures of PU, BPU and Jakon."""
    names = [t(f"targets.ucj.segment.{name}", language) for name in SEGMENTS]
    rows: list[list[Cell]] = []
    for code in codes:
        found = [figure_of(here, here.segments.loc[code, name]) for name in SEGMENTS]
        rows.append([str(here.regions[code]), *(_segment(one, language) for one in found)])
    return Sheet(t("web.ucj.segments.title", language), [*_headings(("region",), language), *names], rows)


def misfits(here: Standing, found: pd.DataFrame, language: Language) -> Sheet:
    """Return the quoted figures that do not fit the base of their own source."""
    rows = [_misfit(row, name_of(here, row), language) for row in map(plain_row, found.to_dict("records"))]
    return Sheet(t("web.ucj.misfits.title", language), _headings(_MISFITS, language), rows)


def counted(here: Standing, rows: pd.DataFrame, language: Language, *, leaving: bool = False) -> Sheet:
    """Return coverage as the office counted it; what must not leave the office is told to be hidden in what leaves."""
    cells = [
        _counted(row, name_of(here, row), language, hidden=leaving and row[ucj_counted.HIDDEN])
        for row in map(plain_row, rows.to_dict("records"))
    ]
    return Sheet(t("web.ucj.counted.title", language), _headings(_COUNTED, language), cells)


def name_of(here: Standing, row: words.Row) -> str:
    """Return a region by its name in the layer; the register's where the layer lacks it."""
    return str(here.regions.get(row[ucj.REGION_CODE], row.get(ucj.REGION_NAME)))


def line_of(here: Standing, code: str) -> dict[str, Any]:
    """Return a line of the board as plain values."""
    line = here.lines[code]
    others = line[ucj_board.OTHERS]
    return {
        **plain_row({name: cell for name, cell in line.items() if name != ucj_board.OTHERS}),
        ucj_board.OTHERS: others,
    }


def figure_of(here: Standing, row: Any) -> words.Row | None:  # noqa: ANN401 (a label or missing)
    """Return a row of the figures as plain values; nothing for a missing one."""
    return None if row is None or pd.isna(row) else _plain(here.figures.loc[row])


def target_of(here: Standing, line: words.Row) -> words.Row | None:
    """Return the target of a line of the board as plain values; nothing where there is none."""
    row = line[ucj_board.TARGET_ROW]
    return None if row is None else _plain(here.targets.loc[row])


def _plain(row: Any) -> words.Row:  # noqa: ANN401 (a row)
    return plain_row(row.to_dict())


def _shown(here: Standing, code: str, language: Language) -> Sequence[Cell]:
    line = line_of(here, code)
    figure, target = figure_of(here, line[ucj_board.FIGURE_ROW]), target_of(here, line)
    return [
        str(here.regions[code]),
        words.coverage(figure, language),
        words.as_of(figure, language),
        words.people_of_base(figure, language),
        words.whom(figure, language),
        words.target(target, line[ucj_board.OTHERS], language),
        words.gap(line, language),
        words.gap_base(line, language),
        words.change(figure, language),
        _source(figure, target, language),
    ]


def _numbers(here: Standing, code: str, language: Language) -> Sequence[Cell]:
    line = line_of(here, code)
    figure, target = figure_of(here, line[ucj_board.FIGURE_ROW]) or {}, target_of(here, line) or {}
    parts = [figure_of(here, here.segments.loc[code, name]) for name in SEGMENTS]
    others = [number(one, language, 2) for one in line[ucj_board.OTHERS]]
    return [
        str(here.regions[code]),
        _rounded(figure.get(PERCENT)),
        t(f"web.ucj.how.{'worked_out' if figure[WORKED_OUT] else 'quoted'}", language)
        if figure.get(PERCENT) is not None
        else t("web.ucj.not_published", language),
        figure.get(ucj.COVERED),
        figure.get(ucj.BASE),
        words.segment(figure, language) if figure else "",
        t(f"web.ucj.counted.{figure[COUNTED]}", language) if figure else "",
        str(figure.get(AS_OF) or ""),
        str(target.get(ucj.TARGET_YEAR) or ""),
        target.get(ucj.TARGET),
        "; ".join(others),
        line[ucj.TARGET_WORKERS],
        line[ucj.UCJ_GAP],
        line[ucj_board.GAP_BASE],
        str(line[ucj_board.GAP_AS_OF] or ""),
        words.gap_base(line, language),
        _rounded(figure.get(CHANGE)),
        str(figure.get(SINCE) or ""),
        *(_people(one, language) for one in parts),
        line[ucj_board.MISFITS],
        _source(figure or None, target or None, language),
    ]


def _figure(row: words.Row, name: str, language: Language) -> list[Cell]:
    fits = "" if row[ucj.MISMATCH] is None else t(f"targets.{'no' if row[ucj.MISMATCH] else 'yes'}", language)
    return [
        name,
        words.segment(row, language),
        t(f"web.ucj.counted.{row[COUNTED]}", language),
        dated(str(row[AS_OF]), language),
        row[ucj.COVERED],
        row[ucj.BASE],
        "" if row[QUOTED] is None else percentage(float(row[QUOTED]), language, len(row[QUOTED].partition(".")[2])),
        _rounded(row[PERCENT]) if row[WORKED_OUT] else None,
        fits,
        _rounded(row[CHANGE]),
        dated(str(row[SINCE]), language) if row[SINCE] else "",
        t("web.ucj.own_file", language) if row[OWN] else "",
        told(row, language),
    ]


def _misfit(row: words.Row, name: str, language: Language) -> list[Cell]:
    write: Callable[[float], str] = (
        (lambda value: words.percent(value, language))
        if row[ucj_board.WHAT] == "coverage"
        else (lambda value: number(value, language))
    )
    return [
        name,
        t(f"web.ucj.what.{row[ucj_board.WHAT]}", language),
        dated(str(row[AS_OF]), language),
        write(row[ucj_board.SAID]),
        write(row[ucj_board.FITS]),
        row[ucj.BASE],
        told(row, language),
    ]


def _counted(row: words.Row, name: str, language: Language, *, hidden: bool) -> list[Cell]:
    secret = t("web.ucj.hidden", language)
    share = "" if row[PERCENT] is None else words.percent(row[PERCENT], language)
    return [
        name,
        dated(str(row[ucj_counted.MONTH])[:7], language),
        secret if hidden else share,
        secret if hidden else row[ucj_counted.ACTIVE],
        row[ELIGIBLE],
        _share(row[ucj_counted.VILLAGES], row[ucj_counted.ALL_VILLAGES], language),
    ]


def _segment(figure: words.Row | None, language: Language) -> str:
    if figure is None:
        return t("web.ucj.not_published", language)
    people = words.people_of_base(figure, language)
    share = "" if figure[PERCENT] is None else f"{words.coverage(figure, language)}: "
    kind = "" if figure[COUNTED] == "unstated" else t(f"web.ucj.counted.{figure[COUNTED]}", language)
    told = ", ".join(filter(None, [kind, words.as_of(figure, language)]))
    return f"{share}{people} ({told})"


def _people(figure: words.Row | None, language: Language) -> Cell:
    found = None if figure is None else figure[ucj.COVERED]
    return t("web.ucj.not_published", language) if found is None else found


def _source(figure: words.Row | None, target: words.Row | None, language: Language) -> Cell:
    """Link the sources of figure and target; the same one stands once."""
    rows = [row for row in (figure, target) if row is not None]
    links = [link for row in rows for link in told(row, language)]
    return tuple(dict.fromkeys(links))


def _share(part: int, whole: int, language: Language) -> str:
    return t("web.ucj.of", language, covered=number(part, language), base=number(whole, language))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 2)


def _headings(names: Sequence[str], language: Language) -> list[str]:
    return [t(f"web.ucj.heading.{name}", language) for name in names]
