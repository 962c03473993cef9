"""Which column of the file is which of ours, and its values as text, codes and counts."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pandas as pd

from geodata import codes
from geodata.errors import DataError
from geodata.readers.vector.wording import listed, one_line
from geodata.schema import (
    ACTIVE_BPU,
    ELIGIBLE,
    FAMILIES,
    INACTIVE_BPU,
    POLLING_STATIONS,
    POPULATION,
    SECTORS,
    VILLAGE_CODE,
    VILLAGE_NAME,
    WORKERS,
    sector_column,
)

_PERSONAL_NAMES: Final = re.compile(
    r"(no(mor)?[ _.]*)?(nik|ktp|kk|hp|wa|whatsapp|telp|telepon|tlp|phone|handphone|ponsel|email|e-mail)", re.IGNORECASE
)
_PERSONAL_VALUES: Final = r"\d{16}|(?:\+?62|0)8\d{8,11}"

COUNTS: Final = (
    POPULATION,
    FAMILIES,
    POLLING_STATIONS,
    WORKERS,
    ELIGIBLE,
    *(sector_column(s) for s in SECTORS),
    ACTIVE_BPU,
    INACTIVE_BPU,
)

# Names as people write them, in small letters without signs; surer ones first.
_CODE_NAMES = (
    ("villagecode", "villageco"),
    (
        *("kdepum", "kodedesa", "kdesa", "kddesa", "iddesa", "desaid", "kodekel", "kdkel", "kodekelurahan", "idkel"),
        *("kodedeskel", "kodekeldesa", "kodedesakel", "kodekemendagri", "kodedagri", "kodepum", "adm4pcode"),
    ),
    ("kode", "code", "kodewilayah", "kdcpum"),
)
_NAME_NAMES = (
    ("villagename", "villagena"),
    (
        *("wadmkd", "namobj", "namadesa", "nmdesa", "desa", "namakel", "nmkel", "kelurahan", "namakelurahan"),
        *("desakelurahan", "namadeskel", "deskel", "keldesa", "namakeldesa", "desakel", "adm4name", "adm4en", "adm4id"),
    ),
    ("nama", "name"),
)


def words(column: pd.Series) -> pd.Series:
    """Return a column as text without outer space; whole numbers without decimals; missing as empty."""
    if pd.api.types.is_float_dtype(column):
        whole = column.notna() & (column % 1 == 0) & (column.abs() < 1e15)
        text = column.where(whole).astype("Int64").astype("str").where(whole, column.astype("str"))
    else:
        text = column.astype("str").str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
    return text.where(column.notna(), "").astype("str").str.strip()


def _mostly(good: pd.Series, given: pd.Series) -> bool:
    return bool(given.any() and good[given].mean() >= 0.5)


def _holds_codes(column: pd.Series) -> bool:
    text = words(column)
    return _mostly(codes.village_problems(text).isna(), text != "")


def _holds_names(column: pd.Series) -> bool:
    text = words(column)
    return _mostly(text.str.contains(r"[^\W\d_]{2}"), text != "")


def _same(first: pd.Series, second: pd.Series) -> bool:
    """Whether two columns say the same wherever both say something."""
    a, b = words(first).str.casefold(), words(second).str.casefold()
    return bool(((a == b) | (a == "") | (b == "")).all())


def _guess(
    target: str, frame: pd.DataFrame, tiers: Sequence[Sequence[str]], fits: Callable[[pd.Series], bool], *, file: str
) -> str:
    """Return the column whose name and values suit; several may only stand where they say the same."""
    every = listed(list(frame)) or "-"
    plain = {name: re.sub(r"[^a-z0-9]", "", name.casefold()) for name in frame.columns}
    named = [[name for name in frame.columns if plain[name] in tier] for tier in tiers]
    for tier in named:
        hits = [name for name in tier if fits(frame[name])]
        if any(not _same(frame[hits[0]], frame[other]) for other in hits[1:]):
            raise DataError("vector.columns_several", file=file, target=target, found=listed(hits), columns=every)
        if hits:
            return hits[0]
    left = [name for tier in named for name in tier]
    if len(left) != 1:
        raise DataError("vector.columns_missing", file=file, target=target, columns=every)
    return left[0]


def refuse_personal_data(frame: pd.DataFrame, *, file: str) -> None:
    """Refuse a file with columns that look like identity or phone numbers: counts only, nobody's data.

    Raises
    ------
    DataError
        If a column is named like one, or most of its values are 16 digits (NIK) or mobile numbers.
    """
    found = [
        str(name)
        for name in frame.columns
        if _PERSONAL_NAMES.fullmatch(str(name))
        or _mostly(words(frame[name]).str.fullmatch(_PERSONAL_VALUES), words(frame[name]) != "")
    ]
    if found:
        raise DataError("vector.personal", file=file, columns=listed(found))


def map_columns(frame: pd.DataFrame, given: Mapping[str, str], *, file: str) -> dict[str, str]:
    """Return the column of the file for each column of the result."""
    refuse_personal_data(frame, file=file)
    allowed = (VILLAGE_CODE, VILLAGE_NAME, *COUNTS)
    for target, name in given.items():
        if target not in allowed:
            raise DataError("vector.mapping_unknown", target=one_line(target), allowed=", ".join(allowed))
        if name not in frame.columns:
            raise DataError(
                "vector.mapping_column", file=file, name=one_line(name), target=target, columns=listed(list(frame))
            )
    code = given.get(VILLAGE_CODE) or _guess(VILLAGE_CODE, frame, _CODE_NAMES, _holds_codes, file=file)
    name = given.get(VILLAGE_NAME) or _guess(VILLAGE_NAME, frame, _NAME_NAMES, _holds_names, file=file)
    return {VILLAGE_CODE: code, VILLAGE_NAME: name} | dict(given)


def check_codes_are_kemendagri(text: pd.Series, column: str, *, file: str) -> None:
    """Refuse a column of BPS codes: their villages end in 001 to 999 within a district of three digits."""
    bare = text.str.removeprefix("ID").str.replace(".", "", regex=False)
    wrong, bps = codes.village_problems(text).notna(), codes.village_problems(bare, system=codes.BPS).isna()
    if _mostly(wrong & bps, text != ""):
        raise DataError("vector.codes_bps", file=file, column=one_line(column))


def counts(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return a column as counts of people, and which of its values are none."""
    text = words(column)
    number = pd.to_numeric(text.where(text != ""), errors="coerce")
    good = number.notna() & (number >= 0) & (number % 1 == 0) & (number < 1e10)
    return number.where(good).astype("Int64"), (text != "") & ~good
