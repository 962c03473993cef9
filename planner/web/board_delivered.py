"""The section of what launches promised and delivered, by regency and launch by launch."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from geodata.layer import VillageLayer
from geodata.office_day import today
from geodata.schema import REGENCY_CODE, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language, number, percentage
from planner import results_wording as wording
from planner.delivered import Delivery
from planner.delivered_board import NOTHING, Hidden, Kept, Told, by_regency, hidden, told
from planner.manner import Manner
from planner.texts import t
from planner.web import board_files, board_parts, data, results_data
from planner.web.charts import Bar, Drawing, Row, bars, chart
from planner.web.target_parts import part, prose
from planner.web.target_sheet import Cell, Sheet, page_manner

_COLUMNS = (
    *("regency", "launches", "planned", "promised", "promised_range", "registered", "percent"),
    *("promised_active", "promised_active_range", "change_12"),
)


def show(language: Language) -> None:
    """Show the section.

    Raises
    ------
    DataError
        If the layer or the records cannot be read.
    """
    if board_parts.engine(language) is None:
        return
    layer = data.st_layer()
    area = board_parts.area(layer, language)
    found = results_data.happened(layer)
    here = [] if found is None else [one for code, one in found.deliveries.items() if code.startswith(area)]
    if found is None or not found.deliveries:
        board_parts.nothing(language, "web.board.delivered.none", "launches")
    elif not here:
        board_parts.nothing(language, "web.board.delivered.none_here")
    else:
        _show(here, layer, area, language)


def _show(here: Sequence[Delivery], layer: VillageLayer, area: str, language: Language) -> None:
    manner = page_manner(language)
    regencies = _names(layer.frame, REGENCY_CODE, REGENCY_NAME)
    villages = _names(layer.frame, VILLAGE_CODE, VILLAGE_NAME)
    whole, places = told(here), by_regency(here)
    st.html(board_parts.tiles(_tiles(whole, manner)))
    prose(board_parts.notes(_sentences(whole, manner)))
    title = t("web.board.delivered.by_regency", language)
    headings = [t(f"web.board.delivered.{name}", language) for name in _COLUMNS]
    table = Sheet(title, headings, _rows(places, regencies, NOTHING, language))
    drawn = _chart(places, regencies, manner)
    if drawn is not None:
        prose(chart(drawn, table, language))
    launches = _launches(here, villages, NOTHING, manner)
    part(launches.title, board_parts.listed(launches, language))
    lines = [t("web.board.as_of", language, day=manner.day(today().isoformat()))]
    lines += [t(f"web.board.delivered.note.{name}", language) for name in ("sums", "range")]
    lines += [t(f"results.delivered.{note}", language) for note in ("base", "beside")]
    prose(board_parts.notes(lines))
    kept = hidden(here)
    board_files.downloads(
        [Sheet(title, headings, _rows(places, regencies, kept, language)), _launches(here, villages, kept, manner)],
        [*_sentences(_without(whole, kept), manner), *board_files.hidden_note(language, is_any=kept.any), *lines],
        section="janji",
        fingerprint=layer.fingerprint,
        region=area,
        language=language,
    )


def _names(frame: pd.DataFrame, code: str, name: str) -> dict[str, str]:
    return dict(zip(frame[code].to_numpy(), frame[name].to_numpy(), strict=True))


def _tiles(whole: Told, manner: Manner) -> list[tuple[str, str, str]]:
    language = manner.language
    tiles = [
        (
            t("web.board.delivered.launches", language),
            manner.people(whole.launches),
            t("web.board.delivered.tile.launches", language, planned=whole.planned),
        )
    ]
    for name, kept in (("registrations", whole.registrations), ("active", whole.active)):
        title = t(f"web.board.delivered.tile.{name}", language)
        if kept is None:
            tiles.append((title, "–", t(f"web.board.delivered.tile.{name}_unknown", language)))
        else:
            note = t("web.board.delivered.tile.of", language, **_values(kept, manner))
            tiles.append((title, _percent(kept, language), note))
    return tiles


def _sentences(whole: Told, manner: Manner) -> list[str]:
    """Say whether what came lies within what was promised."""
    return [
        t(f"web.board.delivered.{name}_{kept.verdict}", manner.language, **_values(kept, manner))
        for name, kept in (("registrations", whole.registrations), ("active", whole.active))
        if kept is not None
    ]


def _values(kept: Kept, manner: Manner) -> dict[str, object]:
    return {
        "launches": kept.launches,
        "came": number(kept.came, manner.language),
        "promised": manner.people(round(kept.promised.value)),
        "range": _range(kept, manner),
    }


def _range(kept: Kept, manner: Manner) -> str:
    return manner.between(manner.people(round(kept.promised.low)), manner.people(round(kept.promised.high)))


def _percent(kept: Kept, language: Language) -> str:
    return "–" if kept.percent is None else percentage(kept.percent, language)


def _without(whole: Told, kept: Hidden) -> Told:
    """Leave sums out that are hidden."""
    registrations = None if "" in kept.registered_in else whole.registrations
    return replace(whole, registrations=registrations, active=None if "" in kept.changes_in else whole.active)


def _rows(places: Sequence[Told], names: dict[str, str], kept: Hidden, language: Language) -> list[list[Cell]]:
    word = t("web.board.hidden", language)
    rows: list[list[Cell]] = []
    for one in places:
        percent = None if one.registrations is None else one.registrations.percent
        registrations = [*_figures(one.registrations), None if percent is None else round(percent)]
        active = _figures(one.active)
        if one.code in kept.registered_in:
            registrations[2:] = [word, word]
        if one.code in kept.changes_in:
            active[2] = word
        rows.append([names.get(one.code, one.code), one.launches, one.planned, *registrations, *active])
    return rows


def _figures(kept: Kept | None) -> list[Cell]:
    if kept is None:
        return [None, None, None]
    low, high = round(kept.promised.low), round(kept.promised.high)
    return [round(kept.promised.value), f"{low}–{high}", kept.came]


def _chart(places: Sequence[Told], names: dict[str, str], manner: Manner) -> Drawing | None:
    language = manner.language
    known = [(names.get(one.code, one.code), one.registrations) for one in places if one.registrations is not None]
    if not known:
        return None
    rows = [Row(name, (_bar(kept, manner),)) for name, kept in known]
    return bars(
        t("web.board.delivered.chart", language),
        rows,
        description=t("web.board.delivered.chart_said", language, regencies=len(rows)),
        series={"first": t("web.board.delivered.registered", language)},
        marked=t("web.board.delivered.promised", language),
    )


def _bar(kept: Kept, manner: Manner) -> Bar:
    words = t("web.board.delivered.of", manner.language, **_values(kept, manner))
    return Bar(max(0, kept.came), words, mark=kept.promised.value)


def _launches(here: Sequence[Delivery], names: dict[str, str], kept: Hidden, manner: Manner) -> Sheet:
    word, rows = t("web.board.hidden", manner.language), []
    for one in sorted(here, key=lambda one: (one.launched_on, one.code), reverse=True):
        row = wording.launch_row(one, _named(one.code, names), manner)
        for name, codes in (("registered", kept.registered), ("change_12", kept.changes), ("effect", kept.changes)):
            if one.code in codes:
                row[wording.LAUNCH_COLUMNS.index(name)] = word
        rows.append(row)
    return Sheet(t("web.board.delivered.each", manner.language), wording.launch_headings(manner.language), rows)


def _named(code: str, names: dict[str, str]) -> str:
    return f"{names[code]} ({code})" if code in names else code
