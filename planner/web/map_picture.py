"""The map as a picture for slides, with the choices of the page."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

import streamlit as st

from geodata import office_day
from geodata.texts import Language
from planner.classification import Cut
from planner.number_text import span_written
from planner.pictures import ENDINGS, picture_file
from planner.pictures.measured import Shown, measure_picture
from planner.pictures.stamped import map_stamp
from planner.rights import Principal
from planner.texts import t
from planner.web import exports, visitor
from planner.web.jobs import Job, Key
from planner.web.labels import file_part
from planner.web.list_side import Listing
from planner.web.outside import outside
from planner.web.waiting import result_of
from planner.web.weights_choice import scoring_of

AT_ONCE: Final = 15_000
"""Villages of which a picture is made in a few seconds."""
STEPS: Final = ("outlines", "drawing", "page", "keeping")
_ASKED: Final = "map-picture-asked"
MIMES: Final = {".png": "image/png", ".svg": "image/svg+xml", ".pdf": "application/pdf"}


class _EndedError(Exception):
    """Nobody waits for the picture any more."""


def offer(listing: Listing, cut: Cut, language: Language) -> None:
    """Offer the map as a picture; it is made when it is asked for. Without figures there is none.

    A picture of many villages takes long: it is prepared with progress and a way to end it.

    Parameters
    ----------
    listing
        The villages on the map.
    cut
        How their figures are cut.
    language
        Language of the picture.
    """
    if listing.figures is None or not listing.shown.any():
        return
    by = visitor.current()
    long = len(listing.figures) > AT_ONCE
    waiting: list[tuple[str, Key]] = []
    with st.container(horizontal=True, key="map-picture"):
        for ending in ENDINGS:
            make = partial(_made, listing, cut, ending, language, by=by)
            key = ("picture", ending, listing.ground.layer.fingerprint, *listing.key, cut, language)
            if not long:
                _button(listing, make, ending, language)
            elif st.session_state.get(_ASKED) == key:
                waiting.append((ending, key))
            else:
                label = t(f"web.picture.prepare{ending}", language)
                st.button(label, key=f"prepare-picture{ending}", on_click=partial(_ask, key))
    for ending, key in waiting:
        work = partial(_prepared, listing=listing, cut=cut, ending=ending, language=language, by=by)
        content = result_of(key, work, partial(_told, language), language, shared=False)
        if content is not None:
            _button(listing, content, ending, language)


def _button(listing: Listing, content: Any, ending: str, language: Language) -> None:  # noqa: ANN401 (bytes, or their maker)
    st.download_button(
        t(f"web.picture{ending}", language),
        content,
        file_name=t("web.picture.name", language, measure=file_part(listing.measure.called(language))) + ending,
        mime=MIMES[ending],
        on_click="ignore",
        key=f"picture{ending}",
    )


def _ask(key: Key) -> None:
    st.session_state[_ASKED] = key


def _told(language: Language, job: Job) -> str:
    return t(f"web.picture.step.{job.steps[-1] if job.steps else STEPS[0]}", language)


def _prepared(job: Job, listing: Listing, cut: Cut, ending: str, language: Language, *, by: Principal) -> bytes | None:
    """Make the picture, telling what it is at; nothing when it was stopped."""
    try:
        return _made(listing, cut, ending, language, by=by, tell=job.tell)
    except _EndedError:
        return None


def _made(
    listing: Listing,
    cut: Cut,
    ending: str,
    language: Language,
    *,
    by: Principal,
    tell: Callable[[str], bool] = lambda _: True,
) -> bytes:
    """Return the picture, and write down that it leaves the office."""
    ground, figures = listing.ground, listing.figures
    assert figures is not None

    def begin(step: str) -> None:
        if not tell(step):
            raise _EndedError

    begin("outlines")
    _, values = outside(ground, listing.measure, figures)
    shown = Shown(
        villages=replace(listing, figures=values).shown,
        cut=cut,
        regions=(ground.region,) if ground.region else (),
        sector=ground.sector,
        filter=span_written(listing.asked.span, language) if listing.asked.span else "",
    )
    stamp = map_stamp(
        ending,
        listing.measure,
        shown,
        params=scoring_of(ground.weights),
        fingerprint=ground.layer.fingerprint,
        made_on=office_day.today(),
        language=language,
    )
    picture = measure_picture(ground.layer, listing.measure, values, shown, language=language, stamp=stamp)
    begin("drawing")
    content = picture_file(picture, ending, language=language, tell=begin)
    begin("keeping")
    return exports.kept(stamp, content, by=by)
