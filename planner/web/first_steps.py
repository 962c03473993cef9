"""The first visit: four steps in words, and official outlines in place of the embedded approximate ones."""

import secrets
from dataclasses import dataclass
from html import escape
from pathlib import Path, PurePosixPath
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.fetch import FetchProgress
from geodata.paths import Paths
from geodata.refresh import bytes_to_fetch, refresh
from geodata.texts import Language, number, render
from planner.texts import t
from planner.web import state, waiting
from planner.web.jobs import Job, Work
from planner.web.links import page_link

_OPEN: Final = "first-steps-open"
_FETCH: Final = "official-outlines"  # a name for each attempt: the outcome of an earlier one is not this one's
_DONE: Final = "official-outlines-done"
_STEPS: Final = {"look": "map", "weigh": "weights", "choose": "select", "export": "scenarios"}
"""The steps, and the page of each."""


class _StoppedError(Exception):
    """Nobody waits any more."""


@dataclass(frozen=True)
class Outcome:
    """What became of fetching official outlines: the number of villages, or what was in the way."""

    villages: int = 0
    error: DataError | None = None


def show(language: Language) -> None:
    """Show the steps until they are closed; those who come with choices in their address find them folded away."""
    is_embedded = not Paths.of().villages.is_file()
    if _OPEN not in st.session_state:
        st.session_state[_OPEN] = not set(state.shared()) - {state.LANGUAGE}
    if villages := st.session_state.pop(_DONE, 0):
        st.success(t("web.first.done", language, villages=villages))
    if not st.session_state[_OPEN] and _FETCH not in st.session_state:
        st.button(t("web.first.open", language), on_click=_turn, key="first-steps-show", type="tertiary")
        return
    with st.container(border=True, key="first-steps"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.html(f'<h2 class="first-title">{escape(t("web.first.title", language))}</h2>', width="content")
            st.button(t("web.first.close", language), on_click=_turn, key="first-steps-close", type="tertiary")
        with st.container(horizontal=True, key="first-steps-list"):
            for place, (step, page) in enumerate(_STEPS.items(), start=1):
                with st.container(key=f"first-step-{step}", gap=None):
                    _step(place, step, page, language)
        if is_embedded:
            _outlines(language)


def _step(place: int, step: str, page: str, language: Language) -> None:
    name, words = (escape(t(f"web.first.{step}{part}", language)) for part in ("", ".words"))
    st.html(f'<p class="first-step"><b>{place} {name}</b><br>{words}</p>')
    if page != "map":
        page_link(page, language)


def _outlines(language: Language) -> None:
    """Say that the outlines are approximate, and offer the official ones."""
    attempt = st.session_state.get(_FETCH)
    with st.container(horizontal=True, vertical_alignment="center", key="first-outlines"):
        size = number(bytes_to_fetch() / 1e6, language)
        st.html(f'<p class="first-note">{escape(t("web.first.embedded", language, size=size))}</p>')
        if attempt is None:
            st.button(t("web.first.fetch", language), on_click=_begin, key="first-steps-fetch", width="content")
    if attempt is None:
        return
    work = fetching(Paths.of())
    outcome = waiting.result_of(("official outlines", attempt), work, lambda job: told(job, language), language)
    if outcome is None:
        return
    del st.session_state[_FETCH]
    if outcome.error is None:
        st.session_state[_DONE] = outcome.villages
        st.session_state[_OPEN] = False
        st.rerun()
    st.error(f"{t('web.first.failed', language)}\n\n{outcome.error.text(language)}")
    st.button(t("web.first.again", language), on_click=_begin, key="first-steps-fetch")


def fetching(paths: Paths, *, mirror: Path | None = None) -> Work:
    """Return the work that puts a layer with official outlines into a data folder.

    Parameters
    ----------
    paths
        The data folder.
    mirror
        Folder the files are copied from; without it they are downloaded.
    """

    def work(job: Job) -> Outcome | None:
        def go_on(step: FetchProgress | str) -> None:
            if not job.tell(step):
                raise _StoppedError

        try:
            built = refresh(paths, mirror=mirror, progress=go_on, step=go_on)
        except _StoppedError:
            return None
        except DataError as error:
            return Outcome(error=error)
        return Outcome(villages=len(built.layer.frame))

    return work


def told(job: Job, language: Language) -> str:
    """Say how far the work is."""
    step = job.steps[-1] if job.steps else None
    if isinstance(step, FetchProgress):
        done, total = (number(size / 1e6, language, 1) for size in (step.done_bytes, step.total_bytes))
        return t("web.first.fetching", language, done=done, total=total, file=PurePosixPath(step.file.path).name)
    if isinstance(step, str):
        return t("web.first.building", language, step=render(DataError.folder, step, language, {}))
    return t("web.first.beginning", language)


def _turn() -> None:
    st.session_state[_OPEN] = not st.session_state[_OPEN]


def _begin() -> None:
    st.session_state[_FETCH] = secrets.token_hex(8)
