"""Every row of a table is accepted, held for a decision, or refused with its reasons."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from planner.uploads.columns import Columns, added_headings, chosen, plain
from planner.uploads.entries import entries
from planner.uploads.errors import Note, listed
from planner.uploads.kinds import (
    ACTIVE,
    AGENT,
    AGENT_CODE_FORM,
    COLUMNS,
    COUNT,
    CRITERION,
    DATE,
    DUSUN,
    ENDINGS,
    ENDS,
    ENTRY_KEY,
    ENTRY_KEY_FORM,
    KEYS,
    MONTH,
    MONTHS,
    MOST_TEXT,
    NOT_MORE_THAN,
    PEOPLE,
    STARTS,
    VALUE,
    Column,
    Kind,
)
from planner.uploads.known import Known
from planner.uploads.layout import ROW, Table
from planner.uploads.names import SUGGESTED
from planner.uploads.paid_months import TOO_FAR, paid_months
from planner.uploads.villages import read_villages
from planner.uploads.written_dates import FUTURE, read_dates
from planner.uploads.written_numbers import read_counts, read_numbers

HELD: Final = "upload.held."
MATCHED_BY: Final = "matched_by"
PROBLEM_COLUMNS: Final = (ROW, "column", "value", "reason")

EMPTY: Final = "upload.refused.empty"
NEGATIVE: Final = "upload.refused.negative"
TOO_LARGE: Final = "upload.refused.too_large"
MORE_THAN_WORKERS: Final = "upload.refused.more_than_workers"
TEXT_LONG: Final = "upload.refused.text_long"
MARKUP: Final = "upload.refused.markup"
AGENT_CODE: Final = "upload.refused.agent_code"
UNKNOWN_AGENT: Final = "upload.refused.unknown_agent"
NO_ENTRY_KEY: Final = "upload.refused.entry_key"
OTHER_ENTRY: Final = "upload.refused.other_entry"
ENTRIES_KEPT: Final = "upload.note.entries_kept"
VISIT_KEPT: Final = "upload.held.visit_kept"
DUPLICATE: Final = "upload.held.duplicate"
SUM_MORE_THAN_WORKERS: Final = "upload.held.sum_more_than_workers"
LIST_MORE_THAN_WORKERS: Final = "upload.held.list_more_than_workers"

_NOTHING: Final = ("", "-", "–", "—")
_MARKUP: Final = r"<\s*[a-zA-Z!/?]|\{\{|\{%|\$\{|<%|javascript:"


def _no_suggestions() -> pd.DataFrame:
    return pd.DataFrame(columns=[ROW, *SUGGESTED])


@dataclass(frozen=True)
class Checked:
    """What becomes of each row.

    Attributes
    ----------
    kind
        Kind of the upload.
    columns
        Which heading gave which column.
    accepted
        Rows to take, in internal columns; index ``row``, the number of the row in the file. ``matched_by`` says how
        the village was found (`planner.uploads.villages.Villages`).
    held
        Rows that need a decision, in internal columns as far as they could be read, with ``village_name``,
        ``district_name`` and ``regency_name`` as written; same index.
    refused
        Rows to correct, with the headings and cells of the file; same index.
    problems
        Columns ``row``, ``column`` (heading of the file), ``value`` (as written), ``reason`` (key of a text, see
        `reason_text`); a row may have several. Those of held rows begin with ``upload.held.``.
    notes
        What was seen and done without anyone having to decide.
    total
        Rows in: always accepted + held + refused.
    suggestions
        Up to five villages for each row held for its name, best first: ``row``, ``rank``, ``village_code``,
        ``village_name``, ``district_name``, ``regency_name``, ``score`` (0 to 100).
    """

    kind: Kind
    columns: Columns
    accepted: pd.DataFrame
    held: pd.DataFrame
    refused: pd.DataFrame
    problems: pd.DataFrame
    notes: tuple[Note, ...]
    total: int
    suggestions: pd.DataFrame = field(default_factory=_no_suggestions)

    def __post_init__(self) -> None:
        if len(self.accepted) + len(self.held) + len(self.refused) != self.total:
            msg = f"{len(self.accepted)} + {len(self.held)} + {len(self.refused)} rows are not {self.total}"
            raise AssertionError(msg)


@dataclass
class _Found:
    """Values and problems gathered column by column."""

    columns: dict[str, pd.Series] = field(default_factory=dict)
    problems: list[tuple[str, pd.Series]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    matched_by: pd.Series = field(default_factory=lambda: pd.Series(dtype="str"))
    kept: pd.Series = field(default_factory=lambda: pd.Series(dtype=bool))
    suggestions: pd.DataFrame = field(default_factory=_no_suggestions)

    def add(self, name: str, reasons: pd.Series) -> None:
        """Add the reasons of a column; missing where there is none."""
        self.problems.append((name, reasons))

    def mark(self, name: str, key: str, bad: pd.Series) -> None:
        """Add one reason for the rows marked."""
        bad = bad.fillna(value=False).astype(bool)
        self.add(name, pd.Series(key, index=bad.index, dtype="str").where(bad))

    def refused(self, index: pd.Index) -> pd.Series:
        """Return which rows have a reason that refuses them."""
        marks = pd.Series(data=False, index=index)
        for _, reasons in self.problems:
            marks |= reasons.notna() & ~reasons.astype("str").str.startswith(HELD).fillna(value=False)
        return marks


def check(
    table: Table,
    kind: Kind,
    known: Known,
    *,
    columns: Columns | None = None,
    today: dt.date,
) -> Checked:
    """Check the rows of a table.

    Parameters
    ----------
    table
        As `find_table` gives it; personal data has been refused before.
    kind
        Kind of the upload.
    known
        Villages, bridge and most workers.
    columns
        Headings and constants that the user gave; the rest is suggested.
    today
        Days and months after it are refused.

    Returns
    -------
        Accepted, held and refused rows. What becomes of a row does not depend on the order of the rows.

    Raises
    ------
    UploadError
        If a needed column is missing, or the given headings do not fit the file.
    """
    mapping = chosen(list(table.frame.columns), kind, columns, file=table.file)
    cells = _cells(table.frame, kind, mapping)
    found = _Found()
    _read_places(cells, known, found)
    for column in COLUMNS[kind]:
        if column.type not in {"code", "place"}:
            _read(column, cells[column.name], found, today=today)
    if kind == "criteria":
        default = mapping.constants.get(CRITERION) or mapping.headings.get(VALUE, "")
        found.columns[CRITERION] = pd.Series(default, index=cells.index, dtype="str")
    _compare(kind, known, found)
    _end_groups(kind, cells, found)
    _find_entries(kind, known, found)
    _ask_records(kind, known, found)
    _find_duplicates(kind, found, cells.index)
    return _sorted_out(table, kind, mapping, cells, found)


def _cells(frame: pd.DataFrame, kind: Kind, mapping: Columns) -> pd.DataFrame:
    """Return the cells of each column of a kind; nothing where the file has no such column."""
    cells = {}
    for column in COLUMNS[kind]:
        if column.name in mapping.headings:
            cells[column.name] = frame[mapping.headings[column.name]]
        else:
            constant = mapping.constants.get(column.name)
            cells[column.name] = pd.Series([constant] * len(frame), index=frame.index, dtype=object)
    return pd.DataFrame(cells, index=frame.index, dtype=object)


def _texts(cells: pd.Series) -> pd.Series:
    return cells.map(lambda cell: "" if cell is None or cell != cell else str(cell)).astype("str").str.strip()  # noqa: PLR0124


def _read_places(cells: pd.DataFrame, known: Known, found: _Found) -> None:
    texts = {name: _texts(cells[name]) for name in cells.columns if name in _PLACES}
    rows = pd.DataFrame({name: texts.get(name, pd.Series("", index=cells.index, dtype="str")) for name in _PLACES})
    villages = read_villages(rows, known)
    found.columns[VILLAGE_CODE] = villages.codes
    found.matched_by, found.suggestions = villages.matched_by, villages.suggestions
    found.notes += villages.notes
    for name, reasons in villages.problems.items():
        found.add(name, reasons)


_PLACES: Final = (VILLAGE_CODE, VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME)


def _read(column: Column, cells: pd.Series, found: _Found, *, today: dt.date) -> None:
    """Read one column by its type."""
    if column.type in {"count", "number"}:
        _read_number(column, cells, found)
    elif column.type in {"date", "month"}:
        last = (pd.Timestamp(today) + pd.DateOffset(months=column.months_ahead)).date()
        written = cells.mask(_texts(cells).isin(_NOTHING), None)
        read = read_dates(written, today=last, part="month" if column.type == "month" else "day")
        found.columns[column.name] = read.days
        found.add(column.name, read.problems.replace({FUTURE: TOO_FAR}) if column.months_ahead else read.problems)
    elif column.type == "choice":
        words = dict(column.choices)
        found.columns[column.name] = _texts(cells).map(plain).map(words).astype("str")
        unknown = (_texts(cells) != "") & found.columns[column.name].isna()
        found.mark(column.name, f"upload.refused.{column.name}", unknown)
    else:
        _read_text(column, _texts(cells), found)
    if column.required:
        found.mark(column.name, EMPTY, _texts(cells).isin(_NOTHING))


def _read_number(column: Column, cells: pd.Series, found: _Found) -> None:
    read = read_counts(cells, unit=column.unit) if column.type == "count" else read_numbers(cells)
    values = read.numbers
    if column.reason:
        found.mark(column.name, column.reason, read.problems.notna() | ~values.between(column.least, column.most))
    else:
        found.add(column.name, read.problems)
        found.mark(column.name, NEGATIVE if column.least == 0 else TOO_LARGE, values < column.least)
        found.mark(column.name, TOO_LARGE, values > column.most)
    found.columns[column.name] = values.where(values.between(column.least, column.most))
    if column.type == "count":
        found.columns[column.name] = found.columns[column.name].astype("Int64")
    if read.grouped.any():
        example = str(cells[read.grouped].min())
        found.notes.append(
            Note(f"upload.note.grouped_{column.type}", {"count": int(read.grouped.sum()), "example": listed([example])})
        )
    if column.type == "number" and read.is_percent.any() and not read.is_percent[values.notna()].all():
        found.notes.append(Note("upload.note.percent_mixed", {"count": int(read.is_percent.sum())}))


def _read_text(column: Column, texts: pd.Series, found: _Found) -> None:
    found.columns[column.name] = texts.mask(texts == "")
    markup = texts.str.contains(_MARKUP, case=False, regex=True)
    found.mark(column.name, MARKUP, markup)
    found.mark(column.name, TEXT_LONG, texts.str.len() > MOST_TEXT)
    for name, form, reason in ((AGENT, AGENT_CODE_FORM, AGENT_CODE), (ENTRY_KEY, ENTRY_KEY_FORM, NO_ENTRY_KEY)):
        if column.name == name:
            found.mark(name, reason, (texts != "") & ~markup & ~texts.str.fullmatch(form))


def _compare(kind: Kind, known: Known, found: _Found) -> None:
    """Compare counts with each other and with the workers of the village."""
    for small, large in NOT_MORE_THAN.get(kind, ()):
        found.mark(small, f"upload.refused.{small}_more_than_{large}", found.columns[small] > found.columns[large])
    counted = {"participants": ACTIVE, "workers": COUNT, "funded": PEOPLE}.get(kind)
    if counted is None or known.workers is None:
        return
    people, village = found.columns[counted], found.columns[VILLAGE_CODE]
    most = village.map(known.workers).astype("Float64")
    alone = (people > most).fillna(value=False).astype(bool)
    if kind != "participants":
        found.mark(counted, LIST_MORE_THAN_WORKERS, alone)
        return
    found.mark(counted, MORE_THAN_WORKERS, alone)
    kept = people.mask(found.refused(people.index))
    together = kept.groupby([village, found.columns[MONTH]]).transform("sum").reindex(people.index)
    found.mark(counted, SUM_MORE_THAN_WORKERS, (together > most) & ~alone)


def _end_groups(kind: Kind, cells: pd.DataFrame, found: _Found) -> None:
    """Put the last paid day of groups in place of what was written of it."""
    if kind != "funded":
        return
    written = ~_texts(cells[MONTHS]).isin(_NOTHING) | ~_texts(cells[ENDS]).isin(_NOTHING)
    paid = paid_months(found.columns[STARTS], found.columns[MONTHS], found.columns[ENDS], written=written)
    found.columns[ENDS] = paid.last
    for name, key, bad in paid.problems:
        found.mark(name, key, bad)


def _find_duplicates(kind: Kind, found: _Found, index: pd.Index) -> None:
    """Hold all rows that say something of the same village, month and segment; refused rows do not count."""
    keys = pd.DataFrame({name: found.columns[name] for name in KEYS[kind]}, index=index)
    known = ~found.refused(index) & ~found.kept.reindex(index, fill_value=False)
    known &= keys[VILLAGE_CODE].notna() if VILLAGE_CODE in keys else True
    written = keys[known].apply(lambda column: column.astype("str").str.casefold().fillna(""))
    said = pd.Series(index.astype("str"), index=index)
    if ENTRY_KEY in found.columns:  # the same entry twice is one
        said = found.columns[ENTRY_KEY].str.casefold().fillna(said)
    once = written[~written.assign(said=said[written.index]).duplicated()]
    again = once[once.duplicated()].drop_duplicates().assign(twice=True)
    twice = written.merge(again, how="left")["twice"].eq(other=True).set_axis(written.index)
    found.mark(KEYS[kind][0], DUPLICATE, twice.reindex(index, fill_value=False))


def _find_entries(kind: Kind, known: Known, found: _Found) -> None:
    """Tell visits that a phone noted and that are kept already from new ones."""
    if kind != "visits":
        return
    said = entries(found.columns, known.entries)
    found.mark(ENTRY_KEY, OTHER_ENTRY, said.other)
    found.kept = said.kept
    if said.kept.any():
        found.notes.append(Note(ENTRIES_KEPT, {"count": int(said.kept.sum())}))


def _ask_records(kind: Kind, known: Known, found: _Found) -> None:
    """Compare visits with the agents and the visits of the records."""
    if kind != "visits" or known.agents is None:
        return
    agents = found.columns[AGENT].astype("str").str.casefold()
    found.mark(AGENT, UNKNOWN_AGENT, agents.notna() & ~agents.isin(known.agents))
    days = found.columns[DATE].dt.strftime("%Y-%m-%d")
    dusun = found.columns[DUSUN].astype("str").fillna("").str.casefold()
    said = zip(agents, days, found.columns[VILLAGE_CODE], dusun, strict=True)
    found.mark(DATE, VISIT_KEPT, pd.Series([key in known.visits for key in said], index=agents.index) & ~found.kept)


def _sorted_out(table: Table, kind: Kind, mapping: Columns, cells: pd.DataFrame, found: _Found) -> Checked:
    problems = pd.DataFrame(_problem_rows(mapping, cells, found), columns=list(PROBLEM_COLUMNS))
    problems = problems.drop_duplicates([ROW, "column", "reason"]).sort_values([ROW, "column"], kind="stable")
    index = table.frame.index
    is_held = problems["reason"].astype("str").str.startswith(HELD)
    refused = index.isin(problems.loc[~is_held, ROW])
    held = index.isin(problems.loc[is_held, ROW]) & ~refused
    problems = problems[~is_held | problems[ROW].isin(index[held])].reset_index(drop=True)
    order = [c.name for c in COLUMNS[kind] if c.name in found.columns]
    extra = [name for name in found.columns if name not in order]
    values = pd.DataFrame({name: found.columns[name] for name in [*order, *extra]}, index=index)
    places = {name: _texts(cells[name]) for name in _PLACES[1:] if name in cells}
    added = frozenset().union(*added_headings().values())
    used = {*mapping.headings.values()}
    unused = [h for h in table.frame.columns if h not in used and plain(str(h)) not in added]
    notes = [*table.notes, *found.notes]
    if unused:
        notes.append(Note("upload.note.unused", {"headings": listed(unused, 30)}))
    return Checked(
        kind=kind,
        columns=mapping,
        accepted=values.assign(**{MATCHED_BY: found.matched_by})[~refused & ~held],
        held=values.assign(**places)[held],
        refused=table.frame[refused],
        problems=problems,
        notes=tuple(notes),
        total=len(index),
        suggestions=found.suggestions[found.suggestions[ROW].isin(index[held])].reset_index(drop=True),
    )


def _problem_rows(mapping: Columns, cells: pd.DataFrame, found: _Found) -> Iterator[tuple[int, str, str, str]]:
    for name, reasons in found.problems:
        heading = _heading(name, mapping)
        written = cells.get(name)
        for row, reason in reasons.dropna().items():
            value = "" if written is None else written[row]  # type: ignore[call-overload]
            yield int(row), heading, "" if value is None else str(value), str(reason)  # type: ignore[call-overload]


def _heading(name: str, mapping: Columns) -> str:
    """Return the heading of a column; where it is not in the file, that of another which says the same."""
    places: Mapping[str, tuple[str, ...]] = {
        VILLAGE_CODE: (VILLAGE_CODE, VILLAGE_NAME),
        VILLAGE_NAME: (VILLAGE_NAME, VILLAGE_CODE),
        MONTHS: ENDINGS,
    }
    options = places.get(name, (name,))
    return next((mapping.headings[o] for o in options if o in mapping.headings), name)
