"""What can be done with a launch: the next step, meetings in dusun, owner and due date, giving up."""

from datetime import date, datetime
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from geodata import office_day
from geodata.texts import Language
from planner.launch_pipeline import (
    GATED,
    LAUNCH,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_MET,
    SHORTEST_REASON,
    STEPS,
    Move,
    Officials,
    Standing,
    Step,
    day_of,
    gate_of,
    needs_override,
    next_step,
)
from planner.rights import Principal
from planner.store import launches
from planner.store.engine import Engine
from planner.texts import t
from planner.web import launches_said, notice, visitor
from planner.web.launches_said import Deed
from planner.web.wording import dated

_NOBODY: Final = 0
_FIELDS: Final = ("evidence", "reason", "override", "dusun", "why")


def show(row: Any, standing: Standing, officials: Officials | None, owners: pd.DataFrame, language: Language) -> None:  # noqa: ANN401 (a row)
    """Show the forms of a launch.

    Parameters
    ----------
    row
        The launch, of `planner.launch_pipeline.overview`.
    standing, officials
        Where it stands, and the latest count of perangkat.
    owners
        Accounts that may own a launch.
    language
        Language of the words.
    """
    if standing.status == "cancelled":
        return
    with st.container(border=True, key="launch-move"):
        st.subheader(t("web.launches.move.title", language), anchor=False)
        _move(row, standing, officials, language)
    with st.container(horizontal=True, key="launch-more"):
        with st.popover(t("web.launches.dusun.add", language)):
            _dusun(row, language)
        with st.popover(t("web.launches.owner.change", language)):
            _owner(row, owners, language)
        if standing.status == "open":
            with st.popover(t("web.launches.cancel", language)):
                _cancel(row, language)


def _move(row: Any, standing: Standing, officials: Officials | None, language: Language) -> None:  # noqa: ANN401 (a row)
    number, seen = int(row["id"]), row["changed_at"]
    options = _possible(standing)
    wanted = next_step(standing.step) or options[-1]
    key = _key(number, f"step-{standing.step}")  # the choice of a step that was taken is not that of the next one
    here = STEPS.index(standing.step)
    with st.container(horizontal=True, vertical_alignment="bottom", key="launch-what"):
        step: Step = st.selectbox(
            t("web.launches.move.step", language),
            options,
            index=options.index(wanted),
            format_func=lambda name: _step_words(name, here, language),
            key=key,
            width=280,
        )
        _date(number, "day", office_day.today(), t("web.launches.move.day", language), language)
    forward = STEPS.index(step) > here
    if forward:
        _text(number, "evidence", language)
    if not forward or STEPS.index(step) != here + 1:
        _text(number, "reason", language, least=SHORTEST_REASON)
    held = needs_override(step, standing, officials)
    if held:
        _held(number, officials, language)
    off = held and not visitor.may("launch.override")
    words = t("web.launches.move.save" if forward else "web.launches.move.go_back", language)
    st.button(
        words, on_click=partial(_advance, number, seen, key), key=_key(number, "go"), disabled=off, type="primary"
    )


def _held(number: int, officials: Officials | None, language: Language) -> None:
    """Say that the gate is not met, and ask who may for a written reason."""
    if officials is not None and gate_of(officials) == "not_met":
        day = dated(officials.counted_on.isoformat(), language)
        counts = {"registered": officials.registered, "total": officials.total}
        told = t("web.launches.held.not_met", language, **counts, day=day)
    else:
        told = t("web.launches.held.unknown", language)
    if visitor.may("launch.override"):
        notice.show("warning", told, t("web.launches.held.reason", language))
        _text(number, "override", language, least=SHORTEST_REASON)
    else:
        notice.show("warning", told, t("web.launches.held.ask", language))


def _dusun(row: Any, language: Language) -> None:  # noqa: ANN401 (a row)
    number = int(row["id"])
    st.text_input(
        t("web.launches.dusun.name", language), key=_key(number, "dusun"), max_chars=LONGEST_NAME, placeholder="–"
    )
    _date(number, "met-on", office_day.today(), t("web.launches.dusun.day", language), language)
    st.number_input(t("web.launches.dusun.met", language), 0, MOST_MET, step=1, key=_key(number, "met"))
    st.caption(t("web.launches.dusun.note", language))
    st.button(
        t("web.launches.dusun.save", language),
        on_click=partial(_add_dusun, number, row["changed_at"]),
        key=_key(number, "add"),
    )


def _owner(row: Any, owners: pd.DataFrame, language: Language) -> None:  # noqa: ANN401 (a row)
    number = int(row["id"])
    logins = {int(own): f"{name} ({login})" for own, login, name in owners.itertuples(index=False)}
    logins |= {_NOBODY: t("web.launches.nobody", language)}
    known = [_NOBODY, *(own for own in logins if own != _NOBODY)]
    now = _NOBODY if row["owner_id"] is None else int(row["owner_id"])
    st.selectbox(
        t("web.launches.column.owner", language),
        known,
        index=known.index(now) if now in known else 0,
        format_func=logins.__getitem__,
        key=_key(number, "owner"),
    )
    save = partial(_set_owner, number, row["changed_at"])
    st.button(t("web.launches.owner.save", language), on_click=save, key=_key(number, "own"))
    if row["status"] == "open" and row["due_on"] is not None:
        _date(number, "due", row["due_on"], t("web.launches.due.day", language), language)
        st.caption(t("web.launches.due.note", language))
        due = partial(_set_due, number, row["changed_at"])
        st.button(t("web.launches.due.save", language), on_click=due, key=_key(number, "due-save"))


def _cancel(row: Any, language: Language) -> None:  # noqa: ANN401 (a row)
    number = int(row["id"])
    _text(number, "why", language, least=SHORTEST_REASON)
    cancel = partial(_give_up, number, row["changed_at"])
    st.button(t("web.launches.cancel.sure", language), on_click=cancel, key=_key(number, "cancel"))


def _possible(standing: Standing) -> list[Step]:
    """Return the steps a launch may be set to: what is behind it, and what lies ahead up to the launch."""
    here = STEPS.index(standing.step)
    last = len(STEPS) if LAUNCH in standing.reached else STEPS.index(LAUNCH) + 1
    return [step for place, step in enumerate(STEPS[:last]) if place != here]


def _step_words(step: Step, here: int, language: Language) -> str:
    ahead = STEPS.index(step) - here
    kind = "next" if ahead == 1 else "skip" if ahead > 1 else "back"
    return t(f"web.launches.move.{kind}", language, step=t(f"launches.step.{step}", language))


def _date(number: int, name: str, day: date, label: str, language: Language) -> None:
    key = _key(number, name)
    if key not in st.session_state:
        st.session_state[key] = f"{day:%d-%m-%Y}"
    st.text_input(label, key=key, max_chars=40, placeholder=t("web.launches.day_hint", language), width=180)


def _text(number: int, name: str, language: Language, *, least: int = 0) -> None:
    label = (
        t(f"web.launches.field.{name}", language, least=least) if least else t(f"web.launches.field.{name}", language)
    )
    hint = t(f"web.launches.field.{name}.hint", language)
    st.text_area(label, key=_key(number, name), max_chars=LONGEST_TEXT, placeholder=hint, height=80)


def _key(number: int, name: str) -> str:
    return f"launch-{number}-{name}"


def _typed(number: int, name: str) -> str:
    return str(st.session_state.get(_key(number, name), ""))


def _advance(number: int, seen: datetime, step_key: str) -> None:
    step: Step = st.session_state[step_key]

    def deed(engine: Engine, by: Principal) -> None:
        override = _typed(number, "override") if step in GATED else ""
        texts = {name: _typed(number, name) for name in ("evidence", "reason")}
        move = Move(step, day_of(_typed(number, "day")), **texts, override=override)
        launches.advance(engine, number, move, by=by, seen=seen)

    _do(number, deed, f"web.launches.done.{'launched' if step == LAUNCH else 'advanced'}")


def _add_dusun(number: int, seen: datetime) -> None:
    def deed(engine: Engine, by: Principal) -> None:
        on, met = day_of(_typed(number, "met-on")), int(st.session_state[_key(number, "met")])
        launches.add_dusun(engine, number, _typed(number, "dusun"), met, on=on, by=by, seen=seen)

    _do(number, deed, "web.launches.done.dusun")


def _set_owner(number: int, seen: datetime) -> None:
    owner = int(st.session_state[_key(number, "owner")]) or None
    _do(
        number,
        lambda engine, by: launches.set_owner(engine, number, owner, by=by, seen=seen),
        "web.launches.done.owner",
    )


def _set_due(number: int, seen: datetime) -> None:
    def deed(engine: Engine, by: Principal) -> None:
        launches.set_due(engine, number, day_of(_typed(number, "due")), by=by, seen=seen)

    _do(number, deed, "web.launches.done.due")


def _give_up(number: int, seen: datetime) -> None:
    why = _typed(number, "why")
    _do(
        number, lambda engine, by: launches.cancel(engine, number, why, by=by, seen=seen), "web.launches.done.cancelled"
    )


def _do(number: int, deed: Deed, said: str) -> None:
    """Do it; what was typed is kept where it was refused."""
    if launches_said.done(deed, said):
        for name in (*_FIELDS, "day", "met-on", "due", "met"):
            st.session_state.pop(_key(number, name), None)
