"""The tables: people, what was uploaded, what was decided, what happened after. Counts only, no personal data.

Columns named ``village_code`` hold Kemendagri codes with dots; ``month`` is the first day of the month; ``*_at`` are
times in UTC, ``*_on`` days. The migrations make the same tables; a test compares both.
"""

from typing import Final

import sqlalchemy as sa

from geodata.schema import SECTORS
from planner.store.columns import COUNT, ID, Content, Day, File, Login, Moment, Words, one_of

ROLES: Final = ("planner", "manager", "agent", "admin")
SEGMENTS: Final = ("PU", "BPU", "JAKON")
UPLOAD_KINDS: Final = ("participants", "agents", "visits", "workers", "officials", "funded", "criteria", "outlines")
UPLOAD_STATUSES: Final = ("committed", "undone")
PLAN_KINDS: Final = ("ranking", "selection")
LINK_PURPOSES: Final = ("set_up", "set_password")
OFFICE_KINDS: Final = ("regional", "branch", "sub_branch", "unknown")
LAUNCH_STEPS: Final = ("usulan", "perangkat_terdaftar", "sosialisasi", "mou", "peresmian", "h30", "h90", "h180")
LAUNCH_STATUSES: Final = ("open", "finished", "cancelled")
DECLARED_ORIGINS: Final = ("published", "own")
DATE_PRECISIONS: Final = ("day", "range", "year", "inferred")

metadata: Final = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _table(name: str, *parts: sa.Column[object] | sa.Constraint | sa.Index) -> sa.Table:
    return sa.Table(name, metadata, *parts, sqlite_strict=True, sqlite_autoincrement="id" in _names(parts))


def _names(parts: tuple[object, ...]) -> set[str]:
    return {part.name for part in parts if isinstance(part, sa.Column)}


def _id() -> sa.Column[object]:
    return sa.Column("id", ID, primary_key=True)


def _text(name: str, *, unique: bool | None = None) -> sa.Column[object]:
    return sa.Column(name, Words, nullable=False, unique=unique)


def _note(name: str) -> sa.Column[object]:
    return sa.Column(name, Words)


def _count(name: str) -> sa.Column[object]:
    return sa.Column(name, COUNT, sa.CheckConstraint(f"{name} >= 0", name=name), nullable=False)


def _perhaps_count(name: str) -> sa.Column[object]:
    """Return a count that may be unknown, which is not none."""
    return sa.Column(name, COUNT, sa.CheckConstraint(f"{name} >= 0", name=name))


def _named(name: str, values: tuple[str, ...]) -> sa.Column[object]:
    return sa.Column(name, Words, sa.CheckConstraint(one_of(name, values), name=name), nullable=False)


def _at(name: str) -> sa.Column[object]:
    return sa.Column(name, Moment, nullable=False)


def _on(name: str) -> sa.Column[object]:
    return sa.Column(name, Day, nullable=False)


def _to(target: str, name: str, *, index: bool | None = None) -> sa.Column[object]:
    """Return a column that must name a row of another table."""
    return sa.Column(name, sa.ForeignKey(target), nullable=False, index=index)


def _perhaps(target: str, name: str, *, index: bool | None = None) -> sa.Column[object]:
    """Return a column that names a row of another table, or nothing."""
    return sa.Column(name, sa.ForeignKey(target), index=index)


def _village(*, index: bool | None = None) -> sa.Column[object]:
    """Return a village code, 16.02.03.2001."""
    form = sa.CheckConstraint("village_code LIKE '__.__.__.____'", name="village_code")
    return sa.Column("village_code", Words, form, nullable=False, index=index)


# --- people

offices: Final = _table(
    "offices",
    _id(),
    _text("name", unique=True),
    _named("kind", OFFICE_KINDS),
    _note("seat_regency_code"),
)

users: Final = _table(
    "users",
    _id(),
    sa.Column("login", Login, sa.CheckConstraint("login <> ''", name="login"), nullable=False, unique=True),
    _text("name"),
    _named("role", ROLES),
    _perhaps("offices.id", "office_id"),
    _at("created_at"),
    sa.Column("disabled_at", Moment),
    _note("password_hash"),
    sa.Column("oidc_subject", Words, unique=True),
)

sessions: Final = _table(
    "sessions",
    sa.Column("token_hash", Words, primary_key=True),
    _to("users.id", "user_id", index=True),
    _at("created_at"),
    _at("expires_at"),
    sa.Column("ended_at", Moment),
    sa.CheckConstraint("expires_at > created_at", name="expires_at"),
)

agents: Final = _table(
    "agents",
    _id(),
    _text("code", unique=True),
    sa.Column("user_id", sa.ForeignKey("users.id"), unique=True),
    _perhaps("offices.id", "office_id"),
    sa.Column("left_on", Day),
    sa.Column(
        "home_village_code",
        Words,
        sa.CheckConstraint("home_village_code LIKE '__.__.__.____'", name="home_village_code"),
    ),
)

one_time_links: Final = _table(
    "one_time_links",
    sa.Column("token_hash", Words, primary_key=True),
    _to("users.id", "user_id", index=True),
    _named("purpose", LINK_PURPOSES),
    _at("created_at"),
    _at("expires_at"),
    sa.Column("used_at", Moment),
    sa.CheckConstraint("expires_at > created_at", name="expires_at"),
)

sign_in_attempts: Final = _table(
    "sign_in_attempts",
    sa.Column("key_hash", Words, primary_key=True),  # of a login or an address; a password typed as login is not kept
    _count("failures"),
    _at("last_at"),
    _at("free_at"),
)

# --- what was uploaded

layers: Final = _table(
    "layers",
    sa.Column("fingerprint", Words, primary_key=True),
    sa.Column("villages", COUNT, sa.CheckConstraint("villages >= 0", name="villages")),
    _at("added_at"),
)

uploads: Final = _table(
    "uploads",
    _id(),
    _named("kind", UPLOAD_KINDS),
    _perhaps("users.id", "sender_id"),
    _text("file_name"),
    sa.Column("sha256", Words, sa.CheckConstraint("length(sha256) = 64", name="sha256"), nullable=False),
    _count("rows_in"),
    _count("accepted"),
    _count("held"),
    _count("refused"),
    _named("status", UPLOAD_STATUSES),
    _at("committed_at"),
    sa.Column("undone_at", Moment),
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

held_rows: Final = _table(
    "held_rows",
    _to("uploads.id", "upload_id"),
    _count("row"),
    sa.Column("content", Content, nullable=False),
    _text("reason"),
    sa.Column("settled_at", Moment),
    _perhaps("users.id", "settled_by"),
    sa.Column("village_code", Words, sa.CheckConstraint("village_code LIKE '__.__.__.____'", name="village_code")),
    sa.Column("aside", Words, sa.CheckConstraint("aside <> ''", name="aside")),
    sa.PrimaryKeyConstraint("upload_id", "row"),
    sa.CheckConstraint(  # taken for a village, or set aside with a reason
        "(settled_at IS NOT NULL) = ((village_code IS NULL) <> (aside IS NULL))", name="settled"
    ),
)

participants: Final = _table(
    "participants",
    _to("uploads.id", "upload_id"),
    _village(),
    _on("month"),
    _named("segment", SEGMENTS),
    _count("active"),
    _perhaps_count("inactive"),
    sa.Column("settled_at", Moment),  # taken by decision, later than its upload
    sa.PrimaryKeyConstraint("upload_id", "village_code", "month", "segment"),  # an upload that is undone hides no other
    sa.CheckConstraint("CAST(month AS TEXT) LIKE '____-__-01'", name="month"),
    sa.Index(None, "village_code", "month", "segment"),
)

funded_groups: Final = _table(
    "funded_groups",
    _id(),
    _perhaps("uploads.id", "upload_id", index=True),
    _village(index=True),
    _text("fund"),
    _count("people"),
    _on("starts_on"),
    sa.Column("ends_on", Day, nullable=False, index=True),
    sa.CheckConstraint("ends_on >= starts_on", name="ends_on"),
)

worker_counts: Final = _table(
    "worker_counts",
    _to("uploads.id", "upload_id"),
    _village(),
    _named("sector", SECTORS),
    _count("people"),
    _on("counted_on"),
    sa.Column("settled_at", Moment),
    sa.PrimaryKeyConstraint("upload_id", "village_code", "sector", "counted_on"),
    sa.Index(None, "village_code", "sector", "counted_on"),
)

official_counts: Final = _table(
    "official_counts",
    _to("uploads.id", "upload_id"),
    _village(),
    _count("registered"),
    _count("total"),
    _on("counted_on"),
    sa.Column("settled_at", Moment),
    sa.PrimaryKeyConstraint("upload_id", "village_code", "counted_on"),
    sa.CheckConstraint("registered <= total", name="registered_most"),
    sa.Index(None, "village_code", "counted_on"),
)

criterion_values: Final = _table(
    "criterion_values",
    _to("uploads.id", "upload_id"),
    _village(),
    _text("criterion"),
    _text("value"),  # a number, written so that reading it gives the same one
    _text("unit"),
    _text("source"),
    _on("dated_on"),
    sa.Column("settled_at", Moment),
    sa.PrimaryKeyConstraint("upload_id", "village_code", "criterion", "dated_on"),
    sa.Index(None, "criterion", "village_code", "dated_on"),
)

own_outlines: Final = _table(
    "own_outlines",
    _to("uploads.id", "upload_id"),
    _village(index=True),
    _text("wkb"),  # base64, EPSG:4326
    _text("fingerprint"),
    sa.PrimaryKeyConstraint("upload_id", "village_code"),
)

column_choices: Final = _table(
    "column_choices",
    sa.Column("sender", Login, nullable=False),
    _named("kind", UPLOAD_KINDS),
    _text("headings"),  # fingerprint of those of the file
    sa.Column("columns", Content, nullable=False),
    _at("used_at"),
    sa.PrimaryKeyConstraint("sender", "kind", "headings"),
)

# --- names

aliases: Final = _table(
    "aliases",
    _id(),
    _text("name"),
    _text("parent_code"),
    _village(index=True),
    _perhaps("users.id", "decided_by"),
    _at("decided_at"),
    sa.UniqueConstraint("name", "parent_code"),
)

declared: Final = _table(
    "declared",
    _id(),
    sa.Column("village_code", Words, unique=True),
    _note("village_name"),
    _text("regency_code"),
    sa.Column("earliest_on", Day),
    sa.Column("latest_on", Day),
    _text("source"),
    _named("origin", DECLARED_ORIGINS),
    _named("precision", DATE_PRECISIONS),
    _note("confidence"),
    _note("note"),
    sa.CheckConstraint("latest_on >= earliest_on", name="latest_on"),
    sa.CheckConstraint("village_code LIKE '__.__.__.____'", name="village_code"),
)

declared_aliases: Final = _table(
    "declared_aliases",
    _to("declared.id", "declared_id"),
    _text("name"),
    sa.PrimaryKeyConstraint("declared_id", "name"),
)

# --- what was decided

plans: Final = _table(
    "plans",
    _id(),
    _text("name", unique=True),
    _named("kind", PLAN_KINDS),
    _to("layers.fingerprint", "layer"),
    _perhaps("users.id", "owner_id"),
    _at("created_at"),
    _text("record"),  # letter by letter as its file
    sa.Column("summary", Content),
)

plan_villages: Final = _table(
    "plan_villages",
    _to("plans.id", "plan_id"),
    _village(index=True),
    sa.Column("place", COUNT, sa.CheckConstraint("place >= 1", name="place"), nullable=False),
    sa.PrimaryKeyConstraint("plan_id", "village_code"),
    sa.UniqueConstraint("plan_id", "place"),
)

launches: Final = _table(
    "launches",
    _id(),
    _village(index=True),
    _perhaps("plans.id", "plan_id"),
    _named("status", LAUNCH_STATUSES),
    _named("step", LAUNCH_STEPS),
    _perhaps("users.id", "owner_id"),
    sa.Column("due_on", Day),
    _at("created_at"),
    _at("changed_at"),
    sa.Index(  # a village has one launch that goes on, also when two propose it at once
        "uq_launches_open",
        "village_code",
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    ),
)

launch_steps: Final = _table(
    "launch_steps",
    _id(),
    _to("launches.id", "launch_id", index=True),
    _named("step", LAUNCH_STEPS),
    _on("reached_on"),
    _at("reached_at"),
    _perhaps("users.id", "by_id"),
    _note("dusun"),
    sa.Column("met", COUNT, sa.CheckConstraint("met >= 0", name="met")),
    _note("evidence"),
    sa.Column("reason", Words, sa.CheckConstraint("reason <> ''", name="reason")),
    sa.Column("override_reason", Words, sa.CheckConstraint("override_reason <> ''", name="override_reason")),
    sa.CheckConstraint("(dusun IS NULL) = (met IS NULL)", name="dusun"),
)

assignment_changes: Final = _table(
    "assignment_changes",
    _id(),
    _at("made_at"),
    _perhaps("users.id", "by_id"),
    _on("from_on"),
    _note("note"),
)

assignments: Final = _table(
    "assignments",
    _id(),
    _to("agents.id", "agent_id"),
    _village(index=True),
    _on("from_on"),
    sa.Column("to_on", Day),
    _perhaps("users.id", "by_id"),
    _perhaps("uploads.id", "upload_id", index=True),
    _perhaps("uploads.id", "ended_by", index=True),  # upload without the village
    sa.Column("undone_at", Moment),  # it never held: its last day lies before its first
    sa.CheckConstraint(
        "CASE WHEN undone_at IS NULL THEN to_on IS NULL OR to_on >= from_on "
        "ELSE to_on IS NOT NULL AND to_on < from_on END",
        name="to_on",
    ),
    _perhaps("assignment_changes.id", "change_id"),  # by hand: an upload that is undone leaves it
    sa.Index(
        "uq_assignments_open",
        "agent_id",
        "village_code",
        unique=True,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    ),
)

visit_dates: Final = _table(
    "visit_dates",
    _to("agents.id", "agent_id"),
    _village(),
    _on("on_day"),
    _perhaps("users.id", "by_id"),
    sa.PrimaryKeyConstraint("agent_id", "village_code", "on_day"),
)

# --- what happened after

visits: Final = _table(
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
    sa.Column("entry_key", Words, sa.CheckConstraint("length(entry_key) = 36", name="entry_key")),  # of the phone
    sa.Index(None, "agent_id", "visited_on"),
    sa.Index(  # the same entry again, also when it comes twice at once
        "uq_visits_entry",
        "agent_id",
        "entry_key",
        unique=True,
        sqlite_where=sa.text("entry_key IS NOT NULL"),
        postgresql_where=sa.text("entry_key IS NOT NULL"),
    ),
)

visit_repeats: Final = _table(  # visits that another upload, or the agent, had brought before
    "visit_repeats",
    _to("uploads.id", "upload_id"),
    _to("visits.id", "visit_id", index=True),
    sa.PrimaryKeyConstraint("upload_id", "visit_id"),
)

# --- what left the office

exports: Final = _table(
    "exports",
    _id(),
    sa.Column(
        "number",
        Words,
        sa.CheckConstraint("number LIKE 'DSP-________________'", name="number"),
        nullable=False,
        index=True,
    ),
    sa.Column("sha256", Words, sa.CheckConstraint("length(sha256) = 64", name="sha256"), nullable=False, index=True),
    _count("bytes"),
    _text("kind"),
    _text("format"),
    _text("language"),
    _on("made_on"),
    _text("fingerprint"),
    _text("plan"),  # as it was called then; empty without one
    _text("plan_sha256"),
    _text("params_sha256"),
    _count("smallest"),
    sa.Column("asked", Content, nullable=False),
    _text("program"),
    _at("made_at"),
    _perhaps("users.id", "by_id"),
    sa.Column("content", File),  # nothing for a large file, and where an older row has the same
)

audit: Final = _table(
    "audit",
    _id(),
    _at("at"),
    _text("who"),
    _text("what"),
    _text("entity"),
    _text("entity_key"),
    sa.Column("before", Content),
    sa.Column("after", Content),
    sa.Index(None, "entity", "entity_key"),
)
