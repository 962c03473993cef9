"""The page of uploads: a file on its way, rows that wait for a decision, and what was kept."""

from pathlib import Path
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.texts import Language
from planner.texts import t
from planner.web import notice, state, uploads_held, uploads_list, uploads_new, uploads_records, visitor
from planner.web.frame import head

STYLE: Final = Path(__file__).with_name("static") / "uploads.css"
SECTIONS: Final = ("baru", "tunggu", "daftar")


def render(static: Path) -> None:
    """Show the page.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    """
    language = head("web.uploads.title", "web.uploads.intro")
    st.html(STYLE)
    try:
        visitor.require("page.uploads")
        uploads_records.tell()
        _section(_chosen(language), static, language)
    except DataError as error:
        notice.show("error", error.text(language))


def _chosen(language: Language) -> str:
    """Show which part of the page is asked for, and return it."""
    state.restore(state.UPLOADS, SECTIONS, default=SECTIONS[0])
    st.segmented_control(
        t("web.filter.bagian", language),
        SECTIONS,
        format_func=lambda name: t(f"web.uploads.section.{name}", language),
        key=state.UPLOADS,
        required=True,
        label_visibility="collapsed",
    )
    state.remember(state.UPLOADS, default=SECTIONS[0])
    return str(st.session_state[state.UPLOADS])


def _section(name: str, static: Path, language: Language) -> None:
    if name == "baru":
        uploads_new.render(language)
        return
    engine = uploads_records.engine()
    if engine is None:
        notice.show("info", uploads_records.why_none(language))
    elif name == "tunggu":
        uploads_held.render(engine, static, language)
    else:
        uploads_list.render(engine, language)
