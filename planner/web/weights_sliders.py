"""The weights as sliders: what each really counts, the way back, and what gives no score."""

from html import escape
from typing import Final

import streamlit as st

from geodata.texts import Language, number
from planner.params import ScoringParams
from planner.scoring import BLOCKS, criterion_weights
from planner.texts import t
from planner.web import weights_choice
from planner.web.weights_choice import CRITERIA, DEFAULT, MOST, PARTS, Weights

IN_BLOCK: Final = {block: tuple(c.key for c in ScoringParams().criteria if c.block == block) for block in BLOCKS}
"""Criteria of each block, in their order."""

_SHOWN: Final = "weights-shown"  # the weights the sliders were set to last
_TOUCHED: Final = "weights-touched"


def shares(weights: Weights) -> dict[str, float]:
    """Return what each block and criterion really counts in the score; blocks sum to 1, and so do criteria.

    Parameters
    ----------
    weights
        Weights about which `weights_choice.problem` says nothing.
    """
    criteria = criterion_weights(weights_choice.scoring_of(weights))
    found = dict(zip(CRITERIA, criteria.tolist(), strict=True))
    return {block: sum(found[key] for key in keys) for block, keys in IN_BLOCK.items()} | found


def sliders(language: Language) -> None:
    """Show a slider per weight; weights that give a score are kept, others are told where they were made."""
    _follow(weights_choice.chosen())
    told = _told()
    problem = weights_choice.problem(told)
    counted = {} if problem else shares(told)
    touched = st.session_state.get(_TOUCHED)
    for block, criteria in IN_BLOCK.items():
        with st.container(border=True, key=f"weights-{block}"):
            _slider(block, counted, language)
            with st.container(horizontal=True, key=f"weights-in-{block}"):
                for key in criteria:
                    _slider(key, counted, language)
            if problem and touched in (block, *criteria):
                st.warning(f"{t(problem, language)} {t('web.weights.kept', language)}")
    st.html(f'<p class="weights-note">{escape(t("web.weights.sum", language))}</p>')
    st.button(t("web.weights.reset", language), on_click=_reset, disabled=told == DEFAULT)


def item(part: str, language: Language) -> str:
    """Return the short name of a block or criterion."""
    return t(f"web.weights.item.{part}", language)


def _slider(part: str, counted: dict[str, float], language: Language) -> None:
    label = item(part, language)
    if part in counted:
        key = "web.weights.share" if counted[part] else "web.weights.uncounted"
        label = t(key, language, item=label, percent=number(100 * counted[part], language))
    help_text = t(f"web.weights.help.{part}", language)
    st.slider(
        label, 0, MOST, key=_key(part), format="%d", help=help_text, on_change=_take, args=(part,), width="stretch"
    )


def _key(part: str) -> str:
    return f"weight-{part}"


def _told() -> Weights:
    return tuple(int(st.session_state[_key(part)]) for part in PARTS)


def _follow(weights: Weights) -> None:
    """Set the sliders to weights that came from elsewhere: the address, another page, the comparison of pairs."""
    if st.session_state.get(_SHOWN) == weights and all(_key(part) in st.session_state for part in PARTS):
        return
    for part, weight in zip(PARTS, weights, strict=True):
        st.session_state[_key(part)] = weight
    st.session_state[_SHOWN] = weights


def _take(part: str) -> None:
    """Keep the weights of the sliders, if they give a score."""
    st.session_state[_TOUCHED] = part
    told = _told()
    if weights_choice.problem(told) is None:
        st.session_state[_SHOWN] = told
        weights_choice.remember(told)


def _reset() -> None:
    weights_choice.remember(DEFAULT)
    st.session_state[_SHOWN] = None
