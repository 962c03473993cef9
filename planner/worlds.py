"""A scored list put to the test: other methods, weights and figures, what moves it most, and where need gathers."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata, skew

from geodata.schema import AREA_KM2, PROVINCE_CODE, VILLAGE_CODE
from geodata.texts import Language, number
from planner.aggregate import score, topsis
from planner.coverage import GAP
from planner.hotspots import hot_spots
from planner.normalise import freeze_goalposts, scaled, treat_skew, winsor_limits
from planner.params import Criterion, Indicator, Mean, ScoringParams
from planner.ranking import RANK, in_regions
from planner.reversal import Reversal, check
from planner.robustness import Figures, Scorer, drawn_figures, drawn_weights, run_worlds
from planner.scoring import Scores, blocks_of, criterion_weights, on_common_scale
from planner.sensitivity import mean_rank_shift, sobol
from planner.texts import t
from planner.weights import effective_weights, redundant

Floats = npt.NDArray[np.float64]
WorldScale = Literal["goalposts", "minmax", "zscore"]
ClusterFigure = Literal["uncovered_per_km2", "need"]

SCALES: Final[tuple[WorldScale, ...]] = ("goalposts", "minmax", "zscore")
MEANS: Final[tuple[Mean, ...]] = ("geometric", "arithmetic")
GROUPS: Final = ("core", "swing", "out")
SAMPLES: Final = 512
SHARED_ERROR: Final[frozenset[Indicator]] = frozenset({"launch_cost_idr"})  # all villages would be off alike

_Z_RANGE: Final = 6.0  # as `normalise.scaled`: three standard deviations to either side
_THREADS: Final = min(4, os.cpu_count() or 1)
_IDLE_WEIGHT: Final = 0.05
_IDLE_FACTOR: Final = 3
_VERY_SKEWED: Final = 2.0  # OECD/JRC Handbook on Constructing Composite Indicators, 2008: treat above 2
_OFTEN_FILLED: Final = 0.1


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


class Pair(NamedTuple):
    """Two criteria that say the same, with their correlation."""

    first: Indicator
    second: Indicator
    correlation: float


class Agreement(NamedTuple):
    """How far another method gives the same order.

    Attributes
    ----------
    spearman
        Rank correlation over all villages, -1 to 1.
    shared, top
        How many of the first ``top`` villages are the same.
    """

    spearman: float
    shared: int
    top: int


@dataclass(frozen=True)
class Diagnosis:
    """What a score is worth.

    Attributes
    ----------
    criteria
        Indexed by criterion: ``weight`` and ``effective_weight`` (shares), ``skew_before`` and ``skew_after`` treatment
        (skewness, no unit), ``filled`` (share of villages whose value had to be filled in).
    redundant
        Criteria that are the same thing twice, the closest first.
    reversal, reversal_minmax
        Whether villages that come or go move the others: with the scales of the plan, and had all been min-max.
    topsis
        Agreement with TOPSIS, on the same common scale.
    """

    criteria: pd.DataFrame
    redundant: tuple[Pair, ...]
    reversal: Reversal
    reversal_minmax: Reversal
    topsis: Agreement


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
    neighbour, far above its weight. `diagnose` compares with it.

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
    found = run_worlds(
        *trial.figures,
        scorers=list(trial.scorers.values()),
        weights=trial.weights,
        spread=scores.params.weight_spread,
        worlds=worlds,
        top=top,
        seed=seed,
    )
    return Robust(pd.DataFrame({RANK: trial.rank, **vars(found)}, index=trial.index), top, worlds, seed)


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


def diagnose(scores: Scores) -> Diagnosis:
    """Tell what the weights really do, which criteria repeat each other, and what would change the order."""
    criteria, params = scores.criteria, scores.params
    weights = criterion_weights(params)
    x, keys = scores.scaled, criteria.keys
    pairs = zip(criteria.value.T, params.criteria, strict=True)
    treated = [_treated(values, one, posts=_goalposts(values, one)) for values, one in pairs]
    table = pd.DataFrame(
        {
            "weight": weights,
            "effective_weight": effective_weights(x, weights, score=scores.score),
            "skew_before": [_skewness(values) for values in criteria.value.T],
            "skew_after": [_skewness(values) for values in treated],
            "filled": criteria.filled.mean(axis=0),
        },
        index=pd.Index(keys, name="criterion"),
    )
    return Diagnosis(
        table,
        tuple(Pair(keys[one.first], keys[one.second], one.correlation) for one in redundant(x)),
        _reversal(scores, params),
        _reversal(scores, _all_minmax(params)),
        _agreement(scores.score, topsis(x, weights, np.ones(len(keys), dtype=bool)), params.top),
    )


def sentences(diagnosis: Diagnosis, language: Language) -> tuple[str, ...]:
    """Say in words what a diagnosis found, the weightiest first."""
    return (
        *_weight_sentences(diagnosis.criteria, language),
        *_pair_sentences(diagnosis.redundant, language),
        *_reversal_sentences(diagnosis, language),
        _topsis_sentence(diagnosis.topsis, language),
        *_skew_sentences(diagnosis.criteria, language),
        *_filled_sentences(diagnosis.criteria, language),
    )


def clusters(
    scores: Scores, pairs: pd.DataFrame, *, figure: ClusterFigure = "uncovered_per_km2", seed: int | None = None
) -> "pd.Series[str]":
    """Find where villages of high or low need lie together.

    ``uncovered_per_km2`` is the logarithm of uncovered workers per km2 (of one sector, if only those were scored):
    where a visit reaches many. ``need`` is the need score above or below the mean of the province. Coverage and lapse
    are published for provinces: clusters of the gap rate, or of need as it stands, would redraw province borders.

    Parameters
    ----------
    scores
        Scores of all villages.
    pairs
        Neighbours, ``village_code_a`` and ``village_code_b``; those of other villages do not count.
    figure
        See above.
    seed
        Other than that of the parameters.

    Returns
    -------
    Index and order of ``scores.criteria.villages``: ``high_high``, ``low_low``, ``high_low``, ``low_high``, ``none``,
    ``no_neighbour``, ``no_figure`` (see `hotspots.HotSpots`).
    """
    villages = scores.criteria.villages
    place = pd.Series(np.arange(len(villages)), index=villages[VILLAGE_CODE])
    ends = [pairs[f"{VILLAGE_CODE}_{end}"].map(place) for end in "ab"]
    links = pd.concat(ends, axis=1).dropna().to_numpy(dtype=np.int64)
    found = hot_spots(_CLUSTER_FIGURES[figure](scores), links, seed=_or(seed, scores.params.seed))
    return pd.Series(found.kind, index=villages.index, name="cluster", dtype="str")


def _uncovered_per_km2(scores: Scores) -> Floats:
    villages = scores.criteria.villages
    area = villages[AREA_KM2].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    people = villages[GAP].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.log1p(np.divide(people, area, out=np.full(len(area), np.nan), where=area > 0)))


def _need_in_province(scores: Scores) -> Floats:
    need = pd.Series(scores.blocks[:, 0])
    mean = need.groupby(scores.criteria.villages[PROVINCE_CODE].to_numpy()).transform("mean")
    return np.asarray((need - mean).round(9))  # rounding errors of equal villages are no clusters


_CLUSTER_FIGURES: Final[dict[ClusterFigure, Callable[[Scores], Floats]]] = {
    "uncovered_per_km2": _uncovered_per_km2,
    "need": _need_in_province,
}


@dataclass(frozen=True)
class _Trial:
    """What worlds are made of; ``figures`` are low, value, high, where 0 and 1 are the goalposts and 1 is best."""

    index: pd.Index
    rank: npt.NDArray[np.int64]
    figures: tuple[Floats, Floats, Floats]
    weights: Floats
    scorers: dict[tuple[WorldScale, Mean], Scorer]

    def sides(self) -> tuple[Figures, Figures, Figures]:
        """Return the value and the distances to low and high, in float32; each criterion lies together in memory."""
        low, value, high = self.figures
        value32, down, up = (np.asfortranarray(part, dtype=np.float32) for part in (value, low - value, high - value))
        return value32, down, up


def _trial(scores: Scores, regions: list[str] | None) -> _Trial:
    criteria, params = scores.criteria, scores.params
    chosen = in_regions(criteria.villages, regions).to_numpy(dtype=bool)
    ends = [
        _between_goalposts(criteria.low[:, k], criteria.value[:, k], criteria.high[:, k], criterion=criterion)
        for k, criterion in enumerate(params.criteria)
    ]
    low, value, high = (np.column_stack(part)[chosen] for part in zip(*ends, strict=True))
    held = [k for k, key in enumerate(criteria.keys) if key in SHARED_ERROR]
    low[:, held] = high[:, held] = value[:, held]
    rank = rankdata(-scores.score[chosen], method="ordinal").astype(np.int64)  # ties by village code, their order
    scorers = {(scale, mean): _scorer(params, scale, mean) for scale in SCALES for mean in MEANS}
    return _Trial(criteria.villages.index[chosen], rank, (low, value, high), criterion_weights(params), scorers)


def _between_goalposts(low: Floats, value: Floats, high: Floats, *, criterion: Criterion) -> tuple[Floats, ...]:
    """Return ends and value of a criterion, skewness treated: 0 and 1 are the goalposts, not cut off; 1 is best."""
    posts = _goalposts(value, criterion)
    (least, greatest), *parts = (_treated(part, criterion, posts=posts) for part in (posts, low, value, high))
    if criterion.scale == "percentile":
        known, share = np.sort(parts[1]), np.sort(scaled(parts[1], "percentile"))
        shares = [np.interp(part, known, share) for part in parts]
    else:
        shares = [(part - least) / (greatest - least) for part in parts]
    below, middle, above = shares
    return (below, middle, above) if criterion.direction == "benefit" else (1 - above, 1 - middle, 1 - below)


def _goalposts(values: Floats, criterion: Criterion) -> tuple[float, float]:
    if criterion.goalposts:
        return criterion.goalposts
    low, high = winsor_limits(values)
    return (low, high) if criterion.skew == "winsor" and low < high else freeze_goalposts(values)


def _treated(values: npt.ArrayLike, criterion: Criterion, *, posts: tuple[float, float]) -> Floats:
    return treat_skew(values, criterion.skew, limits=posts if criterion.skew == "winsor" else None)


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
    value, down, up = trial.sides()
    reference = trial.rank[listed]

    def shift(row: int) -> float:
        uniforms = np.random.default_rng([seed, starts[row]]).random(value.shape[::-1], dtype=np.float32).T
        figures = drawn_figures(uniforms, value, down, up)
        scores = trial.scorers[SCALES[scale[row]], MEANS[mean[row]]](figures, weights[row])
        ranks = len(scores) + 1 - np.searchsorted(np.sort(scores), scores[listed], side="right")
        return float(mean_rank_shift(ranks, reference))

    with ThreadPoolExecutor(_THREADS) as threads:
        return np.array(list(threads.map(shift, range(len(draws)))))


def _reversal(scores: Scores, params: ScoringParams) -> Reversal:
    blocks = blocks_of(params)

    def rescored(values: Floats) -> Floats:
        return score(on_common_scale(values, params), blocks, between=params.between, floor=params.floor)

    benefit = [criterion.direction == "benefit" for criterion in params.criteria]
    return check(scores.criteria.value, rescored, benefit=benefit)


def _all_minmax(params: ScoringParams) -> ScoringParams:
    criteria = tuple(criterion.model_copy(update={"scale": "minmax"}) for criterion in params.criteria)
    return params.model_copy(update={"criteria": criteria})


def _agreement(one: Floats, other: Floats, top: int) -> Agreement:
    ranks, others = rankdata(-one), rankdata(-other)
    varies = np.ptp(ranks) > 0 and np.ptp(others) > 0
    spearman = float(np.corrcoef(ranks, others)[0, 1]) if varies else float(np.ptp(ranks) == np.ptp(others))
    first, second = (set(np.argsort(-values, kind="stable")[:top].tolist()) for values in (one, other))
    return Agreement(spearman, len(first & second), len(first))


def _skewness(values: Floats) -> float:
    return float(skew(scaled(values, "minmax"))) if np.ptp(values) > 0 else 0.0


def _run(
    params: ScoringParams, seed: int | None, worlds: int | None, top: int | None
) -> tuple[tuple[int | None, int], ...]:
    return (seed, params.seed), (worlds, params.worlds), (top, params.top)


def _or(chosen: int | None, of_plan: int) -> int:
    return of_plan if chosen is None else chosen


def _weight_sentences(criteria: pd.DataFrame, language: Language) -> list[str]:
    weight, effective = _by_criterion(criteria, "weight"), _by_criterion(criteria, "effective_weight")

    def told(key: str, name: str) -> str:
        shares = {"weight": _percent(weight[name], language), "effective": _percent(effective[name], language)}
        return t(key, language, criterion=_label(name, language), **shares)

    found = [told("worlds.strongest", max(effective, key=lambda name: effective[name]))]
    idle = [name for name in weight if weight[name] >= max(_IDLE_WEIGHT, _IDLE_FACTOR * effective[name])]
    if idle:
        found.append(t("worlds.idle", language, criteria="; ".join(told("worlds.idle_one", name) for name in idle)))
    return found


def _pair_sentences(pairs: Sequence[Pair], language: Language) -> list[str]:
    if not pairs:
        return [t("worlds.no_pair", language)]
    return [
        t(
            "worlds.pair",
            language,
            first=_label(pair.first, language),
            second=_label(pair.second, language),
            correlation=number(pair.correlation, language, 2),
        )
        for pair in pairs
    ]


def _reversal_sentences(diagnosis: Diagnosis, language: Language) -> list[str]:
    def told(reversal: Reversal, stable: str, moved: str) -> str:
        worst = max(trial.overtaking for trial in reversal.trials)
        counts = {"trials": len(reversal.trials), "changed": len(reversal.reversed_by), "villages": worst}
        return t(stable, language) if not worst else t(moved, language, **counts)

    chosen = told(diagnosis.reversal, "worlds.stable", "worlds.reversed")
    if not diagnosis.reversal.is_stable:
        return [chosen]
    return [chosen, told(diagnosis.reversal_minmax, "worlds.minmax_stable", "worlds.minmax_reversed")]


def _topsis_sentence(agreement: Agreement, language: Language) -> str:
    spearman = number(agreement.spearman, language, 2)
    return t("worlds.topsis", language, spearman=spearman, shared=agreement.shared, top=agreement.top)


def _skew_sentences(criteria: pd.DataFrame, language: Language) -> list[str]:
    before, after = _by_criterion(criteria, "skew_before"), _by_criterion(criteria, "skew_after")

    def told(key: str, name: str) -> str:
        values = {"before": number(before[name], language, 1), "after": number(after[name], language, 1)}
        return t(key, language, criterion=_label(name, language), **values)

    left = [name for name, value in after.items() if abs(value) > _VERY_SKEWED]
    treated = [name for name, value in after.items() if value != before[name] and name not in left]
    return [
        *(told("worlds.skew_treated", name) for name in treated),
        *(told("worlds.skew_left", name) for name in left),
    ]


def _filled_sentences(criteria: pd.DataFrame, language: Language) -> list[str]:
    often = {k: share for k, share in _by_criterion(criteria, "filled").items() if share >= _OFTEN_FILLED}
    told = "; ".join(f"{_label(name, language)} {_percent(share, language)}" for name, share in often.items())
    return [t("worlds.filled", language, criteria=told)] if often else []


def _by_criterion(criteria: pd.DataFrame, column: str) -> dict[str, float]:
    return {str(name): float(value) for name, value in criteria[column].items()}


def _label(name: str, language: Language) -> str:
    return "“" + t(f"params.indicator.{name}", language) + "”"


def _percent(share: float, language: Language) -> str:
    return f"{number(100 * share, language)}%"
