"""The first step of an upload: which kind it is, its template, and the file."""

import streamlit as st

from geodata.readers.vector.staging import FORMATS as OUTLINE_FORMATS
from geodata.texts import LANGUAGES, Language
from planner.texts import t
from planner.uploads import COLUMNS, Kind, template
from planner.uploads.kinds import ENDINGS, Column
from planner.uploads.table_file import FORMATS as TABLE_FORMATS
from planner.web import state, uploads_draft
from planner.web.download import FORMATS
from planner.web.file_field import file_field
from planner.web.tables import folded, paragraph, table
from planner.web.target_parts import prose


def render(language: Language) -> None:
    """Show the step."""
    kind = _kind(language)
    prose(
        paragraph(t(f"web.uploads.for.{kind}", language))
        + paragraph(t("upload.template.counts_only", language))
        + _columns(kind, language)
    )
    if kind != "outlines":
        _template(kind, language)
    most = uploads_draft.most_mb()
    formats = ", ".join(ending.removeprefix(".").upper() for ending in _formats(kind))
    file_field(
        t("web.uploads.file", language, formats=formats, most=most),
        uploads_draft.field_key(),
        choose=t("web.uploads.choose", language),
        refused=t("web.uploads.refused_by_size", language, most=most),
        on_change=uploads_draft.take,
    )


def headed(column: Column, language: Language) -> str:
    """Return how the template heads a column."""
    return column.headings[LANGUAGES.index(language)].capitalize()


def _kind(language: Language) -> Kind:
    kinds = uploads_draft.KINDS
    state.restore(state.UPLOAD_KIND, kinds, default=kinds[0])
    st.selectbox(
        t("web.uploads.kind", language),
        kinds,
        format_func=lambda kind: t(f"upload.kind.{kind}", language),
        key=state.UPLOAD_KIND,
        width=360,
    )
    state.remember(state.UPLOAD_KIND, default=kinds[0])
    chosen: Kind = st.session_state[state.UPLOAD_KIND]
    return chosen


def _formats(kind: Kind) -> list[str]:
    return list(OUTLINE_FORMATS if kind == "outlines" else TABLE_FORMATS)


def _columns(kind: Kind, language: Language) -> str:
    summary = t("web.uploads.columns.needed", language)
    headings = [t(f"web.uploads.columns.{name}", language) for name in ("column", "need", "example")]
    rows = [(headed(one, language), needed(one, language), one.example or "–") for one in COLUMNS[kind]]
    return folded(summary, table(headings, rows, caption=summary))


def needed(column: Column, language: Language) -> str:
    """Say whether a column must be there."""
    if column.type == "code" or column.name == "village_name":
        return t("web.uploads.columns.either", language)
    if column.name in ENDINGS:
        return t("web.uploads.columns.either_end", language)
    return t(f"web.uploads.columns.{'required' if column.required else 'optional'}", language)


def _template(kind: Kind, language: Language) -> None:
    st.download_button(
        t("web.uploads.template", language),
        lambda: template(kind, language),
        file_name=t("web.uploads.template_name", language, kind=t(f"web.uploads.file_of.{kind}", language)) + ".xlsx",
        mime=FORMATS[".xlsx"],
        on_click="ignore",
    )
