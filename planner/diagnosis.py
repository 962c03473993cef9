"""What a score is worth: what its weights really do, what it counts twice, what would change the order; in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata, skew

from geodata.texts import Language, number, percentage
from planner.aggregate import score, topsis
from planner.normalise import scaled
from planner.params import Indicator, ScoringParams
from planner.reversal import Reversal, check
from planner.scoring import Scores, blocks_of, criterion_weights, on_common_scale
from planner.texts import t
from planner.weights import effective_weights, redundant
from planner.worlds import goalposts_of, treated

Floats = npt.NDArray[np.float64]

_IDLE_WEIGHT: Final = 0.05
_IDLE_FACTOR: Final = 3
_VERY_SKEWED: Final = 2.0  # OECD/JRC Handbook on Constructing Composite Indicators, 2008: treat above 2
_OFTEN_FILLED: Final = 0.1


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


def diagnose(scores: Scores) -> Diagnosis:
    """Tell what the weights really do, which criteria repeat each other, and what would change the order."""
    criteria, params = scores.criteria, scores.params
    weights = criterion_weights(params)
    x, keys = scores.scaled, criteria.keys
    pairs = zip(criteria.value.T, params.criteria, strict=True)
    after = [treated(values, one, posts=goalposts_of(values, one)) for values, one in pairs]
    table = pd.DataFrame(
        {
            "weight": weights,
            "effective_weight": effective_weights(x, weights, score=scores.score),
            "skew_before": [_skewness(values) for values in criteria.value.T],
            "skew_after": [_skewness(values) for values in after],
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
    return percentage(100 * share, language)
