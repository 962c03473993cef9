"""Administrative codes: check, write, take apart, and cross from BPS to Kemendagri.

Two systems number the same places. Kemendagri (``16.02.03.2001``) is the one this project keys on; BPS (``1602030001``)
is the one of the statistics office. Both may come as ten digits, so the digits alone never tell which system a code is
of. They also differ in order (OKU Selatan is 1608 for BPS and 16.09 for Kemendagri): only the bridge leads across.

Functions on one code raise; functions on a Series (plural names) mark bad codes instead, same index and order.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from geodata.errors import DataError
from geodata.schema import BPS_CODE, VILLAGE_CODE
from geodata.texts import Language

Level = Literal["province", "regency", "district", "village"]
VillageType = Literal["desa", "kelurahan"]
LEVELS: Final[tuple[Level, ...]] = ("province", "regency", "district", "village")

EMPTY: Final = "codes.empty"
NOT_DIGITS: Final = "codes.not_digits"
LENGTH: Final = "codes.length"
DOTS: Final = "codes.dots"
ZERO_PART: Final = "codes.zero_part"
VILLAGE_KIND: Final = "codes.village_kind"
NOT_A_VILLAGE: Final = "codes.not_a_village"

_VILLAGE_TYPES: Final[Mapping[str, VillageType]] = {"1": "kelurahan", "2": "desa", "3": "desa"}


class CodeError(DataError):
    """A refused code; its text says which code, and why."""

    def text(self, language: Language = "id") -> str:
        """Return the sentence in a language."""
        return f"{self.values['code']}: {super().text(language)}"


@dataclass(frozen=True)
class System:
    """How a system of codes is written.

    Attributes
    ----------
    widths
        Digits of the part that each of the four levels adds.
    dot
        What stands between the parts; empty where the digits follow each other.
    kinds
        First digits that the part of a village may have.
    """

    widths: tuple[int, int, int, int]
    dot: str
    kinds: str

    @property
    def digits(self) -> Mapping[Level, int]:
        """Number of digits of a code, per level."""
        return dict(zip(LEVELS, accumulate(self.widths), strict=True))

    @property
    def length(self) -> Mapping[Level, int]:
        """Number of characters of a written code, per level."""
        return {level: count + len(self.dot) * i for i, (level, count) in enumerate(self.digits.items())}

    @property
    def spelling(self) -> str:
        """Pattern of a code that has digits and dots where they belong."""
        nested = ""
        for width in reversed(self.widths[1:]):
            nested = rf"(?:{re.escape(self.dot)}\d{{{width}}}{nested})?"
        return rf"\d{{{self.widths[0]}}}{nested}"


# Fourth part: 1xxx kelurahan, 2xxx desa, 3xxx desa adat (Kepmendagri 300.2.2-2138/2025; in use in Jayapura only).
KEMENDAGRI: Final = System(widths=(2, 2, 2, 4), dot=".", kinds="123")
BPS: Final = System(widths=(2, 2, 3, 3), dot="", kinds="0123456789")


def problems(codes: pd.Series, *, system: System = KEMENDAGRI) -> pd.Series:
    """Say what is wrong with each code.

    Parameters
    ----------
    codes
        Codes of any level, as text; with the dots of the system or as digits only. Space around a code is ignored.
    system
        Whose codes they are.

    Returns
    -------
        Key of a text for each bad code, missing where the code is good; index of ``codes``.
    """
    text = _text(codes)
    digits = _digits(codes)
    spelled = text.str.fullmatch(system.spelling) | text.str.fullmatch(r"\d+")
    checks = {
        EMPTY: text == "",
        NOT_DIGITS: ~text.str.fullmatch(r"[0-9.]+"),
        LENGTH: ~digits.str.len().isin(system.digits.values()),
        DOTS: ~spelled,
        ZERO_PART: _has_zero_part(digits, system),
        VILLAGE_KIND: (digits.str.len() == system.digits["village"])
        & ~digits.str[system.digits["district"]].isin(list(system.kinds)),
    }
    found = np.select([check.to_numpy(bool) for check in checks.values()], list(checks), default="")
    return pd.Series(found, index=codes.index, dtype="str").mask(found == "")


def village_problems(codes: pd.Series, *, system: System = KEMENDAGRI) -> pd.Series:
    """Say what is wrong with each code that should be a village's: as `problems`, and codes of other levels too."""
    found = problems(codes, system=system)
    short = _digits(codes).str.len() < system.digits["village"]
    return found.mask(found.isna() & short, NOT_A_VILLAGE)


def normalised(codes: pd.Series, *, system: System = KEMENDAGRI) -> pd.Series:
    """Write each code the way its system does; missing where the code is bad."""
    digits = _digits(codes)
    starts = [0, *accumulate(system.widths)]
    written = digits.str[: starts[1]]
    for start, end in pairwise(starts[1:]):
        part = digits.str[start:end]
        written = written + part.where(part == "", system.dot + part)
    return written.where(problems(codes, system=system).isna()).astype("str")


def levels(codes: pd.Series, *, system: System = KEMENDAGRI) -> pd.Series:
    """Return the level of each code; missing where the code is bad."""
    names = {length: level for level, length in system.length.items()}
    return normalised(codes, system=system).str.len().map(names).astype("str")


def parents(codes: pd.Series, level: Level, *, system: System = KEMENDAGRI) -> pd.Series:
    """Return the code that holds each place at a level (itself at its own level); missing above its own level."""
    written = normalised(codes, system=system)
    length = system.length[level]
    return written.str[:length].where(written.str.len() >= length)


def village_types(codes: pd.Series) -> pd.Series:
    """Return desa or kelurahan for each Kemendagri code; missing where the code is not a village's.

    A desa adat counts as desa: the law gives it the same standing (UU 6/2014, article 6).
    """
    written = normalised(codes)
    kind = written.str[KEMENDAGRI.length["district"] + 1].where(written.str.len() == KEMENDAGRI.length["village"])
    return kind.map(_VILLAGE_TYPES).astype("str")


def normalise(code: str, *, system: System = KEMENDAGRI) -> str:
    """Write a code the way its system does.

    Raises
    ------
    CodeError
        If the code is bad; the text says why.
    """
    one = pd.Series([code], dtype="str")
    reason = problems(one, system=system).iloc[0]
    if isinstance(reason, str):
        raise CodeError(reason, code=code)
    return str(normalised(one, system=system).iloc[0])


def level_of(code: str, *, system: System = KEMENDAGRI) -> Level:
    """Return the level of a code.

    Raises
    ------
    CodeError
        If the code is bad.
    """
    length = len(normalise(code, system=system))
    return next(level for level, its in system.length.items() if its == length)


def parent(code: str, level: Level, *, system: System = KEMENDAGRI) -> str:
    """Return the code that holds a place at a level (itself at its own level).

    Raises
    ------
    CodeError
        If the code is bad, or stands above the level.
    """
    written = normalise(code, system=system)
    if len(written) < system.length[level]:
        raise CodeError("codes.no_parent", code=written)
    return written[: system.length[level]]


def village_type(code: str) -> VillageType:
    """Return whether a Kemendagri code is of a desa or a kelurahan.

    Raises
    ------
    CodeError
        If the code is bad or not a village's.
    """
    if level_of(code) != "village":
        raise CodeError(NOT_A_VILLAGE, code=code)
    return _VILLAGE_TYPES[normalise(code)[KEMENDAGRI.length["district"] + 1]]


class Crossing(NamedTuple):
    """Codes of the other system, missing where there is none, and how many are missing."""

    codes: pd.Series
    unmatched: int


def to_kemendagri(bps_codes: pd.Series, bridge: pd.DataFrame) -> Crossing:
    """Cross from BPS to Kemendagri codes of villages.

    Parameters
    ----------
    bps_codes
        Ten digits each.
    bridge
        Columns ``bps_code`` and ``village_code``, one row per village, as `geodata.readers.bridge` reads it.

    Returns
    -------
        Kemendagri codes, index of ``bps_codes``.

    Raises
    ------
    DataError
        If the bridge leads from one BPS code to several villages.
    """
    return _cross(normalised(bps_codes, system=BPS), bridge, start=BPS_CODE, end=VILLAGE_CODE)


def to_bps(village_codes: pd.Series, bridge: pd.DataFrame) -> Crossing:
    """Cross from Kemendagri to BPS codes of villages; the reverse of `to_kemendagri`."""
    return _cross(normalised(village_codes), bridge, start=VILLAGE_CODE, end=BPS_CODE)


def _cross(codes: pd.Series, bridge: pd.DataFrame, *, start: str, end: str) -> Crossing:
    twice = bridge.loc[bridge[start].duplicated(), start]
    if len(twice):
        raise DataError("codes.bridge_ambiguous", count=len(twice), codes=", ".join(twice.head(5)))
    crossed = codes.map(bridge.set_index(start)[end], na_action="ignore").astype("str")
    return Crossing(codes=crossed.rename(end), unmatched=int(crossed.isna().sum()))


def _text(codes: pd.Series) -> pd.Series:
    return codes.astype("str").fillna("").str.strip()


def _digits(codes: pd.Series) -> pd.Series:
    return _text(codes).str.replace(".", "", regex=False)


def _has_zero_part(digits: pd.Series, system: System) -> pd.Series:
    starts = [0, *accumulate(system.widths)]
    zero = digits.str.startswith("0")
    for start, width in zip(starts[:-1], system.widths, strict=True):
        zero |= digits.str[start : start + width] == "0" * width
    return zero
