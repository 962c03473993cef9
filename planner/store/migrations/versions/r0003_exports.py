"""What left the office: every exported file, what it was made from and who made it."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from planner.store.migrations import row_rules

revision = "0003"
down_revision = "0002"

ID: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNT: Final = sa.Integer()
TEXT: Final = sa.Text()
MOMENT: Final = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DAY: Final = sa.Text().with_variant(sa.Date(), "postgresql")


def upgrade() -> None:
    """Make the table, which the office alone sees."""
    op.create_table(
        "exports",
        sa.Column("id", ID, primary_key=True),
        _text("number", "number LIKE 'DSP-________________'", index=True),
        _text("sha256", "length(sha256) = 64", index=True),
        _count("bytes"),
        _text("kind"),
        _text("format"),
        _text("language"),
        sa.Column("made_on", DAY, nullable=False),
        _text("fingerprint"),
        _text("plan"),
        _text("plan_sha256"),
        _text("params_sha256"),
        _count("smallest"),
        _text("asked"),
        _text("program"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("by_id", ID, sa.ForeignKey("users.id")),
        sa.Column("content", sa.LargeBinary()),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    if op.get_context().dialect.name == "postgresql":
        for statement in row_rules.of_table("exports"):
            op.get_bind().exec_driver_sql(statement)


def _text(name: str, condition: str | None = None, *, index: bool | None = None) -> sa.Column[object]:
    rule = () if condition is None else (sa.CheckConstraint(condition, name=name),)
    return sa.Column(name, TEXT, *rule, nullable=False, index=index)


def _count(name: str) -> sa.Column[object]:
    return sa.Column(name, COUNT, sa.CheckConstraint(f"{name} >= 0", name=name), nullable=False)
