"""What the map can be coloured by: where the figures come from, how they are written, which end is dark."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pandas as pd

from geodata.layer import VillageLayer
from geodata.texts import Language, number
from planner.criteria import Criteria
from planner.params import ScoringParams
from planner.scoring import Scores
from planner.texts import t
from planner.web import data, waiting
from planner.web.computed import LongWork
from planner.web.weights_choice import Weights

Unit = Literal["people", "percent", "points", "index", "places", "km", "villages", "idr_million"]

VALUE: Final = "value"
LOW: Final = "low"
HIGH: Final = "high"
BASIS: Final = "basis"
CLUSTER: Final = "cluster"


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
    def neighbours(self) -> pd.DataFrame:
        """Neighbouring villages."""
        return data.st_surroundings(self.layer.fingerprint, self.layer).pairs

    def choices(self, names: Collection[str]) -> tuple[object, ...]:
        """Return layer, records and some of the choices (``sector``, ``weights``, ``region``): the key of a result."""
        chosen = {"sector": self.sector, "weights": self.weights, "region": self.region}
        return (data.key_of(self.layer.fingerprint), *(value for name, value in chosen.items() if name in names))


Values = Callable[[Ground, Any], pd.DataFrame]
"""Takes the ground and the result of the long work, if there is any. Returns a frame in the order of the layer:
``value``, ``low``, ``high`` (missing where there is none), ``basis``; where villages are of a kind also ``cluster``."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One way to colour the map.

    Attributes
    ----------
    key
        Its name in the address.
    unit, decimals
        How its figures are written.
    values
        Gives its figures.
    darkest
        Which end of the figures is dark.
    of_sector
        The sector it counts by itself, whatever the visitor has chosen.
    hangs_on
        Which choices of the visit change its figures: ``sector``, ``weights``, ``region``.
    spans
        What ``low`` and ``high`` are: the range of the figure, or ranks.
    kinds
        What the kinds are of (``web.legend.<kinds>_title``), where villages are of a kind and not of a class of
        figures.
    long
        The work that comes first, if it takes long.
    in_files
        Columns of its frame that a file of the list holds, and their names there; others the file has anyway.
    bounds
        Bounds of its classes until others are chosen; without them classes are quantiles.
    name, about, heading
        Keys of its name, of the sentence on what it is made of, and of its column in the list; by default those of its
        own key.
    """

    key: str
    unit: Unit
    values: Values
    decimals: int = 0
    darkest: Literal["high", "low"] = "high"
    of_sector: str = ""
    hangs_on: frozenset[str] = frozenset()
    spans: Literal["figure", "rank"] = "figure"
    kinds: str = ""
    long: Callable[[Ground, Language], LongWork] | None = None
    in_files: Mapping[str, str] = field(default_factory=dict)
    bounds: tuple[float, ...] = ()
    name: str = ""
    about: str = ""
    heading: str = ""

    def called(self, language: Language) -> str:
        """Return its name."""
        sector = t(f"web.sector.{self.of_sector or 'all'}", language)
        return t(self.name or f"web.measure.{self.key}", language, sector=sector)

    def headed(self, language: Language) -> str:
        """Return the heading of its column in the list."""
        return t(self.heading or f"web.list.{self.key}", language)

    def explained(self, language: Language) -> str:
        """Return the sentence on what it is and what it is made of."""
        params = ScoringParams()
        key = self.about or f"web.measure.{self.key}.about"
        return t(key, language, top=params.top, worlds=params.worlds, seed=str(params.seed))

    def written(self, value: float, language: Language) -> str:
        """Return a figure as the language writes it, without its unit."""
        return number(value, language, self.decimals)

    def with_unit(self, values: str, language: Language) -> str:
        """Return written figures with their unit."""
        return t(f"web.unit.{self.unit}", language, values=values)


def values_of(measure: Measure, ground: Ground, language: Language) -> pd.DataFrame | None:
    """Return the figures of a measure; nothing while its long work goes on, of which the page then tells.

    Raises
    ------
    PlanError
        If the long work ended with one.
    """
    if measure.long is None:
        return measure.values(ground, None)
    long = measure.long(ground, language)
    found = waiting.result_of(long.key, long.work, long.told, language)
    return None if found is None else measure.values(ground, found)


def estimated(values: pd.DataFrame) -> "pd.Series[bool]":
    """Return which figures were not counted but estimated."""
    return values[BASIS] != "observed"


def ranks(values: pd.DataFrame, measure: Measure) -> "pd.Series[float]":
    """Return ranks, 1 for the darkest end; equal figures in the order of their codes."""
    return values[VALUE].rank(method="first", ascending=measure.darkest == "low")
