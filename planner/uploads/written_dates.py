"""Days and months as offices write them: 31/03/2026, 1 Maret 2026, Mar-26, 2026-03, 202603, serial days of Excel."""

import datetime as dt
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

import numpy as np
import pandas as pd

NOT_DATE: Final = "upload.refused.not_date"
NOT_MONTH: Final = "upload.refused.not_month"
NO_DAY: Final = "upload.refused.no_day"
NO_YEAR: Final = "upload.refused.no_year"
AMERICAN: Final = "upload.refused.american_date"
FUTURE: Final = "upload.refused.future"
EARLY: Final = "upload.refused.early"

FIRST_DAY: Final = pd.Timestamp("2000-01-01")
_EPOCH: Final = pd.Timestamp("1899-12-30")  # day 0 of Excel, with its leap day of 1900
_SERIALS: Final = (20_000, 80_000)
_MONTHS: Final[Mapping[str, int]] = {
    word: i
    for i, words in enumerate(
        (
            "januari jan january",
            "februari feb pebruari peb february",
            "maret mar mrt march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "agustus agu ags agt agst aug august",
            "september sep sept",
            "oktober okt october oct",
            "november nov nopember nop",
            "desember des december dec",
        ),
        start=1,
    )
    for word in words.split()
}
_WORD: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_S: Final = r"[ /.,\-]+"
_DAYS: Final = (
    r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[ T]\d.*)?",
    r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4}|\d{2})(?:[ T]\d.*)?",
    rf"(?:[a-z']+,? )?(?P<d>\d{{1,2}}){_S}(?P<m>{_WORD}){_S}(?P<y>\d{{4}}|\d{{2}})",
)
_MONTH_ONLY: Final = (
    r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})",
    r"(?P<y>20\d\d)(?P<m>\d\d)",
    r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})",
    rf"(?:bulan )?(?P<m>{_WORD}){_S}'?(?P<y>\d{{4}}|\d{{2}})",
    rf"(?P<y>\d{{4}}){_S}(?P<m>{_WORD})",
)


class Dates(NamedTuple):
    """Days of a column, same index: ``days`` as datetime64, missing where not read, and why in ``problems``."""

    days: pd.Series
    problems: pd.Series


def read_dates(cells: pd.Series, *, today: dt.date, part: Literal["day", "month"]) -> Dates:
    """Read days, or months as their first day.

    Parameters
    ----------
    cells
        Text, numbers or nothing; a number is a serial day of Excel, or a year and month such as 202603.
    today
        Days after it are refused; the month of it is not.
    part
        Whether a day is needed, or the month is enough.
    """
    text = _as_text(cells)
    days = _parts(text, _DAYS)
    months = _parts(text, _MONTH_ONLY)
    day = _timestamp(days)
    month = _timestamp(months.assign(d=months["y"].where(months["y"].isna(), 1)))
    other = _timestamp(days.rename(columns={"d": "m", "m": "d"}))
    swapped = day.isna() & other.notna()
    numeric = ~text.str.match(r"\d{4}|.*[a-z]")
    if swapped.any() and not (numeric & day.notna() & other.isna()).any():  # all that tell are month first
        swapped |= numeric & other.notna() & (other != day)
    if part == "month":
        read = day.fillna(month)
        values = read.dt.to_period("M").dt.to_timestamp()
        last = pd.Timestamp(today)
    else:
        values, last = day, pd.Timestamp(today)
    filled = text != ""
    checks = {
        AMERICAN: swapped,
        NO_DAY: values.isna() & month.notna(),
        NO_YEAR: values.isna() & text.str.fullmatch(_WORD),
        (NOT_MONTH if part == "month" else NOT_DATE): values.isna(),
        FUTURE: values > last,
        EARLY: values < FIRST_DAY,
    }
    found = np.select([(filled & bad.fillna(value=False)).to_numpy(bool) for bad in checks.values()], list(checks), "")
    problems = pd.Series(found, index=cells.index, dtype="str")
    problems = problems.mask(problems == "")
    return Dates(values.mask(problems.notna()), problems)


def _as_text(cells: pd.Series) -> pd.Series:
    """Return cells as small text; serial days as 2026-03-01."""
    is_text = cells.map(lambda cell: isinstance(cell, str)).astype(bool)
    text = cells.map(lambda cell: "" if cell is None or cell != cell else str(cell)).astype("str")  # noqa: PLR0124
    number = pd.to_numeric(text.where(~is_text | text.str.fullmatch(r"\d{5}")), errors="coerce")
    serial = number.between(*_SERIALS)
    written = (_EPOCH + pd.to_timedelta(number.where(serial).fillna(0), unit="D")).dt.strftime("%Y-%m-%d")
    return text.mask(serial, written).str.strip().str.casefold().str.replace(r"\s+", " ", regex=True)


def _parts(text: pd.Series, patterns: tuple[str, ...]) -> pd.DataFrame:
    """Return year, month and day as numbers, by the first pattern that fits a whole text."""
    found = pd.DataFrame({name: pd.Series(np.nan, index=text.index) for name in "ymd"})
    for pattern in patterns:
        parts = text.str.extract(f"^{pattern}$")
        parts["m"] = parts["m"].map(lambda word: _MONTHS.get(word, word), na_action="ignore")
        numbers = parts.apply(pd.to_numeric, errors="coerce").reindex(columns=list("ymd"))
        found = found.where(found["y"].notna(), numbers)
    found["y"] = found["y"].where(found["y"].isna() | (found["y"] >= 100), found["y"] + 2000)
    return found


def _timestamp(parts: pd.DataFrame) -> pd.Series:
    sane = parts["y"].between(1900, 2200) & parts["m"].between(1, 12) & parts["d"].between(1, 31)
    named = parts.where(sane).rename(columns={"y": "year", "m": "month", "d": "day"})
    return pd.to_datetime(named[["year", "month", "day"]], errors="coerce")
