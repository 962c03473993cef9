"""Launches of the office: proposed, moved on step by step, given up; every change with who and what was before.

Whoever changes a launch names the time of the state that was seen (``seen``): where somebody else was faster, nothing
is overwritten, and the latecomer is told.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from geodata import office_day
from planner.launch_pipeline import (
    ASSUMED,
    LAUNCH,
    MOST_MET,
    STEPS,
    LaunchError,
    Move,
    Standing,
    Waits,
    checked,
    due_on,
    reasoned,
    written,
)
from planner.rights import Principal, require
from planner.store import declared
from planner.store.audit import record
from planner.store.engine import writing
from planner.store.errors import StoreError
from planner.store.launch_views import first_launched, possible_owners, standing_at
from planner.store.officials import officials_of
from planner.store.schema import launch_steps, launches, plans

_ENTITY: Final = "launches"
_OPEN_ONCE: Final = ("uq_launches_open", "launches.village_code")  # as either engine names the rule
_FIRST: Final = STEPS[0]
_LAST: Final = STEPS[-1]


@dataclass(frozen=True)
class Proposed:
    """What became of a proposal.

    Attributes
    ----------
    launches
        Number of the new launch of each village.
    running, declared
        Villages that were left out: they have a launch that goes on, or were declared already.
    """

    launches: Mapping[str, int]
    running: tuple[str, ...]
    declared: tuple[str, ...]


def propose(
    engine: sa.Engine,
    codes: Sequence[str],
    *,
    on: date,
    by: Principal,
    plan: str = "",
    evidence: str = "",
    known_declared: Collection[str] = (),
    again: str = "",
    waits: Waits = ASSUMED,
) -> Proposed:
    """Propose villages for a launch, all in one transaction.

    Parameters
    ----------
    engine
        The database.
    codes
        The villages; one that is named twice counts once.
    on
        Day of the proposal.
    by
        Who proposes, and looks after it until it is given to somebody else.
    plan
        Name of the plan they were chosen in; a plan of the records is kept as what was promised.
    evidence
        Where the proposal stands.
    known_declared
        Villages that were declared as far as the registers say; those of the records are known anyway.
    again
        Why declared villages are launched once more; without it they are left out.
    waits
        Days of the steps until the launch.

    Raises
    ------
    LaunchError
        If the day has not come yet, or a text is not acceptable.
    PlanError
        If ``by`` may not do it.
    StoreError
        If the database cannot be written.
    """
    require(by, "launch.change")
    _happened(on)
    evidence = written(evidence, "evidence")
    reason = reasoned(again) if again.strip() else ""
    wanted = list(dict.fromkeys(codes))
    try:
        with writing(engine) as connection:
            running = _running(connection, wanted)
            twice = (frozenset(known_declared) | declared.known_codes(connection, wanted)) - running
            new = [code for code in wanted if code not in running and (reason or code not in twice)]
            texts, kept = (evidence, reason), _plan(connection, plan)
            made = {code: _propose(connection, code, on, by=by, plan=kept, texts=texts, waits=waits) for code in new}
    except StoreError as error:
        if error.key == "store.rule" and str(error.values["rule"]) in _OPEN_ONCE:
            raise LaunchError("launches.just_proposed") from error
        raise
    left = () if reason else tuple(code for code in wanted if code in twice)
    return Proposed(made, tuple(code for code in wanted if code in running), left)


def advance(
    engine: sa.Engine, launch: int, move: Move, *, by: Principal, seen: datetime, waits: Waits = ASSUMED
) -> Move:
    """Write down that a launch has reached a step, or goes back to one; return what was written down.

    A village whose launch is reached stands in the register of declared villages from then on; it leaves it where the
    launch goes back behind that day, unless another launch of the village has reached its own.

    Parameters
    ----------
    engine
        The database.
    launch
        Number of the launch.
    move
        The step.
    by
        Who writes it down.
    seen
        ``changed_at`` of the launch as ``by`` saw it.
    waits
        Days of the steps until the launch.

    Raises
    ------
    LaunchError
        As `planner.launch_pipeline.checked`; if there is no such launch, or somebody has changed it since.
    PlanError
        If ``by`` may not do it, or may not go on without the gate.
    StoreError
        If the database cannot be written.
    """
    require(by, "launch.change")
    with writing(engine) as connection:
        row = _current(connection, launch, seen)
        standing = standing_at(connection, row)
        counted = officials_of(connection, [row.village_code]).get(row.village_code)
        done = checked(standing, move, counted, today=_today())
        if row.status == "finished" and _running(connection, [row.village_code]):
            raise LaunchError("launches.other_running")
        if done.override:
            require(by, "launch.override")
        _add(
            connection,
            launch,
            by,
            step=done.to,
            reached_on=done.on,
            evidence=done.evidence or None,
            reason=done.reason or None,
            override_reason=done.override or None,
        )
        now = standing_at(connection, row, step=done.to)
        status = "finished" if done.to == _LAST else "open"
        change = {"step": done.to, "status": status, "due_on": due_on(now, waits)}
        said = {"on": done.on, "evidence": done.evidence, "reason": done.reason, "override": done.override}
        _change(connection, row, change, "launch.advanced", by=by, more=said)
        if LAUNCH in now.reached and LAUNCH not in standing.reached:
            declared.add_own(connection, row.village_code, now.reached[LAUNCH], who=by.login)
        elif LAUNCH in standing.reached and LAUNCH not in now.reached:
            left = first_launched(connection, row.village_code)
            declared.take_back(connection, row.village_code, left=left, who=by.login)
    return done


def set_owner(engine: sa.Engine, launch: int, owner: int | None, *, by: Principal, seen: datetime) -> None:
    """Give a launch to somebody, or to nobody.

    Raises
    ------
    LaunchError
        If there is no such launch or account, it is given up, or somebody has changed it since.
    PlanError, StoreError
        As `advance`.
    """
    require(by, "launch.change")
    with writing(engine) as connection:
        row = _going(_current(connection, launch, seen))
        if owner is not None and owner not in set(possible_owners(connection)["id"]):
            raise LaunchError("launches.unknown_owner")
        _change(connection, row, {"owner_id": owner}, "launch.owner", by=by)


def set_due(engine: sa.Engine, launch: int, due: date, *, by: Principal, seen: datetime) -> None:
    """Set the day by which the next step is due. Raises like `set_owner`."""
    require(by, "launch.change")
    with writing(engine) as connection:
        row = _current(connection, launch, seen)
        if row.status != "open":
            raise LaunchError(f"launches.{row.status}")
        if due < office_day.day_at(row.created_at) or due > _today() + timedelta(days=3 * 366):
            raise LaunchError("launches.due_out_of_range", due=due.isoformat())
        _change(connection, row, {"due_on": due}, "launch.due", by=by)


def add_dusun(
    engine: sa.Engine, launch: int, name: str, met: int, *, on: date, by: Principal, seen: datetime, evidence: str = ""
) -> None:
    """Write down a meeting in a dusun: when it was, and how many people came.

    Raises
    ------
    LaunchError
        If the name, the number or the day cannot be; else as `set_owner`.
    PlanError, StoreError
        As `advance`.
    """
    require(by, "launch.change")
    name = written(name, "dusun")
    if not name:
        raise LaunchError("launches.no_dusun")
    if not 0 <= met <= MOST_MET:
        raise LaunchError("launches.bad_met", met=met, most=MOST_MET)
    with writing(engine) as connection:
        row = _going(_current(connection, launch, seen))
        begun = standing_at(connection, row).reached[_FIRST]
        _happened(on)
        if on < begun:
            raise LaunchError("launches.before_last", on=on.isoformat(), last=begun.isoformat())
        told = {"dusun": name, "met": met, "reached_on": on}
        _add(connection, launch, by, step="sosialisasi", evidence=written(evidence, "evidence") or None, **told)
        _change(connection, row, {}, "launch.dusun", by=by, more=told)


def cancel(engine: sa.Engine, launch: int, reason: str, *, by: Principal, seen: datetime) -> None:
    """Give a launch up. A village that was launched stays declared. Raises like `set_owner`, and without a reason."""
    require(by, "launch.change")
    why = reasoned(reason)
    with writing(engine) as connection:
        row = _current(connection, launch, seen)
        if row.status != "open":
            raise LaunchError(f"launches.{row.status}")
        _add(connection, launch, by, step=row.step, reached_on=_today(), reason=why)
        change = {"status": "cancelled", "due_on": None}
        _change(connection, row, change, "launch.cancelled", by=by, more={"reason": why})


def _plan(connection: sa.Connection, name: str) -> int | None:
    """Return the number of a plan of the records; nothing for a plan that lies elsewhere."""
    return connection.execute(sa.select(plans.c.id).where(plans.c.name == name)).scalar()


def _propose(
    connection: sa.Connection,
    code: str,
    on: date,
    *,
    by: Principal,
    plan: int | None,
    texts: tuple[str, str],
    waits: Waits,
) -> int:
    evidence, reason = texts
    now = datetime.now(UTC)
    due = due_on(Standing("open", _FIRST, {_FIRST: on}), waits)
    kept = {"village_code": code, "plan_id": plan, "status": "open", "step": _FIRST, "due_on": due}
    kept["owner_id"] = by.user_id
    made = connection.execute(sa.insert(launches).values(**kept, created_at=now, changed_at=now)).inserted_primary_key
    assert made is not None
    number = int(made[0])
    _add(connection, number, by, step=_FIRST, reached_on=on, evidence=evidence or None, reason=reason or None)
    after = {**kept, "on": on, "evidence": evidence, "reason": reason}
    record(connection, by.login, "launch.proposed", entity=_ENTITY, key=number, after=after)
    return number


def _running(connection: sa.Connection, codes: Sequence[str]) -> frozenset[str]:
    going = (launches.c.village_code.in_(codes), launches.c.status == "open")
    return frozenset(connection.execute(sa.select(launches.c.village_code).where(*going)).scalars())


def _current(connection: sa.Connection, launch: int, seen: datetime) -> Any:  # noqa: ANN401 (a row)
    """Hold a launch that nobody has changed since it was seen, until the transaction ends."""
    query = sa.select(launches).where(launches.c.id == launch).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise LaunchError("launches.unknown", launch=str(launch))
    if row.changed_at != seen:
        raise LaunchError("launches.changed", step=row.step)
    return row


def _going(row: Any) -> Any:  # noqa: ANN401 (a row)
    if row.status == "cancelled":
        raise LaunchError("launches.cancelled")
    return row


def _add(connection: sa.Connection, launch: int, by: Principal, **values: object) -> None:
    kept = {"launch_id": launch, "by_id": by.user_id, "reached_at": datetime.now(UTC), **values}
    connection.execute(sa.insert(launch_steps).values(kept))


def _change(
    connection: sa.Connection,
    row: Any,  # noqa: ANN401 (a row)
    change: Mapping[str, object],
    what: str,
    *,
    by: Principal,
    more: Mapping[str, object] | None = None,
) -> None:
    """Change a launch that is held, later than any change before, and write down how it was."""
    changed = max(datetime.now(UTC), row.changed_at + timedelta(microseconds=1))
    query = sa.update(launches).where(launches.c.id == row.id, launches.c.changed_at == row.changed_at)
    if connection.execute(query.values(**change, changed_at=changed)).rowcount != 1:
        raise LaunchError("launches.changed", step=row.step)
    before = {name: getattr(row, name) for name in change}
    record(connection, by.login, what, entity=_ENTITY, key=row.id, before=before, after={**change, **(more or {})})


def _today() -> date:
    return office_day.today()


def _happened(on: date) -> None:
    if on > _today():
        raise LaunchError("launches.future", on=on.isoformat(), today=_today().isoformat())
