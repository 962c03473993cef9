"""Codes that are no longer in force, and the village that has the land now.

Two kinds are known. Regencies that were split off took their villages along under new codes: the laws say which regency
came from which, no published list pairs the villages, so these are found by name within the successors. Districts that
were split gave villages new codes too: there the BPS bridge still holds the old code, and the name within the same
regency leads to the new one (`pairs_by_name`; the pairs found are in ``names_old_codes.csv``).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

import pandas as pd

from geodata import codes
from geodata.codes import KEMENDAGRI
from geodata.names import readings
from geodata.names_likeness import Candidates
from geodata.register import FILLED, read_register
from geodata.schema import REGENCY_CODE, VILLAGE_CODE, VILLAGE_NAME

SPLITS: Final = Path(__file__).with_name("names_splits.csv")
OLD_CODES: Final = Path(__file__).with_name("names_old_codes.csv")
OLD_CODE: Final = "old_code"
SPLIT_FROM: Final = "split_from"

Reason = Literal["in_force", "replaced", "regency_split", "unknown"]

_REGENCY: Final = r"\d\d\.\d\d"
_VILLAGE: Final = r"\d\d\.\d\d\.\d\d\.\d{4}"


class Current(NamedTuple):
    """The code in force, None if it takes the name to find it, and why."""

    code: str | None
    reason: Reason


@cache
def splits() -> Mapping[str, tuple[str, ...]]:
    """Return the regencies that were split off from each regency since 2002, from the laws that made them."""
    forms = {REGENCY_CODE: _REGENCY, SPLIT_FROM: _REGENCY, "law": FILLED}
    frame = read_register(SPLITS, forms, refusal="names.register_bad")
    return {str(origin): tuple(own[REGENCY_CODE]) for origin, own in frame.groupby(SPLIT_FROM)}


@cache
def replaced() -> Mapping[str, str]:
    """Return the village code in force for each replaced one that is known."""
    forms = {OLD_CODE: _VILLAGE, VILLAGE_CODE: _VILLAGE, VILLAGE_NAME: FILLED, "source": FILLED}
    frame = read_register(OLD_CODES, forms, refusal="names.register_bad")
    return dict(zip(frame[OLD_CODE], frame[VILLAGE_CODE], strict=True))


def related(regency_code: str) -> tuple[str, ...]:
    """Return the regencies that a regency's villages may be recorded under: split off from it, or that it came from."""
    origins = [origin for origin, successors in splits().items() if regency_code in successors]
    siblings = [one for origin in origins for one in splits()[origin] if one != regency_code]
    return tuple(dict.fromkeys((*splits().get(regency_code, ()), *origins, *siblings)))


def current_code(code: str, in_force: "pd.Series[str]") -> Current:
    """Return the code in force for a village code.

    Parameters
    ----------
    code
        Kemendagri code of a village.
    in_force
        Village codes of the layer.

    Returns
    -------
    Current
        Reasons: ``in_force``; ``replaced`` (a pair is known); ``regency_split`` (its regency was split, the village is
        to be found by name there and in ``related``); ``unknown``.

    Raises
    ------
    CodeError
        If the code is bad.
    """
    written = codes.normalise(code)
    if in_force.eq(written).any():
        return Current(written, "in_force")
    successor = replaced().get(written)
    if successor is not None and in_force.eq(successor).any():
        return Current(successor, "replaced")
    was_split = written[: KEMENDAGRI.length["regency"]] in splits()
    return Current(None, "regency_split" if was_split else "unknown")


def pairs_by_name(old: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Pair replaced codes with villages of the same name in the same regency.

    Parameters
    ----------
    old
        Columns ``village_code`` and ``village_name`` of an older list.
    villages
        Official villages, columns ``village_code`` and ``village_name``.

    Returns
    -------
    pandas.DataFrame
        Columns ``old_code``, ``village_code``, ``village_name`` (official), one row per code of ``old`` that is not in
        force; ``village_code`` missing unless exactly one village has the name and it is not in ``old`` under its own
        code.
    """
    gone = old[~old[VILLAGE_CODE].isin(villages[VILLAGE_CODE])]
    free = villages[~villages[VILLAGE_CODE].isin(old[VILLAGE_CODE])]
    regency = KEMENDAGRI.length["regency"]
    pools = {
        str(parent): Candidates.of(zip(own[VILLAGE_CODE], own[VILLAGE_NAME], strict=True), "village")
        for parent, own in free.groupby(free[VILLAGE_CODE].str[:regency])
    }
    found = [
        _only(pools.get(code[:regency]), name)
        for code, name in zip(gone[VILLAGE_CODE], gone[VILLAGE_NAME], strict=True)
    ]
    paired = pd.DataFrame({OLD_CODE: gone[VILLAGE_CODE].to_numpy(), VILLAGE_CODE: pd.Series(found, dtype="str")})
    return paired.assign(**{VILLAGE_NAME: paired[VILLAGE_CODE].map(villages.set_index(VILLAGE_CODE)[VILLAGE_NAME])})


def _only(pool: Candidates | None, name: str) -> str | None:
    same = pool.same(readings(name)) if pool else ()
    return pool.codes[same[0]] if pool and len(same) == 1 else None
