"""What the figures of a measure are taken from outside the pages: a layer, parameters, a sector, regions."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from geodata.layer import VillageLayer
from geodata.schema import Sector
from planner.criteria import Criteria, Surroundings, measure
from planner.measures import figures_by_village
from planner.params import ScoringParams
from planner.scoring import Scores, scored


@dataclass(frozen=True, kw_only=True)
class LayerGround:
    """A village layer with the choices that its figures hang on; what is asked for is worked out once.

    Attributes
    ----------
    layer
        The village layer.
    nearby
        Gives neighbours, declared villages and offices; called when they are needed.
    params
        Parameters of criteria and score.
    sector
        Sector whose workers count; nothing for all.
    regions
        Codes of provinces and regencies; nothing for all.
    """

    layer: VillageLayer
    nearby: Callable[[], Surroundings]
    params: ScoringParams
    sector: Sector | None = None
    regions: list[str] | None = None

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Figures of the villages, in the order of the layer."""
        return figures_by_village(self.layer.frame, self.sector)

    @cached_property
    def criteria(self) -> Criteria:
        """Criteria of the score."""
        villages = pd.DataFrame(self.layer.frame.drop(columns=self.layer.frame.geometry.name))
        return measure(villages, self.params, self._surroundings, sector=self.sector)

    @cached_property
    def scores(self) -> Scores:
        """Scores of all villages."""
        return scored(self.criteria, self.params)

    @property
    def neighbours(self) -> pd.DataFrame:
        """Neighbouring villages."""
        return self._surroundings.pairs

    @cached_property
    def _surroundings(self) -> Surroundings:
        return self.nearby()
