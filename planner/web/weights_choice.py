"""The weights a visitor has chosen: whole percent, one text in the address."""

from functools import lru_cache
from typing import Final

from planner.params import BlockWeights, ScoringParams
from planner.scoring import BLOCKS
from planner.web import state

Weights = tuple[int, ...]
"""Percent: need, readiness, cost, then every criterion in the order of the parameters."""

_DEFAULTS: Final = ScoringParams()
CRITERIA: Final = tuple(criterion.key for criterion in _DEFAULTS.criteria)
PARTS: Final = (*BLOCKS, *CRITERIA)
"""Names of the weights, in their order."""
DEFAULT: Final[Weights] = tuple(
    round(100 * weight)
    for weight in (
        *(getattr(_DEFAULTS.block_weights, block) for block in BLOCKS),
        *(criterion.weight for criterion in _DEFAULTS.criteria),
    )
)
MOST: Final = 100
_BETWEEN: Final = "-"


def chosen() -> Weights:
    """Return the weights of this visit: from the session, else from the address, else the defaults."""
    text = state.restore_text(state.WEIGHTS, _is_valid, default=written(DEFAULT))
    return read(text) or DEFAULT


def remember(weights: Weights) -> None:
    """Keep weights for all pages and in the address; only such as `problem` says nothing about."""
    state.put(state.WEIGHTS, written(weights), default=written(DEFAULT))


def problem(weights: Weights) -> str | None:
    """Return the key of a text where weights give no score: all blocks are zero, or a block has no criterion."""
    blocks = dict(zip(BLOCKS, weights, strict=False))
    if not any(blocks.values()):
        return "web.weights.no_block"
    weighed = {c.block for c, weight in zip(_DEFAULTS.criteria, weights[len(BLOCKS) :], strict=True) if weight}
    empty = any(weight and block not in weighed for block, weight in blocks.items())
    return "web.weights.empty_block" if empty else None


@lru_cache(maxsize=256)
def scoring_of(weights: Weights) -> ScoringParams:
    """Return the parameters of the score with these weights, all else as by default."""
    blocks = {block: weight / 100 for block, weight in zip(BLOCKS, weights, strict=False)}
    criteria = tuple(
        criterion.model_copy(update={"weight": weight / 100})
        for criterion, weight in zip(_DEFAULTS.criteria, weights[len(BLOCKS) :], strict=True)
    )
    return ScoringParams(block_weights=BlockWeights(**blocks), criteria=criteria)


def written(weights: Weights) -> str:
    """Return weights as they stand in the address."""
    return _BETWEEN.join(map(str, weights))


def read(text: str) -> Weights | None:
    """Return the weights of an address; nothing where it holds none."""
    parts = text.split(_BETWEEN)
    if len(parts) != len(PARTS) or not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts):
        return None
    weights = tuple(map(int, parts))
    return weights if max(weights) <= MOST and problem(weights) is None else None


def _is_valid(text: str) -> bool:
    return read(text) is not None
