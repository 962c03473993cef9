"""Uploads of groups whose contributions somebody pays: the tables that name kinds of uploads know one more.

SQLite cannot change the condition of a column, and a table written anew would take the rows that name its rows with
it; so the condition is changed where the table is described, the way SQLite's own documentation of ALTER TABLE gives
for it. No row changes.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TABLES: Final = ("uploads", "column_choices")
_BEFORE: Final = "'officials', 'criteria', 'outlines'"
_AFTER: Final = "'officials', 'funded', 'criteria', 'outlines'"
_KINDS: Final = f"'participants', 'agents', 'visits', 'workers', {_AFTER}"


def upgrade() -> None:
    """Let uploads and remembered columns be of the new kind."""
    if op.get_context().dialect.name == "postgresql":
        for table in _TABLES:
            rule = f"ck_{table}_kind"
            op.execute(sa.text(f"ALTER TABLE {table} DROP CONSTRAINT {rule}"))
            op.execute(sa.text(f"ALTER TABLE {table} ADD CONSTRAINT {rule} CHECK (kind IN ({_KINDS}))"))
        return
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    change = "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ? AND instr(sql, ?)"
    changed = [connection.exec_driver_sql(change, (_BEFORE, _AFTER, name, _BEFORE)).rowcount for name in _TABLES]
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")  # other connections read it again
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
    if changed != [1, 1]:
        msg = f"the kinds of uploads are described otherwise: {changed}"
        raise RuntimeError(msg)
