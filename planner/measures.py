"""What a map can be coloured by: where the figures come from, how they are written, which end is dark."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

import pandas as pd

from geodata.schema import Sector
from geodata.texts import Language, number
from planner.clusters import ClusterFigure
from planner.coverage import GAP, gap
from planner.criteria import Criteria
from planner.params import ScoringParams
from planner.scoring import Scores
from planner.texts import t

Unit = Literal["people", "percent", "points", "index", "places", "km", "villages", "idr_million"]

VALUE: Final = "value"
LOW: Final = "low"
HIGH: Final = "high"
BASIS: Final = "basis"
CLUSTER: Final = "cluster"


class Ground(Protocol):
    """What the figures of a measure are taken from."""

    @property
    def figures(self) -> pd.DataFrame:
        """Figures of the villages, in the order of the layer; of `figures_by_village`."""

    @property
    def criteria(self) -> Criteria:
        """Criteria of the score."""

    @property
    def scores(self) -> Scores:
        """Scores of all villages."""

    @property
    def neighbours(self) -> pd.DataFrame:
        """Neighbouring villages, see `planner.criteria.Surroundings.pairs`."""

    @property
    def regions(self) -> list[str] | None:
        """Codes of provinces and regencies whose villages alone are ranked; nothing for all."""


@dataclass(frozen=True)
class Long:
    """What of a measure takes long to work out, see `planner.measure_work.found`.

    Attributes
    ----------
    kind
        ``worlds`` for ranks in many worlds, else the figure whose hot spots are looked for.
    hangs_on
        Which choices change it: ``sector``, ``weights``, ``region``.
    """

    kind: Literal["worlds"] | ClusterFigure
    hangs_on: frozenset[str]


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
        What comes first, if it takes long.
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
    long: Long | None = None
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


def estimated(values: pd.DataFrame) -> "pd.Series[bool]":
    """Return which figures were not counted but estimated."""
    return values[BASIS] != "observed"


def ranks(values: pd.DataFrame, measure: Measure) -> "pd.Series[float]":
    """Return ranks, 1 for the darkest end; equal figures in the order of their codes."""
    return values[VALUE].rank(method="first", ascending=measure.darkest == "low")


def figures_by_village(frame: pd.DataFrame, sector: Sector | None) -> pd.DataFrame:
    """Return names and figures of villages for a sector.

    Parameters
    ----------
    frame
        Villages of a layer.
    sector
        A sector; nothing for all informal workers.

    Returns
    -------
    DataFrame
        Same index. Columns of the layer without geometry, plus ``gap_workers`` and ``coverage_pct`` with range and
        basis, and ``rank`` (1 has the most uncovered workers). ``eligible_workers`` counts the sector.
    """
    figures = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    figures = figures.assign(**gap(figures, sector))
    return figures.assign(rank=figures[GAP].rank(method="first", ascending=False))
