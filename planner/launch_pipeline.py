"""The way of a launch, from the proposal to half a year after it: what may follow what, when it is due, what is late.

No official flow chart is published: the steps follow what branches did (Dlanggu, Mekarmulya, Mengandung Sari), and the
days between them are assumed. The gate is the one criterion officials repeat: all perangkat registered first.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Final, Literal, get_args

import pandas as pd

from geodata.schema import VILLAGE_CODE
from geodata.texts import Language
from planner.errors import PlanError
from planner.texts import t
from planner.uploads.written_dates import read_dates

Step = Literal["usulan", "perangkat_terdaftar", "sosialisasi", "mou", "peresmian", "h30", "h90", "h180"]
Status = Literal["open", "finished", "cancelled"]
Gate = Literal["met", "not_met", "unknown"]
Kind = Literal["forward", "skipped", "back", "cancelled", "dusun"]

STEPS: Final[tuple[Step, ...]] = get_args(Step)
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
LAUNCH: Final[Step] = "peresmian"
GATED: Final[frozenset[Step]] = frozenset({"mou", "peresmian"})
"""Steps of a village that is ready to launch."""
FOLLOW_UP: Final[Mapping[Step, int]] = {"h30": 30, "h90": 90, "h180": 180}
"""Days after the launch."""
REGISTERED: Final = "registered"
TOTAL: Final = "total"
COUNTED_ON: Final = "counted_on"
SHORTEST_REASON: Final = 20
LONGEST_TEXT: Final = 500
LONGEST_NAME: Final = 80
MOST_MET: Final = 100_000
_LONGEST_WAIT: Final = 730  # days
_LAST_DAY: Final = date(2199, 12, 31)  # that a day is still to come is told where it matters
# NIK and mobile numbers, not the digits inside an address or a letter number
_PERSONAL: Final = re.compile(r"(?<![\w/=.-])(?:[1-9]\d{15}|(?:\+?62|0)8[1-9]\d{7,10})(?![\w])")


class LaunchError(PlanError):
    """A refused launch or step of one; steps are told by their names."""

    def text(self, language: Language = "id") -> str:
        """Return the sentence in a language."""
        named = {name: t(f"launches.step.{value}", language) for name, value in self.values.items() if name == "step"}
        return t(self.key, language, **{**self.values, **named})


@dataclass(frozen=True)
class Waits:
    """Days that each step may take after the one before it; all assumed, as nothing is published.

    The follow-up has days of its own: 30, 90 and 180 after the launch.
    """

    perangkat_terdaftar: int = 30
    sosialisasi: int = 30
    mou: int = 14
    peresmian: int = 30

    def __post_init__(self) -> None:
        for field in fields(self):
            days = getattr(self, field.name)
            if not 1 <= days <= _LONGEST_WAIT:
                raise LaunchError("launches.bad_wait", step=field.name, days=days, most=_LONGEST_WAIT)


ASSUMED: Final = Waits()


@dataclass(frozen=True)
class Officials:
    """Village head and perangkat: how many there are, how many are registered, and when that was counted."""

    registered: int
    total: int
    counted_on: date


@dataclass(frozen=True)
class Standing:
    """Where a launch stands.

    Attributes
    ----------
    status, step
        Whether it goes on, and the last step that was reached.
    reached
        The day of each reached step; see `reached`.
    """

    status: Status
    step: Step
    reached: Mapping[Step, date]


@dataclass(frozen=True)
class Move:
    """A step that somebody wants to write down.

    Attributes
    ----------
    to, on
        The step and its day.
    evidence
        What shows it: number of a letter, address of a document.
    reason
        Why steps are left out, or why the launch goes back.
    override
        Why a village goes on although not all perangkat are known to be registered.
    """

    to: Step
    on: date
    evidence: str = ""
    reason: str = ""
    override: str = ""


def next_step(step: Step) -> Step | None:
    """Return the step after one; nothing after the last."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


def step_named(name: str) -> Step:
    """Return the step of a name.

    Raises
    ------
    LaunchError
        If there is none.
    """
    for step in STEPS:
        if name == step:
            return step
    raise PlanError("launches.unknown_step", name=name[:40], steps=", ".join(STEPS))


def gate_of(officials: Officials | None) -> Gate:
    """Return whether all perangkat are registered; unknown where nobody counted, or where there would be none."""
    if officials is None or officials.total <= 0:
        return "unknown"
    return "met" if officials.registered >= officials.total else "not_met"


def reached(history: Iterable[tuple[Step, date]]) -> dict[Step, date]:
    """Return the day of each step that a launch has reached.

    Parameters
    ----------
    history
        Steps and their days in the order in which they were written down. A launch that went back has no longer
        reached what comes after; the day of the step it went back to stays.
    """
    days: dict[Step, date] = {}
    for step, day in history:
        here = STEPS.index(step)
        days = {known: kept for known, kept in days.items() if STEPS.index(known) <= here}
        days.setdefault(step, day)
    return days


def kinds(history: Iterable[tuple[Step, str | None]]) -> list[Kind]:
    """Return what each entry of a history is.

    Parameters
    ----------
    history
        Steps, each with the dusun it is about or nothing, in the order in which they were written down.
    """
    found: list[Kind] = []
    place = -1
    for step, dusun in history:
        there = STEPS.index(step)
        if dusun is not None:
            found.append("dusun")
            continue
        ahead = there - place
        found.append("forward" if ahead == 1 else "skipped" if ahead > 1 else "cancelled" if ahead == 0 else "back")
        place = there
    return found


def day_of(text: str) -> date:
    """Return the day that somebody typed: 22-11-2026, 22 November 2026, 2026-11-22.

    Raises
    ------
    LaunchError
        If it is none.
    """
    day = read_dates(pd.Series([text[:40]]), today=_LAST_DAY, part="day").days.iloc[0]
    if pd.isna(day):
        raise LaunchError("launches.bad_day", day=" ".join(text.split())[:40])
    found: date = day.date()
    return found


def checked(standing: Standing, move: Move, officials: Officials | None, *, today: date) -> Move:
    """Return a step as it may be written down: texts without needless space, an override only where it is needed.

    Parameters
    ----------
    standing
        Where the launch stands.
    move
        The step that is wanted.
    officials
        The latest count of the village; nothing where nobody counted.
    today
        Nothing is written down before it happens.

    Raises
    ------
    LaunchError
        If the step may not follow, its day is out of order, or a text is missing, too long or personal.
    """
    here, there = STEPS.index(standing.step), STEPS.index(move.to)
    if standing.status == "cancelled" or (standing.status == "finished" and there >= here):
        raise LaunchError(f"launches.{standing.status}")
    if there == here:
        raise LaunchError("launches.same_step", step=move.to)
    if there > STEPS.index(LAUNCH) and LAUNCH not in standing.reached:
        raise LaunchError("launches.not_launched", step=move.to)
    _in_order(standing, move, today)
    evidence, reason = written(move.evidence, "evidence"), written(move.reason, "reason")
    if there > here and not evidence:
        raise LaunchError("launches.no_evidence", step=move.to)
    if there != here + 1 and len(reason) < SHORTEST_REASON:
        raise LaunchError(f"launches.{'back' if there < here else 'skip'}_reason", step=move.to, least=SHORTEST_REASON)
    override = "" if move.to not in GATED or there < here else _override(move, officials)
    return Move(move.to, move.on, evidence, reason, override)


def needs_override(step: Step, standing: Standing, officials: Officials | None) -> bool:
    """Say whether a launch may go on to a step only with a written reason of somebody who may give one."""
    forward = STEPS.index(step) > STEPS.index(standing.step)
    return forward and step in GATED and gate_of(officials) != "met"


def written(text: str, what: str) -> str:
    """Return a text that somebody typed, without needless space.

    Parameters
    ----------
    text
        As it was typed.
    what
        ``evidence``, ``reason``, ``override``, ``dusun``, ``obstacle``: for the message.

    Raises
    ------
    LaunchError
        If it is too long, or holds an identity or mobile number.
    """
    clean = " ".join(text.split())
    most = LONGEST_NAME if what == "dusun" else LONGEST_TEXT
    if len(clean) > most:
        raise LaunchError(f"launches.long.{what}", most=most, length=len(clean))
    if _PERSONAL.search(re.sub(r"(?<=\d)[ -](?=\d)", "", clean)):
        raise LaunchError(f"launches.personal.{what}")
    return clean


def reasoned(text: str) -> str:
    """Return a written reason.

    Raises
    ------
    LaunchError
        If it is shorter than ``SHORTEST_REASON``, or as for `written`.
    """
    reason = written(text, "reason")
    if len(reason) < SHORTEST_REASON:
        raise LaunchError("launches.reason", least=SHORTEST_REASON)
    return reason


def due_on(standing: Standing, waits: Waits = ASSUMED) -> date | None:
    """Return when the next step is due; nothing after the last one.

    Parameters
    ----------
    standing
        Where the launch stands.
    waits
        Days of the steps until the launch.
    """
    step = next_step(standing.step)
    if step is None:
        return None
    if step in FOLLOW_UP:
        return standing.reached[LAUNCH] + timedelta(days=FOLLOW_UP[step])
    return standing.reached[standing.step] + timedelta(days=getattr(waits, step))


def overview(launches: pd.DataFrame, officials: pd.DataFrame, *, today: date) -> pd.DataFrame:
    """Return the launches with what comes next, the gate, and how late they are.

    Parameters
    ----------
    launches
        Columns ``village_code``, ``status``, ``step``, ``due_on`` (days, missing where none is set).
    officials
        Index ``village_code``; columns ``registered``, ``total``, ``counted_on``; others are not counted.
    today
        The day of the view.

    Returns
    -------
    Same rows in the same order, with ``next_step`` (missing where nothing follows), ``gate``, ``registered``,
    ``total``, ``counted_on`` and ``overdue_days`` (0 where nothing is late).
    """
    counted = officials.reindex(launches[VILLAGE_CODE])
    known = {name: counted[name].to_numpy() for name in (REGISTERED, TOTAL, COUNTED_ON)}
    gates = [gate_of(_officials(*row)) for row in zip(*known.values(), strict=True)]
    going = launches["status"].eq("open")
    late = [
        max((today - day).days, 0) if goes and isinstance(day, date) else 0
        for goes, day in zip(going, launches["due_on"], strict=True)
    ]
    following = [next_step(step) if goes else None for goes, step in zip(going, launches["step"], strict=True)]
    named = pd.Series(following, index=launches.index, dtype=object)
    return launches.assign(next_step=named, gate=gates, **known, overdue_days=late)


def _in_order(standing: Standing, move: Move, today: date) -> None:
    """Refuse a day that has not come yet, or lies before a step that came before."""
    if move.on > today:
        raise LaunchError("launches.future", on=move.on.isoformat(), today=today.isoformat())
    before = [day for step, day in standing.reached.items() if STEPS.index(step) < STEPS.index(move.to)]
    if before and move.on < max(before):
        raise LaunchError("launches.before_last", on=move.on.isoformat(), last=max(before).isoformat())


def _override(move: Move, officials: Officials | None) -> str:
    """Return the written reason of a village that goes on without the gate; nothing where it is met."""
    gate = gate_of(officials)
    if gate == "met":
        return ""
    override = written(move.override, "override")
    if len(override) >= SHORTEST_REASON:
        return override
    if gate == "not_met" and officials is not None:
        counts = {"registered": officials.registered, "total": officials.total}
        on = officials.counted_on.isoformat()
        raise LaunchError("launches.gate_not_met", **counts, on=on, step=move.to, least=SHORTEST_REASON)
    raise LaunchError("launches.gate_unknown", step=move.to, least=SHORTEST_REASON)


def _officials(registered: object, total: object, counted_on: object) -> Officials | None:
    if pd.isna(total):  # type: ignore[call-overload]  # a cell
        return None
    assert isinstance(counted_on, date)
    return Officials(int(registered), int(total), counted_on)  # type: ignore[call-overload]
