"""Promised against delivered of a launched village, for its card and for the page of launches."""

import streamlit as st

from geodata.texts import Language
from planner import results_wording as wording
from planner.delivered import MONTHS_AFTER, Delivery
from planner.texts import t
from planner.web import data, results_data, state
from planner.web.tables import folded, paragraph, table
from planner.web.target_sheet import page_manner
from planner.web.wording import dated


def render(code: str) -> None:
    """Show what the launch of a village promised and delivered; nothing where the records know of no launch.

    Parameters
    ----------
    code
        The village.

    Raises
    ------
    DataError
        If the layer or the records cannot be read.
    """
    found = results_data.happened(data.st_layer())
    delivery = None if found is None else found.deliveries.get(code)
    if delivery is None:
        return
    language = state.language()
    with st.container(key="section-delivered"):
        st.subheader(t("results.delivered.title", language), anchor=False)
        st.html(f'<div class="about village-delivered">{delivered(delivery, language)}</div>')


def delivered(delivery: Delivery, language: Language) -> str:
    """Return what a launch promised and delivered as HTML, everything escaped."""
    manner = page_manner(language)
    day = t("results.delivered.launched", language, day=dated(delivery.launched_on.isoformat(), language))
    head = paragraph(day, wording.promise_sentence(delivery, manner))
    title = t("results.delivered.title", language)
    rows = table(wording.seen_headings(language), wording.seen_rows(delivery, manner), caption=title)
    notes = "".join(paragraph(t(f"results.delivered.{note}", language)) for note in ("base", "beside"))
    return head + rows + notes + _compared(delivery, language)


def _compared(delivery: Delivery, language: Language) -> str:
    """Name the villages that were compared."""
    lines = [
        paragraph(
            t(
                "web.results.delivered.compared",
                language,
                months=MONTHS_AFTER[seen.moment],
                codes=", ".join(seen.effect.matches),
            )
        )
        for seen in delivery.seen
        if seen.effect is not None
    ]
    return folded(t("results.delivered.heading.matches", language), "".join(lines)) if lines else ""
