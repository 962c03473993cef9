"""What happened, as rates: how many of those met register, and how many of those registered stay active.

Rates of a regency lie within those of its sector, these within the rate of all (three levels). The rate of all starts
from a published figure that counts as a stated number of people; every other rate starts from what is known of the
others beside it, which counts the less the more such rates differ. So a regency with few visits keeps close to its
sector, and one with many stands for itself: Gelman et al. (2013), "Bayesian Data Analysis", 3rd ed., ch. 2.4 (the beta
prior of a share) and ch. 5 (partial pooling).

People of one village are more alike than people of several: n of them tell as much as n / (1 + (n - 1) icc) would tell
if each came from another village, with icc the correlation within villages (Kish 1965, "Survey Sampling", ch. 5).
Counts of people taken as they are would make every interval far too narrow.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final, Literal, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field
from scipy.stats import beta

from geodata.schema import REGENCY_CODE, VILLAGE_CODE
from planner.errors import PlanError
from planner.params import Funnel, Params
from planner.pooling import NOTHING, Known, effective, icc, upward

Kind = Literal["registered", "active_3", "active_6", "active_12"]
Level = Literal["all", "sector", "regency"]

KINDS: Final[tuple[Kind, ...]] = ("registered", "active_3", "active_6", "active_12")
SECTOR: Final = "sector"
TRIALS: Final = "trials"
SUCCESSES: Final = "successes"
VISITS: Final = "visits"
FIRST: Final = "first"
LAST: Final = "last"
COLUMNS: Final = (VILLAGE_CODE, SECTOR, REGENCY_CODE, TRIALS, SUCCESSES, VISITS, FIRST, LAST)

_ENDS: Final = {"low": 0.05, "high": 0.95, "least": 0.005, "most": 0.995}

Correlation = Annotated[float, Field(gt=0, le=0.9, allow_inf_nan=False, json_schema_extra={"unit": "share"})]
Equivalent = Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False, json_schema_extra={"unit": "people"})]
Groups = Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False, json_schema_extra={"unit": ""})]


class Learning(Params):
    """How much what was known before counts against what was seen.

    A prior counts like that many people, each from another village. Those of the assumed shares make a 90 % range as
    wide as the assumed one: 10 to 70 % registered, 60 to 95 % and 25 to 65 % active after three and six months. The
    ratio of six registrations for one active participant is one figure of 2019 without number of cases: it counts so
    little that the five of the country and (nearly) the three that were aimed at lie in its range, as much as three
    villages. How alike people of one village are is assumed; regencies and sectors are taken to differ as the coverage
    of the regencies of Lampung did in September 2024 (1.9 to 32.9 %). Both give way to what the records show.
    """

    registered_weight: Equivalent = 6.0
    active_3_weight: Equivalent = 13.0
    active_6_weight: Equivalent = 16.0
    active_12_weight: Equivalent = 30.0
    village_icc: Correlation = 0.1
    village_icc_weight: Groups = 10.0
    group_icc: Correlation = 0.03
    group_icc_weight: Groups = 10.0


class Prior(NamedTuple):
    """What is known of a rate before anything was counted: its mean, 0 to 1, and for how many people it counts."""

    mean: float
    weight: float


def prior_of(kind: Kind, funnel: Funnel, learning: Learning) -> Prior:
    """Return the prior of a rate: the published or assumed figure of the funnel, with its weight."""
    mean = 1 / funnel.registrations_per_active if kind == "active_12" else float(getattr(funnel, f"{kind}_share"))
    return Prior(mean, float(getattr(learning, f"{kind}_weight")))


def rates(observed: pd.DataFrame, prior: Prior, learning: Learning) -> pd.DataFrame:
    """Return the rate of all, of each sector, and of each regency in a sector.

    Parameters
    ----------
    observed
        Columns ``COLUMNS``, in any order of rows: village, its sector, its regency, how many people could (``trials``),
        how many did (``successes``), in how many visits, first and last day (ISO text). A village may have several
        rows, but one sector and one regency. Rows of nobody change no rate, but make their regency appear.
    prior
        Mean and weight of the rate of all.
    learning
        What is assumed of how far villages, regencies and sectors differ.

    Returns
    -------
    One row per rate, the first of all, then by sector and regency; columns ``level`` (``all``, ``sector``,
    ``regency``), ``sector`` and ``regency_code`` (empty for all); ``rate`` with ``low`` and ``high`` (5 and 95 % of its
    distribution), ``least`` and ``most`` (0.5 and 99.5 %: the ends within which worlds are drawn); ``own_share`` and
    ``observed_share``, 0 to 1: which part of what is known was counted here, and here or elsewhere (the rest is the
    prior); ``villages`` with anybody, ``visits``, ``people`` (trials), ``successes``, ``first``, ``last`` (empty where
    nobody was seen). Without any people every rate is exactly the prior.

    Raises
    ------
    PlanError
        If a count is negative, successes are more than trials, or a village has two sectors or regencies.
    """
    villages = _villages(observed)
    tree = _Tree(villages, prior, learning)
    seen = villages[villages[TRIALS] > 0]
    known = [("all", "", "", tree.all())]
    known += [("sector", sector, "", tree.sector(sector)) for sector in sorted(set(villages[SECTOR]))]
    places = sorted(set(zip(villages[SECTOR], villages[REGENCY_CODE], strict=True)))
    known += [("regency", sector, code, tree.regency(sector, code)) for sector, code in places]
    table = pd.DataFrame([place for *place, _ in known], columns=["level", SECTOR, REGENCY_CODE])
    return table.join(_told(one for *_, one in known)).join(_counted(seen, table))


class _Tree:
    """Rates of three levels: what each place counted goes up, what the others know comes down, its weight capped.

    A place is told only what others counted, never its own counts once more (Pearl 1988, "Probabilistic Reasoning in
    Intelligent Systems", ch. 4).
    """

    def __init__(self, villages: pd.DataFrame, prior: Prior, learning: Learning) -> None:
        self._prior = Known(prior.mean, prior.weight, prior.weight)
        self._regencies = _by_regency(villages, learning)
        self._between_regencies = _differ(list(self._regencies.values()), [key[0] for key in self._regencies], learning)
        self._sectors = {
            sector: NOTHING.with_([upward(known, self._between_regencies) for known in self._beside(sector)])
            for sector in sorted({key[0] for key in self._regencies})
        }
        self._between_sectors = _differ(list(self._sectors.values()), [""] * len(self._sectors), learning)

    def all(self) -> Known:
        """Return the rate of all."""
        told = [upward(known, self._between_sectors).counted_here() for known in self._sectors.values()]
        return self._prior.with_(told)

    def sector(self, sector: str) -> Known:
        """Return the rate of a sector."""
        return self._before(sector).with_([self._sectors[sector].counted_here()])

    def regency(self, sector: str, code: str) -> Known:
        """Return the rate of a regency in a sector."""
        beside = [upward(known, self._between_regencies) for known in self._beside(sector, code)]
        before = self._before(sector).with_(beside).one_of(self._between_regencies, least=self._prior.weight)
        return before.with_([self._regencies[sector, code].counted_here()])

    def _beside(self, sector: str, code: str | None = None) -> list[Known]:
        """Return what the regencies of a sector counted, but one of them."""
        return [known for key, known in self._regencies.items() if key[0] == sector and key[1] != code]

    def _before(self, sector: str) -> Known:
        """Return what is known of a sector from the prior and the other sectors."""
        others = [known for name, known in self._sectors.items() if name != sector]
        told = self._prior.with_([upward(known, self._between_sectors) for known in others])
        return told.one_of(self._between_sectors, least=self._prior.weight)


def _by_regency(villages: pd.DataFrame, learning: Learning) -> dict[tuple[str, str], Known]:
    """Return what each regency of a sector counted, its people counted as independent ones."""
    count, size = (villages[name].to_numpy(np.float64) for name in (SUCCESSES, TRIALS))
    keys = list(zip(villages[SECTOR], villages[REGENCY_CODE], strict=True))
    labels = np.array(["|".join(key) for key in keys], dtype=str)
    within = icc(count, size, labels, expected=learning.village_icc, weight=learning.village_icc_weight)
    people = effective(size, within)
    share = np.divide(count, size, out=np.zeros(len(size)), where=size > 0)
    found: dict[tuple[str, str], list[Known]] = {key: [] for key in sorted(set(keys))}
    for key, mean, weight in zip(keys, share, people, strict=True):
        found[key].append(Known(float(mean), float(weight)))
    return {key: NOTHING.with_(known) for key, known in found.items()}


def _differ(known: Sequence[Known], groups: Sequence[str], learning: Learning) -> float:
    """Return how far places of a group differ, as the correlation within each of them."""
    size = np.array([one.weight for one in known], dtype=np.float64)
    count = np.array([one.weight * one.mean for one in known], dtype=np.float64)
    labels = np.array(groups, dtype=str)
    return icc(count, size, labels, expected=learning.group_icc, weight=learning.group_icc_weight)


def _told(known: Iterable[Known]) -> pd.DataFrame:
    """Return rates with their ranges, and how much of each was counted."""
    mean, weight, prior, own = (
        np.array(part, dtype=np.float64)
        for part in zip(*((one.mean, one.weight, one.prior, one.own) for one in known), strict=True)
    )
    ends = {name: beta.ppf(part, mean * weight, (1 - mean) * weight) for name, part in _ENDS.items()}
    return pd.DataFrame({"rate": mean, **ends, "own_share": own / weight, "observed_share": 1 - prior / weight})


def _counted(seen: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return what was counted in each of the places: all villages, those of a sector, or those of a regency in it."""
    levels = [seen.assign(**{SECTOR: "", REGENCY_CODE: ""}), seen.assign(**{REGENCY_CODE: ""}), seen]
    summed = (
        pd.concat(levels)
        .groupby([SECTOR, REGENCY_CODE])
        .agg(
            villages=(VILLAGE_CODE, "size"),
            visits=(VISITS, "sum"),
            people=(TRIALS, "sum"),
            successes=(SUCCESSES, "sum"),
            first=(FIRST, "min"),
            last=(LAST, "max"),
        )
    )
    found = summed.reindex(pd.MultiIndex.from_frame(places[[SECTOR, REGENCY_CODE]])).reset_index(drop=True)
    counts = found[["villages", VISITS, "people", SUCCESSES]].fillna(0).astype("int64")
    return counts.join(found[[FIRST, LAST]].astype("object").fillna(""))


def _villages(observed: pd.DataFrame) -> pd.DataFrame:
    """Return one row per village, sorted by code; PlanError if counts or places cannot be."""
    wrong = (observed[SUCCESSES] < 0) | (observed[SUCCESSES] > observed[TRIALS])
    if wrong.any():
        row = observed[wrong].iloc[0]
        raise PlanError(
            "results.counts", code=row[VILLAGE_CODE], successes=int(row[SUCCESSES]), trials=int(row[TRIALS])
        )
    places = observed[[VILLAGE_CODE, SECTOR, REGENCY_CODE]].drop_duplicates()
    twice = places[VILLAGE_CODE][places[VILLAGE_CODE].duplicated()]
    if len(twice):
        raise PlanError("results.two_places", code=twice.iloc[0])
    met = observed[observed[TRIALS] > 0]
    days = met.groupby(VILLAGE_CODE).agg({FIRST: "min", LAST: "max"})
    sums = observed.groupby([VILLAGE_CODE, SECTOR, REGENCY_CODE], sort=True)[[TRIALS, SUCCESSES, VISITS]].sum()
    return sums.reset_index().join(days, on=VILLAGE_CODE)
