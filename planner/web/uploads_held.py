"""Rows that wait for a decision: which ones, one by one or as a list."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd
import streamlit as st

from geodata.layer import VillageLayer
from geodata.names_aliases import write_aliases
from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language, number
from planner.store.aliases import decided_names
from planner.store.engine import Engine, reading
from planner.store.held import held
from planner.texts import t
from planner.uploads import reason_text
from planner.web import data, notice, uploads_decide, uploads_records
from planner.web.tables import paragraph
from planner.web.target_parts import prose
from planner.web.uploads_known import st_known, st_names
from planner.web.uploads_settle import likely, take_all

LISTED: Final = 200
_UPLOAD: Final = "upload-held-of"
_MODE: Final = "upload-held-mode"
_LIST: Final = "upload-held-list"
_WIDTHS: Final = (60, 220, 260, 90, 360, 150)
_MODES: Final = ("single", "list")


def render(engine: Engine, static: Path, language: Language) -> None:
    """Show the section.

    Parameters
    ----------
    engine
        The records.
    static
        Folder beside the entry that Streamlit serves to the browser.
    language
        Language of the words.
    """
    with reading(engine) as connection:
        every = held(connection)
        aliases = decided_names(connection)
    _offer_names(aliases, language)
    if every.empty:
        notice.show("success", t("web.uploads.held.none", language))
        return
    layer = data.st_layer()
    rows = _of_upload(every, language)
    prose(paragraph(t("web.uploads.held.count", language, count=len(rows))))
    mode = st.segmented_control(
        t("web.uploads.held.mode", language),
        _MODES,
        format_func=lambda name: t(f"web.uploads.held.mode.{name}", language),
        key=_MODE,
        default=_MODES[0],
        required=True,
        label_visibility="collapsed",
    )
    if mode == "list":
        _as_list(rows, layer, language)
    else:
        uploads_decide.render(rows, layer, static, language)


def names_file(aliases: pd.DataFrame) -> bytes:
    """Return decided names as CSV, as `planner names match --aliases` reads them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "names.csv"
        write_aliases(aliases, path)
        return path.read_bytes()


def _offer_names(aliases: pd.DataFrame, language: Language) -> None:
    if len(aliases):
        st.download_button(
            t("web.uploads.names", language, count=len(aliases)),
            partial(names_file, aliases),
            file_name=t("web.uploads.names_name", language) + ".csv",
            mime="text/csv",
            on_click="ignore",
        )


def shown(rows: pd.DataFrame, names: "pd.Series[str]", language: Language) -> pd.DataFrame:
    """Return waiting rows as people read them, best suggestion included."""
    headings = [t(f"web.uploads.held.{name}", language) for name in ("row", "written", "first", "score", "why", "file")]
    lines = []
    for one in rows.to_dict("records"):
        first = one["suggestions"][0] if one["suggestions"] else None
        own = str(one["values"].get(VILLAGE_CODE) or "")
        named = f"{names[own]} ({own})" if own in names.index else ""
        suggestion = named or (f"{first['name']}, {first['district']}" if first else "")
        score = number(first["score"], language, 0) if first and not named else ""
        why = reason_text(one["reason"], language)
        lines.append([str(one["row"]), as_written(one["values"]), suggestion, score, why, one["file_name"]])
    return pd.DataFrame(lines, columns=headings)


def as_written(values: dict[str, Any]) -> str:
    """Return the place that a row names, as it was written."""
    told = (values.get(name) for name in (VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE))
    return ", ".join(str(value) for value in told if value)


def _of_upload(every: pd.DataFrame, language: Language) -> pd.DataFrame:
    counts = every["upload"].value_counts(sort=False)
    files = dict(zip(every["upload"], every["file_name"], strict=True))
    numbers = [0, *files]
    words = {
        upload: t("web.uploads.held.of", language, upload=str(upload), file=file, count=int(counts[upload]))
        for upload, file in files.items()
    }
    words[0] = t("web.uploads.held.of_all", language, count=len(every))
    if st.session_state.get(_UPLOAD) not in numbers:
        st.session_state[_UPLOAD] = 0
    st.selectbox(t("web.uploads.held.upload", language), numbers, format_func=words.__getitem__, key=_UPLOAD, width=420)
    chosen = st.session_state[_UPLOAD]
    return every if not chosen else every[every["upload"] == chosen]


def _as_list(rows: pd.DataFrame, layer: VillageLayer, language: Language) -> None:
    """Show the rows as a list, and take the first suggestions of those that are chosen."""
    first = rows.head(LISTED)
    names = st_names(layer.built_from, layer)
    prose(paragraph(t("web.uploads.held.list_about", language)))
    listing = shown(first, names, language)
    columns: dict[str, Any] = {
        str(heading): st.column_config.Column(width=width) for heading, width in zip(listing, _WIDTHS, strict=True)
    }
    st.dataframe(
        listing,
        key=_LIST,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        column_config=columns,
        height=420,
        placeholder="–",
        alt=t("web.uploads.held.alt", language),
    )
    if len(rows) > LISTED:
        prose(paragraph(t("web.uploads.held.more", language, more=len(rows) - LISTED)))
    chosen = first.iloc[[row for row in _selected() if row < len(first)]]
    takes = [(one, code) for one in chosen.to_dict("records") if (code := likely(one, names))]
    st.button(
        t("web.uploads.held.take_first", language, count=len(takes)),
        type="primary",
        key="upload-take-first",
        disabled=not takes,
        on_click=_take_all,
        args=(takes, layer, language),
    )


def _selected() -> list[int]:
    chosen = st.session_state.get(_LIST) or {"selection": {"rows": []}}
    return list(chosen["selection"]["rows"])


def _take_all(takes: list[tuple[dict[str, Any], str]], layer: VillageLayer, language: Language) -> None:
    """Take the chosen rows, each for its village; those that cannot be taken keep waiting, and it is said why."""

    def deed() -> str:
        engine, by = uploads_records.acting("held.settle")
        known = st_known(layer.built_from, layer)
        taken, kept = take_all(takes, engine, by, known, language)
        return "\n".join([t("web.uploads.held.taken_many", language, count=taken), *kept])

    if uploads_records.do(deed, language):
        st.session_state.pop(_LIST, None)
