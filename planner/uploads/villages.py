"""Villages of uploaded rows: by Kemendagri code, by BPS code through the bridge; by name only they are held."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from geodata import codes, names
from geodata.layer import VillageLayer
from geodata.schema import BPS_CODE, REGENCY_CODE, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME, WORKERS, high
from planner.uploads.errors import Note

BY_NAME: Final = "upload.held.by_name"
UNKNOWN_NAMED: Final = "upload.held.unknown_code"
SYSTEM_UNCLEAR: Final = "upload.held.code_system"
REGENCY_UNCLEAR: Final = "upload.held.regency_unclear"
UNKNOWN: Final = "upload.refused.unknown_code"
NO_VILLAGE: Final = "upload.refused.no_village"
OTHER_REGENCY: Final = "upload.refused.other_regency"
NAME_ODD: Final = "upload.refused.village_name"

_ALIKE: Final = 80


def _no_bridge() -> pd.DataFrame:
    return pd.DataFrame({BPS_CODE: pd.Series(dtype="str"), VILLAGE_CODE: pd.Series(dtype="str")})


@dataclass(frozen=True)
class Known:
    """What the checks know of the villages.

    Attributes
    ----------
    villages
        All villages, columns ``village_code``, ``regency_code``, ``regency_name``.
    bridge
        Columns ``bps_code`` and ``village_code``, neither twice.
    workers
        Most working people of a village, index ``village_code``; villages without a figure are not checked.
    """

    villages: pd.DataFrame
    bridge: pd.DataFrame = field(default_factory=_no_bridge)
    workers: pd.Series | None = None

    @cached_property
    def codes(self) -> frozenset[str]:
        """Codes of all villages."""
        return frozenset(self.villages[VILLAGE_CODE])

    @cached_property
    def from_bps(self) -> pd.Series:
        """Kemendagri code by BPS code."""
        both = self.bridge.dropna(subset=[BPS_CODE, VILLAGE_CODE])
        return both.set_index(BPS_CODE)[VILLAGE_CODE]

    @cached_property
    def regencies(self) -> pd.DataFrame:
        """Regency of each village: code, and name in one spelling."""
        table = self.villages.set_index(VILLAGE_CODE)[[REGENCY_CODE, REGENCY_NAME]]
        spelled = {name: _regency(str(name)) for name in table[REGENCY_NAME].unique()}
        return table.assign(spelled=table[REGENCY_NAME].map(spelled))


def known_of(layer: VillageLayer) -> Known:
    """Return what the checks know of the villages of a layer: the highest estimate of workers is the most."""
    frame = pd.DataFrame(layer.frame.drop(columns="geometry"))
    bridge = frame.loc[frame[BPS_CODE].notna(), [BPS_CODE, VILLAGE_CODE]]
    return Known(
        villages=frame[[VILLAGE_CODE, REGENCY_CODE, REGENCY_NAME]],
        bridge=bridge[~bridge[BPS_CODE].duplicated(keep=False)],
        workers=frame.set_index(VILLAGE_CODE)[high(WORKERS)],
    )


class Villages(NamedTuple):
    """Code of each row's village, missing where there is none, the problems of each column, and notes."""

    codes: pd.Series
    problems: dict[str, pd.Series]
    notes: list[Note]


def _regency(name: str) -> str:
    return names.normalise(name, "regency")


def read_villages(rows: pd.DataFrame, known: Known, decided: pd.Series | None = None) -> Villages:
    """Find the village of each row.

    Parameters
    ----------
    rows
        Text columns ``village_code``, ``village_name``, ``regency_name`` as written, empty where nothing is.
    known
        All villages and the bridge.
    decided
        Code that a person chose for a row, index as ``rows``; goes before what is written.

    Returns
    -------
        Index of ``rows``. Ten digits that are well formed in both systems are taken as the one that other rows of the
        file show; where they show both or neither, a code that exists only as BPS code is taken as that if no row is
        of Kemendagri, and all others are held.
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
    if decided is not None:
        choice = decided.reindex(rows.index).where(lambda c: c.isin(known.codes))
        found = choice.fillna(found)
        problem = problem.mask(choice.notna() & problem.str.startswith("upload.held.").fillna(value=False))
    found = found.mask(problem.notna()).astype("str")
    notes = [Note("upload.note.bps_codes", {"count": int(as_bps.sum())})] if as_bps.any() else []
    column = pd.Series(np.where(empty | odd, VILLAGE_NAME, VILLAGE_CODE), index=rows.index)
    problems = {
        VILLAGE_CODE: problem.where(column == VILLAGE_CODE),
        VILLAGE_NAME: problem.where(column == VILLAGE_NAME),
        REGENCY_NAME: _regency_problems(rows[REGENCY_NAME], found, known),
    }
    return Villages(found, problems, notes)


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
    name = _regency(written)
    others = frozenset(known.regencies["spelled"])
    if name == spelled:
        return None
    if name in others:
        return OTHER_REGENCY
    return None if fuzz.ratio(name, spelled) >= _ALIKE else REGENCY_UNCLEAR
