"""The search for the best choice: when it begins, how far it is, what came of it."""

from functools import partial
from typing import Final

import numpy as np
import streamlit as st

from geodata.texts import Language
from planner.selection import wording
from planner.selection.answer import Selection
from planner.selection.candidates import Candidates
from planner.selection.solve import solve
from planner.texts import t
from planner.web import state
from planner.web.jobs import Job
from planner.web.select_data import Request
from planner.web.waiting import result_of
from planner.web.workers import apart

_ASKED: Final = "select-asked"
_SOLVED: Final = "select-solved"
_YES: Final = "1"


def ask() -> None:
    """Solve what the form holds; called before the rerun."""
    st.session_state[_ASKED] = True


def was_asked() -> bool:
    """Say whether an answer is wanted to what the form holds: the button was pressed, or the link had an answer."""
    return bool(st.session_state.get(_ASKED)) or state.restore(state.SOLVE, (_YES,)) == _YES


def solved(request: Request | None, fingerprint: str) -> Request | None:
    """Return the request whose answer is shown; nothing before the first one.

    Parameters
    ----------
    request
        What the form holds; nothing where it cannot be used.
    fingerprint
        Of the layer; an answer from another one is forgotten.
    """
    before = _current()
    if before is not None and before.fingerprint != fingerprint:
        st.session_state[_SOLVED] = before = None
    from_link = before is None and state.restore(state.SOLVE, (_YES,)) == _YES
    if request is not None and (st.session_state.pop(_ASKED, False) or from_link):
        st.session_state[_SOLVED] = request
    shown = _current()
    state.put(state.SOLVE, _YES if shown is not None and shown == request else "")
    return shown


def _current() -> Request | None:
    found: Request | None = st.session_state.get(_SOLVED)
    return found


def selection_of(request: Request, found: Candidates, language: Language) -> Selection | None:
    """Return the answer to a request; nothing while it is sought, which is told.

    Parameters
    ----------
    request, found
        What is asked for, and what is chosen from.
    language
        Language of the words.
    """

    def work(job: Job) -> Selection | None:
        limits = {"gap": found.params.gap, "seconds": found.params.time_limit}
        return apart(job, solve, found.problem, telling="on_step", **limits)

    selection: Selection | None = result_of(request.key("select"), work, partial(_told, language), language)
    return selection


def _told(language: Language, job: Job) -> str:
    """Tell how much better a choice may still exist."""
    gaps = [step.gap for step in job.steps[-20:] if np.isfinite(step.gap)]
    return wording.step(gaps[-1], language) if gaps else t("web.select.starting", language)
