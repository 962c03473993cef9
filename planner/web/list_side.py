"""The list beside the map with its own choices: search, filter, order; selecting, and files."""

from dataclasses import dataclass, replace
from typing import Final

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.texts import Language
from planner.measures import VALUE, Measure
from planner.number_text import Span, span_of, span_written
from planner.texts import t
from planner.web import list_files, row_choice, state, typed, visitor
from planner.web.list_files import FileContent
from planner.web.measures import Ground
from planner.web.outside import outside
from planner.web.village_list import COLUMNS, ORDERS, joined, listed, matching, table, widths
from planner.web.weights_choice import PARTS

_PICKED: Final = "village-picked-in-list"
_HEIGHT: Final = 400
_LONGEST: Final = 60


@dataclass(frozen=True)
class Asked:
    """What is asked of the list.

    Attributes
    ----------
    search
        Part of a village's or district's name; empty for all.
    order
        One of ``planner.web.village_list.ORDERS``.
    span
        Figures that are let through; nothing for all.
    """

    search: str
    order: str
    span: Span | None


@dataclass(frozen=True)
class Listing:
    """The villages on map and list.

    Attributes
    ----------
    ground, measure, figures
        What is shown, see ``planner.measures``; no figures while they are being worked out.
    inside
        Whether each village lies in the chosen region.
    asked
        What is asked of the list.
    """

    ground: Ground
    measure: Measure
    figures: pd.DataFrame | None
    inside: "pd.Series[bool]"
    asked: Asked

    @property
    def shown(self) -> "pd.Series[bool]":
        """Whether each village lies in the region and passes the filter."""
        if self.figures is None or self.asked.span is None:
            return self.inside
        return self.inside & self.asked.span.holds(self.figures[VALUE])

    @property
    def key(self) -> tuple[object, ...]:
        """All that the figures and the shown villages hang on."""
        own = self.ground.choices(self.measure.hangs_on)
        return (self.measure.key, own, self.ground.region, self.asked.span)


def asked(language: Language) -> Asked:
    """Show search, filter and order of the list."""
    order = state.restore(state.ORDER, ORDERS, default=ORDERS[0])
    state.restore_text(state.SEARCH, lambda text: len(text) <= _LONGEST)
    with st.container(horizontal=True, vertical_alignment="bottom", key="list-choices"):
        search = st.text_input(
            t("web.list.search", language),
            key=state.SEARCH,
            placeholder=t("web.list.search_hint", language),
            max_chars=_LONGEST,
            width=170,
        )
        st.selectbox(
            t("web.list.order", language),
            ORDERS,
            format_func=lambda name: t(f"web.list.order.{name}", language),
            key=state.ORDER,
            width=170,
        )
        with st.container(width=150, key="list-filter"):
            span = typed.typed(state.FILTER, span_of, span_written, language)
    state.remember(state.SEARCH)
    state.remember(state.ORDER, default=ORDERS[0])
    return Asked(search, order, span)


def show(listing: Listing, selected: str, language: Language) -> None:
    """Show the list and offer its files; its selected row is the selected village."""
    if listing.figures is None:
        return
    asked, shown = listing.asked, listing.shown
    rows = joined(listing.ground.figures[list(COLUMNS)], listing.figures, listing.measure)
    found = shown & matching(rows, asked.search)
    # A row that was clicked stays where it is; a village from the map or a link comes to the top, in sight.
    on_top = "" if st.session_state.get(_PICKED) == selected else selected
    first = listed(rows, shown, found, order=asked.order, selected=selected, on_top=on_top)
    if first.empty:
        st.info(t("web.list.nothing", language))
        return
    _rows(first, listing.measure, selected, language)
    order = t(f"web.list.order.{asked.order}", language)
    st.caption(
        t(
            "web.list.count",
            language,
            listed=len(first),
            all=int(found.sum()),
            measure=listing.measure.called(language),
            order=order,
        )
    )
    list_files.offer(_file(listing, listing.figures, found, language), language)


def leave_row() -> None:
    """Forget which row was clicked: another village was selected elsewhere."""
    st.session_state[_PICKED] = ""


def _rows(rows: pd.DataFrame, measure: Measure, selected: str, language: Language) -> None:
    row_choice.show(
        "village-list",
        table(rows, measure, language),
        rows[schema.VILLAGE_CODE].to_list(),
        selected,
        height=_HEIGHT,
        alt=t("web.list.alt", language, measure=measure.called(language)),
        columns={name: st.column_config.Column(width=width) for name, width in widths(measure, language).items()},
        on_take=_take,
    )


def _file(listing: Listing, values: pd.DataFrame, found: "pd.Series[bool]", language: Language) -> FileContent:
    """Return all villages of region, filter and search as a file holds them."""
    ground, measure, asked = listing.ground, listing.measure, listing.asked
    parameters: dict[str, object] = {
        "measure": measure.called(language),
        "region": ground.region or None,
        "sector": ground.sector or None,
        "filter": span_written(asked.span, language) if asked.span else None,
        "search": asked.search or None,
    }
    if "weights" in measure.hangs_on:
        parameters["weights"] = dict(zip(PARTS, ground.weights, strict=True))

    def rows() -> pd.DataFrame:
        figures, told = outside(ground, measure, values)
        shown = replace(listing, figures=told).shown & matching(figures, asked.search)
        return joined(figures, told, measure)[shown].rename(columns=dict(measure.in_files))

    return FileContent(
        ground.layer,
        rows,
        int(found.sum()),
        parameters,
        (*listing.key, ground.sector, asked.search),
        visitor.current(),
    )


def _take(code: str) -> None:
    st.session_state[_PICKED] = code
    row_choice.select(code)
