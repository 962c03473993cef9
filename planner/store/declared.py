"""The register of declared villages: the published list, and villages whose launch the office itself wrote down."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from geodata import declared as published
from geodata.names_match import MATCHED_CODE
from geodata.schema import PROVINCE_CODE, REGENCY_CODE, REGENCY_NAME, VILLAGE_NAME
from planner.criteria import Surroundings
from planner.store.audit import record
from planner.store.engine import reading, writing
from planner.store.schema import declared, declared_aliases
from planner.surroundings import OWN, with_declared

PUBLISHED: Final = "published"
_COLUMNS: Final = (
    *("id", "village_code", "village_name", "regency_code", "earliest_on", "latest_on", "source"),
    *("origin", "precision", "confidence", "note"),
)
_NAMED: Final = ("village_code",)
_UNNAMED: Final = ("village_name", "regency_code", "source", "note")
"""What tells villages without a code apart."""


def import_published(connection: sa.Connection, register: pd.DataFrame, villages: pd.DataFrame, *, who: str) -> int:
    """Write the published list into the register; what stands there stays. Return how many rows were added.

    Parameters
    ----------
    connection
        Of `planner.store.engine.writing`.
    register
        Rows of ``geodata.declared.match_declared``; those that were declared count, unnamed ones too.
    villages
        Villages of the layer: ``regency_code`` and ``regency_name``, for villages that were found in none.
    who
        Login of who imports.
    """
    rows = register[register[published.STATUS] == published.DECLARED]
    known = {tuple(row) for row in connection.execute(sa.select(*(declared.c[name] for name in _UNNAMED)))}
    known |= {tuple(row) for row in connection.execute(sa.select(declared.c.village_code))}
    regencies = {_bare(name): code for name, code in zip(villages[REGENCY_NAME], villages[REGENCY_CODE], strict=True)}
    added = 0
    for row in rows.astype(object).where(rows.notna(), None).to_dict("records"):
        values = _values(row, regencies)
        code = values["village_code"]
        key = tuple(values[name] for name in (_UNNAMED if code is None else _NAMED))
        if key in known:
            continue
        number = _added(connection, values)
        if row[published.ALIAS]:
            connection.execute(sa.insert(declared_aliases).values(declared_id=number, name=row[published.ALIAS]))
        known.add(key)
        added += 1
    if added:
        record(connection, who, "declared.imported", entity="declared", key=PUBLISHED, after={"rows": added})
    return added


def is_imported(connection: sa.Connection) -> bool:
    """Say whether the published list was written into the register."""
    query = sa.select(sa.func.count()).select_from(declared).where(declared.c.origin == PUBLISHED)
    return bool(connection.execute(query).scalar_one())


def fill_once(engine: sa.Engine, register: pd.DataFrame, villages: pd.DataFrame, *, who: str) -> None:
    """Write the published list into the register unless one is there; parameters as of `import_published`.

    Raises
    ------
    StoreError
        If the database cannot be read or written.
    """
    with reading(engine) as connection:
        filled = is_imported(connection)
    if not filled:
        with writing(engine) as connection:
            import_published(connection, register, villages, who=who)


def add_own(connection: sa.Connection, code: str, on: date, *, who: str) -> None:
    """Write down that a village was declared by a launch of the office; an entry of other origin or earlier stays."""
    found = _entry(connection, code)
    if found is None:
        _add_own(connection, code, on, who=who)
    elif found.origin == OWN and on < found.earliest_on:
        _replace(connection, found, on, who=who)


def take_back(connection: sa.Connection, code: str, *, left: date | None, who: str) -> None:
    """Take back that a village was declared by a launch: the launch went back behind its day.

    Parameters
    ----------
    connection
        Of `planner.store.engine.writing`.
    code
        The village; an entry of another origin stays.
    left
        First day of the other launches of the village: the entry stays, with that day; nothing where there are none.
    who
        Login of who takes it back.
    """
    found = _entry(connection, code)
    if found is None or found.origin != OWN or found.earliest_on == left:
        return
    if left is None:
        _remove(connection, found, who=who)
    else:
        _replace(connection, found, left, who=who)


def name_also(connection: sa.Connection, number: int, names: Sequence[str], *, who: str) -> None:
    """Write down other names of a declared village; those that are known already stay."""
    known = _names(connection, number)
    new = [name for name in dict.fromkeys(names) if name and name not in known]
    if new:
        connection.execute(sa.insert(declared_aliases), [{"declared_id": number, "name": name} for name in new])
        record(connection, who, "declared.named", entity="declared", key=number, after={"names": new})


def listed(connection: sa.Connection) -> pd.DataFrame:
    """Return the register, first declared first: ``_COLUMNS`` and ``aliases`` (a tuple of other names)."""
    query = sa.select(*(declared.c[name] for name in _COLUMNS)).order_by(declared.c.earliest_on, declared.c.id)
    rows = pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=list(_COLUMNS), dtype=object)
    names: dict[int, list[str]] = {}
    ordered = sa.select(declared_aliases).order_by(declared_aliases.c.declared_id, declared_aliases.c.name)
    for row in connection.execute(ordered):
        names.setdefault(row.declared_id, []).append(row.name)
    others = [tuple(names.get(number, ())) for number in rows["id"]]
    return rows.assign(aliases=pd.Series(others, index=rows.index, dtype=object))


def known_codes(connection: sa.Connection, codes: Collection[str]) -> frozenset[str]:
    """Return which of some villages are in the register."""
    query = sa.select(declared.c.village_code).where(declared.c.village_code.in_(list(codes)))
    return frozenset(str(code) for code in connection.execute(query).scalars())


def version(engine: sa.Engine) -> str:
    """Return a text that changes with every village that comes into the register or leaves it; empty without any.

    Raises
    ------
    StoreError
        If the database cannot be read or is of another version.
    """
    query = sa.select(sa.func.max(declared.c.id), sa.func.count()).where(declared.c.village_code.is_not(None))
    with reading(engine) as connection:
        newest, count = connection.execute(query).one()
    return f"{newest}-{count}" if count else ""


def with_own(surroundings: Surroundings, engine: sa.Engine) -> Surroundings:
    """Return surroundings that know the declared villages of the records: own launches, and lists of the office.

    Raises
    ------
    StoreError
        If the database cannot be read or is of another version.
    """
    with reading(engine) as connection:
        return with_declared(surroundings, listed(connection))


def _entry(connection: sa.Connection, code: str) -> sa.Row[Any] | None:
    return connection.execute(sa.select(declared).where(declared.c.village_code == code)).one_or_none()


def _names(connection: sa.Connection, number: int) -> list[str]:
    query = sa.select(declared_aliases.c.name).where(declared_aliases.c.declared_id == number)
    return list(connection.execute(query.order_by(declared_aliases.c.name)).scalars())


def _add_own(connection: sa.Connection, code: str, on: date, *, who: str) -> int:
    values = {"village_code": code, "regency_code": code[:5], "earliest_on": on, "latest_on": on}
    number = _added(connection, {**values, "source": OWN, "origin": OWN, "precision": "day"})
    record(connection, who, "declared.added", entity="declared", key=number, after=values)
    return number


def _remove(connection: sa.Connection, entry: sa.Row[Any], *, who: str) -> None:
    connection.execute(sa.delete(declared_aliases).where(declared_aliases.c.declared_id == entry.id))
    connection.execute(sa.delete(declared).where(declared.c.id == entry.id))
    before = {"village_code": entry.village_code, "earliest_on": entry.earliest_on}
    record(connection, who, "declared.taken_back", entity="declared", key=entry.id, before=before)


def _replace(connection: sa.Connection, entry: sa.Row[Any], on: date, *, who: str) -> None:
    """Give an own entry another day; as a new one, which `version` tells apart."""
    names = _names(connection, entry.id)
    _remove(connection, entry, who=who)
    name_also(connection, _add_own(connection, entry.village_code, on, who=who), names, who=who)


def _values(row: Mapping[Any, Any], regencies: dict[str, str]) -> dict[str, object]:
    code = row[MATCHED_CODE]
    regency = str(code)[:5] if code else regencies.get(_bare(str(row[REGENCY_NAME])), str(row[PROVINCE_CODE]))
    return {
        "village_code": code,
        "village_name": row[VILLAGE_NAME],
        "regency_code": regency,
        "earliest_on": date.fromisoformat(str(row[published.EARLIEST])),
        "latest_on": date.fromisoformat(str(row[published.LATEST])),
        "source": row[published.SOURCE_URL],
        "origin": PUBLISHED,
        "precision": row[published.PRECISION],
        "confidence": row[published.CONFIDENCE],
        "note": row[published.NOTE],
    }


def _bare(regency: str) -> str:
    """Return the name of a regency without its kind and case."""
    return regency.casefold().removeprefix("kabupaten ").removeprefix("kota ")


def _added(connection: sa.Connection, values: dict[str, object]) -> int:
    made = connection.execute(sa.insert(declared).values(values)).inserted_primary_key
    assert made is not None
    return int(made[0])
