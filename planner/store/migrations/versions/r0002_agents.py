"""Homes of agents, changes of assignments by hand, days on which a village must be visited, entries of phones."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from planner.store.migrations import row_rules, row_rules_0002

revision = "0002"
down_revision = "0001"

ID: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT: Final = sa.Text()
MOMENT: Final = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DAY: Final = sa.Text().with_variant(sa.Date(), "postgresql")

_NEW_COLUMNS: Final = {  # none needs the table written anew, which SQLite would otherwise ask for
    "agents": "home_village_code TEXT CONSTRAINT ck_agents_home_village_code"
    " CHECK (home_village_code LIKE '__.__.__.____')",
    "visits": "entry_key TEXT CONSTRAINT ck_visits_entry_key CHECK (length(entry_key) = 36)",
    "assignments": "change_id {id} CONSTRAINT fk_assignments_change_id REFERENCES assignment_changes (id)",
}


def upgrade() -> None:
    """Make new tables and columns, and let an assignment hold through its last day."""
    _row_rules(row_rules_0002.BEFORE_TABLES)
    _table(
        "assignment_changes",
        sa.Column("id", ID, primary_key=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("by_id", ID, sa.ForeignKey("users.id")),
        sa.Column("from_on", DAY, nullable=False),
        sa.Column("note", TEXT),
    )
    _table(
        "visit_dates",
        sa.Column("agent_id", ID, sa.ForeignKey("agents.id"), nullable=False),
        sa.Column(
            "village_code",
            TEXT,
            sa.CheckConstraint("village_code LIKE '__.__.__.____'", name="village_code"),
            nullable=False,
        ),
        sa.Column("on_day", DAY, nullable=False),
        sa.Column("by_id", ID, sa.ForeignKey("users.id")),
        sa.PrimaryKeyConstraint("agent_id", "village_code", "on_day"),
    )
    _table(
        "visit_repeats",
        sa.Column("upload_id", ID, sa.ForeignKey("uploads.id"), nullable=False),
        sa.Column("visit_id", ID, sa.ForeignKey("visits.id"), nullable=False, index=True),
        sa.PrimaryKeyConstraint("upload_id", "visit_id"),
    )
    number = "BIGINT" if op.get_context().dialect.name == "postgresql" else "INTEGER"
    for table, column in _NEW_COLUMNS.items():
        op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {column.format(id=number)}"))
    op.create_index(
        *("uq_visits_entry", "visits", ["agent_id", "entry_key"]),
        unique=True,
        sqlite_where=sa.text("entry_key IS NOT NULL"),
        postgresql_where=sa.text("entry_key IS NOT NULL"),
    )
    _row_rules(row_rules_0002.AFTER_TABLES)


def _table(name: str, *parts: sa.Column[object] | sa.Constraint) -> None:
    numbered = "id" in {part.name for part in parts if isinstance(part, sa.Column)}
    op.create_table(name, *parts, sqlite_strict=True, sqlite_autoincrement=numbered)
    _row_rules(row_rules.of_table(name))


def _row_rules(statements: tuple[str, ...]) -> None:
    """Change the row rules of PostgreSQL; with SQLite an agent works on copies of the own rows."""
    if op.get_context().dialect.name == "postgresql":
        for statement in statements:
            op.get_bind().exec_driver_sql(statement)
