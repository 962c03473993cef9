"""Moving picked villages to another agent, with the balance before it is done; locks, undo and redo."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.errors import DataError
from geodata.texts import Language, number, percentage
from planner.errors import PlanError
from planner.territories import moves
from planner.territories.load import HOURS
from planner.territories.report import DEVIATION, PIECES
from planner.texts import t
from planner.web import notice
from planner.web.labels import plain
from planner.web.tables import paragraph, table
from planner.web.territories_work import Work
from planner.web.village_list import matching

_SEARCH: Final = "territories-search"
_FOUND: Final = "territories-found"
_MANY: Final = 50
_TO: Final = "territories-to"
_FAILED: Final = "territories-failed"
_NAMED: Final = 6

Balance = dict[Any, dict[Any, Any]]


def show(work: Work, language: Language) -> None:
    """Show what can be done with the picked villages.

    Parameters
    ----------
    work
        The division; its steps are taken before the rerun.
    language
        Language of the words.
    """
    failed = st.session_state.pop(_FAILED, None)
    if isinstance(failed, DataError):
        notice.show("error", failed.text(language))
    names = _names(work)
    _find(work, language)
    _told(work, names, language)
    agent = _receiver(work, language)
    if work.picked and agent:
        _preview(work, agent, language)
    _buttons(work, agent, language)


def _names(work: Work) -> dict[str, str]:
    villages = work.draft.base.ground.villages
    return dict(zip(villages[schema.VILLAGE_CODE].astype(str), villages[schema.VILLAGE_NAME].astype(str), strict=True))


def _find(work: Work, language: Language) -> None:
    """Show a search by name: the way to villages without the map. One that is chosen is picked, or dropped again."""
    villages = work.draft.base.ground.villages
    search = st.text_input(
        t("web.list.search", language), key=_SEARCH, placeholder=t("web.list.search_hint", language), max_chars=60
    )
    if not search.strip():
        return
    rows = villages[matching(villages, search)]
    if rows.empty:
        st.caption(t("web.list.nothing", language))
        return
    codes = rows[schema.VILLAGE_CODE].astype(str).tolist()
    parts = zip(rows[schema.VILLAGE_NAME], rows[schema.DISTRICT_NAME], codes, strict=True)
    called = {code: f"{name} · {district} · {work.draft.assignment[code]}" for name, district, code in parts}
    if st.session_state.get(_FOUND) not in codes[:_MANY]:
        st.session_state[_FOUND] = None
    st.selectbox(
        t("web.select.found", language, count=len(codes)),
        codes[:_MANY],
        index=None,
        format_func=called.__getitem__,
        key=_FOUND,
        on_change=_take_found,
        args=(work,),
        placeholder=t("web.select.found_choose", language),
    )
    st.button(
        t("web.territories.pick_found", language, count=len(codes)),
        key="territories-pick-found",
        on_click=work.pick,
        args=((*work.picked, *codes),),
    )


def _take_found(work: Work) -> None:
    """Pick the village that was found, or drop it; called before the rerun."""
    code = st.session_state[_FOUND]
    if code is not None:
        dropped = tuple(one for one in work.picked if one != code)
        work.pick(dropped if code in work.picked else (*work.picked, code))
        st.session_state[_FOUND] = None


def _told(work: Work, names: dict[str, str], language: Language) -> None:
    ground = work.draft.base.ground
    hours = pd.Series(ground.load, index=ground.graph.codes)
    own = [code for code in work.picked if code in work.draft.locks]
    lines = [
        t(
            "web.territories.picked_told",
            language,
            count=len(work.picked),
            hours=number(float(hours.reindex(list(work.picked)).sum()), language, 1),
        )
    ]
    if work.picked:
        listed = ", ".join(names[code] for code in work.picked[:_NAMED])
        lines.append(listed + (", …" if len(work.picked) > _NAMED else "."))
    if own:
        listed = ", ".join(names[code] for code in own[:_NAMED])
        lines.append(t("web.territories.picked_locked", language, count=len(own), names=listed))
    st.html(f'<div class="about" role="status">{paragraph(*lines)}</div>')


def _receiver(work: Work, language: Language) -> str:
    if st.session_state.get(_TO) not in work.agents:
        st.session_state[_TO] = None
    agent = st.selectbox(
        t("web.territories.to", language),
        work.agents,
        index=None,
        key=_TO,
        placeholder=t("web.territories.to_none", language),
    )
    return str(agent or "")


def _preview(work: Work, agent: str, language: Language) -> None:
    """Show the balance of who gives and who receives, before and after."""
    own = [code for code in work.picked if work.draft.assignment[code] != agent]
    free = [code for code in own if code not in work.draft.locks]
    if not free:
        st.html(f'<div class="about">{paragraph(t("web.territories.nothing_moves", language))}</div>')
        return
    before: Balance = moves.balance(work.draft).to_dict("index")
    after: Balance = moves.balance(moves.moved(work.draft, free, agent)).to_dict("index")
    touched = [*dict.fromkeys(work.draft.assignment[code] for code in free), agent]
    headings = [
        t(f"web.territories.column.{name}", language) for name in ("agent", "villages", "hours", "deviation", "whole")
    ]
    rows = [_balance_row(one, before[one], after[one], language) for one in touched]
    st.html(f'<div class="about">{table(headings, rows, caption=t("web.territories.preview", language))}</div>')
    torn = [one for one in touched if after[one][PIECES] > max(1, before[one][PIECES])]
    gone = [one for one in touched if not after[one][PIECES]]
    if gone:
        notice.show("warning", t("web.territories.empties", language, agents=", ".join(gone)))
    if torn:
        notice.show("warning", t("web.territories.tears", language, agents=", ".join(torn)))


def _balance_row(agent: str, was: dict[Any, Any], now: dict[Any, Any], language: Language) -> list[str]:
    return [
        agent,
        f"{int(was['villages'])} → {int(now['villages'])}",
        f"{number(float(was[HOURS]), language, 1)} → {number(float(now[HOURS]), language, 1)}",
        f"{percent(float(was[DEVIATION]), language)} → {percent(float(now[DEVIATION]), language)}",
        whole(int(now[PIECES]), language),
    ]


def percent(value: float, language: Language) -> str:
    """Return a deviation with its sign: +3.2%."""
    sign = "+" if value > 0.05 else "−" if value < -0.05 else ""
    return f"{sign}{percentage(abs(value), language, 1)}"


def whole(pieces: int, language: Language) -> str:
    """Say whether an area hangs together."""
    if not pieces:
        return t("web.territories.empty", language)
    return t("web.territories.whole", language) if pieces == 1 else t("web.territories.pieces", language, count=pieces)


def _buttons(work: Work, agent: str, language: Language) -> None:
    picked = work.picked
    with st.container(horizontal=True, key="territories-buttons"):
        st.button(
            t("web.territories.move", language, count=len(picked), agent=plain(agent) or "…"),
            type="primary",
            disabled=not picked or not agent,
            key="territories-move",
            on_click=partial(_do, partial(work.move, picked, agent)),
        )
        for name, usable, deed in (
            ("lock", bool(picked), partial(work.lock, picked)),
            ("unlock", bool(set(picked) & work.draft.locks), partial(work.unlock, picked)),
            ("clear", bool(picked), partial(work.pick, ())),
            ("undo", bool(work.draft.before), work.undo),
            ("redo", bool(work.undone), work.redo),
        ):
            st.button(
                t(f"web.territories.{name}", language),
                disabled=not usable,
                key=f"territories-{name}",
                on_click=partial(_do, deed),
            )
    st.caption(t("web.territories.steps", language, count=len(work.draft.before)))


def _do(deed: Callable[[], None]) -> None:
    """Take a step; called before the rerun, which tells what went wrong."""
    try:
        deed()
    except PlanError as error:
        st.session_state[_FAILED] = error
