"""How a page waits for long work: progress, a button to end it, the result when it is there."""

import secrets
from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any, Final

import streamlit as st

from geodata.texts import Language
from planner.texts import t
from planner.web.jobs import Job, Jobs, Key, Work

_VISITOR: Final = "visitor"
_EVERY_S: Final = 0.5
_AT_ONCE_S: Final = 0.3
"""Work that is done so soon is not told at all."""

Told = Callable[[Job], str]
"""Says in words how far a job is."""


@st.cache_resource(show_spinner=False)
def st_jobs() -> Jobs:
    """Return the jobs of this server."""
    return Jobs()


def result_of(key: Key, work: Work, told: Told, language: Language, *, shared: bool = True) -> Any:  # noqa: ANN401
    """Return the result of long work; until it is there, show how far it is and a button to end it.

    Parameters
    ----------
    key
        What the work is, and all its result depends on; a page waits for one work of each kind, its first part.
    work
        Begins when nobody has done it yet.
    told
        Says in words how far it is.
    language
        Language of the button.
    shared
        Whether the result is kept for others who ask for the same.

    Returns
    -------
    The result; nothing while the work goes on, or where it was ended before it had any.

    Raises
    ------
    PlanError
        If the work ended with one.
    """
    jobs, visitor = st_jobs(), _visitor()
    known = jobs.result(key)
    if known is not None:
        return known
    job = jobs.job(visitor, key)
    if job is None:
        job = jobs.start(visitor, key, work, shared=shared)
        job.done.wait(_AT_ONCE_S)
    if not job.done.is_set():
        _progress(key, job, told, language, [True])
        return None
    if job.error is not None:
        raise job.error
    if job.result is None:
        st.info(t("web.job.stopped", language))
    if job.was_stopped:
        again = partial(jobs.forget, visitor, key)
        st.button(t("web.job.again", language), key=f"again-{key[0]}", on_click=again)
    return job.result


def ended(key: Key) -> bool:
    """Say whether work that this visitor began ended without a result and without a mistake: it was stopped."""
    job = st_jobs().job(_visitor(), key)
    return job is not None and job.done.is_set() and job.result is None and job.error is None


def forget(key: Key) -> None:
    """Stop work that this visitor began, and drop what came out of it."""
    st_jobs().forget(_visitor(), key)


@st.fragment(run_every=_EVERY_S)
def _progress(key: Key, job: Job, told: Told, language: Language, first: list[bool]) -> None:
    job.asked()
    if first:
        # A rerun from within the run of the fragment around this one would empty the widgets of that fragment.
        first.clear()
    elif job.done.is_set():
        st.rerun()
    with st.container(border=True, key=f"waiting-{key[0]}"):
        words = t("web.job.turn", language) if job.started is None else told(job)
        st.html(f'<p class="waiting" role="status">{escape(words)}</p>')
        st.button(t("web.job.stop", language), key=f"stop-{key[0]}", on_click=job.stop)


def _visitor() -> str:
    """Return a name of this visit that nobody can guess."""
    return str(st.session_state.setdefault(_VISITOR, secrets.token_hex(16)))
