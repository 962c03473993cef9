"""One row that waits: as it was sent, the villages it may mean, and the decision."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from geodata.layer import VillageLayer
from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language, number
from planner.choropleth import Style
from planner.store.held import set_aside, settle
from planner.texts import t
from planner.uploads import COLUMNS, reason_text
from planner.uploads.kinds import CRITERION, FUND, Column
from planner.village_search import search
from planner.web import data, region, uploads_records
from planner.web.labels import plain
from planner.web.layer_map import LayerMap, prepared
from planner.web.map import MapState, clicked_village, village_map
from planner.web.notice import listed
from planner.web.uploads_choose import headed
from planner.web.uploads_known import st_index, st_known, st_names, st_places
from planner.web.uploads_settle import Row, alike, take_all
from planner.web.village_around import bounds
from planner.web.wording import dated

_AT: Final = "upload-held-at"
_PICK: Final = "upload-held-village"
_SEARCH: Final = "upload-held-search"
_WHY: Final = "upload-held-why"
_MAP: Final = "upload-held-map"
_CLICKED: Final = "upload-held-clicked"
_SAME: Final = "upload-held-same"
_FOUND: Final = 8
_MAP_HEIGHT: Final = 340
_DAYS: Final = {"month": 7, "date": 10}
"""Signs of a day in ISO form that a type of column tells."""
_PLAIN: Final = "0"
_STYLES: Final = {_PLAIN: Style("#e9edf0", "#8b959e")}


def render(rows: pd.DataFrame, layer: VillageLayer, static: Path, language: Language) -> None:
    """Show one of the rows, with what leads to the next and back."""
    at = _position(rows)
    row: Row = rows.iloc[at].to_dict()
    with st.container(horizontal=True, vertical_alignment="center", key="upload-held-steps"):
        told = t("web.uploads.held.at", language, at=at + 1, all=len(rows))
        st.html(f'<p class="upload-at">{escape(told)}</p>')
        for word, step in (("back", -1), ("next", 1)):
            there = (at + step) % len(rows)
            to = (int(rows["upload"].iloc[there]), int(rows["row"].iloc[there]))
            st.button(
                t(f"web.uploads.held.{word}", language),
                key=f"upload-held-{word}",
                on_click=_go,
                args=(to,),
                disabled=len(rows) < 2,
            )
    with st.container(border=True, key="upload-held-card"):
        st.html(_as_sent(row, language))
        _decide(row, rows, at, layer, language)
    if st.toggle(t("web.uploads.held.on_map", language), key=_MAP):
        _map(row, prepared(static, language), language)


def _position(rows: pd.DataFrame) -> int:
    """Return which row is shown: the one asked for, else the first."""
    asked = st.session_state.get(_AT)
    keys = list(zip(rows["upload"], rows["row"], strict=True))
    return keys.index(asked) if asked in keys else 0


def _go(to: tuple[int, int]) -> None:
    st.session_state[_AT] = to
    for key in (_PICK, _SEARCH, _WHY, _CLICKED):
        st.session_state.pop(key, None)


def _as_sent(row: Row, language: Language) -> str:
    """Return a row as it was sent, as HTML."""
    columns = {column.name: column for column in COLUMNS[row["kind"]]}
    named = {name: row["values"].get(name) for name in (*columns, CRITERION)}
    items = "".join(
        f"<div><dt>{escape(_heading(name, columns, language))}</dt>"
        f"<dd>{escape(_value(str(value), columns.get(name), language))}</dd></div>"
        for name, value in named.items()
        if value not in (None, "")
    )
    title = t("web.uploads.held.title", language, row=str(row["row"]), file=row["file_name"], upload=str(row["upload"]))
    why = listed([reason_text(key, language) for key in row["reasons"]])
    return f'<div class="upload-row"><h3>{escape(title)}</h3>{why}<dl>{items}</dl></div>'


def _heading(name: str, columns: Mapping[str, Column], language: Language) -> str:
    return headed(columns[name], language) if name in columns else t("web.uploads.columns.criterion", language)


def _value(text: str, column: Column | None, language: Language) -> str:
    if column is not None and column.name == FUND:
        return t(f"funding.name.{text}", language)
    length = _DAYS.get(column.type) if column else None
    return " ".join(text.split()) if length is None else dated(text[:length], language)


def _decide(row: Row, rows: pd.DataFrame, at: int, layer: VillageLayer, language: Language) -> None:
    text = st.text_input(
        t("web.uploads.held.search", language),
        key=_SEARCH,
        placeholder=t("web.uploads.held.search_hint", language),
        max_chars=60,
        width=420,
    )
    scores = {str(one["code"]): float(one["score"]) for one in row["suggestions"]}
    codes = _offered(row, layer, text)
    if codes:
        if st.session_state.get(_PICK) not in codes:
            st.session_state[_PICK] = codes[0]
        st.radio(
            t("web.uploads.held.village", language),
            codes,
            format_func=lambda code: _told(code, layer, scores, language),
            key=_PICK,
        )
    else:
        st.html(f'<p class="upload-none">{escape(t("web.uploads.held.nothing_found", language))}</p>')
    same = alike(row, rows)
    if same:
        st.checkbox(t("web.uploads.held.same", language, count=len(same)), key=_SAME, value=True)
    then = _after(rows, at)
    with st.container(horizontal=True, vertical_alignment="bottom", key="upload-held-deeds"):
        st.button(
            t("web.uploads.held.take", language),
            type="primary",
            key="upload-held-take",
            disabled=not codes,
            on_click=_take,
            args=(row, same, then, layer, language),
        )
        st.text_input(
            t("web.uploads.held.why_aside", language),
            key=_WHY,
            placeholder=t("web.uploads.held.why_hint", language),
            max_chars=200,
            width=320,
        )
        word = t("web.uploads.held.aside", language)
        st.button(word, key="upload-held-aside", on_click=_aside, args=(row, then, language))


def _offered(row: Row, layer: VillageLayer, text: str) -> list[str]:
    """Return codes of the villages to choose from: picked on the map, searched, named by the row, suggested."""
    places = st_places(layer.built_from, layer)
    index = st_index(layer.built_from, layer)
    searched = index.loc[search(index, text, most=_FOUND), "code"].astype(str).to_list() if text.strip() else []
    own = str(row["values"].get(VILLAGE_CODE) or "")
    clicked = str(st.session_state.get(_CLICKED, ""))
    every = [clicked, *searched, own, *(str(one["code"]) for one in row["suggestions"])]
    return [code for code in dict.fromkeys(every) if code in places.index]


def _told(code: str, layer: VillageLayer, scores: Mapping[str, float], language: Language) -> str:
    """Write a village on one line, as Markdown that shows it as it is."""
    place = st_places(layer.built_from, layer).loc[code]
    key = "web.uploads.held.option_scored" if code in scores else "web.uploads.held.option"
    score = number(scores[code], language, 0) if code in scores else ""
    return plain(
        t(
            key,
            language,
            village=place[VILLAGE_NAME],
            district=place[DISTRICT_NAME],
            regency=place[REGENCY_NAME],
            code=code,
            score=score,
        )
    )


def _map(row: Row, found: LayerMap, language: Language) -> None:
    """Show the villages to choose from on the map; a click on another one offers it, too."""
    layer = found.layer
    codes = _offered(row, layer, str(st.session_state.get(_SEARCH, "")))
    positions = layer.frame[VILLAGE_CODE].reset_index(drop=True)
    picked = str(st.session_state.get(_PICK, ""))
    everywhere = region.bounds(data.st_regions(layer.built_from, layer), "")
    now = MapState(
        _PLAIN * len(positions),
        "",  # the map flies to a selected village, but all of them are to be seen
        bounds(layer, codes) if codes else everywhere,
        _STYLES,
        language,
        marks={
            "chosen": positions.index[positions.isin(set(codes) - {picked})].to_list(),
            "must": positions.index[positions == picked].to_list(),
        },
    )
    village_map(found.files, found.assets, state=now, height=_MAP_HEIGHT, on_click=_take_click)
    st.html(f'<p class="legend-note">{escape(t("web.uploads.held.map_note", language))}</p>')


def _take_click() -> None:
    if code := clicked_village(st.session_state):
        st.session_state[_CLICKED] = st.session_state[_PICK] = code


def _after(rows: pd.DataFrame, at: int) -> tuple[int, int] | None:
    """Return the row that comes next once this one is decided."""
    if len(rows) < 2:
        return None
    there = (at + 1) % len(rows)
    return int(rows["upload"].iloc[there]), int(rows["row"].iloc[there])


def _take(row: Row, same: list[Row], then: tuple[int, int] | None, layer: VillageLayer, language: Language) -> None:
    code = str(st.session_state[_PICK])
    also = same if st.session_state.get(_SAME) else []

    def deed() -> str:
        engine, by = uploads_records.acting("held.settle")
        known = st_known(layer.built_from, layer)
        remembered = settle(engine, int(row["upload"]), int(row["row"]), code, by=by, known=known)
        village = st_names(layer.built_from, layer)[code]
        lines = [t("web.uploads.held.taken", language, row=str(row["row"]), village=village)]
        lines += [t("web.uploads.held.remembered", language)] if remembered else []
        if also:
            taken, kept = take_all([(one, code) for one in also], engine, by, known, language)
            lines += [t("web.uploads.held.taken_also", language, count=taken), *kept]
        return "\n".join(lines)

    if uploads_records.do(deed, language) and then is not None:
        _go(then)


def _aside(row: Row, then: tuple[int, int] | None, language: Language) -> None:
    def deed() -> str:
        engine, by = uploads_records.acting("held.settle")
        set_aside(engine, int(row["upload"]), int(row["row"]), str(st.session_state.get(_WHY, "")), by=by)
        return t("web.uploads.held.set_aside", language, row=str(row["row"]))

    if uploads_records.do(deed, language) and then is not None:
        _go(then)
