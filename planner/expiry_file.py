"""Groups of workers with paid months, from a CSV file that a branch keeps: counts only, every row checked."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

from geodata import codes
from geodata.readers.files import read_text
from geodata.readers.vector.columns import refuse_personal_data
from geodata.schema import REGENCY_CODE, VILLAGE_CODE
from geodata.texts import Language
from planner.errors import PlanError
from planner.expiry import FUND, GROUP, MONTHS, PAID_WORKERS, START
from planner.tariffs import PROGRAMME, PROGRAMMES
from planner.texts import t

NEEDED: Final = (GROUP, PAID_WORKERS, START, MONTHS, FUND)
COLUMNS: Final = (GROUP, VILLAGE_CODE, REGENCY_CODE, PAID_WORKERS, START, MONTHS, FUND, PROGRAMME)
MOST_WORKERS: Final = 10_000_000
MOST_MONTHS: Final = 60
FIRST_DAY: Final = "2014-01-01"  # since then BPJS Ketenagakerjaan exists
LAST_DAY: Final = "2100-12-31"

_EXPECTED: Final = f"CSV: {GROUP}, {VILLAGE_CODE} | {REGENCY_CODE}, {PAID_WORKERS}, {START}, {MONTHS}, {FUND}"
_WHOLE: Final = r"\d{1,3}([.,]\d{3})+|\d+"
_DAY: Final = r"\d{4}-\d\d-\d\d"
_IDENTITY: Final = r"(?<!\d)(?:\d{16}|(?:\+?62|0)8\d{8,11})(?!\d)"  # NIK, mobile number
_LISTED: Final = 60

_Texts = pd.Series  # of text, index: row of the file, 1 is the first below the header


class Fault(NamedTuple):
    """What is wrong with a column in some rows; ``key`` is the text that says what was expected and what to do."""

    column: str
    key: str
    rows: tuple[int, ...]


class CalendarError(PlanError):
    """Refused groups: every column with all its rows at once."""

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        super().__init__("expiry.invalid", file=file)
        self.faults = tuple(faults)

    def text(self, language: Language = "id") -> str:
        """Return the sentence and its list in a language."""
        limits = {"most_workers": MOST_WORKERS, "most_months": MOST_MONTHS, "first": FIRST_DAY, "last": LAST_DAY}
        lines = [
            t(fault.key, language, column=fault.column, rows=", ".join(map(str, fault.rows)), **limits)
            for fault in self.faults
        ]
        return "\n".join([super().text(language), *(f"- {line}" for line in lines)])


def read_groups(path: Path) -> pd.DataFrame:
    """Read groups of workers whose contributions are paid for some months.

    Parameters
    ----------
    path
        CSV, separated by commas or semicolons, with the columns ``group`` (a name of its own for each row),
        ``village_code`` or ``regency_code``, ``workers``, ``start`` (the day as 2026-12-01), ``months``, ``fund`` (any
        words), and, if wanted, ``programme`` (``jkk_jkm`` where empty). Other columns are left out.

    Returns
    -------
    pandas.DataFrame
        Columns ``COLUMNS``, one row per group in the order of the file, index 0 ..: ``workers`` (people) and
        ``months`` as whole numbers, ``start`` as day; ``village_code`` missing where only the regency is given.

    Raises
    ------
    CalendarError
        If rows cannot be used; names every column and row.
    PlanError
        If columns are missing.
    DataError
        If the file cannot be read as CSV, or has columns that look like personal data.
    """
    texts, faults = _texts(path)
    refuse_personal_data(texts, file=path.name)
    missing = [name for name in NEEDED if name not in texts.columns]
    if VILLAGE_CODE not in texts.columns and REGENCY_CODE not in texts.columns:
        missing.append(f"{VILLAGE_CODE} | {REGENCY_CODE}")
    if missing:
        raise PlanError("expiry.columns", file=path.name, missing=", ".join(missing), expected=_EXPECTED)
    if texts.empty and not faults:
        raise PlanError("expiry.no_rows", file=path.name, expected=_EXPECTED)
    given = texts.reindex(columns=[*COLUMNS, *(name for name in texts.columns if name not in COLUMNS)], fill_value="")
    faults += _faults(given)
    if faults:
        raise CalendarError(path.name, faults)
    return _frame(given)


def _texts(path: Path) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the fields as text, and the rows that do not have as many as the header."""
    content = read_text(path, expected=_EXPECTED)
    header_line = next((line for line in content.splitlines() if line.strip()), "")
    delimiter = ";" if header_line.count(";") > header_line.count(",") else ","
    try:
        lines = list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise PlanError("expiry.broken", file=path.name, expected=_EXPECTED) from error
    top = next((i for i, line in enumerate(lines) if any(field.strip() for field in line)), None)
    if top is None:
        raise PlanError("expiry.no_rows", file=path.name, expected=_EXPECTED)
    given = [name.strip() for name in lines[top]]
    header = [name.lower() if name.lower() in COLUMNS else name for name in given]
    twice = sorted({name for name in header if header.count(name) > 1 and name})
    if twice:
        raise PlanError("expiry.columns_twice", file=path.name, columns=", ".join(twice))
    rows = {i: line for i, line in enumerate(lines[top + 1 :], start=1) if any(field.strip() for field in line)}
    torn = tuple(i for i, line in rows.items() if len(line) != len(header))
    whole = {i: [field.strip() for field in line] for i, line in rows.items() if i not in torn}
    frame = pd.DataFrame.from_dict(whole, orient="index", columns=header, dtype="str")
    nameless = [k for k, name in enumerate(header) if not name]  # trailing commas of a spreadsheet
    if (frame.iloc[:, nameless] != "").to_numpy(bool).any():
        raise PlanError("expiry.nameless", file=path.name, columns=", ".join(str(k + 1) for k in nameless))
    frame = frame.iloc[:, [k for k, name in enumerate(header) if name]]
    return frame, [Fault("CSV", "expiry.fault.torn", torn)] if torn else []


def _faults(texts: pd.DataFrame) -> list[Fault]:
    checks: Mapping[tuple[str, str], pd.Series] = {
        (GROUP, "expiry.fault.group"): (texts[GROUP] == "") | (texts[GROUP].str.len() > _LISTED),
        (GROUP, "expiry.fault.group_twice"): texts[GROUP].str.casefold().duplicated(keep=False) & (texts[GROUP] != ""),
        **{(column, key): bad for column, key, bad in _place_faults(texts)},
        (PAID_WORKERS, "expiry.fault.workers"): ~_counted(texts[PAID_WORKERS], MOST_WORKERS),
        (START, "expiry.fault.start"): _days(texts[START]).isna(),
        (MONTHS, "expiry.fault.months"): ~_counted(texts[MONTHS], MOST_MONTHS),
        (FUND, "expiry.fault.fund"): (texts[FUND] == "") | (texts[FUND].str.len() > _LISTED),
        (PROGRAMME, "expiry.fault.programme"): ~texts[PROGRAMME].isin({"", *PROGRAMMES}),
        **{(name, "expiry.fault.personal"): _identities(texts[name]) for name in texts.columns},
    }
    return [
        Fault(column, key, tuple(int(row) for row in texts.index[bad]))
        for (column, key), bad in checks.items()
        if bad.any()
    ]


def _place_faults(texts: pd.DataFrame) -> Iterator[tuple[str, str, pd.Series]]:
    village, regency = texts[VILLAGE_CODE], texts[REGENCY_CODE]
    yield VILLAGE_CODE, "expiry.fault.village", (village != "") & codes.village_problems(village).notna()
    yield REGENCY_CODE, "expiry.fault.regency", (regency != "") & (codes.levels(regency) != "regency")
    yield VILLAGE_CODE, "expiry.fault.no_place", (village == "") & (regency == "")
    both = codes.village_problems(village).isna() & (codes.levels(regency) == "regency")
    yield (
        REGENCY_CODE,
        "expiry.fault.other_regency",
        both & (codes.parents(village, "regency") != codes.normalised(regency)),
    )


def _frame(texts: pd.DataFrame) -> pd.DataFrame:
    regency = codes.normalised(texts[REGENCY_CODE])
    columns: Mapping[str, pd.Series] = {
        GROUP: texts[GROUP],
        VILLAGE_CODE: codes.normalised(texts[VILLAGE_CODE]),
        REGENCY_CODE: regency.where(regency.notna(), codes.parents(texts[VILLAGE_CODE], "regency")),
        PAID_WORKERS: _numbers(texts[PAID_WORKERS]),
        START: _days(texts[START]),
        MONTHS: _numbers(texts[MONTHS]),
        FUND: texts[FUND],
        PROGRAMME: texts[PROGRAMME].where(texts[PROGRAMME] != "", PROGRAMMES[0]),
    }
    return pd.DataFrame(columns).reset_index(drop=True)


def _plain(texts: _Texts) -> _Texts:
    return texts.str.replace(r"[.,]", "", regex=True)


def _numbers(texts: _Texts) -> _Texts:
    return _plain(texts).astype("int64")


def _counted(texts: _Texts, most: int) -> _Texts:
    """Return which fields are whole numbers from 1 to a limit, grouped or not."""
    written = texts.str.fullmatch(_WHOLE)
    value = pd.to_numeric(_plain(texts).where(written), errors="coerce")
    return value.between(1, most)


def _days(texts: _Texts) -> _Texts:
    day = pd.to_datetime(texts.where(texts.str.fullmatch(_DAY)), format="%Y-%m-%d", errors="coerce")
    return day.where(day.between(FIRST_DAY, LAST_DAY))


def _identities(texts: _Texts) -> _Texts:
    """Return which fields hold an identity or phone number, however its digits are grouped."""
    return texts.map(_joined).str.contains(_IDENTITY)


def _joined(text: str) -> str:
    return re.sub(r"(?<=\d)[ .-](?=\d)", "", text)
