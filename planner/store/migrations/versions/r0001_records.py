"""First tables of the records, and the lock on the audit trail."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

ID: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNT: Final = sa.Integer()
TEXT: Final = sa.Text()
MOMENT: Final = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DAY: Final = sa.Text().with_variant(sa.Date(), "postgresql")

ROLES: Final = ("planner", "manager", "agent", "admin")
SEGMENTS: Final = ("PU", "BPU", "JAKON")
UPLOAD_KINDS: Final = ("participants", "agents", "visits", "workers", "officials", "criteria", "outlines")
UPLOAD_STATUSES: Final = ("committed", "undone")
PLAN_KINDS: Final = ("ranking", "selection")
SECTORS: Final = ("plantation", "food_crop", "livestock", "fishery", "home_industry", "trade_services", "other")
OFFICE_KINDS: Final = ("regional", "branch", "sub_branch", "unknown")
LAUNCH_STEPS: Final = ("usulan", "perangkat_terdaftar", "sosialisasi", "mou", "peresmian", "h30", "h90", "h180")


def upgrade() -> None:
    """Make the tables."""
    _people_tables()
    _what_was_uploaded()
    _names_tables()
    _what_was_decided()
    _what_happened_after()
    _lock_audit()


def _people_tables() -> None:
    _table(
        "offices",
        _id(),
        _text("name", unique=True),
        _named("kind", OFFICE_KINDS),
        _note("seat_regency_code"),
    )
    _table(
        "users",
        _id(),
        sa.Column("login", TEXT, sa.CheckConstraint("login <> ''", name="login"), nullable=False, unique=True),
        _text("name"),
        _named("role", ROLES),
        _perhaps("offices.id", "office_id"),
        _at("created_at"),
        sa.Column("disabled_at", MOMENT),
        _note("password_hash"),
        sa.Column("oidc_subject", TEXT, unique=True),
    )
    _table(
        "sessions",
        sa.Column("token_hash", TEXT, primary_key=True),
        _to("users.id", "user_id", index=True),
        _at("created_at"),
        _at("expires_at"),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint("expires_at > created_at", name="expires_at"),
    )
    _table(
        "agents",
        _id(),
        _text("code", unique=True),
        sa.Column("user_id", ID, sa.ForeignKey("users.id"), unique=True),
        _perhaps("offices.id", "office_id"),
        sa.Column("left_on", DAY),
    )


def _what_was_uploaded() -> None:
    _table(
        "layers",
        sa.Column("fingerprint", TEXT, primary_key=True),
        _count("villages"),
        _at("added_at"),
    )
    _table(
        "uploads",
        _id(),
        _named("kind", UPLOAD_KINDS),
        _perhaps("users.id", "sender_id"),
        _text("file_name"),
        sa.Column("sha256", TEXT, sa.CheckConstraint("length(sha256) = 64", name="sha256"), nullable=False),
        _count("rows_in"),
        _count("accepted"),
        _count("held"),
        _count("refused"),
        _named("status", UPLOAD_STATUSES),
        _at("committed_at"),
        sa.Column("undone_at", MOMENT),
        sa.CheckConstraint("accepted + held + refused = rows_in", name="rows_add_up"),
        sa.CheckConstraint("(status = 'undone') = (undone_at IS NOT NULL)", name="undone"),
        sa.Index(  # the same file twice, also when two send it at once
            "uq_uploads_once",
            "kind",
            "sha256",
            unique=True,
            sqlite_where=sa.text("status = 'committed'"),
            postgresql_where=sa.text("status = 'committed'"),
        ),
    )
    _table(
        "held_rows",
        _to("uploads.id", "upload_id"),
        _count("row"),
        sa.Column("content", TEXT, nullable=False),
        _text("reason"),
        sa.Column("settled_at", MOMENT),
        _perhaps("users.id", "settled_by"),
        sa.Column("village_code", TEXT, sa.CheckConstraint("village_code LIKE '__.__.__.____'", name="village_code")),
        sa.Column("aside", TEXT, sa.CheckConstraint("aside <> ''", name="aside")),
        sa.PrimaryKeyConstraint("upload_id", "row"),
        sa.CheckConstraint("(settled_at IS NOT NULL) = ((village_code IS NULL) <> (aside IS NULL))", name="settled"),
    )
    _table(
        "participants",
        _to("uploads.id", "upload_id"),
        _village(),
        _on("month"),
        _named("segment", SEGMENTS),
        _count("active"),
        _perhaps_count("inactive"),
        sa.Column("settled_at", MOMENT),
        sa.PrimaryKeyConstraint(
            "upload_id", "village_code", "month", "segment"
        ),  # an upload that is undone hides no other
        sa.CheckConstraint("CAST(month AS TEXT) LIKE '____-__-01'", name="month"),
        sa.Index(None, "village_code", "month", "segment"),
    )
    _table(
        "funded_groups",
        _id(),
        _perhaps("uploads.id", "upload_id", index=True),
        _village(index=True),
        _text("fund"),
        _count("people"),
        _on("starts_on"),
        sa.Column("ends_on", DAY, nullable=False, index=True),
        sa.CheckConstraint("ends_on >= starts_on", name="ends_on"),
    )
    _table(
        "worker_counts",
        _to("uploads.id", "upload_id"),
        _village(),
        _named("sector", SECTORS),
        _count("people"),
        _on("counted_on"),
        sa.Column("settled_at", MOMENT),
        sa.PrimaryKeyConstraint("upload_id", "village_code", "sector", "counted_on"),
        sa.Index(None, "village_code", "sector", "counted_on"),
    )
    _table(
        "official_counts",
        _to("uploads.id", "upload_id"),
        _village(),
        _count("registered"),
        _count("total"),
        _on("counted_on"),
        sa.Column("settled_at", MOMENT),
        sa.PrimaryKeyConstraint("upload_id", "village_code", "counted_on"),
        sa.CheckConstraint("registered <= total", name="registered_most"),
        sa.Index(None, "village_code", "counted_on"),
    )
    _table(
        "criterion_values",
        _to("uploads.id", "upload_id"),
        _village(),
        _text("criterion"),
        _text("value"),
        _text("unit"),
        _text("source"),
        _on("dated_on"),
        sa.Column("settled_at", MOMENT),
        sa.PrimaryKeyConstraint("upload_id", "village_code", "criterion", "dated_on"),
        sa.Index(None, "criterion", "village_code", "dated_on"),
    )
    _table(
        "own_outlines",
        _to("uploads.id", "upload_id"),
        _village(index=True),
        _text("wkb"),
        _text("fingerprint"),
        sa.PrimaryKeyConstraint("upload_id", "village_code"),
    )
    _table(
        "column_choices",
        _text("sender"),
        _named("kind", UPLOAD_KINDS),
        _text("headings"),
        sa.Column("columns", TEXT, nullable=False),
        _at("used_at"),
        sa.PrimaryKeyConstraint("sender", "kind", "headings"),
    )


def _names_tables() -> None:
    _table(
        "aliases",
        _id(),
        _text("name"),
        _text("parent_code"),
        _village(index=True),
        _perhaps("users.id", "decided_by"),
        _at("decided_at"),
        sa.UniqueConstraint("name", "parent_code"),
    )
    _table(
        "declared",
        _id(),
        sa.Column("village_code", TEXT, unique=True),
        _text("village_name"),
        _text("regency_code"),
        sa.Column("earliest_on", DAY),
        sa.Column("latest_on", DAY),
        _text("source"),
        sa.CheckConstraint("latest_on >= earliest_on", name="latest_on"),
        sa.CheckConstraint("village_code LIKE '__.__.__.____'", name="village_code"),
    )
    _table(
        "declared_aliases",
        _to("declared.id", "declared_id"),
        _text("name"),
        sa.PrimaryKeyConstraint("declared_id", "name"),
    )


def _what_was_decided() -> None:
    _table(
        "plans",
        _id(),
        _text("name", unique=True),
        _named("kind", PLAN_KINDS),
        _to("layers.fingerprint", "layer"),
        _perhaps("users.id", "owner_id"),
        _at("created_at"),
        sa.Column("record", TEXT, nullable=False),
    )
    _table(
        "plan_villages",
        _to("plans.id", "plan_id"),
        _village(index=True),
        sa.Column("place", COUNT, sa.CheckConstraint("place >= 1", name="place"), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "village_code"),
        sa.UniqueConstraint("plan_id", "place"),
    )
    _table(
        "launches",
        _id(),
        _village(index=True),
        _perhaps("plans.id", "plan_id"),
        _named("step", LAUNCH_STEPS),
        _perhaps("users.id", "owner_id"),
        sa.Column("due_on", DAY),
        _note("evidence"),
        _note("override_reason"),
        _at("created_at"),
        _at("changed_at"),
    )
    _table(
        "launch_steps",
        _id(),
        _to("launches.id", "launch_id", index=True),
        _named("step", LAUNCH_STEPS),
        _at("reached_at"),
        _perhaps("users.id", "by_id"),
        _note("dusun"),
        _note("evidence"),
        sa.Column("override_reason", TEXT, sa.CheckConstraint("override_reason <> ''", name="override_reason")),
    )
    _table(
        "assignments",
        _id(),
        _to("agents.id", "agent_id"),
        _village(index=True),
        _on("from_on"),
        sa.Column("to_on", DAY),
        _perhaps("users.id", "by_id"),
        _perhaps("uploads.id", "upload_id", index=True),
        _perhaps("uploads.id", "ended_by", index=True),
        sa.Column("undone_at", MOMENT),
        sa.CheckConstraint(
            "CASE WHEN undone_at IS NULL THEN to_on IS NULL OR to_on >= from_on "
            "ELSE to_on IS NOT NULL AND to_on < from_on END",
            name="to_on",
        ),
        sa.Index(
            "uq_assignments_open",
            "agent_id",
            "village_code",
            unique=True,
            sqlite_where=sa.text("to_on IS NULL"),
            postgresql_where=sa.text("to_on IS NULL"),
        ),
    )


def _what_happened_after() -> None:
    _table(
        "visits",
        _id(),
        _to("agents.id", "agent_id"),
        _village(index=True),
        _on("visited_on"),
        _note("dusun"),
        _count("met"),
        _perhaps_count("interested"),
        _count("registered"),
        _note("obstacle"),
        _perhaps("uploads.id", "upload_id", index=True),
        _at("written_at"),
        sa.CheckConstraint("interested <= met AND registered <= met", name="met_most"),
        sa.Index(None, "agent_id", "visited_on"),
    )
    _table(
        "audit",
        _id(),
        _at("at"),
        _text("who"),
        _text("what"),
        _text("entity"),
        _text("entity_key"),
        sa.Column("before", TEXT),
        sa.Column("after", TEXT),
        sa.Index(None, "entity", "entity_key"),
    )


def _table(name: str, *parts: sa.Column[object] | sa.Constraint | sa.Index) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_autoincrement="id" in _names(parts))


def _names(parts: tuple[object, ...]) -> set[str]:
    return {part.name for part in parts if isinstance(part, sa.Column)}


def _id() -> sa.Column[object]:
    return sa.Column("id", ID, primary_key=True)


def _text(name: str, *, unique: bool | None = None) -> sa.Column[object]:
    return sa.Column(name, TEXT, nullable=False, unique=unique)


def _note(name: str) -> sa.Column[object]:
    return sa.Column(name, TEXT)


def _count(name: str) -> sa.Column[object]:
    return sa.Column(name, COUNT, sa.CheckConstraint(f"{name} >= 0", name=name), nullable=False)


def _perhaps_count(name: str) -> sa.Column[object]:
    return sa.Column(name, COUNT, sa.CheckConstraint(f"{name} >= 0", name=name))


def _named(name: str, values: tuple[str, ...]) -> sa.Column[object]:
    return sa.Column(name, TEXT, sa.CheckConstraint(_one_of(name, values), name=name), nullable=False)


def _at(name: str) -> sa.Column[object]:
    return sa.Column(name, MOMENT, nullable=False)


def _on(name: str) -> sa.Column[object]:
    return sa.Column(name, DAY, nullable=False)


def _to(target: str, name: str, *, index: bool | None = None) -> sa.Column[object]:
    """Return a column that must name a row of another table."""
    return sa.Column(
        name, TEXT if target == "layers.fingerprint" else ID, sa.ForeignKey(target), nullable=False, index=index
    )


def _perhaps(target: str, name: str, *, index: bool | None = None) -> sa.Column[object]:
    """Return a column that names a row of another table, or nothing."""
    return sa.Column(name, TEXT if target == "layers.fingerprint" else ID, sa.ForeignKey(target), index=index)


def _village(*, index: bool | None = None) -> sa.Column[object]:
    """Return a village code, 16.02.03.2001."""
    form = sa.CheckConstraint("village_code LIKE '__.__.__.____'", name="village_code")
    return sa.Column("village_code", TEXT, form, nullable=False, index=index)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(v) for v in values)})"


def _lock_audit() -> None:
    """Let rows of the audit trail be added only; SQLite replaces a row without asking the lock on removal."""
    for statement in _LOCKS[op.get_context().dialect.name]:
        op.execute(sa.text(statement))


_LOCKS: Final = {
    "sqlite": (
        """CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
           BEGIN SELECT RAISE(ABORT, 'audit_only_grows'); END""",
        """CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
           BEGIN SELECT RAISE(ABORT, 'audit_only_grows'); END""",
        """CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
           BEGIN SELECT RAISE(ABORT, 'audit_only_grows'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'audit_only_grows',
             CONSTRAINT = 'audit_only_grows'; END $$""",
        """CREATE TRIGGER audit_no_update BEFORE UPDATE OR DELETE ON audit
           FOR EACH ROW EXECUTE FUNCTION audit_only_grows()""",
        """CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
           FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()""",
    ),
}
