"""What press and offices say of the coverage of a regency: each figure with its own base, never mixed with ours."""

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from geodata.offices import CONFIDENCE, SOURCE_DATE, SOURCE_URL
from planner import ucj

_MOST_OWN: Final = 2
_OWN: Final = "own_file"


@dataclass(frozen=True)
class Quoted:
    """A published target with what it rests on; none where the source does not say.

    Attributes
    ----------
    code, name
        The regency or province it is of.
    segment
        As of `planner.ucj`.
    year, target_pct
        The target.
    base, covered, covered_on
        Workers, those of them who are covered, and when.
    covered_pct, gap
        Worked out again from base and covered.
    misquoted_gap, misquoted_target
        People that the source itself quotes, where its own base gives another number; else none.
    source_url, source_date, confidence
        Where it stands.
    """

    code: str
    name: str
    segment: str
    year: int
    target_pct: float
    base: int | None
    covered: int | None
    covered_on: str | None
    covered_pct: float | None
    gap: int | None
    misquoted_gap: int | None
    misquoted_target: int | None
    source_url: str
    source_date: str
    confidence: str


def quoted(targets: pd.DataFrame, regency: str) -> tuple[Quoted, ...]:
    """Return what is published of a regency, else of its province: of the last year, the latest counts first.

    Parameters
    ----------
    targets
        Of `planner.ucj.read_ucj_targets`, or of `planner.ucj_board.all_targets`: then rows of the office come first.
    regency
        Code of the regency.
    """
    for code, most in ((regency, _MOST_OWN), (regency[:2], 1)):
        rows = targets[targets[ucj.REGION_CODE] == code]
        known = rows[rows[ucj.BASE].notna() & rows[ucj.COVERED].notna()]
        rows = known if len(known) else rows
        if len(rows):
            others = ~rows[_OWN] if _OWN in rows else True
            dated = ucj.with_gaps(rows.assign(_day=rows[ucj.COVERED_DATE].fillna(""), _others=others))
            order = {"_others": True, "_day": False, ucj.TARGET_YEAR: True}
            ordered = dated.sort_values(list(order), ascending=list(order.values()), kind="stable")
            return tuple(_quoted(row) for row in ordered.head(most).to_dict("records"))
    return ()


def _quoted(row: dict[Any, Any]) -> Quoted:
    base, covered, gap = (_people(row[name]) for name in (ucj.BASE, ucj.COVERED, ucj.UCJ_GAP))
    odd = not pd.isna(row[ucj.MISMATCH]) and bool(row[ucj.MISMATCH])
    by_gap = odd and not pd.isna(row[ucj.QUOTED_GAP]) and gap is not None
    return Quoted(
        code=row[ucj.REGION_CODE],
        name=row[ucj.REGION_NAME],
        segment=row[ucj.SEGMENT],
        year=int(row[ucj.TARGET_YEAR]),
        target_pct=float(row[ucj.TARGET]),
        base=base,
        covered=covered,
        covered_on=None if pd.isna(row[ucj.COVERED_DATE]) else str(row[ucj.COVERED_DATE]),
        covered_pct=100 * covered / base if base and covered is not None else None,
        gap=gap,
        misquoted_gap=_people(row[ucj.QUOTED_GAP]) if by_gap else None,
        misquoted_target=_people(row[ucj.QUOTED_TARGET]) if odd and not by_gap else None,
        source_url=row[SOURCE_URL],
        source_date=row[SOURCE_DATE],
        confidence=row[CONFIDENCE],
    )


def _people(value: Any) -> int | None:  # noqa: ANN401  # a cell
    return None if pd.isna(value) else int(value)
