"""Proposing villages for a launch: one from its card, or all that a saved plan has chosen."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from geodata.declared import declared_codes
from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.office_day import today
from geodata.paths import Paths
from geodata.texts import Language
from planner.launch_pipeline import LaunchError
from planner.plan_record import chosen_of
from planner.rights import Principal
from planner.store import declared, launch_views, launches
from planner.store.engine import Engine, in_use, reading
from planner.texts import t
from planner.web import data, launches_said, state, visitor
from planner.web.links import page_link
from planner.web.shelf import shelf

_PLAN: Final = "launches-plan"


def button(code: str, language: Language, *, is_declared: bool) -> None:
    """Show the button that proposes a village, or the way to its launch; nothing for who may not.

    Parameters
    ----------
    code
        The village.
    language
        Language of the words.
    is_declared
        Whether it is a Desa Sadar already.
    """
    if not in_use(Paths.of().records) or not visitor.may("launch.change"):
        return
    with reading(visitor.records()) as connection:
        number = launch_views.running(connection, code)
    if number is not None:
        page_link("launches", language, words="web.launches.see", **{state.LAUNCH: str(number)})
    elif not is_declared:
        propose = partial(_propose, [code], "")
        st.button(t("web.launches.propose", language), key="propose-launch", on_click=propose)


def from_plan(layer: VillageLayer, language: Language) -> None:
    """Offer to propose all villages that a saved plan has chosen."""
    names = [row.name for row in shelf().summaries() if row.villages]
    with st.expander(t("web.launches.from_plan", language)):
        if not names:
            st.caption(t("web.launches.no_plans", language))
            page_link("select", language)
            return
        st.caption(t("web.launches.from_plan.note", language))
        with st.container(horizontal=True, vertical_alignment="bottom", key="launches-propose"):
            st.selectbox(t("web.launches.plan", language), names, key=_PLAN, width=320)
            st.button(t("web.launches.propose_plan", language), key="propose-plan", on_click=partial(_from_plan, layer))


def _from_plan(layer: VillageLayer) -> None:
    name = str(st.session_state[_PLAN])
    try:
        codes = chosen_of(shelf().read(name), name=name)
    except DataError as error:
        launches_said.refused(error)
        return
    unknown = sorted(set(codes) - set(layer.frame["village_code"]))
    if unknown:
        launches_said.refused(LaunchError("launches.plan_of_other_layer", name=name, codes=", ".join(unknown[:5])))
        return
    _propose(codes, name)


def _propose(codes: Sequence[str], plan: str) -> None:
    def deed(engine: Engine, by: Principal) -> dict[str, object]:
        layer = data.st_layer()
        register = data.st_surroundings(layer.fingerprint, layer).declared
        villages = pd.DataFrame(layer.frame.drop(columns=layer.frame.geometry.name))
        declared.fill_once(engine, register, villages, who=by.login)
        known = declared_codes(register)
        done = launches.propose(engine, codes, on=today(), by=by, plan=plan, evidence=plan, known_declared=known)
        return {"count": len(done.launches), "running": len(done.running), "declared": len(done.declared)}

    launches_said.done(deed, "web.launches.done.proposed")
