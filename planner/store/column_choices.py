"""Which headings a sender chose for the columns of a kind: remembered, so that the next file needs no choosing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from planner.store.engine import reading, writing
from planner.store.schema import column_choices
from planner.uploads.columns import Columns, fitting
from planner.uploads.kinds import Kind


def remembered_columns(engine: sa.Engine, sender: str, kind: Kind, headings: Sequence[str]) -> Columns | None:
    """Return what a sender chose for a file with these headings, else what was chosen last, as far as it fits.

    Parameters
    ----------
    engine
        The database.
    sender
        Login of the sender.
    kind
        Kind of the upload.
    headings
        Headings of the file.

    Raises
    ------
    StoreError
        If the database cannot be read.
    """
    own = (column_choices.c.sender == sender, column_choices.c.kind == kind)
    same = sa.case((column_choices.c.headings == _fingerprint(headings), 0), else_=1)
    query = sa.select(column_choices.c.columns).where(*own).order_by(same, column_choices.c.used_at.desc()).limit(1)
    with reading(engine) as connection:
        found: Mapping[str, Any] | None = connection.execute(query).scalar()
    return None if found is None else fitting(found, headings)


def remember_columns(engine: sa.Engine, sender: str, kind: Kind, headings: Sequence[str], columns: Columns) -> None:
    """Remember the columns that a sender used for a file with these headings.

    Raises
    ------
    StoreError
        If the database cannot be written.
    """
    key = {"sender": sender, "kind": kind, "headings": _fingerprint(headings)}
    kept = {"headings": dict(columns.headings), "constants": dict(columns.constants)}
    values = {"columns": kept, "used_at": datetime.now(UTC)}
    same = [column_choices.c[name] == value for name, value in key.items()]
    with writing(engine) as connection:
        if not connection.execute(sa.update(column_choices).where(*same).values(values)).rowcount:
            connection.execute(sa.insert(column_choices).values({**key, **values}))


def _fingerprint(headings: Sequence[str]) -> str:
    return sha256("\n".join(sorted(headings)).encode()).hexdigest()[:16]
