"""Match place names to official places, always below a known parent.

More than a third of the villages of Southern Sumatra share their name with another one: a name alone says nothing. What
is not sure is not accepted; it goes to a review queue with suggestions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from geodata.codes import KEMENDAGRI, Level
from geodata.names import PlaceName, place_name
from geodata.published import NATIONAL
from geodata.schema import (
    DISTRICT_CODE,
    DISTRICT_NAME,
    PROVINCE_CODE,
    REGENCY_CODE,
    REGENCY_NAME,
    VILLAGE_CODE,
    VILLAGE_NAME,
)

MATCHED_CODE: Final = "matched_code"
MATCH_SCORE: Final = "match_score"
MATCH_STATUS: Final = "match_status"
MATCH_REASON: Final = "match_reason"
SUGGESTED_CODES: Final = "suggested_codes"

Status = Literal["matched", "review", "unmatched"]

SAME: Final = "names.same"
ALIKE: Final = "names.alike"
NO_NAME: Final = "names.no_name"
NO_PARENT: Final = "names.no_parent"
SEVERAL: Final = "names.several"
UNSURE: Final = "names.unsure"
NOT_FOUND: Final = "names.not_found"
DISTRICT_UNKNOWN: Final = "names.district_unknown"
OTHER_DISTRICT: Final = "names.other_district"

_SUGGESTED: Final = 3
_WORTH_A_LOOK: Final = 60.0


class _Bar(NamedTuple):
    """What a match of unequal names must reach: likeness, and lead over the next candidate, both of 100."""

    score: float
    lead: float


# Set so that BPS names meet their Kemendagri village: tests/geodata/test_matching.py measures it.
_BAR: Final = _Bar(score=86, lead=8)
_BAR_ACROSS_DISTRICTS: Final = _Bar(score=93, lead=10)

# Names that differ in one of these are two places, however alike they look.
_APART: Final = frozenset(
    (
        *("barat", "timur", "utara", "selatan", "tengah", "ulu", "ilir", "atas", "bawah", "dalam", "luar"),
        *("kiri", "kanan", "darat", "laut", "lama", "baru", "besar", "kecil", "raya", "pasar", "seberang"),
    )
)


@dataclass(frozen=True)
class _Pool:
    """The candidates below one parent, in the order of their codes."""

    codes: tuple[str, ...]
    names: tuple[PlaceName, ...]
    bar: _Bar

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(name.key for name in self.names)

    def same(self, name: PlaceName) -> tuple[str, ...]:
        """Return the codes of the candidates that have a name."""
        here = [i for i, key in enumerate(self.keys) if key == name.key and _one_kind(self.names[i], name)]
        return tuple(self.codes[i] for i in here)


@dataclass(frozen=True)
class _Verdict:
    """What was decided on one name; codes best first."""

    status: Status
    reason: str
    score: float = np.nan
    codes: tuple[str, ...] = ()


def match(names: "pd.Series[str]", candidates: "pd.Series[str]", *, parents: "pd.Series[str]") -> pd.DataFrame:
    """Match names to places that lie below a known parent.

    Accepted are the same name in another spelling, and a name alike enough to one candidate and clearly less so to all
    others; names with other numerals (*Sakti 2*, *Sakti III*) or other directions (*Barat*, *Timur*) never are.
    A village is looked for in its district, or in its regency with a stricter bar; never in a whole province.

    Parameters
    ----------
    names
        Names as written; missing allowed.
    candidates
        Official names, all of one level; index: their Kemendagri codes.
    parents
        Kemendagri code of the place each name lies in, index of ``names``; missing where unknown. Regencies may be
        looked for in the whole country, code 00.

    Returns
    -------
    pandas.DataFrame
        Index of ``names``: ``matched_code`` (missing unless matched), ``match_score`` (0 to 100: likeness to the best
        candidate; 100 for the same name), ``match_status`` (``matched``, ``review``, ``unmatched``), ``match_reason``
        (key of a text), ``suggested_codes`` (up to three codes, best first, separated by spaces; missing if none).

    Raises
    ------
    ValueError
        If the candidates are not of one level.
    """
    level = _level(candidates)
    official = {str(code): place_name(name, level) for code, name in candidates.sort_index().items()}
    pools = {parent: _pool(official, str(parent), level) for parent in parents.dropna().unique()}
    verdicts = [
        _verdict(name, pools.get(parent), level) for name, parent in zip(_texts(names), _texts(parents), strict=True)
    ]
    return _frame(verdicts, names.index)


def match_villages(rows: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Match villages that are named with their regency and, better, their district.

    A village found in the regency only, while the row names a district that is unknown or another one, is not accepted
    but suggested.

    Parameters
    ----------
    rows
        Columns ``village_name``, ``regency_name``, ``district_name`` (may be missing), ``province_code`` (may be
        missing).
    villages
        Official villages: codes and names of village, district and regency.

    Returns
    -------
    pandas.DataFrame
        Index of ``rows``, columns as :func:`match`, codes of villages.
    """
    official = villages.set_index(VILLAGE_CODE)[VILLAGE_NAME]
    province = rows[PROVINCE_CODE].fillna(NATIONAL)
    regency = _parents_of(rows, villages, code=REGENCY_CODE, name=REGENCY_NAME, parents=province)
    district = _parents_of(rows, villages, code=DISTRICT_CODE, name=DISTRICT_NAME, parents=regency)
    found = match(rows[VILLAGE_NAME], official, parents=district.fillna(regency))
    strayed = found[MATCH_STATUS].eq("matched") & rows[DISTRICT_NAME].notna() & district.isna()
    found = found.mask(strayed, _suggested(found, DISTRICT_UNKNOWN))
    missed = found[MATCH_STATUS].ne("matched") & district.notna()
    wide = match(rows.loc[missed, VILLAGE_NAME], official, parents=regency[missed])
    elsewhere = _suggested(wide[wide[MATCH_REASON] == SAME], OTHER_DISTRICT).reindex(rows.index)
    return found.mask(elsewhere[MATCH_REASON].notna(), elsewhere)


def review_queue(matches: pd.DataFrame) -> pd.DataFrame:
    """Return the rows a person must look at: those with suggestions, likeliest first, then those without."""
    waiting = matches[matches[MATCH_STATUS] != "matched"]
    return waiting.sort_values([MATCH_STATUS, MATCH_SCORE], ascending=[True, False], kind="stable")


def _parents_of(
    rows: pd.DataFrame, villages: pd.DataFrame, *, code: str, name: str, parents: "pd.Series[str]"
) -> "pd.Series[str]":
    official = villages.drop_duplicates(code).set_index(code)[name]
    return match(rows[name], official, parents=parents)[MATCHED_CODE]


def _suggested(matches: pd.DataFrame, reason: str) -> pd.DataFrame:
    """Turn accepted matches into suggestions."""
    return matches.assign(**{MATCHED_CODE: None, MATCH_STATUS: "review", MATCH_REASON: reason})


def _level(candidates: "pd.Series[str]") -> Level:
    lengths = set(candidates.index.str.len())
    for level, length in KEMENDAGRI.length.items():
        if lengths == {length}:
            return level
    msg = f"candidates must have the codes of one level as index, found lengths {sorted(lengths)}"
    raise ValueError(msg)


def _pool(official: Mapping[str, PlaceName], parent: str, level: Level) -> _Pool | None:
    """Gather what lies below a parent; None if that is too much for a name to tell places apart."""
    if level in {"district", "village"} and len(parent) < KEMENDAGRI.length["regency"]:
        return None
    below = {code: name for code, name in official.items() if parent == NATIONAL or code.startswith(f"{parent}.")}
    across_districts = level == "village" and len(parent) == KEMENDAGRI.length["regency"]
    return _Pool(tuple(below), tuple(below.values()), _BAR_ACROSS_DISTRICTS if across_districts else _BAR)


def _texts(values: "pd.Series[str]") -> list[str]:
    return [str(value).strip() for value in values.where(values.notna(), "")]


def _verdict(written: str, pool: _Pool | None, level: Level) -> _Verdict:
    name = place_name(written, level)
    if not name.words:
        return _Verdict("unmatched", NO_NAME)
    if pool is None:
        return _Verdict("unmatched", NO_PARENT)
    readings = tuple(dict.fromkeys((name, name.without_title))) if level == "village" else (name,)
    for reading in readings:
        same = pool.same(reading)
        if same:
            return (
                _Verdict("matched", SAME, 100.0, same) if len(same) == 1 else _Verdict("review", SEVERAL, 100.0, same)
            )
    return _nearest(readings, pool)


def _nearest(readings: tuple[PlaceName, ...], pool: _Pool) -> _Verdict:
    """Decide on a name that no candidate has: by Indel likeness of the keys, the best reading counting."""
    written = [reading.key for reading in readings]
    likeness = process.cdist(written, pool.keys, scorer=fuzz.ratio).max(axis=0, initial=0.0)
    likeness[[not _one_kind(name, readings[0]) for name in pool.names]] = 0.0
    order = np.argsort(-likeness, kind="stable")
    near = tuple(int(i) for i in order[:_SUGGESTED] if likeness[i] >= _WORTH_A_LOOK)
    if not near:
        return _Verdict("unmatched", NOT_FOUND, float(likeness.max(initial=0.0)))
    best, second = float(likeness[order[0]]), float(likeness[order[1]]) if len(order) > 1 else 0.0
    sure = best >= pool.bar.score and best - second >= pool.bar.lead
    alike = sure and any(not _apart(reading, pool.names[near[0]]) for reading in readings)
    codes = tuple(pool.codes[i] for i in near)
    return _Verdict("matched", ALIKE, best, codes) if alike else _Verdict("review", UNSURE, best, codes)


def _one_kind(name: PlaceName, other: PlaceName) -> bool:
    return not (name.kind and other.kind) or name.kind == other.kind


def _apart(name: PlaceName, other: PlaceName) -> bool:
    return name.numbers != other.numbers or bool((set(name.words) ^ set(other.words)) & _APART)


def _frame(verdicts: list[_Verdict], index: pd.Index) -> pd.DataFrame:
    codes = [verdict.codes[0] if verdict.status == "matched" else None for verdict in verdicts]
    suggested = [" ".join(verdict.codes[:_SUGGESTED]) or None for verdict in verdicts]
    return pd.DataFrame(
        {
            MATCHED_CODE: pd.Series(codes, index=index, dtype="str"),
            MATCH_SCORE: pd.Series([round(v.score, 1) for v in verdicts], index=index, dtype=np.float64),
            MATCH_STATUS: pd.Series([v.status for v in verdicts], index=index, dtype="str"),
            MATCH_REASON: pd.Series([v.reason for v in verdicts], index=index, dtype="str"),
            SUGGESTED_CODES: pd.Series(suggested, index=index, dtype="str"),
        }
    )
