"""The page of scenarios: saved plans by name, two of them side by side."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.paths import Paths
from geodata.texts import Language, number
from planner import plan_folder
from planner.plan_folder import Summary
from planner.selection.plan import SelectionPlan
from planner.texts import t
from planner.web import data, scenario_compare, state
from planner.web.frame import head
from planner.web.labels import plain
from planner.web.layer_map import LayerMap, prepared
from planner.web.links import page_link
from planner.web.select_link import choices_of
from planner.web.tables import table
from planner.web.wording import dated

_NEW_NAME: Final = "scenario-new-name"
_SAID: Final = "scenario-said"


def render(static: Path) -> None:
    """Show the page.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    """
    language = head("web.scenarios.title", "web.scenarios.intro")
    rows = plan_folder.summaries(Paths.of().plans)
    _tell()
    if not rows:
        st.info(t("web.scenarios.none", language))
        return
    left, right = _choices(rows, language)
    with st.expander(t("web.scenarios.list", language), expanded=not left):
        st.html(f'<div class="about">{_list(rows, language)}</div>')
    if not left:
        st.info(t("web.scenarios.pick_two", language))
        return
    _manage(left, language)
    try:
        _show(prepared(static, language), left, right, language)
    except DataError as error:
        st.error(error.text(language))


def _show(found: LayerMap, left: str, right: str, language: Language) -> None:
    layer = found.layer
    first = _opened(layer, left)
    choices = choices_of(plan_folder.asked_of(plan_folder.file_of(Paths.of().plans, left)))
    if choices is None:
        st.caption(t("web.scenarios.not_in_form", language))
    else:
        page_link("select", language, words="web.scenarios.open", **choices)
    if not right:
        scenario_compare.one(found, first, language)
    elif right == left:
        st.info(t("web.scenarios.same", language))
    else:
        scenario_compare.two(found, (first, _opened(layer, right)), (left, right), language)


def _opened(layer: VillageLayer, name: str) -> SelectionPlan:
    path = plan_folder.file_of(Paths.of().plans, name)
    return _st_opened(layer.fingerprint, path, path.stat().st_mtime_ns, layer)


@st.cache_resource(max_entries=20, show_spinner=False)
def _st_opened(fingerprint: str, path: Path, changed_ns: int, _layer: VillageLayer) -> SelectionPlan:  # noqa: ARG001
    return plan_folder.opened(path, _layer, data.st_surroundings(fingerprint, _layer))


def _choices(rows: list[Summary], language: Language) -> tuple[str, str]:
    names = [row.name for row in rows if row.villages is not None]
    for key in (state.LEFT, state.RIGHT):
        state.restore(key, {"", *names})
    with st.container(horizontal=True, key="filters"):
        for key in (state.LEFT, state.RIGHT):
            st.selectbox(
                t(f"web.filter.{key}", language),
                ["", *names],
                format_func=lambda name: name or t("web.scenarios.choose", language),
                key=key,
                width=320,
            )
            state.remember(key)
    return st.session_state[state.LEFT], st.session_state[state.RIGHT]


def _list(rows: list[Summary], language: Language) -> str:
    headings = [t(f"web.scenarios.{name}", language) for name in ("name", "villages", "brings", "proof", "saved")]
    return table(headings, [_row(row, language) for row in rows], caption=t("web.scenarios.list", language))


def _row(row: Summary, language: Language) -> tuple[str, ...]:
    saved = dated(datetime.fromtimestamp(row.saved, tz=UTC).astimezone().date().isoformat(), language)
    if row.villages is None or row.brought is None:
        return row.name, "", "", t("web.scenarios.unreadable", language), saved
    brings = f"{number(row.brought, language)} {t(f'selection.unit.{row.unit}', language)}"
    return row.name, number(row.villages, language), brings, t(f"cli.plans.status.{row.status}", language), saved


def _manage(name: str, language: Language) -> None:
    """Offer to rename, copy, download and remove a scenario."""
    folder = Paths.of().plans
    with st.expander(t("web.scenarios.manage", language, name=plain(name))):
        st.text_input(t("web.scenarios.new_name", language), key=_NEW_NAME, max_chars=60, placeholder=name)
        with st.container(horizontal=True):
            st.button(t("web.scenarios.rename", language), on_click=_rename, args=(folder, name, language))
            st.button(t("web.scenarios.duplicate", language), on_click=_duplicate, args=(folder, name, language))
            st.download_button(
                t("web.scenarios.download", language),
                lambda: plan_folder.read(plan_folder.file_of(folder, name)),
                file_name=f"{name}{plan_folder.RECORD}",
                mime="application/json",
                on_click="ignore",
            )
            with st.popover(t("web.scenarios.remove", language)):
                sure = t("web.scenarios.remove_sure", language, name=plain(name))
                st.button(sure, on_click=_remove, args=(folder, name, language))


def _rename(folder: Path, name: str, language: Language) -> None:
    _change("renamed", language, plan_folder.rename, folder, name)


def _duplicate(folder: Path, name: str, language: Language) -> None:
    _change("duplicated", language, plan_folder.duplicate, folder, name)


def _change(said: str, language: Language, change: "plan_folder.Change", folder: Path, name: str) -> None:
    """Rename or copy a scenario; the one of the new name stands left afterwards."""
    new = " ".join(str(st.session_state.get(_NEW_NAME, "")).split())
    try:
        change(folder, name, as_name=new)
    except DataError as error:
        st.session_state[_SAID] = ("error", error.text(language))
        return
    st.session_state[state.LEFT], st.session_state[_NEW_NAME] = new, ""
    st.session_state[_SAID] = ("success", t(f"web.scenarios.{said}", language, name=new))


def _remove(folder: Path, name: str, language: Language) -> None:
    try:
        plan_folder.remove(folder, name)
    except DataError as error:
        st.session_state[_SAID] = ("error", error.text(language))
        return
    st.session_state[state.LEFT] = ""
    st.session_state[_SAID] = ("success", t("web.scenarios.removed", language, name=name))


def _tell() -> None:
    """Say once what a button did."""
    kind, words = st.session_state.pop(_SAID, (None, ""))
    if kind is not None:
        {"error": st.error, "success": st.success}[kind](plain(words))
