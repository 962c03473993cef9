"""Rows without a village code in force: the village that their names mean, or what a person has to decide."""

from typing import Final, NamedTuple

import pandas as pd

from geodata.codes import Level
from geodata.names import normalise
from geodata.names_aliases import ALIAS_NAME, PARENT_CODE
from geodata.names_match import (
    BY_CODE,
    BY_OLD_CODE,
    MATCH_HOW,
    MATCH_REASON,
    MATCH_STATUS,
    MATCHED_CODE,
    OTHER_REGENCY,
    RANK,
    ROW,
    SCORE,
    match,
)
from geodata.names_register import EVERYWHERE, Register, read
from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME

HELD_NAMES: Final = "upload.held."  # before the key of why the name doctor left it open
ALIAS: Final = "alias"
OLD_CODE: Final = "old_code"
NAMES: Final = (VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME)

SUGGESTED: Final = (RANK, VILLAGE_CODE, VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME, SCORE)
"""Columns of a suggestion beside the row it is for."""

_REGENCY: Final = 5  # characters of its code
_DISTRICT: Final = 8
_IN_DISTRICT: Final = "kecamatan"  # stands in an alias of name and district as written, never in a village's name


class Named(NamedTuple):
    """What the names of rows mean, index of the rows.

    Attributes
    ----------
    codes
        Village code, missing where it is not sure.
    how
        ``name`` (another spelling), ``alike``, ``alias``, ``old_code``; missing where there is no code.
    reasons
        Key of a text, why a person has to decide; missing where there is a code.
    suggestions
        As `geodata.names_match.Matches` has them, for rows without code.
    """

    codes: "pd.Series[str]"
    how: "pd.Series[str]"
    reasons: "pd.Series[str]"
    suggestions: pd.DataFrame


def by_names(rows: pd.DataFrame, villages: pd.DataFrame, aliases: pd.DataFrame | None, register: Register) -> Named:
    """Find the villages that rows mean.

    Parameters
    ----------
    rows
        Text columns ``village_code`` (one that is not in force, or empty), ``village_name``, ``district_name``,
        ``regency_name`` as written, empty where nothing is.
    villages
        Official villages with codes and names of village, district and regency.
    aliases
        Decided names (`geodata.names_aliases.aliases_of`).
    register
        The same villages, made ready.

    Returns
    -------
        Names decided for a district count for rows that name that district; names decided for a regency count for rows
        that name no district. A name decided together with a district that is none is an alias of both.
    """
    with_district = rows[DISTRICT_NAME].str.strip() != ""
    known = aliases if aliases is not None else pd.DataFrame(columns=[PARENT_CODE, ALIAS_NAME, VILLAGE_CODE])
    narrow = known[PARENT_CODE].str.len() == _DISTRICT
    both = [
        match(rows[with_district], villages, aliases=known[narrow]),
        match(rows[~with_district], villages, aliases=known[~narrow]),
    ]
    found = pd.concat([one.rows for one in both]).reindex(rows.index)
    suggested = pd.concat([one.suggestions for one in both if len(one.suggestions)] or [both[0].suggestions])
    taken = found[MATCH_STATUS] == "accepted"
    codes, how = found[MATCHED_CODE].where(taken), found[MATCH_HOW].where(taken)
    how = how.mask(found[MATCH_REASON].isin([BY_OLD_CODE, BY_CODE]) & taken, OLD_CODE)
    decided = _decided_with_district(rows[with_district & ~taken], known[~narrow], register).reindex(rows.index)
    moved = _moved(rows[found[MATCH_REASON] == OTHER_REGENCY], suggested).reindex(rows.index)
    codes = codes.fillna(decided).fillna(moved).astype("str")
    how = how.mask(decided.notna(), ALIAS).mask(decided.isna() & moved.notna(), OLD_CODE).astype("str")
    reasons = (HELD_NAMES + found[MATCH_REASON]).mask(codes.notna()).astype("str")
    left = suggested[suggested[ROW].isin(codes.index[codes.isna()])].reset_index(drop=True)
    return Named(codes, how, reasons, left)


def none_named(index: pd.Index) -> Named:
    """Return what is known where no row has to be looked up."""
    nothing = pd.Series(index=index, dtype="str")
    return Named(nothing, nothing, nothing, pd.DataFrame(columns=[ROW, *SUGGESTED]))


def alias_of(values: dict[str, str], village_code: str, register: Register) -> tuple[str, str] | None:
    """Return parent and name under which a decision is remembered; nothing where the row does not say enough.

    Parameters
    ----------
    values
        ``village_name``, ``district_name``, ``regency_name`` as written, empty where nothing is.
    village_code
        The village that was chosen.
    register
        The official villages.

    Returns
    -------
        District and name, where the row names the district of the village; regency, name and district, where it names
        another district or one that is none; regency and name, where it names no district.
    """
    name, district, regency = (values.get(column, "").strip() for column in NAMES)
    above = _code_of(regency, "regency", EVERYWHERE, register)
    if not normalise(name) or (regency and above != village_code[:_REGENCY]):
        return None
    if district and _code_of(district, "district", above, register) == village_code[:_DISTRICT]:
        return village_code[:_DISTRICT], normalise(name)
    if not above:
        return None
    return above, _with_district(name, district) if district else normalise(name)


def _code_of(name: str, level: Level, parent: str, register: Register) -> str:
    written = read(name, level)
    finding = register.find(written, level, parent) if written else None
    wide = level == "district" and not parent  # looked for outside its regency by its name only, as in the name doctor
    return "" if finding is None or finding.code is None or (wide and not finding.same) else finding.code


def _with_district(name: str, district: str) -> str:
    return normalise(f"{name} {_IN_DISTRICT} {normalise(district, 'district')}")


def _decided_with_district(rows: pd.DataFrame, aliases: pd.DataFrame, register: Register) -> "pd.Series[str]":
    """Return the villages decided for a name together with a district as written."""
    decided = {
        (str(parent), str(name)): str(code)
        for parent, name, code in aliases[[PARENT_CODE, ALIAS_NAME, VILLAGE_CODE]].itertuples(index=False)
        if f" {_IN_DISTRICT} " in name and code in register.village_codes
    }
    if not decided:
        return pd.Series(index=rows.index, dtype="str")
    parents = {name: _code_of(name, "regency", EVERYWHERE, register) for name in rows[REGENCY_NAME].unique()}
    said = zip(rows[REGENCY_NAME], rows[VILLAGE_NAME], rows[DISTRICT_NAME], strict=True)
    codes = [decided.get((parents[regency], _with_district(name, district))) for regency, name, district in said]
    return pd.Series(codes, index=rows.index, dtype="str")


def _moved(rows: pd.DataFrame, suggested: pd.DataFrame) -> "pd.Series[str]":
    """Return the villages that went to another regency with their district: one of that name in that district."""
    named = rows[(rows[VILLAGE_CODE] != "") & (rows[DISTRICT_NAME].str.strip() != "")]
    same = suggested[(suggested[SCORE] == 100) & suggested[ROW].isin(named.index)]
    districts = named[DISTRICT_NAME].map(lambda name: normalise(name, "district"))
    here = same[DISTRICT_NAME].map(lambda name: normalise(name, "district")) == same[ROW].map(districts)
    one = same[here].drop_duplicates(ROW, keep=False)
    return pd.Series(one[VILLAGE_CODE].to_numpy(), index=pd.Index(one[ROW]), dtype="str").reindex(rows.index)
