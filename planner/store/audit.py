"""The audit trail: who did what, when, and how it was before. Rows are added only; the database refuses the rest."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from planner.store.schema import audit


def record(
    connection: sa.Connection,
    who: str,
    what: str,
    *,
    entity: str,
    key: object,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down a change in the transaction that makes it: both are kept, or neither.

    Parameters
    ----------
    connection
        The connection of `planner.store.engine.writing` that makes the change.
    who
        Login of who made it.
    what
        The deed, such as ``user.disabled``.
    entity, key
        Table and key of what was changed.
    before, after
        What was there and what is there now, plain values without secrets; nothing where there was or is nothing.
    """
    row = {"at": datetime.now(UTC), "who": who, "what": what, "entity": entity, "entity_key": str(key)}
    connection.execute(sa.insert(audit).values(**row, before=before, after=after))
