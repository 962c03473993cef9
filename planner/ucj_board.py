"""Coverage targets (universal coverage Jamsostek, UCJ) region by region: covered, target, gap in people, change.

Every gap is worked out from a stored base. A target whose own source states no base may be put on the base of the
newest figure of the same segment, and is marked as ``combined`` then.
"""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geodata import office_day
from geodata.errors import DataError
from geodata.offices import CONFIDENCE
from planner import ucj
from planner.coverage_figures import (
    AS_OF,
    DAY,
    OWN,
    PERCENT,
    QUOTED,
    SEGMENTS,
    WORKED_OUT,
    compared,
    of_targets,
    read_coverage_figures,
)
from planner.ucj import BASE, COVERED, COVERED_DATE, MISMATCH, REGION_CODE, REGION_NAME, SEGMENT, TARGET, TARGET_YEAR

OWN_FILE: Final = "ucj_targets.csv"
"""Name of the office's own register of targets in the data folder; its columns are those of the built-in one."""

GAP_HOW: Final = "gap_how"
GAP_BASE: Final = "gap_base"
GAP_AS_OF: Final = "gap_as_of"
OTHERS: Final = "other_targets"
MISFITS: Final = "misfits"
FIGURE_ROW: Final = "figure_row"
TARGET_ROW: Final = "target_row"

WHAT: Final = "what"
SAID: Final = "said"
FITS: Final = "fits"

_OVERALL: Final = ("unstated", "pu+bpu", "pu+bpu+jakon")


def all_targets(folder: Path | None) -> pd.DataFrame:
    """Read the built-in targets and, before them, the office's own where there is such a file.

    Parameters
    ----------
    folder
        The data folder, which may hold the office's own register; nothing for the built-in one alone.

    Returns
    -------
    pandas.DataFrame
        As ``planner.ucj.with_gaps``, and ``own_file``: whether a row is of the office's own register.

    Raises
    ------
    PlanError
        If values do not have their form; names all rows and columns.
    DataError
        If the file cannot be used.
    """
    built_in = ucj.read_ucj_targets().assign(**{OWN: False})
    if folder is None or own_file_day(folder) is None:
        return ucj.with_gaps(built_in)
    told = ucj.read_ucj_targets(folder / OWN_FILE).assign(**{OWN: True})
    return ucj.with_gaps(pd.concat([told, built_in], ignore_index=True))


def usable_targets(folder: Path, refused: Callable[[DataError], None]) -> pd.DataFrame:
    """Read `all_targets`; an own register that cannot be used is told, and the built-in one stands alone.

    Parameters
    ----------
    folder
        The data folder.
    refused
        Told why the own register cannot be used.
    """
    try:
        return all_targets(folder)
    except DataError as error:
        refused(error)
        return all_targets(None)


def own_file_day(folder: Path) -> date | None:
    """Return the day when the office's own register in a data folder was last changed; none where there is no file."""
    own = folder / OWN_FILE
    return office_day.day_of(own.stat().st_mtime) if own.is_file() else None


def all_figures(targets: pd.DataFrame) -> pd.DataFrame:
    """Return published figures of coverage, and those that the office's own targets name.

    Parameters
    ----------
    targets
        Of `all_targets`.

    Returns
    -------
    pandas.DataFrame
        As ``planner.coverage_figures.compared``, and ``own_file``.
    """
    published = read_coverage_figures().assign(**{OWN: False})
    own = of_targets(targets[targets[OWN]]).assign(**{OWN: True})
    return compared(published if own.empty else pd.concat([own, published], ignore_index=True))


def board(regions: "pd.Series[str]", targets: pd.DataFrame, figures: pd.DataFrame, *, today: date) -> pd.DataFrame:
    """Return where each region stands.

    Parameters
    ----------
    regions
        Names of provinces and regencies by code.
    targets
        Of `all_targets`.
    figures
        Of `all_figures`.
    today
        Targets of years that are over come after those of this year and later.

    Returns
    -------
    pandas.DataFrame
        Indexed by the codes of ``regions``, in their order. ``region_name``; ``figure_row``, the row of ``figures``
        with the newest coverage of all participants that fits its base; ``target_row``, the row of ``targets`` that
        counts now; ``other_targets``, the percentages of others of that year; ``target_workers`` and
        ``ucj_gap_workers`` (people; below zero where the target is passed) of ``gap_base`` workers at ``gap_as_of``,
        with ``gap_how``: ``same`` (of the same base as the coverage), ``other`` (all of one source, whose base is
        another than that of the coverage), ``combined`` (the target of one source on the base of another);
        ``misfits``, how many quoted figures of the region do not fit their own base. Missing where nobody published it.
    """
    newest, wanted = _newest(figures, _OVERALL), _targets(targets, today)
    wrong = pd.concat([one.loc[one[MISMATCH].fillna(value=False), REGION_CODE] for one in (targets, figures)])
    counts = wrong.value_counts().to_dict()
    rows = [
        {
            REGION_NAME: name,
            FIGURE_ROW: newest.get(code),
            TARGET_ROW: wanted.get(code),
            **_of_target(targets, figures, wanted.get(code), newest.get(code)),
            MISFITS: counts.get(code, 0),
        }
        for code, name in regions.items()
    ]
    table = pd.DataFrame(rows, index=regions.index)
    whole = (FIGURE_ROW, TARGET_ROW, ucj.TARGET_WORKERS, ucj.UCJ_GAP, GAP_BASE, MISFITS)
    return table.astype(dict.fromkeys(whole, "Int64"))


def segments(regions: "pd.Series[str]", figures: pd.DataFrame) -> pd.DataFrame:
    """Return the newest figure of each segment.

    Returns
    -------
    pandas.DataFrame
        Indexed by the codes of ``regions``; columns ``pu``, ``bpu``, ``jakon``: row of ``figures``, missing where none
        is published.
    """
    found = {name: regions.index.map(_newest(figures, (name,))) for name in SEGMENTS}
    return pd.DataFrame(found, index=regions.index).astype("Int64")


def misfits(targets: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Return the quoted figures that do not fit the base that their own source states.

    Returns
    -------
    pandas.DataFrame
        One row each: ``region_code``, ``region_name``, ``what`` (``coverage``, ``target``, ``gap``), ``as_of`` (for
        targets their year), ``said`` and ``fits`` (percent for coverage, else people), ``base_workers``, and the
        columns of the source.
    """
    source = ["source_url", "source_date", "confidence", "note"]
    kept = [REGION_CODE, REGION_NAME, WHAT, AS_OF, SAID, FITS, BASE, *source]
    off = figures[figures[MISMATCH].fillna(value=False)]
    shown: dict[str, pd.Series] = {SAID: pd.to_numeric(off[QUOTED]), FITS: off[PERCENT]}
    coverage = off.assign(**shown).assign(**{WHAT: "coverage"})
    wrong = targets[targets[MISMATCH].fillna(value=False)]
    by_gap = wrong[ucj.QUOTED_GAP].notna() & wrong[ucj.UCJ_GAP].notna()
    made: dict[str, pd.Series] = {
        WHAT: by_gap.map({True: "gap", False: "target"}),
        AS_OF: wrong[TARGET_YEAR].astype("str"),
        SAID: wrong[ucj.QUOTED_GAP].where(by_gap, wrong[ucj.QUOTED_TARGET]),
        FITS: wrong[ucj.UCJ_GAP].where(by_gap, wrong[ucj.TARGET_WORKERS]),
    }
    wanted = wrong.assign(**made)
    numbers = {SAID: "Float64", FITS: "Float64"}
    parts = [part[kept].astype(numbers) for part in (coverage, wanted) if len(part)]
    if not parts:
        return pd.DataFrame(columns=kept)
    return pd.concat(parts, ignore_index=True).sort_values(REGION_CODE, kind="stable", ignore_index=True)


def _newest(figures: pd.DataFrame, names: Sequence[str]) -> dict[Any, Any]:
    """Return the row of the newest figure of segments by region.

    Such as fit their base come first; of one day such with a base, of the office, of a better source.
    """
    here = figures[figures[SEGMENT].isin(names)]
    order = {
        MISMATCH: here[MISMATCH].fillna(value=False).astype(bool),
        DAY: [-day.toordinal() for day in here[DAY]],
        WORKED_OUT: ~here[WORKED_OUT],
        OWN: ~here[OWN],
        CONFIDENCE: here[CONFIDENCE],
    }
    return _first(here[REGION_CODE], order)


def _targets(targets: pd.DataFrame, today: date) -> dict[Any, Any]:
    """Return the row of the target that counts by region: the office's own, then the next year with one, else the last.

    Of one year that of a better source, with a gap, on the newest figure comes first.
    """
    ahead = targets[TARGET_YEAR] - today.year
    order = {
        OWN: ~targets[OWN],
        "over": ahead < 0,
        "near": ahead.abs(),
        CONFIDENCE: targets[CONFIDENCE],
        "unknown": targets[ucj.UCJ_GAP].isna(),
        COVERED_DATE: _latest_first(targets[COVERED_DATE]),
        "place": range(len(targets)),
    }
    return _first(targets[REGION_CODE], order)


def _latest_first(texts: "pd.Series[str]") -> "pd.Series[int]":
    return -texts.fillna("").rank(method="dense").astype(int)


def _first(codes: "pd.Series[str]", order: dict[str, Any]) -> dict[Any, Any]:
    ordered = pd.DataFrame(order, index=codes.index).sort_values(list(order), kind="stable")
    first = codes.loc[ordered.index].drop_duplicates()
    return {code: row for row, code in first.items()}


def _of_target(targets: pd.DataFrame, figures: pd.DataFrame, target: Any, figure: Any) -> dict[str, Any]:  # noqa: ANN401
    if target is None:
        return {OTHERS: (), **_told(None, None, None, None, None)}
    chosen = targets.loc[target]
    same = (targets[REGION_CODE] == chosen[REGION_CODE]) & (targets[TARGET_YEAR] == chosen[TARGET_YEAR])
    others = tuple(sorted(set(targets.loc[same, TARGET]) - {chosen[TARGET]}))
    return {OTHERS: others, **_gap(chosen, None if figure is None else figures.loc[figure])}


def _gap(target: Any, figure: Any) -> dict[str, Any]:  # noqa: ANN401 (rows)
    base = None if figure is None or not figure[WORKED_OUT] else figure[BASE]
    if pd.notna(target[ucj.UCJ_GAP]):
        how = "same" if base is not None and base == target[BASE] else "other"
        return _told(target[ucj.TARGET_WORKERS], target[ucj.UCJ_GAP], target[BASE], target[COVERED_DATE], how)
    if pd.notna(target[BASE]):
        return _told(target[ucj.TARGET_WORKERS], None, target[BASE], target[COVERED_DATE], "other")
    if base is None or target[SEGMENT] != figure[SEGMENT]:
        return _told(None, None, None, None, None)
    wanted = round(target[TARGET] / 100 * base)
    return _told(wanted, wanted - figure[COVERED], base, figure[AS_OF], "combined")


def _told(wanted: Any, left: Any, base: Any, as_of: Any, how: str | None) -> dict[str, Any]:  # noqa: ANN401 (may miss)
    return {ucj.TARGET_WORKERS: wanted, ucj.UCJ_GAP: left, GAP_BASE: base, GAP_AS_OF: as_of, GAP_HOW: how}
