"""A scored list put to the test: other methods, weights and figures, and which of them moves it most."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.normalise import freeze_goalposts, scaled, treat_skew, winsor_limits
from planner.params import Criterion, Indicator, Mean, ScoringParams
from planner.ranking import RANK, in_regions
from planner.robustness import Figures, Scorer, drawn_figures, drawn_weights, run_sides, world_scores
from planner.scoring import Scores, blocks_of, criterion_weights
from planner.sensitivity import mean_rank_shift, sobol

Floats = npt.NDArray[np.float64]
WorldScale = Literal["goalposts", "minmax", "zscore"]

SCALES: Final[tuple[WorldScale, ...]] = ("goalposts", "minmax", "zscore")
MEANS: Final[tuple[Mean, ...]] = ("geometric", "arithmetic")
GROUPS: Final = ("core", "swing", "out")
SAMPLES: Final = 512
SHARED_ERROR: Final[frozenset[Indicator]] = frozenset({"launch_cost_idr"})  # all villages would be off alike

_Z_RANGE: Final = 6.0  # as `normalise.scaled`: three standard deviations to either side
_THREADS: Final = min(4, os.cpu_count() or 1)


@dataclass(frozen=True)
class Robust:
    """Where villages stand when weights, method and figures could have been others.

    Attributes
    ----------
    table
        Index and order of ``scores.criteria.villages``: ``rank`` (by the score itself), ``rank_low``, ``rank_median``,
        ``rank_high``, ``in_top``, ``group`` (see `robustness.RobustRanks`).
    top, worlds, seed
        What it was made with.
    """

    table: pd.DataFrame
    top: int
    worlds: int
    seed: int

    @property
    def counts(self) -> "pd.Series[int]":
        """Number of villages in each group."""
        return self.table["group"].value_counts().reindex(GROUPS, fill_value=0)


def robust(
    scores: Scores,
    *,
    regions: list[str] | None = None,
    seed: int | None = None,
    worlds: int | None = None,
    top: int | None = None,
) -> Robust:
    """Rank villages in many worlds.

    Each world draws weights around those of the plan, one of three normalisations (goalposts, min-max, z), one of two
    means between blocks, and each figure within its range, on the scale on which its skewness is treated. Means within
    blocks are those of the plan, and a criterion on percentile ranks keeps these. The launch cost is held: what its
    range allows for is the rates, which are the same for all villages; drawn village by village they would outweigh
    everything else. TOPSIS is no world: its vector normalisation lifts what few villages have, such as a declared
    neighbour, far above its weight. `diagnosis.diagnose` compares with it.

    Parameters
    ----------
    scores
        Scores of all villages.
    regions
        Rank only the villages of these provinces or regencies.
    seed, worlds, top
        Other than those of the parameters.

    Raises
    ------
    PlanError
        If a region is unknown or a number is out of bounds.
    """
    trial = _trial(scores, regions)
    seed, worlds, top = (_or(chosen, of_plan) for chosen, of_plan in _run(scores.params, seed, worlds, top))
    found = run_sides(
        *trial.sides,
        scorers=list(trial.scorers.values()),
        weights=trial.weights,
        spread=scores.params.weight_spread,
        worlds=worlds,
        top=top,
        seed=seed,
    )
    return Robust(pd.DataFrame({RANK: trial.rank, **vars(found)}, index=trial.index), top, worlds, seed)


def scores_by_world(
    scores: Scores, *, regions: list[str] | None = None, seed: int | None = None
) -> Callable[[int], Floats]:
    """Return what gives the scores of one world, by its number: the worlds that `robust` ranks villages in.

    Parameters
    ----------
    scores, regions, seed
        As for `robust`.

    Returns
    -------
    Takes the number of a world, from 0; gives scores of the villages of the regions, sorted by village code.
    """
    trial = _trial(scores, regions)
    sides, scorers = trial.sides, list(trial.scorers.values())
    spread = scores.params.weight_spread
    chosen = scores.params.seed if seed is None else seed

    def world(number: int) -> Floats:
        drawn = world_scores(*sides, number, scorers=scorers, weights=trial.weights, spread=spread, seed=chosen)
        return np.asarray(drawn, dtype=np.float64)

    return world


def influence(
    scores: Scores,
    *,
    regions: list[str] | None = None,
    seed: int | None = None,
    top: int | None = None,
    samples: int = SAMPLES,
) -> pd.DataFrame:
    """Tell which choice moves the priority list most.

    Sobol indices of the mean shift, in places, of the villages on the list (the first ``top`` by the score itself).
    Over all villages errors of figures, drawn independently, would average out and seem to move nothing; over those
    on the list they show, the more so the shorter it is. The ranks are those among all villages.

    Parameters
    ----------
    scores, regions, seed, top
        As for `robust`.
    samples
        A power of 2; six times as many rankings are made. 512 leave standard errors of up to 0.1.

    Returns
    -------
    Indexed by choice (``weights``, ``normalisation``, ``aggregation``, ``figures``): ``first`` (share of the variance
    that the choice brings alone), ``total`` (alone or together with others), ``first_error``, ``total_error`` (standard
    errors).

    Raises
    ------
    PlanError
        If a region is unknown or ``samples`` is no power of 2.
    """
    trial = _trial(scores, regions)
    seed, _, top = (_or(chosen, of_plan) for chosen, of_plan in _run(scores.params, seed, None, top))
    listed = np.flatnonzero(trial.rank <= top)
    shift = partial(_shifts, trial=trial, listed=listed, spread=scores.params.weight_spread, seed=seed)
    choices = {"weights": len(trial.weights), "normalisation": 1, "aggregation": 1, "figures": 1}
    found = vars(sobol(shift, choices, samples=samples, seed=seed))
    return pd.DataFrame(found).set_index("names").rename_axis("choice")


def goalposts_of(values: Floats, criterion: Criterion) -> tuple[float, float]:
    """Return the goalposts of a criterion: its own, else the limits of its values (winsorized ones where it is)."""
    if criterion.goalposts:
        return criterion.goalposts
    low, high = winsor_limits(values)
    return (low, high) if criterion.skew == "winsor" and low < high else freeze_goalposts(values)


def treated(values: npt.ArrayLike, criterion: Criterion, *, posts: tuple[float, float]) -> Floats:
    """Return values with their skewness treated as the criterion says; winsorizing cuts off at the goalposts."""
    return treat_skew(values, criterion.skew, limits=posts if criterion.skew == "winsor" else None)


@dataclass(frozen=True)
class _Trial:
    """What worlds are made of.

    ``sides`` are the value, where 0 and 1 are the goalposts and 1 is best, and the distances to low and high, in
    float32; each criterion lies together in memory.
    """

    index: pd.Index
    rank: npt.NDArray[np.int64]
    sides: tuple[Figures, Figures, Figures]
    weights: Floats
    scorers: dict[tuple[WorldScale, Mean], Scorer]


def _trial(scores: Scores, regions: list[str] | None) -> _Trial:
    criteria, params = scores.criteria, scores.params
    chosen = in_regions(criteria.villages, regions).to_numpy(dtype=bool)
    shape = (np.count_nonzero(chosen), len(params.criteria))
    value, down, up = (np.zeros(shape, dtype=np.float32, order="F") for _ in range(3))
    for k, criterion in enumerate(params.criteria):
        ends = _between_goalposts(criteria.low[:, k], criteria.value[:, k], criteria.high[:, k], criterion=criterion)
        least, middle, most = (part[chosen] for part in ends)
        value[:, k] = middle
        if criterion.key not in SHARED_ERROR:
            down[:, k], up[:, k] = least - middle, most - middle
    order = np.argsort(-scores.score[chosen], kind="stable")  # ties by village code, their order
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    scorers = {(scale, mean): _scorer(params, scale, mean) for scale in SCALES for mean in MEANS}
    return _Trial(criteria.villages.index[chosen], rank, (value, down, up), criterion_weights(params), scorers)


def _between_goalposts(low: Floats, value: Floats, high: Floats, *, criterion: Criterion) -> tuple[Floats, ...]:
    """Return ends and value of a criterion, skewness treated: 0 and 1 are the goalposts, not cut off; 1 is best."""
    posts = goalposts_of(value, criterion)
    (least, greatest), *parts = (treated(part, criterion, posts=posts) for part in (posts, low, value, high))
    if criterion.scale == "percentile":
        known, share = np.sort(parts[1]), np.sort(scaled(parts[1], "percentile"))
        shares = [np.interp(part, known, share) for part in parts]
    else:
        shares = [(part - least) / (greatest - least) for part in parts]
    below, middle, above = shares
    return (below, middle, above) if criterion.direction == "benefit" else (1 - above, 1 - middle, 1 - below)


def _scorer(params: ScoringParams, scale: WorldScale, between: Mean) -> Scorer:
    """Return one way from figures (as of `_between_goalposts`) and drawn weights to scores, in float32."""
    on_scale = _ON_SCALE[scale]
    blocks = [(block.columns, block.method) for block in blocks_of(params)]
    floor = np.float32(params.floor)

    def scores(figures: Figures, weights: Figures) -> Figures:
        columns = {k: on_scale(figures[:, k]) for inside, _ in blocks for k in inside if weights[k] > 0}
        means, shares = [], []
        for inside, method in blocks:
            held = [k for k in inside if k in columns]
            if held:
                means.append(_mean([columns[k] for k in held], weights[held], method, floor))
                shares.append(weights[held].sum())
        return _mean(means, np.array(shares), between, floor)

    return scores


def _mean(columns: Sequence[Figures], weights: Figures, method: Mean, floor: np.float32) -> Figures:
    # column by column: quicker than a matrix product here, and the same on every machine
    total = np.zeros_like(columns[0])
    for column, share in zip(columns, weights / weights.sum(), strict=True):
        total += share * (column if method == "arithmetic" else np.log(np.maximum(column, floor)))
    return total if method == "arithmetic" else np.exp(total)


def _cut_off(column: Figures) -> Figures:
    return np.clip(column, 0, 1)


def _minmax(column: Figures) -> Figures:
    least, greatest = column.min(), column.max()
    return (column - least) / (greatest - least) if greatest > least else np.full_like(column, 0.5)


def _zscore(column: Figures) -> Figures:
    away = column - column.mean()
    spread = column.std()
    return np.clip(away / (_Z_RANGE * spread) + np.float32(0.5), 0, 1) if spread > 0 else np.full_like(column, 0.5)


_ON_SCALE: Final[dict[WorldScale, Callable[[Figures], Figures]]] = {
    "goalposts": _cut_off,
    "minmax": _minmax,
    "zscore": _zscore,
}


def _shifts(draws: Floats, *, trial: _Trial, listed: npt.NDArray[np.intp], spread: float, seed: int) -> Floats:
    """Return the mean shift of the listed villages in each row of draws; all figures of a row hang on one draw."""
    criteria = len(trial.weights)
    weights = drawn_weights(draws[:, :criteria], trial.weights, spread).astype(np.float32)
    scale, mean = (np.floor(draws[:, criteria:-1] * (len(SCALES), len(MEANS))).astype(int)).T
    starts = (draws[:, -1] * 2**53).astype(np.int64)
    value, down, up = trial.sides
    reference = trial.rank[listed]

    def shift(row: int) -> float:
        uniforms = np.random.default_rng([seed, starts[row]]).random(value.shape[::-1], dtype=np.float32).T
        figures = drawn_figures(uniforms, value, down, up)
        scores = trial.scorers[SCALES[scale[row]], MEANS[mean[row]]](figures, weights[row])
        ranks = len(scores) + 1 - np.searchsorted(np.sort(scores), scores[listed], side="right")
        return float(mean_rank_shift(ranks, reference))

    with ThreadPoolExecutor(_THREADS) as threads:
        return np.array(list(threads.map(shift, range(len(draws)))))


def _run(
    params: ScoringParams, seed: int | None, worlds: int | None, top: int | None
) -> tuple[tuple[int | None, int], ...]:
    return (seed, params.seed), (worlds, params.worlds), (top, params.top)


def _or(chosen: int | None, of_plan: int) -> int:
    return of_plan if chosen is None else chosen
