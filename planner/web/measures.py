"""What the figures of a measure hang on in a visit, and its figures once they are worked out."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.criteria import Criteria
from planner.measures import Long, Measure
from planner.scoring import Scores
from planner.web import data, waiting
from planner.web.computed import LongWork, clusters_work, worlds_work
from planner.web.weights_choice import Weights


@dataclass(frozen=True)
class Ground:
    """What the figures of a measure hang on.

    Parameters
    ----------
    layer
        The village layer.
    sector
        A sector of ``geodata.schema``; empty for all informal workers.
    weights
        Of the score, in percent.
    region
        Code of a province or regency; empty for all.
    """

    layer: VillageLayer
    sector: str
    weights: Weights
    region: str

    @property
    def figures(self) -> pd.DataFrame:
        """Figures of the villages, in the order of the layer."""
        return data.st_figures(self.layer.fingerprint, self.sector, self.layer)

    @property
    def criteria(self) -> Criteria:
        """Criteria of the score."""
        return data.st_criteria(self.layer.fingerprint, self.sector, self.layer)

    @property
    def scores(self) -> Scores:
        """Scores with the weights of the visit."""
        return data.st_scores(self.layer.fingerprint, self.sector, self.weights, self.layer)

    @property
    def regions(self) -> list[str] | None:
        """The region as a list; nothing for all."""
        return [self.region] if self.region else None

    @property
    def neighbours(self) -> pd.DataFrame:
        """Neighbouring villages."""
        return data.st_surroundings(self.layer.fingerprint, self.layer).pairs

    def choices(self, names: Collection[str]) -> tuple[object, ...]:
        """Return layer, records and some of the choices (``sector``, ``weights``, ``region``): the key of a result."""
        chosen = {"sector": self.sector, "weights": self.weights, "region": self.region}
        return (data.key_of(self.layer.fingerprint), *(value for name, value in chosen.items() if name in names))


def values_of(measure: Measure, ground: Ground, language: Language) -> pd.DataFrame | None:
    """Return the figures of a measure; nothing while its long work goes on, of which the page then tells.

    Raises
    ------
    PlanError
        If the long work ended with one.
    """
    if measure.long is None:
        return measure.values(ground, None)
    long = long_work(measure.long, ground, language)
    found = waiting.result_of(long.key, long.work, long.told, language)
    return None if found is None else measure.values(ground, found)


def long_work(long: Long, ground: Ground, language: Language) -> LongWork:
    """Return the work behind a measure, shared by all who ask for the same."""
    of = ground.choices(long.hangs_on - {"region"})
    if long.kind == "worlds":
        return worlds_work(ground.scores, of, ground.region, language)
    return clusters_work(ground.scores, ground.neighbours, long.kind, of=of, language=language)
