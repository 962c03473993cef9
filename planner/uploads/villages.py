"""Villages of uploaded rows: by Kemendagri code, by BPS code through the bridge, by an old code, or by name."""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from geodata import codes
from geodata.names_match import CODE_DIFFERS
from geodata.schema import REGENCY_CODE, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from planner.uploads.errors import Note, listed
from planner.uploads.known import Known, spelled_regency
from planner.uploads.names import HELD_NAMES, NAMES, OLD_CODE, Named, by_names, none_named

BY_NAME: Final = "upload.held.by_name"
UNKNOWN_NAMED: Final = "upload.held.unknown_code"
SYSTEM_UNCLEAR: Final = "upload.held.code_system"
REGENCY_UNCLEAR: Final = "upload.held.regency_unclear"
UNKNOWN: Final = "upload.refused.unknown_code"
NO_VILLAGE: Final = "upload.refused.no_village"
OTHER_REGENCY: Final = "upload.refused.other_regency"
NAME_ODD: Final = "upload.refused.village_name"

_ALIKE: Final = 80


class Villages(NamedTuple):
    """What is known of each row's village.

    Attributes
    ----------
    codes
        Code, missing where there is none.
    matched_by
        ``code``, ``bridge`` (BPS code), ``old_code``, ``name`` (another spelling), ``alike``, ``alias``; missing where
        there is no code.
    problems
        Keys of texts, by column.
    suggestions
        Villages for rows that are held for their name, as `geodata.names_match.Matches` has them.
    notes
        What was done.
    """

    codes: pd.Series
    matched_by: pd.Series
    problems: dict[str, pd.Series]
    suggestions: pd.DataFrame
    notes: list[Note]


def read_villages(rows: pd.DataFrame, known: Known) -> Villages:
    """Find the village of each row.

    Parameters
    ----------
    rows
        Text columns ``village_code``, ``village_name``, ``district_name``, ``regency_name`` as written, empty where
        nothing is.
    known
        All villages, the bridge, and the names decided before.

    Returns
    -------
        Index of ``rows``. Ten digits that are well formed in both systems are taken as the one that other rows of the
        file show; where they show both or neither, a code that exists only as BPS code is taken as that if no row is
        of Kemendagri, and all others are held. A row without a code in force is looked up by its names
        (`planner.uploads.names`); those left are held with suggestions.
    """
    written = rows[VILLAGE_CODE].str.replace(r"\s", "", regex=True)
    wrong = codes.village_problems(written)
    kemendagri = codes.normalised(written)
    crossed = written.map(known.from_bps).astype("str")
    is_known = kemendagri.isin(known.codes)
    is_bps = written.str.fullmatch(r"\d{10}") & crossed.isin(known.codes)
    sure_bps = is_bps & wrong.notna()
    either = is_bps & wrong.isna() & (kemendagri != crossed)
    has_ours = bool((is_known & ~is_bps).any()) or bool(written.str.contains(".", regex=False).any())
    has_bps = bool(sure_bps.any())
    as_bps = sure_bps | (either & (not has_ours) & (has_bps | ~is_known))
    unclear = either & ~as_bps & (has_ours == has_bps)
    found = kemendagri.where(is_known & ~as_bps, crossed.where(as_bps)).mask(unclear)
    empty, named = written == "", rows[VILLAGE_NAME] != ""
    odd = named & (~rows[VILLAGE_NAME].str.contains(r"[^\W\d_]") | rows[VILLAGE_NAME].str.contains(r"[<>{}$\\]"))
    shaped = wrong.isna() | is_bps
    checks = {
        NAME_ODD: odd,
        NO_VILLAGE: empty & ~named,
        BY_NAME: empty & named,
        SYSTEM_UNCLEAR: unclear,
        UNKNOWN_NAMED: shaped & found.isna() & named,
        UNKNOWN: shaped & found.isna(),
    }
    problem = _first(checks, rows.index)
    problem = problem.where(problem.notna() | found.notna(), wrong)
    found = found.mask(problem.notna()).astype("str")
    how = pd.Series(np.where(as_bps, "bridge", "code"), index=rows.index, dtype="str").where(found.notna())
    by_name = _by_name(rows, problem, kemendagri, known)
    one_of_two = problem.ne(SYSTEM_UNCLEAR) | by_name.codes.eq(kemendagri) | by_name.codes.eq(crossed)
    taken = by_name.codes.notna() & one_of_two
    found, how = found.mask(taken, by_name.codes), how.mask(taken, by_name.how)
    problem = _still(problem.mask(taken), by_name.reasons)
    place = pd.Series(np.where(empty | odd, VILLAGE_NAME, VILLAGE_CODE), index=rows.index)
    regency = _regency_problems(rows[REGENCY_NAME].mask(how == OLD_CODE, ""), found, known)
    problems = {
        VILLAGE_CODE: problem.where(place == VILLAGE_CODE),
        VILLAGE_NAME: problem.where(place == VILLAGE_NAME),
        REGENCY_NAME: regency,
    }
    return Villages(found, how, problems, by_name.suggestions, _notes(rows, found, how))


def _by_name(rows: pd.DataFrame, problem: pd.Series, kemendagri: pd.Series, known: Known) -> Named:
    """Look up the rows that have no code in force, each with the code that it may have had."""
    asked = rows[problem.isin([BY_NAME, SYSTEM_UNCLEAR, UNKNOWN_NAMED, UNKNOWN])]
    if asked.empty:
        return none_named(rows.index)
    old = kemendagri[asked.index].where(problem[asked.index] != SYSTEM_UNCLEAR).fillna("")
    found = by_names(asked[list(NAMES)].assign(**{VILLAGE_CODE: old}), known.villages, known.aliases, known.register)
    own, how, reasons = (one.reindex(rows.index).astype("str") for one in (found.codes, found.how, found.reasons))
    return Named(own, how, reasons, found.suggestions)


def _still(problem: pd.Series, reasons: pd.Series) -> pd.Series:
    """Return why rows are held, in the words of the name doctor where it knows better."""
    differs = reasons == HELD_NAMES + CODE_DIFFERS
    return problem.mask(problem.eq(BY_NAME) | (problem.notna() & differs), reasons).astype("str")


def _notes(rows: pd.DataFrame, found: pd.Series, how: pd.Series) -> list[Note]:
    counts = how.value_counts()
    notes = [Note("upload.note.bps_codes", {"count": int(counts["bridge"])})] if "bridge" in counts else []
    by_name = int(how.isin(["name", "alike", "alias"]).sum())
    if by_name:
        notes.append(Note("upload.note.by_name", {"count": by_name}))
    old = how == OLD_CODE
    if old.any():
        pairs = sorted({f"{code} ({now})" for code, now in zip(rows.loc[old, VILLAGE_CODE], found[old], strict=True)})
        notes.append(Note("upload.note.old_codes", {"count": int(old.sum()), "pairs": listed(pairs)}))
    return notes


def _first(checks: dict[str, pd.Series], index: pd.Index) -> pd.Series:
    found = np.select([check.fillna(value=False).to_numpy(bool) for check in checks.values()], list(checks), default="")
    reasons = pd.Series(found, index=index, dtype="str")
    return reasons.mask(reasons == "")


def _regency_problems(written: pd.Series, found: pd.Series, known: Known) -> pd.Series:
    """Compare the regency that a row names, by name or code, with that of its village."""
    pairs = pd.DataFrame({"written": written, "code": found})[(written != "") & found.notna()]
    pairs = pairs.assign(regency=pairs["code"].map(known.regencies[REGENCY_CODE]))
    spelled = pairs["code"].map(known.regencies["spelled"])
    said = list(zip(pairs["written"], pairs["regency"], spelled, strict=True))
    verdicts = {key: _verdict(*key, known) for key in set(said)}
    return pd.Series([verdicts[key] for key in said], index=pairs.index, dtype="str").reindex(written.index)


def _verdict(written: str, regency: str, spelled: str, known: Known) -> str | None:
    digits = "".join(c for c in written if c.isdigit())
    if len(digits) == 4 and not any(c.isalpha() for c in written):
        return None if digits == regency.replace(".", "") else OTHER_REGENCY
    name = spelled_regency(written)
    others = frozenset(known.regencies["spelled"])
    if name == spelled:
        return None
    if name in others:
        return OTHER_REGENCY
    return None if fuzz.ratio(name, spelled) >= _ALIKE else REGENCY_UNCLEAR
