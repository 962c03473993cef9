"""A file on its way: chosen, read, its columns told, checked, kept."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.rights import Action
from planner.store.column_choices import remembered_columns
from planner.store.engine import reading
from planner.store.intake import earlier
from planner.store.participants import latest
from planner.texts import t
from planner.uploads import Checked, Columns, Kind, Table
from planner.web import (
    data,
    notice,
    state,
    uploads_choose,
    uploads_columns,
    uploads_draft,
    uploads_records,
    uploads_result,
    uploads_work,
    visitor,
)
from planner.web.links import page_link
from planner.web.uploads_draft import Draft, Step
from planner.web.uploads_effect import effect
from planner.web.uploads_known import st_known, st_names


def render(language: Language) -> None:
    """Show the file of this visit where it stands, or ask for one."""
    draft = uploads_draft.current()
    if draft is None:
        uploads_choose.render(language)
        return
    title = st.container(horizontal=True, vertical_alignment="center", key="upload-title")
    before = None
    while draft.step != before:
        before = draft.step
        _STEPS[before](draft, language)
    with title:
        _title(draft, language)


def _title(draft: Draft, language: Language) -> None:
    kind = t(f"upload.kind.{draft.kind}", language)
    st.html(f'<p class="upload-file"><b>{escape(draft.name)}</b> · {escape(kind)}</p>')
    if draft.step != "keep":
        word = "another" if draft.step in ("kept", "refused") else "leave"
        st.button(t(f"web.uploads.{word}", language), on_click=uploads_draft.leave, key="upload-leave")


def _open(draft: Draft, language: Language) -> None:
    """Read the file, in a process of its own."""
    try:
        found = uploads_work.awaited(uploads_work.opening(draft, language), language)
    except DataError as error:
        draft.refuse(error)
        return
    if found is None:
        return
    draft.content, draft.sheets, draft.table, draft.problem = None, found.sheets, found.table, found.problem
    if found.table is not None:
        draft.columns = uploads_columns.suggested(draft, found.table, _remembered(draft, found.table))
    elif len(uploads_columns.sheets_with_data(draft)) < 2:
        draft.refuse(found.problem)
        return
    draft.step = "columns"


def _columns(draft: Draft, language: Language) -> None:
    """Ask which column is which."""
    _problem(draft, language)
    uploads_columns.sheet_choice(draft, language)
    if draft.kind == "outlines":
        uploads_columns.show_outlines(draft, language)
    elif draft.table is not None:
        uploads_columns.show(draft, draft.table, language)
    else:
        return
    st.button(t("web.uploads.check", language), type="primary", key="upload-check", on_click=_go, args=(draft, "check"))


def _check(draft: Draft, language: Language) -> None:
    """Check all rows."""
    try:
        layer = data.st_layer()
        known = st_known(layer.built_from, layer)
        long = uploads_work.checking(draft, known, uploads_records.engine(), language)
        found = uploads_work.awaited(long, language)
    except DataError as error:
        draft.problem, draft.step = error, "columns"
        return
    if found is not None:
        draft.checked, draft.step = found, "result"


def _result(draft: Draft, language: Language) -> None:
    """Show what becomes of the rows, and offer to keep them."""
    checked = draft.checked
    assert checked is not None
    layer = data.st_layer()
    _problem(draft, language)
    uploads_result.counts(checked, language)
    kept_as = _earlier(draft)
    _offer(draft, checked, kept_as, language)
    if checked.kind == "participants" and kept_as is None:
        _effect(checked, layer, language)
    uploads_result.notes(checked, language)
    uploads_result.refused_rows(checked, language)
    uploads_result.problems(checked, language)
    uploads_result.preview(checked, st_names(layer.built_from, layer), language)


def _offer(draft: Draft, checked: Checked, kept_as: int | None, language: Language) -> None:
    """Offer to keep the rows, or say why that cannot be."""
    missing = uploads_records.why_none(language)
    with st.container(horizontal=True, vertical_alignment="center", key="upload-deeds"):
        if missing:
            notice.show("info", t("web.uploads.checked_only", language), missing)
        elif not all(map(visitor.may, _needed(draft.kind))):
            notice.show("info", t("web.uploads.may_not", language))
        elif kept_as is not None:
            notice.show("warning", t("web.uploads.again", language, upload=str(kept_as)))
        elif not len(checked.accepted) and not len(checked.held):
            notice.show("warning", t("web.uploads.nothing_to_keep", language))
        else:
            label = t("web.uploads.keep", language, count=len(checked.accepted) + len(checked.held))
            st.button(label, type="primary", key="upload-keep", on_click=_go, args=(draft, "keep"))
        st.button(t("web.uploads.back", language), key="upload-back", on_click=_go, args=(draft, "columns"))


def _needed(kind: Kind) -> tuple[Action, ...]:
    """Return what a visitor must be allowed to do to keep a file; agents come with the villages they work in."""
    return ("upload.commit", "assignment.change") if kind == "agents" else ("upload.commit",)


def _keep(draft: Draft, language: Language) -> None:
    """Keep the rows, all or none."""
    assert draft.checked is not None
    try:
        for action in _needed(draft.kind):
            visitor.require(action)
        long = uploads_work.keeping(draft, draft.checked, visitor.records(), visitor.current(), language)
        upload = uploads_work.awaited(long, language)
    except DataError as error:
        draft.problem, draft.step = error, "result"
        return
    if upload is not None:
        draft.keeps(upload)


def _kept(draft: Draft, language: Language) -> None:
    """Say that it is kept, and where to go from here."""
    checked = draft.checked
    assert checked is not None
    told = {"upload": str(draft.upload), "accepted": len(checked.accepted), "held": len(checked.held)}
    notice.show("success", t("web.uploads.kept", language, **told))
    with st.container(horizontal=True, vertical_alignment="center", key="upload-next"):
        if checked.kind == "participants":
            page_link("map", language, words="web.uploads.to_map", **{state.MEASURE: "coverage_pct"})
        if len(checked.held):
            st.button(t("web.uploads.to_held", language), key="upload-to-held", on_click=_to, args=("tunggu",))
        uploads_result.refused_rows(checked, language)


def _refused(draft: Draft, language: Language) -> None:
    """Say why the file is refused as a whole."""
    _problem(draft, language)


_STEPS: Final[Mapping[Step, Callable[[Draft, Language], None]]] = {
    "open": _open,
    "columns": _columns,
    "check": _check,
    "result": _result,
    "keep": _keep,
    "kept": _kept,
    "refused": _refused,
}


def _go(draft: Draft, step: Step) -> None:
    draft.step, draft.problem = step, None


def _to(section: str) -> None:
    st.session_state[state.UPLOADS] = section


def _problem(draft: Draft, language: Language) -> None:
    if draft.problem is not None:
        notice.show("error", draft.problem.text(language))


def _effect(checked: Checked, layer: VillageLayer, language: Language) -> None:
    engine = uploads_records.engine()
    counted = None
    if engine is not None:
        with reading(engine) as connection:
            counted = latest(connection)
    figures = pd.DataFrame(layer.frame.drop(columns="geometry"))
    uploads_result.effect_told(effect(figures, checked.accepted, counted), language)


def _remembered(draft: Draft, table: Table) -> Columns | None:
    """Return what the sender chose for such a file before."""
    engine = uploads_records.engine()
    if engine is None:
        return None
    return remembered_columns(engine, visitor.current().login, draft.kind, [str(name) for name in table.frame.columns])


def _earlier(draft: Draft) -> int | None:
    """Return the number of the upload that holds the same file already."""
    engine = uploads_records.engine()
    if engine is None:
        return None
    with reading(engine) as connection:
        return earlier(connection, draft.kind, draft.sha256)
