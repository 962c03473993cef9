"""Names that people decided: taken again for the next file, and carried from one office to another."""

from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from geodata.names_aliases import ALIAS_NAME, COLUMNS, PARENT_CODE, aliases_of
from geodata.schema import VILLAGE_CODE
from planner.rights import Principal, require
from planner.store.audit import record
from planner.store.engine import writing
from planner.store.schema import aliases, audit, uploads

_DECIDED: Final = "alias.decided"


def decided_names(connection: sa.Connection) -> pd.DataFrame:
    """Return the decided names: ``parent_code``, ``name``, ``village_code``, sorted."""
    query = sa.select(*(aliases.c[name] for name in COLUMNS)).order_by(*(aliases.c[name] for name in COLUMNS))
    return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=list(COLUMNS), dtype="str")


def remember(
    connection: sa.Connection,
    parent_code: str,
    name: str,
    village_code: str,
    *,
    by: Principal,
    upload: int | None = None,
) -> bool:
    """Remember which village a name means below a parent, and say whether that is new.

    Parameters
    ----------
    connection
        A connection that writes.
    parent_code
        District or regency.
    name
        In one spelling (`geodata.names.normalise`).
    village_code
        The village, below the parent.
    by
        Who decided.
    upload
        The upload whose row it was; see `forget`.
    """
    same = (aliases.c.parent_code == parent_code, aliases.c.name == name)
    before = connection.execute(sa.select(aliases.c.village_code).where(*same)).scalar()
    if before == village_code:
        return False
    decided = {VILLAGE_CODE: village_code, "decided_by": by.user_id, "decided_at": datetime.now(UTC)}
    key = {PARENT_CODE: parent_code, ALIAS_NAME: name}
    if before is None:
        connection.execute(sa.insert(aliases).values({**key, **decided}))
    else:
        connection.execute(sa.update(aliases).where(*same).values(decided))
    record(
        *(connection, by.login, _DECIDED),
        entity="aliases",
        key=f"{parent_code} {name}",
        before=None if before is None else {VILLAGE_CODE: before},
        after={VILLAGE_CODE: village_code} | ({} if upload is None else {"upload": upload}),
    )
    return True


def forget(connection: sa.Connection, upload: int, *, by: Principal) -> None:
    """Take back the names remembered by the rows of an upload that was undone, where they still mean its village.

    A name means again what it did by the last decision that stands, one of no upload that was undone; without any it is
    not known.
    """
    told = sa.select(audit.c.entity_key, audit.c.before, audit.c.after).order_by(audit.c.id)
    by_key: dict[str, list[Any]] = {}
    for row in connection.execute(told.where(audit.c.entity == "aliases", audit.c.what == _DECIDED)):
        by_key.setdefault(row.entity_key, []).append(row)
    undone = set(connection.execute(sa.select(uploads.c.id).where(uploads.c.status == "undone")).scalars())
    for key, decided in by_key.items():
        own = {row.after[VILLAGE_CODE] for row in decided if row.after.get("upload") == upload}
        standing = [row.after[VILLAGE_CODE] for row in decided if row.after.get("upload") not in undone]
        first = (decided[0].before or {}).get(VILLAGE_CODE)
        _bring_back(connection, key, own, standing[-1] if standing else first, by=by)


def _bring_back(connection: sa.Connection, key: str, own: set[str], village_code: str | None, *, by: Principal) -> None:
    """Let a name that means one of some villages mean another one, or nothing."""
    parent_code, name = key.split(" ", 1)
    same = (aliases.c.parent_code == parent_code, aliases.c.name == name)
    now = connection.execute(sa.select(aliases.c.village_code).where(*same).with_for_update()).scalar()
    if now not in own or now == village_code:
        return
    if village_code is None:
        connection.execute(sa.delete(aliases).where(*same))
    else:
        decided = {VILLAGE_CODE: village_code, "decided_by": by.user_id, "decided_at": datetime.now(UTC)}
        connection.execute(sa.update(aliases).where(*same).values(decided))
    record(
        *(connection, by.login, "alias.forgotten"),
        entity="aliases",
        key=key,
        before={VILLAGE_CODE: now},
        after=None if village_code is None else {VILLAGE_CODE: village_code},
    )


def take_in(engine: sa.Engine, decided: pd.DataFrame, *, by: Principal) -> int:
    """Remember decided names of another office, all or none; return how many are new or have another village now.

    Parameters
    ----------
    engine
        The database.
    decided
        Columns ``parent_code``, ``name``, ``village_code``.
    by
        Who takes them in.

    Raises
    ------
    PlanError
        If that person may not do it.
    DataError
        If a row is no decided name; see `geodata.names_aliases.aliases_of`.
    StoreError
        If the database cannot be written.
    """
    require(by, "alias.change")
    tidy = aliases_of(decided)
    with writing(engine) as connection:
        return sum(
            remember(connection, parent, name, village, by=by)
            for parent, name, village in tidy[list(COLUMNS)].itertuples(index=False)
        )
