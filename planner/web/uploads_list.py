"""The uploads that were kept: the last first, and taking one back."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from geodata.texts import Language, number
from planner.store import intake
from planner.store.engine import Engine, reading
from planner.texts import t
from planner.web import notice, uploads_records, visitor
from planner.web.tables import paragraph, table
from planner.web.target_parts import prose
from planner.web.wording import dated

SHOWN: Final = 50
_UNDO: Final = "upload-undo"
_SURE: Final = "upload-undo-sure"
_COLUMNS: Final = (
    "id",
    "file_name",
    "kind",
    "status",
    "sender",
    "committed_at",
    "accepted",
    "held",
    "refused",
    "waiting",
)


def render(engine: Engine, language: Language) -> None:
    """Show the section."""
    with reading(engine) as connection:
        found = intake.listed(connection)
    if found.empty:
        notice.show("info", t("web.uploads.list.none", language))
        return
    headings = [t(f"web.uploads.list.{name}", language) for name in _COLUMNS]
    rows = [_row(one, language) for one in found.head(SHOWN).to_dict("records")]
    title = t("web.uploads.list.title", language, count=len(found))
    more = len(found) - SHOWN
    rest = paragraph(t("web.uploads.list.more", language, more=more)) if more > 0 else ""
    prose(paragraph(title) + table(headings, rows, caption=title) + rest)
    if visitor.may("upload.undo"):
        _undo(found[found["status"] == "committed"], language)


def _row(one: Mapping[Any, Any], language: Language) -> list[str]:
    kept = one["committed_at"]
    return [
        str(one["id"]),
        str(one["file_name"]),
        t(f"upload.kind.{one['kind']}", language),
        t(f"upload.status.{one['status']}", language),
        str(one["sender"]) if isinstance(one["sender"], str) else t("web.uploads.list.console", language),
        f"{dated(kept.strftime('%Y-%m-%d'), language)}, {kept.strftime('%H:%M')} UTC",
        *(number(int(one[name]), language) for name in ("accepted", "held", "refused", "waiting")),
    ]


def _undo(found: pd.DataFrame, language: Language) -> None:
    """Offer to take an upload back; asked twice."""
    if found.empty:
        return
    files = {int(upload): str(name) for upload, name in zip(found["id"], found["file_name"], strict=True)}
    numbers = [0, *files]
    if st.session_state.get(_UNDO) not in numbers:
        st.session_state[_UNDO] = 0

    def told(upload: int) -> str:
        if not upload:
            return t("web.uploads.undo.none", language)
        return t("web.uploads.undo.one", language, upload=str(upload), file=files[upload])

    st.subheader(t("web.uploads.undo.title", language), anchor=False)
    prose(paragraph(t("web.uploads.undo.about", language)))
    with st.container(horizontal=True, vertical_alignment="bottom", key="upload-undo-row"):
        st.selectbox(
            t("web.uploads.undo.which", language), numbers, format_func=told, key=_UNDO, on_change=_unsure, width=420
        )
        upload = int(st.session_state[_UNDO])
        if not st.session_state.get(_SURE):
            st.button(t("web.uploads.undo.ask", language), key="upload-undo-ask", disabled=not upload, on_click=_ask)
    if upload and st.session_state.get(_SURE) == upload:
        notice.show("warning", t("web.uploads.undo.sure", language, upload=str(upload), file=files[upload]))
        with st.container(horizontal=True, key="upload-undo-sure-row"):
            word = t("web.uploads.undo.do", language)
            st.button(word, type="primary", key="upload-undo-do", on_click=_take_back, args=(upload, language))
            st.button(t("web.uploads.undo.leave", language), key="upload-undo-leave", on_click=_unsure)


def _ask() -> None:
    st.session_state[_SURE] = st.session_state[_UNDO]


def _unsure() -> None:
    st.session_state.pop(_SURE, None)


def _take_back(upload: int, language: Language) -> None:
    _unsure()

    def deed() -> str:
        engine, by = uploads_records.acting("upload.undo")
        file = intake.undo(engine, upload, by=by)
        return t("web.uploads.undo.done", language, upload=str(upload), file=file)

    uploads_records.do(deed, language)
