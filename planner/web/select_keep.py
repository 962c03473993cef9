"""What is taken away from the page of the selection: a saved scenario, and files."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.errors import PlanError
from planner.export.selection import write_selection
from planner.plan_shelf import file_name
from planner.selection import summary
from planner.selection.core import RobustPlan
from planner.selection.plan import SelectionPlan, record
from planner.texts import t
from planner.web import notice, visitor
from planner.web.download import FORMATS
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
        for ending, mime in FORMATS.items():
            st.download_button(
                t(f"web.select.file{ending}", language),
                partial(_file, plan, layer, robust, ending, language),
                file_name=t("web.select.file.name", language) + ending,
                mime=mime,
                on_click="ignore",
            )
        st.download_button(
            t("web.select.file.record", language),
            partial(record, plan, layer),
            file_name=file_name(t("web.select.file.name", language)),
            mime="application/json",
            on_click="ignore",
        )
    saved = st.session_state.get(_SAVED)
    if isinstance(saved, DataError):
        notice.show("error", saved.text(language))
    elif saved:
        notice.show("success", t("web.select.save.done", language, name=saved))


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


def _file(
    plan: SelectionPlan, layer: VillageLayer, robust: RobustPlan | None, ending: str, language: Language
) -> bytes:
    """Return the chosen villages as a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"list{ending}"
        told = summary.told(plan, language)
        write_selection(path, plan, layer, table=summary.listed(plan, robust), told=told, language=language)
        return path.read_bytes()
