"""Names that people decided: taken again for the next file, and carried from one office to another."""

from datetime import UTC, datetime

import pandas as pd
import sqlalchemy as sa

from geodata.names_aliases import ALIAS_NAME, COLUMNS, PARENT_CODE, aliases_of
from geodata.schema import VILLAGE_CODE
from planner.rights import Principal, require
from planner.store.audit import record
from planner.store.engine import writing
from planner.store.schema import aliases


def decided_names(connection: sa.Connection) -> pd.DataFrame:
    """Return the decided names: ``parent_code``, ``name``, ``village_code``, sorted."""
    query = sa.select(*(aliases.c[name] for name in COLUMNS)).order_by(*(aliases.c[name] for name in COLUMNS))
    return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=list(COLUMNS), dtype="str")


def remember(connection: sa.Connection, parent_code: str, name: str, village_code: str, *, by: Principal) -> bool:
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
        *(connection, by.login, "alias.decided"),
        entity="aliases",
        key=f"{parent_code} {name}",
        before=None if before is None else {VILLAGE_CODE: before},
        after={VILLAGE_CODE: village_code},
    )
    return True


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
