"""What older revisions of the tables lack, so that their backups can be made and read."""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

_NEW: Final[Mapping[str, frozenset[str]]] = {
    "0002": frozenset(
        {
            *("assignment_changes", "visit_dates", "visit_repeats"),
            *("agents.home_village_code", "assignments.change_id", "visits.entry_key"),
        }
    ),
    "0003": frozenset({"exports"}),
    "0004": frozenset(),
}
"""Tables, and columns of tables, by the revision that brought them."""


def columns_at(table: sa.Table, revision: str) -> tuple[sa.Column[Any], ...]:
    """Return the columns that a table had at a revision; none where it was not there yet."""
    later = {name for brought, names in _NEW.items() if brought > revision for name in names}
    if table.name in later:
        return ()
    return tuple(column for column in table.columns if f"{table.name}.{column.name}" not in later)
