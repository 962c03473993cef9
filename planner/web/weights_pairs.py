"""The weights by comparing pairs: which matters more, and how much."""

from functools import partial
from html import escape
from typing import Final

import streamlit as st

from geodata.texts import Language, number
from planner.elicitation import GOOD_CONSISTENCY
from planner.texts import t
from planner.web import pairs_choice, weights_choice
from planner.web.pairs_choice import GROUPS, PAIRS, STRONGEST, Answers, Pair
from planner.web.weights_choice import Weights
from planner.web.weights_sliders import item
from planner.weights import Elicited

_GROUP: Final = "weights-group"
_SHOWN: Final = "pairs-shown"
_STEPS: Final = range(STRONGEST, -STRONGEST - 1, -1)  # the first one of a pair stands on the left
_AGREE: Final = 0.005


def pairs(language: Language) -> None:
    """Show the pairs of a group, what their answers come to, and a button that makes these the weights."""
    answers = pairs_choice.answered()
    group = st.segmented_control(
        t("web.weights.group", language),
        list(GROUPS),
        format_func=lambda name: t(f"web.weights.group.{name}", language),
        default=next(iter(GROUPS)),
        key=_GROUP,
        required=True,
    )
    assert group is not None
    st.html(f'<p class="weights-note">{escape(t("web.weights.pairs.how", language))}</p>')
    _follow(group, answers)
    with st.container(border=True, key="weights-pairs"):
        for pair in PAIRS[group]:
            st.select_slider(
                in_words(pair, answers[pair], language),
                _STEPS,
                format_func=partial(_step, pair, language=language),
                key=_key(pair),
                on_change=_take,
                args=(group,),
            )
    _result(group, answers, language)


def in_words(pair: Pair, answer: int, language: Language) -> str:
    """Say an answer as a sentence."""
    more, less = pair if answer >= 0 else pair[::-1]
    name = item(less, language)
    return t(
        f"web.weights.pair.{abs(answer) + 1}", language, more=item(more, language), less=name[:1].lower() + name[1:]
    )


def consistency(group: str, answers: Answers, found: Elicited, language: Language) -> str:
    """Say how far answers agree with each other, and which one to look at where they do not."""
    ratio, limit = (number(value, language, 2) for value in (found.consistency, GOOD_CONSISTENCY))
    if found.consistency <= GOOD_CONSISTENCY:
        degree = "full" if found.consistency < _AGREE else "good"
        return t(f"web.weights.consistent.{degree}", language, ratio=ratio, limit=limit)
    pair, answer, expected = pairs_choice.strangest(group, answers)
    told, better = (in_words(pair, one, language) for one in (answer, expected))
    return t("web.weights.consistent.bad", language, ratio=ratio, limit=limit, answer=told, expected=better)


def _result(group: str, answers: Answers, language: Language) -> None:
    """Show the weights of a group's answers, and how far these agree."""
    found = pairs_choice.weighed(group, answers)
    percent = pairs_choice.whole_percent(found.weights)
    listed = "".join(
        f"<li>{escape(t('web.weights.found.item', language, item=item(part, language), percent=share))}</li>"
        for part, share in zip(GROUPS[group], percent, strict=True)
    )
    title, rounded = (escape(t(f"web.weights.found{end}", language)) for end in ("", ".rounded"))
    told = escape(consistency(group, answers, found, language))
    st.html(
        f'<div class="weights-found"><h3>{title}</h3><ul>{listed}</ul><p>{rounded}</p>'
        f'<p role="status" class="{"bad" if found.consistency > GOOD_CONSISTENCY else "good"}">{told}</p></div>'
    )
    now = weights_choice.chosen()
    wanted = pairs_choice.with_group(now, group, percent)
    problem = weights_choice.problem(wanted)
    with st.container(horizontal=True):
        unusable = wanted == now or problem is not None
        st.button(t("web.weights.apply", language), type="primary", on_click=_apply, args=(wanted,), disabled=unusable)
        st.button(t("web.weights.equal", language), on_click=_equal, args=(group,))
    if problem:
        st.warning(f"{t(problem, language)} {t('web.weights.kept', language)}")
    elif wanted == now:
        st.html(f'<p class="weights-note">{escape(t("web.weights.applied", language))}</p>')


def _step(pair: Pair, answer: int, *, language: Language) -> str:
    if not answer:
        return t("web.weights.step.equal", language)
    more = pair[0] if answer > 0 else pair[1]
    return t("web.weights.step", language, item=item(more, language), ratio=abs(answer) + 1)


def _key(pair: Pair) -> str:
    return f"pair-{pair[0]}-{pair[1]}"


def _follow(group: str, answers: Answers) -> None:
    """Set the sliders to answers that came from elsewhere."""
    wanted = pairs_choice.written(answers)
    if st.session_state.get(_SHOWN) == wanted and all(_key(pair) in st.session_state for pair in PAIRS[group]):
        return
    for pair in PAIRS[group]:
        st.session_state[_key(pair)] = answers[pair]
    st.session_state[_SHOWN] = wanted


def _take(group: str) -> None:
    told = pairs_choice.answered() | {pair: int(st.session_state[_key(pair)]) for pair in PAIRS[group]}
    st.session_state[_SHOWN] = pairs_choice.written(told)
    pairs_choice.remember(told)


def _equal(group: str) -> None:
    pairs_choice.remember(pairs_choice.answered() | dict.fromkeys(PAIRS[group], 0))


def _apply(weights: Weights) -> None:
    weights_choice.remember(weights)
