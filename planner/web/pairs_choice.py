"""Answers to "which matters more, and how much": one letter per pair in the address, and the weights they give."""

from collections.abc import Mapping
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from planner.scoring import BLOCKS
from planner.web import state
from planner.web.weights_choice import PARTS, Weights
from planner.web.weights_sliders import IN_BLOCK
from planner.weights import Elicited, ahp

Pair = tuple[str, str]
Answers = Mapping[Pair, int]
"""Per pair -8 to 8: 0 as important, above zero the first one matters more, 8 stands for nine times."""

GROUPS: Final = {"blocks": BLOCKS} | {block: keys for block, keys in IN_BLOCK.items() if len(keys) > 1}
"""What is compared with each other; a criterion that is alone in its block needs no answer."""
PAIRS: Final = {group: tuple(combinations(items, 2)) for group, items in GROUPS.items()}
STRONGEST: Final = 8
_ALL: Final = tuple(pair for pairs in PAIRS.values() for pair in pairs)
_LETTERS: Final = "abcdefghijklmnopq"
EQUAL: Final = _LETTERS[STRONGEST] * len(_ALL)


class Strangest(NamedTuple):
    """The pair whose answer differs most from what the others say.

    Attributes
    ----------
    pair
        First and second.
    answer, expected
        As in `Answers`; expected is what the weights give, rounded to the scale.
    """

    pair: Pair
    answer: int
    expected: int


def answered() -> dict[Pair, int]:
    """Return the answers of this visit: from the session, else from the address, else all equal."""
    return read(state.restore_text(state.PAIRS, _is_valid, default=EQUAL))


def remember(answers: Answers) -> None:
    """Keep answers and write them to the address."""
    state.put(state.PAIRS, written(answers), default=EQUAL)


def written(answers: Answers) -> str:
    """Return answers as they stand in the address."""
    return "".join(_LETTERS[STRONGEST + answers[pair]] for pair in _ALL)


def read(text: str) -> dict[Pair, int]:
    """Return the answers of a text that is as `written` makes it."""
    return {pair: _LETTERS.index(letter) - STRONGEST for pair, letter in zip(_ALL, text, strict=True)}


def weighed(group: str, answers: Answers) -> Elicited:
    """Return weights and consistency ratio of a group by the analytic hierarchy process."""
    return ahp(_matrix(group, answers))


def whole_percent(weights: npt.NDArray[np.float64]) -> tuple[int, ...]:
    """Return shares as whole percent, at least 1: what was compared is to count."""
    return tuple(max(round(100 * share), 1) for share in weights.tolist())


def with_group(weights: Weights, group: str, percent: tuple[int, ...]) -> Weights:
    """Return weights in which those of a group are replaced."""
    new = dict(zip(GROUPS[group], percent, strict=True))
    return tuple(new.get(part, weight) for part, weight in zip(PARTS, weights, strict=True))


def strangest(group: str, answers: Answers) -> Strangest:
    """Return the pair with the largest deviation of the answer from the ratio of the weights, in logarithms."""
    log_weights = np.log(weighed(group, answers).weights)
    place = {name: k for k, name in enumerate(GROUPS[group])}
    expected = {(one, other): float(log_weights[place[one]] - log_weights[place[other]]) for one, other in PAIRS[group]}
    pair = max(PAIRS[group], key=lambda pair: abs(np.log(_ratio(answers[pair])) - expected[pair]))
    return Strangest(pair, answers[pair], _step(expected[pair]))


def _matrix(group: str, answers: Answers) -> npt.NDArray[np.float64]:
    place = {name: k for k, name in enumerate(GROUPS[group])}
    matrix = np.eye(len(place))
    for first, second in PAIRS[group]:
        ratio = _ratio(answers[first, second])
        matrix[place[first], place[second]], matrix[place[second], place[first]] = ratio, 1 / ratio
    return matrix


def _ratio(answer: int) -> float:
    return float(answer + 1) if answer >= 0 else 1 / (1 - answer)


def _step(log_ratio: float) -> int:
    """Return the answer next to a ratio."""
    step = min(round(float(np.exp(abs(log_ratio)))) - 1, STRONGEST)
    return step if log_ratio >= 0 else -step


def _is_valid(text: str) -> bool:
    return len(text) == len(_ALL) and set(text) <= set(_LETTERS)
