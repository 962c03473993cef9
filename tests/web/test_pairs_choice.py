import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.elicitation import GOOD_CONSISTENCY
from planner.scoring import BLOCKS
from planner.web import pairs_choice
from planner.web.pairs_choice import EQUAL, GROUPS, PAIRS, STRONGEST
from planner.web.weights_choice import DEFAULT, MOST, problem
from planner.web.weights_pairs import consistency, in_words

EVERY = [pair for pairs in PAIRS.values() for pair in pairs]
ANSWERS = st.lists(st.integers(-STRONGEST, STRONGEST), min_size=len(EVERY), max_size=len(EVERY)).map(
    lambda steps: dict(zip(EVERY, steps, strict=True))
)


def blocks(need_readiness: int, need_cost: int, readiness_cost: int) -> dict:
    told = zip(PAIRS["blocks"], (need_readiness, need_cost, readiness_cost), strict=True)
    return dict.fromkeys(EVERY, 0) | dict(told)


def test_every_pair_is_asked_once_and_a_lone_criterion_is_not() -> None:
    assert {group: len(pairs) for group, pairs in PAIRS.items()} == {"blocks": 3, "need": 6, "readiness": 10}
    assert GROUPS["blocks"] == BLOCKS
    assert len(set(map(frozenset, EVERY))) == len(EVERY) == len(EQUAL)


@given(ANSWERS)
def test_answers_come_back_from_the_address(answers: dict) -> None:
    assert pairs_choice.read(pairs_choice.written(answers)) == answers


@given(ANSWERS, st.sampled_from(list(GROUPS)))
def test_answers_give_whole_percent_that_give_a_score(answers: dict, group: str) -> None:
    percent = pairs_choice.whole_percent(pairs_choice.weighed(group, answers).weights)
    assert sum(percent) == pytest.approx(100, abs=len(percent))
    weights = pairs_choice.with_group(DEFAULT, group, percent)
    assert problem(weights) is None
    assert 1 <= min(percent) <= max(weights) <= MOST


@given(ANSWERS, st.sampled_from(list(GROUPS)))
def test_what_matters_more_in_every_pair_weighs_most(answers: dict, group: str) -> None:
    best = GROUPS[group][0]
    clear = {pair: abs(step) + 1 if abs(step) < STRONGEST else STRONGEST for pair, step in answers.items()}
    towards = {pair: clear[pair] if pair[0] == best else 0 for pair in EVERY}
    weights = pairs_choice.weighed(group, towards).weights
    assert np.argmax(weights) == 0


def test_equal_answers_are_equal_weights_and_agree() -> None:
    equal = pairs_choice.read(EQUAL)
    found = pairs_choice.weighed("readiness", equal)
    assert found.weights == pytest.approx([0.2] * 5)
    assert consistency("readiness", equal, found, "id") == "Jawaban sejalan sepenuhnya (rasio konsistensi 0,00)."


def test_answers_of_the_textbook_agree() -> None:
    answers = blocks(2, 4, 2)  # 3, 5, 3
    found = pairs_choice.weighed("blocks", answers)
    assert found.weights == pytest.approx([0.637, 0.258, 0.105], abs=1e-3)
    assert 0 < found.consistency <= GOOD_CONSISTENCY
    assert "agree well enough" in consistency("blocks", answers, found, "en")


def test_answers_that_contradict_are_told_with_the_pair_to_look_at() -> None:
    wrong = ("iks", "ike")
    # All say that iks is twice the others and these are alike, but for one answer.
    answers = pairs_choice.read(EQUAL) | {pair: 1 for pair in PAIRS["readiness"] if pair[0] == "iks"} | {wrong: -8}
    found = pairs_choice.weighed("readiness", answers)
    assert found.consistency > GOOD_CONSISTENCY
    pair, answer, expected = pairs_choice.strangest("readiness", answers)
    assert (pair, answer) == (wrong, -8)
    assert abs(expected) < 4
    told = consistency("readiness", answers, found, "en")
    assert in_words(wrong, -8, "en") in told
    assert in_words(wrong, expected, "en") in told


def test_words_name_what_matters_more_first() -> None:
    assert in_words(("need", "bumdes_workers"), 6, "id") == "Kebutuhan jauh lebih penting daripada pekerja BUMDes"
    assert in_words(("need", "cost"), -2, "en") == "Cost is slightly more important than need"
    assert in_words(("need", "cost"), 0, "en") == "Need and cost are equally important"
    told = {in_words(("need", "cost"), step, language) for step in range(-8, 9) for language in ("id", "en")}
    assert len(told) == 34
