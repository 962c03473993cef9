"""Saved plans in the records of the office: each with its owner; who may change it is asked in the same transaction."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from geodata.layer import BUILT_FROM
from planner.errors import PlanError
from planner.plan_record import codes_of, figures_of, named, parts_of
from planner.plan_shelf import Summary, can_be_name, file_name, refuse_name, unknown
from planner.rights import Principal, may_change_plan, require
from planner.store.audit import record
from planner.store.columns import POSTGRESQL, SQLITE
from planner.store.engine import reading, writing
from planner.store.schema import PLAN_KINDS, launches, layers, plan_villages, plans, users
from planner.store.trouble import place_of

_ONE_NAMES: Final = 5_120_190_125  # any number of our own: who gives a plan a name in PostgreSQL holds it
_FINGERPRINT: Final = re.compile("[0-9a-f]{16}")
_INSERT: Final[dict[str, Any]] = {SQLITE: sqlite.insert, POSTGRESQL: postgresql.insert}


@dataclass(frozen=True)
class PlanRecords:
    """The plans of the office as somebody sees and changes them; see `planner.plan_shelf.Shelf`.

    Every method raises a PlanError where the role may not do it, and a StoreError where the records cannot be read or
    written.

    Attributes
    ----------
    engine
        The records.
    principal
        Who acts.
    """

    engine: sa.Engine
    principal: Principal

    @property
    def where(self) -> str:
        """The database."""
        return place_of(self.engine)

    def summaries(self) -> list[Summary]:
        """Return what the plans hold, by name."""
        columns = (plans.c.name, plans.c.created_at, plans.c.summary, plans.c.owner_id, users.c.login)
        owned = plans.outerjoin(users, plans.c.owner_id == users.c.id)
        with self._seen() as connection:
            rows = connection.execute(sa.select(*columns, users.c.name.label("owner")).select_from(owned)).all()
        found = [
            Summary(
                row.name,
                row.created_at.timestamp(),
                **(row.summary or {}),
                owner=row.owner or row.login or "",
                changeable=may_change_plan(self.principal, row.owner_id),
            )
            for row in rows
        ]
        return sorted(found, key=lambda one: one.name)

    def read(self, name: str) -> bytes:
        """Return the record of a plan."""
        with self._seen() as connection:
            return str(_found(connection, name).record).encode()

    def free_name(self, name: str) -> None:
        """Refuse a name that cannot be used, or is taken."""
        with self._seen() as connection:
            refuse_name(name, _names(connection))

    def save(self, name: str, content: bytes) -> str:
        """Keep a record under a name that is free; return the database."""
        with self._changed() as connection:
            self._keep(connection, name, content, what="plan.saved")
        return self.where

    def duplicate(self, name: str, *, as_name: str) -> None:
        """Keep a plan once more under another name; who does so owns the copy."""
        with self._changed() as connection:
            parts = parts_of(str(_found(connection, name).record).encode(), name=file_name(name))
            self._keep(connection, as_name, named(parts, name=as_name), what="plan.duplicated", before={"name": name})

    def rename(self, name: str, *, as_name: str) -> None:
        """Give a plan another name."""
        with self._changed() as connection:
            plan = self._own(connection, name)
            refuse_name(as_name, _names(connection))
            content = named(parts_of(str(plan.record).encode(), name=file_name(name)), name=as_name).decode()
            connection.execute(sa.update(plans).where(plans.c.id == plan.id).values(name=as_name, record=content))
            after = {"name": as_name}
            self._write_down(connection, "plan.renamed", plan.id, before={"name": name}, after=after)

    def remove(self, name: str) -> None:
        """Remove a plan.

        Raises
        ------
        PlanError
            If launches come from it.
        """
        with self._changed() as connection:
            plan = self._own(connection, name)
            query = sa.select(sa.func.count()).select_from(launches).where(launches.c.plan_id == plan.id)
            if count := connection.execute(query).scalar_one():
                raise PlanError("saved.launched", name=name, count=count)
            connection.execute(sa.delete(plan_villages).where(plan_villages.c.plan_id == plan.id))
            connection.execute(sa.delete(plans).where(plans.c.id == plan.id))
            before = _trace(plan.name, plan.kind, plan.layer, str(plan.record))
            self._write_down(connection, "plan.removed", plan.id, before={**before, "owner_id": plan.owner_id})

    @contextmanager
    def _seen(self) -> Iterator[sa.Connection]:
        require(self.principal, "plan.read")
        with reading(self.engine) as connection:
            yield connection

    @contextmanager
    def _changed(self) -> Iterator[sa.Connection]:
        """Give a connection that changes plans; one at a time, so that a name that is free stays so."""
        require(self.principal, "plan.change")
        with writing(self.engine) as connection:
            if connection.dialect.name == POSTGRESQL:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_NAMES)))
            yield connection

    def _own(self, connection: sa.Connection, name: str) -> sa.Row[Any]:
        """Return a plan that who acts may change."""
        plan = _found(connection, name)
        if not may_change_plan(self.principal, plan.owner_id):
            raise PlanError("saved.not_yours", name=name)
        return plan

    def _keep(
        self,
        connection: sa.Connection,
        name: str,
        content: bytes,
        *,
        what: str,
        before: dict[str, Any] | None = None,
    ) -> None:
        refuse_name(name, _names(connection))
        parts = parts_of(content, name=file_name(name))
        codes = codes_of(parts, name=file_name(name))
        kind, layer, text = _about(parts, content, name)
        now = datetime.now(UTC)
        insert = _INSERT[connection.dialect.name](layers)
        connection.execute(insert.values(fingerprint=layer, added_at=now).on_conflict_do_nothing())
        row = {"name": name, "kind": kind, "layer": layer, "owner_id": self.principal.user_id, "created_at": now}
        kept = sa.insert(plans).values(**row, record=text, summary=figures_of(parts) or None)
        made = connection.execute(kept).inserted_primary_key
        assert made is not None
        if codes:
            rows = [{"plan_id": made[0], "village_code": code, "place": k} for k, code in enumerate(codes, start=1)]
            connection.execute(sa.insert(plan_villages), rows)
        self._write_down(connection, what, made[0], before=before, after=_trace(name, kind, layer, text))

    def _write_down(
        self,
        connection: sa.Connection,
        what: str,
        plan: int,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        record(connection, self.principal.login, what, entity="plans", key=plan, before=before, after=after)


def _names(connection: sa.Connection) -> list[str]:
    return list(connection.execute(sa.select(plans.c.name)).scalars())


def _found(connection: sa.Connection, name: str) -> sa.Row[Any]:
    query = sa.select(plans).where(plans.c.name == name)
    plan = connection.execute(query).one_or_none() if can_be_name(name) else None
    if plan is None:
        raise unknown(name, _names(connection))
    return plan


def _about(parts: dict[str, Any], content: bytes, name: str) -> tuple[str, str, str]:
    """Return the kind of a record, the fingerprint of its layer as that was built, and the record as a text."""
    kind, layer = parts.get("kind"), parts.get("layer", {})
    built = layer.get(BUILT_FROM, layer.get("fingerprint"))
    if kind not in PLAN_KINDS or not isinstance(built, str) or not _FINGERPRINT.fullmatch(built):
        raise PlanError("plan.no_record", file=file_name(name))
    try:
        return kind, built, content.decode()
    except UnicodeDecodeError as error:  # JSON may be written in other encodings
        raise PlanError("plan.no_record", file=file_name(name)) from error


def _trace(name: str, kind: str, layer: str, text: str) -> dict[str, Any]:
    """Return what the audit trail holds of a plan."""
    return {"name": name, "kind": kind, "layer": layer, "sha256": sha256(text.encode()).hexdigest()}
