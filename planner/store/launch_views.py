"""Launches as the office sees them: all of them, one with its history, the villages that were launched."""

from datetime import date
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from planner.launch_pipeline import LAUNCH, LaunchError, Officials, Standing, Step, reached
from planner.store.officials import officials_of
from planner.store.schema import launch_steps, launches, users

_LISTED: Final = ("id", "village_code", "plan_id", "status", "step", "owner_id", "due_on", "created_at", "changed_at")
_HISTORY: Final = ("id", "step", "reached_on", "reached_at", "dusun", "met", "evidence", "reason", "override_reason")


def listed(connection: sa.Connection) -> pd.DataFrame:
    """Return all launches, those that go on first, the most urgent first.

    Returns
    -------
    DataFrame
        ``id``, ``village_code``, ``plan_id``, ``status``, ``step``, ``owner_id``, ``due_on``, ``created_at``,
        ``changed_at``, ``owner`` (name of the account; missing), ``reached_on`` (day of the step), ``dusun`` and
        ``met`` (number of dusun, people met).
    """
    going = sa.case((launches.c.status == "open", 0), else_=1)
    query = (
        sa.select(*(launches.c[name] for name in _LISTED), users.c.name)
        .select_from(launches.outerjoin(users, launches.c.owner_id == users.c.id))
        .order_by(going, launches.c.due_on.is_(None), launches.c.due_on, launches.c.id)
    )
    rows = pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=[*_LISTED, "owner"], dtype=object)
    days, dusun, met = _summed(connection)
    numbers = list(rows["id"])
    last = [days[number].get(step) for number, step in zip(numbers, rows["step"], strict=True)]
    return rows.assign(
        reached_on=pd.Series(last, index=rows.index, dtype=object),
        dusun=[len(dusun.get(number, ())) for number in numbers],
        met=[met.get(number, 0) for number in numbers],
    )


def found(connection: sa.Connection, launch: int) -> dict[str, Any]:
    """Return one launch as `listed` does, with ``reached``, the day of each step.

    Raises
    ------
    LaunchError
        If there is none of that number.
    """
    row = _row(connection, launch)
    query = sa.select(users.c.name).where(users.c.id == row.owner_id)
    owner = connection.execute(query).scalar() if row.owner_id is not None else None
    plain = {name: getattr(row, name) for name in _LISTED}
    return {**plain, "owner": owner, "reached": dict(standing_at(connection, row).reached)}


def history(connection: sa.Connection, launch: int) -> pd.DataFrame:
    """Return what was written down of a launch, in that order; meetings in dusun have a ``dusun`` and ``met``.

    Returns
    -------
    DataFrame
        ``id``, ``step``, ``reached_on``, ``reached_at`` (when it was written down), ``dusun``, ``met``, ``evidence``,
        ``reason``, ``override_reason``, ``by`` (name of the account; missing for the console).
    """
    joined = launch_steps.outerjoin(users, launch_steps.c.by_id == users.c.id)
    query = sa.select(*(launch_steps.c[name] for name in _HISTORY), users.c.name).select_from(joined)
    rows = connection.execute(query.where(launch_steps.c.launch_id == launch).order_by(launch_steps.c.id))
    return pd.DataFrame([tuple(row) for row in rows], columns=[*_HISTORY, "by"], dtype=object)


def launched(connection: sa.Connection) -> pd.DataFrame:
    """Return the villages that were launched, first day first: ``launch_id``, ``village_code``, ``launched_on``."""
    days, _, _ = _summed(connection)
    query = sa.select(launches.c.id, launches.c.village_code).order_by(launches.c.id)
    rows = [
        (row.id, row.village_code, days[row.id][LAUNCH])
        for row in connection.execute(query)
        if LAUNCH in days.get(row.id, {})
    ]
    frame = pd.DataFrame(rows, columns=["launch_id", "village_code", "launched_on"])
    return frame.sort_values(["launched_on", "launch_id"], ignore_index=True)


def first_launched(connection: sa.Connection, code: str) -> date | None:
    """Return the first day on which a village was launched; nothing where it was not."""
    rows = launched(connection)
    days: list[date] = rows.loc[rows["village_code"] == code, "launched_on"].to_list()
    return days[0] if days else None


def running(connection: sa.Connection, code: str) -> int | None:
    """Return the number of the launch of a village that goes on; nothing without one."""
    query = sa.select(launches.c.id).where(launches.c.village_code == code, launches.c.status == "open")
    number = connection.execute(query).scalar()
    return None if number is None else int(number)


def possible_owners(connection: sa.Connection) -> pd.DataFrame:
    """Return the accounts that may own a launch: ``id``, ``login`` and ``name``, by name."""
    query = sa.select(users.c.id, users.c.login, users.c.name).where(users.c.disabled_at.is_(None))
    rows = sorted((tuple(row) for row in connection.execute(query)), key=lambda row: (row[2].casefold(), row[1]))
    return pd.DataFrame(rows, columns=["id", "login", "name"])


def standing_of(connection: sa.Connection, launch: int) -> tuple[Standing, Officials | None]:
    """Return where a launch stands, and the latest count of its perangkat. Raises like `found`."""
    row = _row(connection, launch)
    return standing_at(connection, row), officials_of(connection, [row.village_code]).get(row.village_code)


def standing_at(connection: sa.Connection, row: Any, *, step: Step | None = None) -> Standing:  # noqa: ANN401
    """Return where the launch of a row stands, or would stand at another step."""
    steps = sa.select(launch_steps.c.step, launch_steps.c.reached_on)
    own = (launch_steps.c.launch_id == row.id, launch_steps.c.dusun.is_(None))
    rows = connection.execute(steps.where(*own).order_by(launch_steps.c.id))
    return Standing(row.status, step or row.step, reached((made.step, made.reached_on) for made in rows))


def _row(connection: sa.Connection, launch: int) -> Any:  # noqa: ANN401 (a row)
    row = connection.execute(sa.select(launches).where(launches.c.id == launch)).one_or_none()
    if row is None:
        raise LaunchError("launches.unknown", launch=str(launch))
    return row


def _summed(
    connection: sa.Connection,
) -> tuple[dict[int, dict[Step, date]], dict[int, set[str]], dict[int, int]]:
    """Return of every launch the days of its steps, the names of its dusun, and the people met there."""
    moves: dict[int, list[tuple[Step, date]]] = {}
    dusun: dict[int, set[str]] = {}
    met: dict[int, int] = {}
    names = ("launch_id", "step", "reached_on", "dusun", "met")
    for row in connection.execute(sa.select(*(launch_steps.c[name] for name in names)).order_by(launch_steps.c.id)):
        moves.setdefault(row.launch_id, [])
        if row.dusun is None:
            moves[row.launch_id].append((row.step, row.reached_on))
        else:
            dusun.setdefault(row.launch_id, set()).add(row.dusun.casefold())
            met[row.launch_id] = met.get(row.launch_id, 0) + row.met
    return {number: reached(steps) for number, steps in moves.items()}, dusun, met
