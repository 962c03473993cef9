"""Published targets of coverage (universal coverage Jamsostek, UCJ): what they ask for in people, worked out again.

``ucj_targets.csv`` holds what press and offices say, each row with its own base, date and source. Rows that contradict
each other stand side by side, and no row borrows the base of another: without one, its gap stays unknown.
"""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geodata import register
from geodata.offices import CONFIDENCE, NOTE, SOURCE_DATE, SOURCE_URL
from planner.errors import PlanError
from planner.register import read_register, refuse_odd, without_basis

BUILT_IN: Final = Path(__file__).with_name("ucj_targets.csv")

REGION_CODE: Final = "region_code"
REGION_NAME: Final = "region_name"
SEGMENT: Final = "segment"
TARGET_YEAR: Final = "target_year"
TARGET: Final = "target_pct"
BASE: Final = "base_workers"
BASE_BASIS: Final = "base_basis"
COVERED: Final = "covered"
COVERED_BASIS: Final = "covered_basis"
COVERED_DATE: Final = "covered_date"
QUOTED_TARGET: Final = "quoted_target_workers"
QUOTED_GAP: Final = "quoted_gap_workers"
TARGET_WORKERS: Final = "target_workers"
UCJ_GAP: Final = "ucj_gap_workers"
DIFFERENCE: Final = "difference_workers"
MISMATCH: Final = "mismatch"
TOLERANCE: Final = 0.02  # sources round percentages and bases

_PEOPLE: Final = r"(0|[1-9]\d{0,8})?"
_HOW: Final = r"(observed|derived)?"
_FORMS: Final = {
    REGION_CODE: r"\d\d(\.\d\d)?",
    REGION_NAME: register.FILLED,
    SEGMENT: r"unstated|pu\+bpu\+jakon|pu\+bpu|pu|bpu|jakon",
    TARGET_YEAR: r"20\d\d",
    TARGET: r"(100|\d{1,2})(\.\d+)?",
    BASE: _PEOPLE,
    BASE_BASIS: _HOW,
    COVERED: _PEOPLE,
    COVERED_BASIS: _HOW,
    COVERED_DATE: r"(\d{4}(-\d\d){0,2})?",
    QUOTED_TARGET: _PEOPLE,
    QUOTED_GAP: _PEOPLE,
    SOURCE_URL: register.ADDRESSES,
    SOURCE_DATE: register.DATES,
    CONFIDENCE: register.CONFIDENCES,
    NOTE: register.ANYTHING,
}
COLUMNS: Final = tuple(_FORMS)
_BASES: Final = {BASE: BASE_BASIS, COVERED: COVERED_BASIS}


def read_ucj_targets(path: Path = BUILT_IN) -> pd.DataFrame:
    """Read a register of published targets.

    Parameters
    ----------
    path
        CSV with the columns ``COLUMNS``; the built-in register by default.

    Returns
    -------
    pandas.DataFrame
        One row per target as published, in the order of the file: code of the province or regency, ``segment`` the
        figures are about (``unstated`` where the source does not say), ``target_pct`` of ``base_workers``, ``covered``
        people at ``covered_date``, and what the source itself quotes (``quoted_target_workers``,
        ``quoted_gap_workers``); missing where not published. ``base_basis`` and ``covered_basis``: ``observed`` as
        printed, ``derived`` from a percentage of the same source.

    Raises
    ------
    PlanError
        If values do not have their form, or a base or covered figure stands without its basis or the reverse; names
        all rows and columns.
    DataError
        If the file cannot be used.
    """
    found = read_register(path, _FORMS, refusal="targets.ucj.invalid")
    refuse_odd(found, without_basis(found, _BASES), path, refusal="targets.ucj.invalid")
    people = {name: pd.to_numeric(found[name]).astype("Int64") for name in (BASE, COVERED, QUOTED_TARGET, QUOTED_GAP)}
    return found.assign(**people).astype({TARGET: np.float64, TARGET_YEAR: np.int64})


def with_gaps(targets: pd.DataFrame) -> pd.DataFrame:
    """Work out what each target still asks for, and where that is not what its source says.

    Parameters
    ----------
    targets
        As :func:`read_ucj_targets` returns them.

    Returns
    -------
    Same index and columns, and: ``target_workers`` (target of the row's own base) and ``ucj_gap_workers`` (that less
    the covered; below zero where the target is passed), people, missing without base or covered figure;
    ``difference_workers``, what the source quotes less what was worked out, of the gap, else of the target; and
    ``mismatch``, whether that is more than 2 % of what it quotes; missing where there is nothing to compare.
    """
    wanted = (targets[TARGET] / 100 * targets[BASE].astype("Float64")).round().astype("Int64")
    left = wanted - targets[COVERED]
    off = (targets[QUOTED_GAP] - left).fillna(targets[QUOTED_TARGET] - wanted)
    quoted = targets[QUOTED_GAP].where((targets[QUOTED_GAP] - left).notna(), targets[QUOTED_TARGET])
    mismatch = (off.abs() > TOLERANCE * quoted.astype("Float64")).astype("boolean")
    return targets.assign(**{TARGET_WORKERS: wanted, UCJ_GAP: left, DIFFERENCE: off, MISMATCH: mismatch})


def of_regions(targets: pd.DataFrame, regions: list[str] | None) -> pd.DataFrame:
    """Select the targets of some provinces (with their regencies) or regencies; all of them without a list.

    Raises
    ------
    PlanError
        If no target is known for one of the codes.
    """
    if not regions:
        return targets
    codes = targets[REGION_CODE]
    chosen = {region: (codes == region) | codes.str.startswith(f"{region}.") for region in regions}
    empty = [region for region, rows in chosen.items() if not rows.any()]
    if empty:
        raise PlanError("targets.ucj.none", regions=", ".join(empty), known=", ".join(sorted(set(codes))))
    return targets[np.logical_or.reduce([rows.to_numpy(bool) for rows in chosen.values()])]
