"""The rows of an upload in the table of its kind."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final

import pandas as pd
import shapely
import sqlalchemy as sa

from geodata.office_day import day_at
from geodata.schema import VILLAGE_CODE
from planner.store import phone_entries
from planner.store.errors import StoreError
from planner.store.funded import GROUP
from planner.store.kept_agents import known_agents
from planner.store.schema import (
    criterion_values,
    funded_groups,
    official_counts,
    own_outlines,
    participants,
    uploads,
    visits,
    worker_counts,
)
from planner.uploads import kinds
from planner.uploads.entries import Entry, EntryKey, entry_of
from planner.uploads.kinds import Kind

Row = Mapping[str, Any]
_WORDS: Final = (kinds.DUSUN, kinds.MET, kinds.INTERESTED, kinds.REGISTERED, kinds.OBSTACLE)


@dataclass(frozen=True)
class _Place:
    """Where the rows of a kind are kept.

    Attributes
    ----------
    table
        The table.
    columns
        Column of the table by column of the checked rows.
    day
        Column of the table that holds the day on which the upload was kept where the row names none.
    once
        Columns of the table that an upload may say something of once; none where it may say it again.
    """

    table: sa.Table
    columns: Mapping[str, str]
    day: str = ""
    once: tuple[str, ...] = ()


PLACES: Final[Mapping[Kind, _Place]] = {
    "participants": _Place(
        participants,
        {name: name for name in (VILLAGE_CODE, kinds.MONTH, kinds.SEGMENT, kinds.ACTIVE, kinds.INACTIVE)},
    ),
    "visits": _Place(
        visits,
        {kinds.DATE: "visited_on"}
        | {
            name: name
            for name in (
                *(VILLAGE_CODE, kinds.AGENT, kinds.DUSUN),
                *(kinds.MET, kinds.INTERESTED, kinds.REGISTERED, kinds.OBSTACLE, kinds.ENTRY_KEY),
            )
        },
    ),
    "workers": _Place(
        worker_counts,
        {VILLAGE_CODE: VILLAGE_CODE, kinds.SECTOR: "sector", kinds.COUNT: "people", kinds.DATE: "counted_on"},
        day="counted_on",
    ),
    "officials": _Place(
        official_counts,
        {name: name for name in (VILLAGE_CODE, kinds.REGISTERED, kinds.TOTAL)} | {kinds.DATE: "counted_on"},
    ),
    "funded": _Place(
        funded_groups,
        {name: name for name in (VILLAGE_CODE, kinds.FUND, kinds.PEOPLE, kinds.STARTS, kinds.ENDS)},
        once=GROUP,
    ),
    "criteria": _Place(
        criterion_values,
        {name: name for name in (VILLAGE_CODE, kinds.CRITERION, kinds.VALUE, kinds.UNIT, kinds.SOURCE)}
        | {kinds.DATE: "dated_on"},
    ),
    "outlines": _Place(own_outlines, {VILLAGE_CODE: VILLAGE_CODE, "geometry": "geometry"}),
}


def insert(connection: sa.Connection, kind: Kind, upload: int, accepted: pd.DataFrame) -> None:
    """Keep accepted rows of an upload, of any kind but agents."""
    if accepted.empty:
        return
    names = list(PLACES[kind].columns)
    values = (map(plain, accepted[name]) if name in accepted else [None] * len(accepted) for name in names)
    insert_rows(connection, kind, upload, (dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)))


def insert_settled(connection: sa.Connection, kind: Kind, upload: int, row: Row, at: datetime) -> None:
    """Keep a row of plain values in internal columns that was taken by decision at some time."""
    late = {"settled_at": at} if "settled_at" in PLACES[kind].table.c else {}
    insert_rows(connection, kind, upload, [{**row, **late}])


def insert_rows(connection: sa.Connection, kind: Kind, upload: int, rows: Iterable[Row]) -> None:
    """Keep rows of plain values in internal columns; see `insert`."""
    place = PLACES[kind]
    finished = _FINISH.get(kind, _as_they_are)(connection, dated(connection, kind, upload, rows))
    kept = [
        {place.columns.get(name, name): value for name, value in row.items()} | {"upload_id": upload}
        for row in finished
    ]
    if kind == "visits":
        phone_entries.keep(connection, upload, kept)
    else:
        connection.execute(sa.insert(place.table), kept)


def dated(connection: sa.Connection, kind: Kind, upload: int, rows: Iterable[Row]) -> list[Row]:
    """Return rows of plain values with the day on which the upload was kept where they need one and name none."""
    day = PLACES[kind].day
    if not day:
        return list(rows)
    (name,) = (name for name, column in PLACES[kind].columns.items() if column == day)
    kept_at = connection.execute(sa.select(uploads.c.committed_at).where(uploads.c.id == upload)).scalar_one()
    return [{**row, name: row[name] or day_at(kept_at)} for row in rows]


def visit_key(row: Row) -> tuple[str, str, str, str]:
    """Return what tells a visit of plain values apart, as `planner.store.known.kept_visits` gives it."""
    agent, dusun = (str(row.get(name) or "").casefold() for name in (kinds.AGENT, kinds.DUSUN))
    return agent, row[kinds.DATE].isoformat(), str(row[VILLAGE_CODE]), dusun


def is_kept(row: Row, entries: Mapping[EntryKey, Entry]) -> bool:
    """Say whether a visit of plain values is an entry of a phone that is kept already."""
    key = (str(row.get(kinds.AGENT) or "").casefold(), str(row.get(kinds.ENTRY_KEY) or "").casefold())
    if key not in entries:
        return False
    words: dict[str, Any] = {name: row.get(name) for name in _WORDS}
    return entry_of(row[kinds.DATE], str(row[VILLAGE_CODE]), **words) == entries[key]


def plain(cell: Any) -> Any:  # noqa: ANN401 (whatever a cell holds)
    """Return what a database takes: nothing for a missing value, a day for a time, numbers of Python."""
    if isinstance(cell, shapely.Geometry):
        return cell
    if pd.isna(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, str | date):
        return cell
    return float(cell) if not float(cell).is_integer() or isinstance(cell, float) else int(cell)


def _as_they_are(connection: sa.Connection, rows: list[Row]) -> list[Row]:  # noqa: ARG001 (the form of all)
    return rows


def _visits(connection: sa.Connection, rows: list[Row]) -> list[Row]:
    """Name agents by their number and keys in small letters; a code that nobody has cannot be kept."""
    known, now = known_agents(connection), datetime.now(UTC)
    unknown = sorted({str(row[kinds.AGENT]) for row in rows if str(row[kinds.AGENT]).casefold() not in known})
    if unknown:
        raise StoreError("store.upload.unknown_agents", codes=", ".join(unknown[:10]))
    return [
        {name: value for name, value in row.items() if name != kinds.AGENT}
        | {"agent_id": known[str(row[kinds.AGENT]).casefold()], "written_at": now}
        | {kinds.ENTRY_KEY: (row.get(kinds.ENTRY_KEY) or "").lower() or None}
        for row in rows
    ]


def _criteria(connection: sa.Connection, rows: list[Row]) -> list[Row]:  # noqa: ARG001 (the form of all)
    return [{**row, kinds.VALUE: repr(float(row[kinds.VALUE]))} for row in rows]


def _outlines(connection: sa.Connection, rows: list[Row]) -> list[Row]:  # noqa: ARG001 (the form of all)
    written = [shapely.to_wkb(shapely.normalize(row["geometry"]), byte_order=1) for row in rows]
    return [
        {VILLAGE_CODE: row[VILLAGE_CODE], "wkb": b64encode(wkb).decode(), "fingerprint": sha256(wkb).hexdigest()[:16]}
        for row, wkb in zip(rows, written, strict=True)
    ]


_FINISH: Final[Mapping[Kind, Callable[[sa.Connection, list[Row]], list[Row]]]] = {
    "visits": _visits,
    "criteria": _criteria,
    "outlines": _outlines,
}
