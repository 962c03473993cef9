"""The page of scenarios: saved plans by name, two of them side by side."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.layer import AS_OF, VillageLayer
from geodata.texts import Language, number
from planner import plan_record
from planner.criteria import Surroundings
from planner.plan_shelf import Shelf, Summary, file_name
from planner.selection.plan import SelectionPlan
from planner.texts import t
from planner.web import brief_button, data, priority_files, scenario_compare, state, visitor
from planner.web.frame import head
from planner.web.labels import plain
from planner.web.layer_map import LayerMap, prepared
from planner.web.links import page_link
from planner.web.select_link import choices_of
from planner.web.shelf import left_in_folder, shelf
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
    _tell()
    try:
        kept = shelf()
        rows = kept.summaries()
        if not rows:
            _none(language)
            return
        left, right = _choices(rows, language)
        with st.expander(t("web.scenarios.list", language), expanded=not left):
            st.html(f'<div class="about">{_list(rows, language)}</div>')
        if not left:
            st.info(t("web.scenarios.pick_two", language))
            return
        records = {name: kept.read(name) for name in (left, right) if name}
        _manage(next(row for row in rows if row.name == left), records[left], language)
        _show(prepared(static, language), records, (left, right), language)
    except DataError as error:
        st.error(plain(error.text(language)))


def _none(language: Language) -> None:
    st.info(t("web.scenarios.none", language))
    if left := left_in_folder():
        st.caption(t("web.scenarios.in_folder", language, count=left))


def _show(found: LayerMap, records: Mapping[str, bytes], names: tuple[str, str], language: Language) -> None:
    left, right = names
    opened = {name: _opened(found.layer, content, name, language) for name, content in records.items()}
    plans = {name: plan for name, (plan, _) in opened.items()}
    choices = choices_of(plan_record.asked_of(records[left], name=file_name(left)))
    if choices is None:
        st.caption(t("web.scenarios.not_in_form", language))
    else:
        page_link("select", language, words="web.scenarios.open", **choices)
    priority_files.offer([_source(name, *both, records[name]) for name, both in opened.items()], language)
    brief_button.offer(found.layer, language, brief_button.Proposal(*opened[left], left, records[left]))
    if not right:
        scenario_compare.one(found, plans[left], language)
    elif right == left:
        st.info(t("web.scenarios.same", language))
    else:
        scenario_compare.two(found, (plans[left], plans[right]), names, language)


def _source(name: str, plan: SelectionPlan, layer: VillageLayer, content: bytes) -> priority_files.Source:
    around = data.st_surroundings(layer.fingerprint, layer)
    key = (data.key_of(layer.fingerprint), sha256(content).hexdigest())
    return priority_files.Source(plan, layer, around, lambda: content, key, name=name)


def _opened(layer: VillageLayer, content: bytes, name: str, language: Language) -> tuple[SelectionPlan, VillageLayer]:
    """Return a scenario over the layer as it was when it was saved, and that; say so where uploads changed it since."""
    then = plan_record.layer_then(content, data.st_built(), data.st_layer_at, name=file_name(name))
    if then.fingerprint != layer.fingerprint:
        st.caption(_data_then(name, then, language))
    around = data.st_surroundings(layer.fingerprint, layer)  # uploads change neither outlines nor registers
    key = data.key_of(then.fingerprint)
    return _st_opened(key, sha256(content).hexdigest(), file_name(name), content, then, around), then


def _data_then(name: str, then: VillageLayer, language: Language) -> str:
    if AS_OF not in then.about:
        return t("web.scenarios.before_uploads", language, name=plain(name))
    day = datetime.fromisoformat(then.about[AS_OF]).astimezone().date()
    return t("web.scenarios.as_of", language, name=plain(name), date=dated(day.isoformat(), language))


@st.cache_resource(max_entries=20, show_spinner=False)
def _st_opened(
    key: str,  # noqa: ARG001  # part of the key
    record: str,  # noqa: ARG001  # part of the key
    _name: str,
    _content: bytes,
    _layer: VillageLayer,
    _around: Surroundings,
) -> SelectionPlan:
    return plan_record.opened(_content, _layer, _around, name=_name)


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
    owned = any(row.owner for row in rows)
    names = ("name", "villages", "brings", "proof", "saved", *(["owner"] if owned else []))
    headings = [t(f"web.scenarios.{name}", language) for name in names]
    return table(
        headings, [_row(row, language)[: len(names)] for row in rows], caption=t("web.scenarios.list", language)
    )


def _row(row: Summary, language: Language) -> tuple[str, ...]:
    saved = dated(datetime.fromtimestamp(row.saved, tz=UTC).astimezone().date().isoformat(), language)
    if row.villages is None or row.brought is None:
        return row.name, "", "", t("web.scenarios.unreadable", language), saved, row.owner
    brings = f"{number(row.brought, language)} {t(f'selection.unit.{row.unit}', language)}"
    proof = t(f"cli.plans.status.{row.status}", language)
    return row.name, number(row.villages, language), brings, proof, saved, row.owner


def _manage(row: Summary, content: bytes, language: Language) -> None:
    """Offer to rename, copy, download and remove a scenario."""
    name, fixed = row.name, not row.changeable
    with st.expander(t("web.scenarios.manage", language, name=plain(name))):
        if fixed:
            st.caption(t("web.scenarios.of_another", language))
        st.text_input(t("web.scenarios.new_name", language), key=_NEW_NAME, max_chars=60, placeholder=name)
        with st.container(horizontal=True):
            rename, remove = t("web.scenarios.rename", language), t("web.scenarios.remove", language)
            st.button(rename, on_click=_rename, args=(name, language), disabled=fixed)
            st.button(t("web.scenarios.duplicate", language), on_click=_duplicate, args=(name, language))
            st.download_button(
                t("web.scenarios.download", language),
                content,
                file_name=file_name(name),
                mime="application/json",
                on_click="ignore",
            )
            with st.popover(remove, disabled=fixed):
                sure = t("web.scenarios.remove_sure", language, name=plain(name))
                st.button(sure, on_click=_remove, args=(name, language), disabled=fixed)


def _rename(name: str, language: Language) -> None:
    new = _new_name()
    if _done("renamed", new, language, lambda kept: kept.rename(name, as_name=new)):
        st.session_state[state.LEFT], st.session_state[_NEW_NAME] = new, ""


def _duplicate(name: str, language: Language) -> None:
    new = _new_name()
    if _done("duplicated", new, language, lambda kept: kept.duplicate(name, as_name=new)):
        st.session_state[state.LEFT], st.session_state[_NEW_NAME] = new, ""


def _remove(name: str, language: Language) -> None:
    if _done("removed", name, language, lambda kept: kept.remove(name)):
        st.session_state[state.LEFT] = ""


def _new_name() -> str:
    return " ".join(str(st.session_state.get(_NEW_NAME, "")).split())


def _done(what: str, name: str, language: Language, change: Callable[[Shelf], None]) -> bool:
    """Change the saved plans if that is allowed; what came of it is told in the rerun."""
    try:
        visitor.require("plan.change")
        change(shelf())
    except DataError as error:
        st.session_state[_SAID] = ("error", error.text(language))
        return False
    st.session_state[_SAID] = ("success", t(f"web.scenarios.{what}", language, name=name))
    return True


def _tell() -> None:
    """Say once what a button did."""
    kind, words = st.session_state.pop(_SAID, (None, ""))
    if kind is not None:
        {"error": st.error, "success": st.success}[kind](plain(words))
