"""What is taken away from the page of the selection: a saved scenario, and files."""

from functools import partial
from hashlib import sha256
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.errors import PlanError
from planner.plan_shelf import file_name
from planner.selection.core import RobustPlan
from planner.selection.plan import SelectionPlan, record
from planner.texts import t
from planner.web import data, notice, priority_files, state, visitor
from planner.web.links import page_link
from planner.web.shelf import shelf

_NAME: Final = "scenario-name"
_SAVED: Final = "scenario-saved"


def show(plan: SelectionPlan, layer: VillageLayer, robust: RobustPlan | None, language: Language) -> None:
    """Show what saves the plan under a name, and the files.

    Parameters
    ----------
    plan, layer
        The plan and its layer.
    robust
        How it fares over many worlds; stands in the files then.
    language
        Language of the words.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="keep"):
        st.text_input(
            t("web.select.save.name", language),
            key=_NAME,
            placeholder=t("web.select.save.example", language),
            max_chars=60,
            width=300,
        )
        st.button(t("web.select.save.button", language), on_click=partial(_save, plan, layer), key="save")
        st.download_button(
            t("web.select.file.record", language),
            partial(record, plan, layer),
            file_name=file_name(t("web.select.file.name", language)),
            mime="application/json",
            on_click="ignore",
        )
    around = data.st_surroundings(layer.fingerprint, layer)
    key = (layer.fingerprint, sha256(",".join(sorted(plan.codes)).encode()).hexdigest(), robust and robust.worlds)
    priority_files.offer(
        [priority_files.Source(plan, layer, around, partial(record, plan, layer), key, swing=robust)], language
    )
    saved = st.session_state.get(_SAVED)
    if isinstance(saved, DataError):
        notice.show("error", saved.text(language))
    elif saved:
        notice.show("success", t("web.select.save.done", language, name=saved))
        page_link("scenarios", language, words="web.select.save.open", **{state.LEFT: saved})


def _save(plan: SelectionPlan, layer: VillageLayer) -> None:
    """Save the plan; called before the rerun, which tells what came of it."""
    name = " ".join(st.session_state[_NAME].split())
    try:
        visitor.require("plan.change")
        shelf().save(name, record(plan, layer, name=name))
    except DataError as error:
        st.session_state[_SAVED] = error
    except OSError as error:
        st.session_state[_SAVED] = PlanError("web.select.save.failed", reason=error.strerror or str(error))
    else:
        st.session_state[_SAVED] = name
        st.session_state[_NAME] = ""
