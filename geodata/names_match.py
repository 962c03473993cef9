"""Name doctor: which official village a sender's row means, or what a person has to decide.

A village is looked for in its district, or in its regency with a stricter bar; never in a whole province. Every row
ends in exactly one class: accepted with its code, for review with suggestions, or unknown.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from geodata import codes
from geodata.codes import KEMENDAGRI, Level
from geodata.names import PlaceName
from geodata.names_aliases import lookup
from geodata.names_old_codes import current_code, related
from geodata.names_register import EVERYWHERE, Finding, Register, read
from geodata.schema import (
    DISTRICT_CODE,
    DISTRICT_NAME,
    PROVINCE_CODE,
    REGENCY_CODE,
    REGENCY_NAME,
    VILLAGE_CODE,
    VILLAGE_NAME,
)

MATCH_STATUS: Final = "match_status"
MATCHED_CODE: Final = "matched_code"
MATCH_HOW: Final = "match_how"
MATCH_SCORE: Final = "match_score"
MATCH_REASON: Final = "match_reason"
ROW: Final = "row"
RANK: Final = "rank"
SCORE: Final = "score"

Status = Literal["accepted", "review", "unknown"]
STATUSES: Final[tuple[Status, ...]] = ("accepted", "review", "unknown")
How = Literal["code", "name", "alias", "alike"]

BY_CODE: Final = "names.by_code"
BY_OLD_CODE: Final = "names.by_old_code"
BY_ALIAS: Final = "names.by_alias"
SAME: Final = "names.same"
ALIKE: Final = "names.alike"
NO_NAME: Final = "names.no_name"
NO_PARENT: Final = "names.no_parent"
CODE_DIFFERS: Final = "names.code_differs"
SEVERAL: Final = "names.several"
UNSURE: Final = "names.unsure"
DISTRICT_UNKNOWN: Final = "names.district_unknown"
OTHER_DISTRICT: Final = "names.other_district"
OTHER_REGENCY: Final = "names.other_regency"
NOT_FOUND: Final = "names.not_found"

SUGGESTIONS: Final = 5
_WORTH_A_LOOK: Final = 40.0
_IN_THE_DISTRICT: Final = 15.0  # a place in the district named comes before one that is this much more alike


class _Given(NamedTuple):
    """What a row says of its place, codes in their form; empty where it says nothing. Fields are named as columns."""

    village_code: str
    district_code: str
    district_name: str
    regency_code: str
    regency_name: str
    province_code: str


class Matches(NamedTuple):
    """What was decided on each row, and what is suggested for those that wait.

    Attributes
    ----------
    rows
        Index of the input: ``match_status``, ``matched_code`` (missing unless accepted), ``match_how`` (``code``,
        ``name``, ``alias``, ``alike``; missing unless accepted), ``match_score`` (0 to 100), ``match_reason`` (key of a
        text).
    suggestions
        For rows in review, up to five each, best first: ``row`` (index of the input), ``rank`` (from 1),
        ``village_code``, ``village_name``, ``district_name``, ``regency_name``, ``score``.
    """

    rows: pd.DataFrame
    suggestions: pd.DataFrame


class _Asked(NamedTuple):
    """One row, its parents as codes; empty where unknown."""

    name: str
    code: str
    district: str
    regency: str
    district_unknown: bool


class _Verdict(NamedTuple):
    """What was decided on one row; for review with codes and scores of suggestions."""

    status: Status
    reason: str
    score: float = np.nan
    code: str | None = None
    how: How | None = None
    suggested: tuple[tuple[str, float], ...] = ()


def match(rows: pd.DataFrame, villages: pd.DataFrame, *, aliases: pd.DataFrame | None = None) -> Matches:
    """Match a sender's rows to official villages.

    In this order: a code in force (or the one that replaced it) whose village has the name of the row; a decided alias
    of the district or regency; the same name in another spelling; a name alike enough to one village and clearly less
    so to all others. Districts and regencies given as names are found by the same rules first.

    Parameters
    ----------
    rows
        Column ``village_name``, and what is known of ``village_code``, ``district_code``, ``district_name``,
        ``regency_code``, ``regency_name``, ``province_code`` (Kemendagri); missing columns and values are allowed.
        Index unique.
    villages
        Official villages: codes and names of village, district and regency.
    aliases
        Decided names (`geodata.names_aliases.aliases_of`).

    Returns
    -------
    Matches
        Every row of ``rows`` in exactly one class; the order of rows does not matter.

    Raises
    ------
    ValueError
        If the index of ``rows`` has repeats.
    """
    if not rows.index.is_unique:
        msg = "the index of rows must be unique"
        raise ValueError(msg)
    register = Register(villages)
    decided = lookup(aliases)
    asked = _asked(rows, register)
    verdicts = {one: _verdict(one, register, decided) for one in dict.fromkeys(asked)}
    return Matches(
        _rows_frame([verdicts[one] for one in asked], rows.index),
        _suggestions_frame([verdicts[one] for one in asked], rows.index, villages),
    )


def _asked(rows: pd.DataFrame, register: Register) -> list[_Asked]:
    given = rows.reindex(columns=[VILLAGE_NAME, *_Given._fields]).astype("str")
    for column in (VILLAGE_CODE, DISTRICT_CODE, REGENCY_CODE, PROVINCE_CODE):
        given[column] = codes.normalised(given[column])
    texts = given.where(given.notna(), "").to_dict("list")
    said = [_Given(*map(str, one)) for one in zip(*(texts[column] for column in _Given._fields), strict=True)]
    parents = {one: _parents(one, register) for one in dict.fromkeys(said)}
    return [
        _Asked(str(name).strip(), one.village_code, *parents[one])
        for name, one in zip(texts[VILLAGE_NAME], said, strict=True)
    ]


def _parents(given: _Given, register: Register) -> tuple[str, str, bool]:
    """Return district and regency as codes, and whether a district was named that is not known."""
    length = KEMENDAGRI.length["regency"]
    district_said = bool(given.district_code or given.district_name.strip())
    above = (given.regency_code, given.district_code[:length])
    regency = next((code for code in above if code and register.has("district", code)), "")
    regency = regency or _found(given.regency_name, "regency", given.province_code, register=register)
    nowhere = not (district_said or given.regency_code or given.regency_name.strip())
    if nowhere and register.has("district", given.village_code[:length]):
        regency = given.village_code[:length]
    district = given.district_code if register.has("village", given.district_code) else ""
    district = district or _found(given.district_name, "district", regency or given.province_code, register=register)
    if regency and not district.startswith(regency):
        district = ""
    return district, regency or district[:length], district_said and not district


def _found(name: str, level: Level, parent: str, *, register: Register) -> str:
    """Return the code of a parent given by its name; a district is looked for outside its regency by its name only."""
    written = read(name, level)
    if not written:
        return ""
    finding = register.find(written, level, parent or EVERYWHERE)
    wide = level == "district" and len(parent) < KEMENDAGRI.length["regency"]
    return "" if finding.code is None or (wide and not finding.same) else finding.code


def _verdict(asked: _Asked, register: Register, aliases: Mapping[tuple[str, str], str]) -> _Verdict:
    written = read(asked.name, "village")
    if asked.code:
        by_code = _by_code(asked, written, register)
        if by_code is not None:
            return by_code
    if not written:
        return _Verdict("unknown", NO_NAME)
    for parent in filter(None, (asked.district, asked.regency)):
        decided = aliases.get((parent, " ".join(written[0].words)))
        if decided in register.village_codes:
            return _Verdict("accepted", BY_ALIAS, 100.0, decided, "alias")
    if not asked.regency:
        return _Verdict("unknown", NO_PARENT)
    return _by_name(asked, written, register)


def _by_code(asked: _Asked, written: tuple[PlaceName, ...], register: Register) -> _Verdict | None:
    """Decide by the code; None if no village has it."""
    current = current_code(asked.code, register.in_force)
    if current.code is None:
        return None
    if not written or register.agrees(written, current.code):
        reason = BY_CODE if current.reason == "in_force" else BY_OLD_CODE
        return _Verdict("accepted", reason, 100.0, current.code, "code")
    others = _suggested(asked, written, register) if asked.regency else ()
    kept = [one for one in others if one[0] != current.code][: SUGGESTIONS - 1]
    score = float(register.pool("village", current.code[: KEMENDAGRI.length["district"]]).scores(written).max())
    return _Verdict("review", CODE_DIFFERS, score, suggested=((current.code, 0.0), *kept))


def _by_name(asked: _Asked, written: tuple[PlaceName, ...], register: Register) -> _Verdict:
    finding = register.find(written, "village", asked.district or asked.regency)
    if finding.code is not None and not asked.district_unknown:
        how: How = "name" if finding.same else "alike"
        return _Verdict("accepted", SAME if finding.same else ALIKE, finding.score, finding.code, how)
    suggested = _suggested(asked, written, register)
    reason = _waiting_reason(asked, written, finding, register)
    if reason == OTHER_REGENCY:
        elsewhere = [code for parent in related(asked.regency) for code in _same_in(parent, written, register)]
        suggested = tuple([*((code, 100.0) for code in elsewhere), *suggested][:SUGGESTIONS])
    if not suggested:
        return _Verdict("unknown", NOT_FOUND, finding.score)
    return _Verdict("review", reason, finding.score, suggested=suggested)


def _waiting_reason(asked: _Asked, written: tuple[PlaceName, ...], finding: Finding, register: Register) -> str:
    """Return why a person has to decide."""
    if len(finding.same) > 1:
        return SEVERAL
    if finding.code is not None:
        return DISTRICT_UNKNOWN
    if asked.district and _same_in(asked.regency, written, register):
        return OTHER_DISTRICT
    if any(_same_in(parent, written, register) for parent in related(asked.regency)):
        return OTHER_REGENCY
    return UNSURE


def _same_in(parent: str, written: tuple[PlaceName, ...], register: Register) -> tuple[str, ...]:
    pool = register.pool("village", parent)
    return tuple(pool.codes[i] for i in pool.same(written))


def _suggested(asked: _Asked, written: tuple[PlaceName, ...], register: Register) -> tuple[tuple[str, float], ...]:
    """Return the villages of the regency most like a name, those of the district first among the nearly equal."""
    pool = register.pool("village", asked.regency)
    scores = pool.scores(written)
    same = pool.same(written)
    scores[list(same)] = 100.0
    here = [bool(asked.district) and code.startswith(asked.district) for code in pool.codes]
    order = np.argsort(-(scores + _IN_THE_DISTRICT * np.asarray(here, dtype=np.float64)), kind="stable")
    return tuple((pool.codes[i], float(scores[i])) for i in order[:SUGGESTIONS] if scores[i] >= _WORTH_A_LOOK)


def _rows_frame(verdicts: list[_Verdict], index: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(
        {
            MATCH_STATUS: pd.Series([one.status for one in verdicts], index=index, dtype="str"),
            MATCHED_CODE: pd.Series([one.code for one in verdicts], index=index, dtype="str"),
            MATCH_HOW: pd.Series([one.how for one in verdicts], index=index, dtype="str"),
            MATCH_SCORE: pd.Series([round(one.score, 1) for one in verdicts], index=index, dtype=np.float64),
            MATCH_REASON: pd.Series([one.reason for one in verdicts], index=index, dtype="str"),
        }
    )


def _suggestions_frame(verdicts: list[_Verdict], index: pd.Index, villages: pd.DataFrame) -> pd.DataFrame:
    listed = [
        (row, rank, code, round(score, 1))
        for row, verdict in zip(index, verdicts, strict=True)
        for rank, (code, score) in enumerate(verdict.suggested, start=1)
    ]
    frame = pd.DataFrame(listed, columns=[ROW, RANK, VILLAGE_CODE, SCORE])
    named = villages.set_index(VILLAGE_CODE)[[VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME]]
    found = frame.astype({VILLAGE_CODE: "str"}).join(named, on=VILLAGE_CODE)
    return found[[ROW, RANK, VILLAGE_CODE, VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME, SCORE]]
