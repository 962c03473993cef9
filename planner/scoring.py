"""Criteria -> need, readiness, cost -> score, with its parts."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.aggregate import Block, Contributions, block_scores, contributions, score
from planner.coverage import COVERAGE
from planner.criteria import Criteria
from planner.normalise import freeze_goalposts, scaled, treat_skew
from planner.params import Criterion, ScoringParams

Floats = npt.NDArray[np.float64]

SCORE: Final = "score"
LABEL: Final = "label"
BLOCKS: Final = ("need", "readiness", "cost")


@dataclass(frozen=True)
class Scores:
    """Scores of villages, in the order of the criteria (sorted by village code).

    Attributes
    ----------
    criteria
        What was scored.
    params
        With all goalposts frozen: these parameters give the same score to a village whatever other villages there are.
    scaled
        Shape (n, m), each criterion from 0 to 1, 1 is best.
    blocks
        Shape (n, 3): need, readiness, cost; 1 is the neediest, the readiest, the cheapest. Missing for a block without
        criteria.
    score
        Shape (n,), 0 to 100.
    parts
        What each criterion adds to the score of the reference village, in points; with it they sum to the score.
    """

    criteria: Criteria
    params: ScoringParams
    scaled: Floats
    blocks: Floats
    score: Floats
    parts: Contributions

    @property
    def table(self) -> pd.DataFrame:
        """Villages with ``score``, ``need``, ``readiness``, ``cost`` (0 to 100), ``label``, ``filled_criteria``."""
        blocks = {name: self.blocks[:, k] * 100 for k, name in enumerate(BLOCKS)}
        return self.criteria.villages.assign(
            **{SCORE: self.score}, **blocks, label=self._labels(), filled_criteria=self.criteria.filled.sum(axis=1)
        )

    def _labels(self) -> npt.NDArray[np.str_]:
        limits = self.params.labels
        showcase = self.blocks[:, 1] >= limits.showcase_readiness
        coverage = self.criteria.villages[COVERAGE].astype("Float64").to_numpy(dtype=np.float64, na_value=100.0)
        untouched = (self.blocks[:, 0] >= limits.untouched_need) & (coverage <= limits.untouched_coverage_pct)
        return np.select([showcase & untouched, showcase, untouched], ["both", "showcase", "untouched"], "neither")


def freeze(params: ScoringParams, criteria: Criteria) -> ScoringParams:
    """Return the parameters with the goalposts that were left open, taken from these villages.

    Stored with a plan, they keep every later score comparable: adding or removing a village moves no other.
    """

    def frozen(criterion: Criterion) -> Criterion:
        if criterion.goalposts or criterion.scale != "goalposts":
            return criterion
        return criterion.model_copy(update={"goalposts": freeze_goalposts(criteria.column(criterion.key))})

    return params.model_copy(update={"criteria": tuple(frozen(c) for c in params.criteria)})


def scored(criteria: Criteria, params: ScoringParams) -> Scores:
    """Score villages.

    Parameters
    ----------
    criteria
        Criteria measured with these parameters.
    params
        Open goalposts are frozen first.

    Returns
    -------
    Scores from 0 to 100. The reference of the parts is a village in the middle of every scale, so that explanations
    do not move with the set of villages.
    """
    chosen = freeze(params, criteria)
    on_scale = on_common_scale(criteria.value, chosen)
    blocks = blocks_of(chosen)
    parts = contributions(
        on_scale, blocks, reference=np.full(on_scale.shape[1], 0.5), between=chosen.between, floor=chosen.floor
    )
    return Scores(
        criteria,
        chosen,
        on_scale,
        _each_block(on_scale, chosen),
        100 * score(on_scale, blocks, between=chosen.between, floor=chosen.floor),
        Contributions(100 * parts.reference, 100 * parts.parts),
    )


def on_common_scale(values: Floats, params: ScoringParams) -> Floats:
    """Return criteria from 0 to 1, 1 is best; skewness is treated first.

    Parameters
    ----------
    values
        Shape (n, m), one column per criterion of ``params``, whose goalposts are frozen.
    """
    return np.column_stack([_on_scale(column, c) for column, c in zip(values.T, params.criteria, strict=True)])


def blocks_of(params: ScoringParams) -> list[Block]:
    """Return the blocks that carry weight, as the aggregation takes them."""
    return [block for block in _all_blocks(params) if block.share > 0]


def criterion_weights(params: ScoringParams) -> Floats:
    """Return the nominal weight of each criterion in the whole score; they sum to 1."""
    weights = np.zeros(len(params.criteria))
    for block in blocks_of(params):
        inside = np.array(block.weights)
        weights[list(block.columns)] = block.share * inside / inside.sum()
    return np.asarray(weights / weights.sum())


def _each_block(on_scale: Floats, params: ScoringParams) -> Floats:
    means = np.full((len(on_scale), len(BLOCKS)), np.nan)
    for k, block in enumerate(_all_blocks(params)):
        if block.columns:
            means[:, k] = block_scores(on_scale, [block], floor=params.floor)[:, 0]
    return means


def _all_blocks(params: ScoringParams) -> list[Block]:
    found = []
    for name in BLOCKS:
        columns = [k for k, c in enumerate(params.criteria) if c.block == name]
        weights = [params.criteria[k].weight for k in columns]
        share = getattr(params.block_weights, name) if sum(weights) > 0 else 0.0
        method = getattr(params.within, name)
        found.append(
            Block(tuple(columns), tuple(weights) if sum(weights) > 0 else (1.0,) * len(columns), share, method)
        )
    return found


def _on_scale(values: Floats, criterion: Criterion) -> Floats:
    limits = criterion.goalposts if criterion.skew == "winsor" else None
    posts = criterion.goalposts
    if posts is not None:
        ends = treat_skew(posts, criterion.skew, limits=limits)
        posts = (float(ends[0]), float(ends[1]))
    return scaled(
        treat_skew(values, criterion.skew, limits=limits),
        criterion.scale,
        goalposts=posts,
        direction=criterion.direction,
    )
