"""The section of paid months that end: who falls out when, of the groups in the records or of a file of this visit."""

from typing import NamedTuple

import pandas as pd
import streamlit as st

from geodata.layer import VillageLayer
from geodata.office_day import today
from geodata.schema import REGENCY_CODE
from geodata.texts import Language
from planner import expiry, funded_groups, small_cells
from planner import fund_wording as wording
from planner.fund_outlook import Calendar, calendar_on, place_names, unknown_places
from planner.funds import FUNDS
from planner.manner import Manner
from planner.params import Renewal
from planner.store.engine import reading
from planner.store.funded import funded
from planner.texts import t
from planner.web import board_files, board_parts, data, notice, records, state, target_upload, visitor
from planner.web.charts import Bar, Drawing, Look, Row, bars, chart
from planner.web.links import page_link
from planner.web.target_parts import part, prose
from planner.web.target_sheet import Cell, Sheet, page_manner

_MONTHS = 12
_CODES = 20  # unknown codes told


class _Groups(NamedTuple):
    """Groups with paid months, and where they come from, in words."""

    frame: pd.DataFrame
    source: str
    named: bool


class _Told(NamedTuple):
    """What is said of groups on a day."""

    source: str
    calendar: Calendar
    by_month: Sheet
    places: Sheet
    urgent: Sheet
    notes: list[str]


def show(language: Language) -> None:
    """Show the section.

    Raises
    ------
    DataError
        If the layer or the records cannot be read.
    """
    found = _groups(language)
    if found is None:
        notice.show("info", t("web.board.expiry.none", language), t("web.board.expiry.what", language))
        page_link("uploads", language, words="web.board.expiry.to_uploads", **{state.UPLOAD_KIND: "funded"})
        page_link("target", language, words="web.board.expiry.to_file", bagian="masa")
        return
    layer = data.st_layer()
    area = board_parts.area(layer, language)
    here = found.frame[found.frame[REGENCY_CODE].astype(str).str.startswith(area)].reset_index(drop=True)
    if here.empty:
        board_parts.nothing(language, "web.board.expiry.none_here")
        return
    groups = found._replace(frame=here)
    _show(_told(groups, layer, language), language)
    _files(groups, layer, area, language)


def _groups(language: Language) -> _Groups | None:
    """Return the groups of the records; where they hold none those of the file of this visit, or nothing."""
    if records.exist():
        visitor.require("page.public")
        with reading(visitor.records()) as connection:
            kept = funded(connection)
        if len(kept):
            source = t("web.board.expiry.from_records", language, groups=len(kept))
            return _Groups(funded_groups.expiring(kept), source, named=False)
    own = target_upload.kept()
    if own is None or own.groups is None:
        return None
    source = t("web.board.expiry.from_file", language, file=own.name, groups=len(own.groups))
    return _Groups(own.groups, source, named=True)


def _told(groups: _Groups, layer: VillageLayer, language: Language) -> _Told:
    manner, renewal, names = page_manner(language), Renewal(), place_names(layer.frame)
    found = calendar_on(groups.frame, today(), renewal)
    by_month = Sheet(
        t("web.calendar.by_month", language), wording.month_headings(language), wording.month_rows(found.months, manner)
    )
    notes = [
        t("expiry.note.months", language),
        t("web.calendar.renewal", language, **wording.renewal_values(renewal, language)),
    ]
    if not groups.named:
        notes.append(t("web.board.expiry.joined", language))
    if unknown := unknown_places(groups.frame, names):
        codes = ", ".join(unknown[:_CODES]) + (", …" if len(unknown) > _CODES else "")
        notes.append(t("expiry.note.unknown_places", language, codes=codes))
    places, urgent = _places(groups.frame, found, names, manner), _urgent(found, groups, names, manner)
    return _Told(groups.source, found, by_month, places, urgent, notes)


def _show(told: _Told, language: Language) -> None:
    manner = page_manner(language)
    prose(board_parts.notes([told.source]))
    st.html(board_parts.tiles(_tiles(told.calendar, manner)))
    prose(chart(_chart(told.calendar.months.head(_MONTHS), manner), told.by_month, language))
    part(told.places.title, board_parts.listed(told.places, language))
    if told.urgent.rows:
        part(told.urgent.title, board_parts.listed(told.urgent, language))
    prose(board_parts.notes(told.notes))
    page_link("target", language, words="web.board.expiry.to_file", bagian="masa")


def _files(groups: _Groups, layer: VillageLayer, area: str, language: Language) -> None:
    """Offer files; groups of a few people are in none of their figures, so that nothing gives them away."""
    is_few = small_cells.few(groups.frame[expiry.PAID_WORKERS])
    told = _told(groups._replace(frame=groups.frame[~is_few].reset_index(drop=True)), layer, language)
    notes = [told.source, wording.calendar_summary(told.calendar, page_manner(language)), *told.notes]
    if left_out := int(is_few.sum()):
        few = {"groups": left_out, "smallest": small_cells.SMALLEST}
        notes.insert(0, t("web.board.expiry.few_left_out", language, **few))
    board_files.downloads(
        [told.by_month, told.places, told.urgent],
        notes,
        section="masa",
        fingerprint=layer.fingerprint,
        region=area,
        language=language,
    )


def _tiles(found: Calendar, manner: Manner) -> list[tuple[str, str, str]]:
    language, people = manner.language, found.people
    ending = sum(people.get(f"ends_{days}", 0) for days in expiry.WINDOWS)
    told = (
        ("unpaid", people.get("unpaid", 0)),
        ("ends_30", people.get("ends_30", 0)),
        ("ends_90", ending),
        ("out", people.get("out", 0)),
    )
    return [
        (
            t(f"web.board.expiry.tile.{name}", language),
            manner.people(count),
            t(f"web.board.expiry.tile.{name}_note", language),
        )
        for name, count in told
    ]


def _chart(months: pd.DataFrame, manner: Manner) -> Drawing:
    language = manner.language
    rows = []
    for month, row in zip(months.index, months.to_dict("records"), strict=True):
        ending, falling = int(row[expiry.ENDING]), int(row[expiry.FALLING_OUT])
        drawn = (Bar(ending, manner.people(ending), "first"), Bar(falling, manner.people(falling), "second"))
        rows.append(Row(manner.day(str(month)), tuple(bar for bar in drawn if bar.value) or drawn[:1]))
    series: dict[Look, str] = {
        "first": t(f"expiry.heading.{expiry.ENDING}", language),
        "second": t(f"expiry.heading.{expiry.FALLING_OUT}", language),
    }
    said = t(
        "web.board.expiry.chart_said",
        language,
        months=len(rows),
        ending=int(months[expiry.ENDING].sum()),
        falling=int(months[expiry.FALLING_OUT].sum()),
    )
    return bars(t("web.board.expiry.chart", language, months=len(rows)), rows, description=said, series=series)


def _places(groups: pd.DataFrame, found: Calendar, names: dict[str, str], manner: Manner) -> Sheet:
    language = manner.language
    counted = funded_groups.by_regency(groups, found.day)
    columns = (*funded_groups.STANDINGS, expiry.PAID_WORKERS)
    rows: list[list[Cell]] = [
        [names.get(str(code), str(code)), *(int(row[name]) for name in columns)]
        for code, row in zip(counted.index, counted.to_dict("records"), strict=True)
    ]
    headings = [t(f"web.board.expiry.column.{name}", language) for name in ("regency", *columns)]
    return Sheet(t("web.board.expiry.places", language), headings, rows)


def _urgent(found: Calendar, groups: _Groups, names: dict[str, str], manner: Manner) -> Sheet:
    """Return the groups to talk to; groups of the records have no names."""
    first = 0 if groups.named else 1
    headings = wording.urgent_headings(manner.language)[first:]
    known = {name: t(f"funding.name.{name}", manner.language) for name in FUNDS}
    told = found.urgent.assign(**{expiry.FUND: found.urgent[expiry.FUND].replace(known)})
    rows = [row[first:] for row in wording.urgent_rows(told, names, manner)]
    return Sheet(t("web.calendar.urgent", manner.language), headings, rows)
