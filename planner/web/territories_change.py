"""Agents who leave and arrive: the areas are balanced again with as little change as possible."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.schema import VILLAGE_CODE
from geodata.texts import Language, number
from planner.errors import PlanError
from planner.territories.rebalance import Rebalanced, rebalance
from planner.territories.tables import AGENT_CODE
from planner.territories.wording import changes_told
from planner.texts import t
from planner.web import data, notice, territories_records
from planner.web.jobs import Job
from planner.web.territories_asked import Pairs, agent_pairs, agent_table, pairs_of, villages_in
from planner.web.territories_work import Work
from planner.web.waiting import result_of
from planner.web.workers import apart

_LEAVE: Final = "territories-leave"
_ARRIVE: Final = "territories-arrive"
_NEW: Final = "territories-new"
_WANTED: Final = "territories-rebalance"
_HOME: Final = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}")


class _Wanted(NamedTuple):
    """What is asked: the agents from now on, and the draft it begins with."""

    agents: Pairs
    assignment: Pairs
    locks: Pairs


def show(work: Work, layer: VillageLayer, language: Language) -> bool:
    """Show who leaves and arrives, and the work that follows; say whether the draft is another one now.

    Parameters
    ----------
    work
        The division.
    layer
        The layer.
    language
        Language of the words.
    """
    with st.expander(t("web.territories.rebalance", language), expanded=_WANTED in st.session_state):
        st.caption(t("web.territories.rebalance_about", language))
        try:
            agents = _after(work, layer, language)
            st.button(
                t("web.territories.rebalance_button", language),
                key="territories-rebalance-button",
                on_click=_ask,
                args=(work, agents),
            )
        except PlanError as error:
            notice.show("error", error.text(language))
        return _answered(work, layer, language)


def told(work: Work, language: Language) -> None:
    """Say what the last rebalance changed."""
    if work.rebalanced is not None:
        notice.show("info", *changes_told(work.rebalanced, language))


def _after(work: Work, layer: VillageLayer, language: Language) -> Pairs:
    """Show who leaves and who arrives; return the agents from now on."""
    left, right = st.columns(2)
    homes = dict(agent_pairs(work.draft.base.agents))
    st.session_state[_LEAVE] = [code for code in st.session_state.get(_LEAVE, []) if code in homes]
    leaving = left.multiselect(
        t("web.territories.leave", language),
        list(homes),
        key=_LEAVE,
        placeholder=t("web.territories.leave_none", language),
    )
    with right:
        arriving = _arriving(homes, layer, language)
    return tuple((code, home) for code, home in (homes | arriving).items() if code not in leaving)


def _arriving(homes: Mapping[str, str], layer: VillageLayer, language: Language) -> dict[str, str]:
    if territories_records.exist():
        known = {code: home for code, home in territories_records.agents().items() if code not in homes}
        st.session_state[_ARRIVE] = [code for code in st.session_state.get(_ARRIVE, []) if code in known]
        chosen = st.multiselect(
            t("web.territories.arrive", language),
            list(known),
            key=_ARRIVE,
            placeholder=t("web.territories.arrive_none", language),
        )
        return {code: known[code] for code in chosen}
    text = st.text_input(
        t("web.territories.arrive_text", language), key=_NEW, placeholder="A-45=16.02.03.2001", max_chars=400
    )
    found: dict[str, str] = {}
    for word in filter(None, (part.strip() for part in text.split(","))):
        code, _, home = (part.strip() for part in word.partition("="))
        if not AGENT_CODE.fullmatch(code) or (home and not _HOME.fullmatch(home)):
            raise PlanError("web.territories.arrive_wrong", text=word[:60])
        if code in homes:
            raise PlanError("territories.arrive_known", codes=code)
        if home and home not in set(layer.frame[VILLAGE_CODE]):
            raise PlanError("territories.unknown_homes", codes=home)
        found[code] = home
    return found


def _ask(work: Work, agents: Pairs) -> None:
    """Begin to balance; called before the rerun."""
    codes = {code for code, _ in agents}
    locks = {c: work.draft.assignment[c] for c in work.draft.locks if work.draft.assignment[c] in codes}
    st.session_state[_WANTED] = _Wanted(agents, pairs_of(work.draft.assignment), pairs_of(locks))


def _answered(work: Work, layer: VillageLayer, language: Language) -> bool:
    wanted: _Wanted | None = st.session_state.get(_WANTED)
    if wanted is None:
        return False
    asked = work.asked
    villages = villages_in(layer, asked.scope)
    pairs = data.st_surroundings(layer.fingerprint, layer).pairs

    def balanced(job: Job) -> Rebalanced | None:
        return apart(
            job,
            rebalance,
            villages,
            pairs,
            agent_table(wanted.agents, layer),
            dict(wanted.assignment),
            asked.parameters,
            allow=asked.allow,
            forbid=asked.forbid,
            locks=dict(wanted.locks),
            telling="on_moves",
        )

    def progress(job: Job) -> str:
        return t("web.territories.tried", language, count=number(sum(job.steps), language))

    try:
        key = ("rebalance", *asked, *wanted)
        made: Rebalanced | None = result_of(key, balanced, progress, language, shared=False)
    except DataError as error:
        del st.session_state[_WANTED]
        notice.show("error", *error.text(language).splitlines())
        return False
    if made is None:
        return False
    del st.session_state[_WANTED]
    work.take(made)
    return True
