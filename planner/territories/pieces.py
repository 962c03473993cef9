"""What is divided into areas, and what is aimed at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from planner.params import Floats

Parts = npt.NDArray[np.intp]
"""Area of each unit, counted from 0."""

NOWHERE: Final = -1


@dataclass(frozen=True)
class Pieces:
    """What is divided: units (a village, with those whose land lies inside it) and who borders on whom.

    Attributes
    ----------
    neighbours
        Units next to each unit.
    load
        Shape (n,): hours a month, above zero.
    x_km, y_km
        Shape (n,): places on a plane.
    district
        Shape (n,): number of the district.
    """

    neighbours: Sequence[Sequence[int]]
    load: Floats
    x_km: Floats
    y_km: Floats
    district: Parts

    def __len__(self) -> int:
        """Return the number of units."""
        return len(self.load)


@dataclass(frozen=True)
class Aims:
    """What is aimed at, one entry per area.

    Attributes
    ----------
    least, most
        Shape (k,): hours between which the load of each area costs nothing.
    mean
        Mean hours of an area.
    home_x_km, home_y_km
        Shape (k,): where the agent of each area lives; missing where it does not count.
    home_weight, district_weight
        Against compactness, which counts 1.
    stay
        Shape (n,): area that a unit should stay in, ``NOWHERE`` where it may go for free; empty if nothing counts.
    leaving
        Shape (n,): what it costs, in parts of the energy of a mean area, that a unit is not where it should stay.
    welcome
        Shape (k,): areas that take units which should stay elsewhere at no cost.
    """

    least: Floats
    most: Floats
    mean: float
    home_x_km: Floats
    home_y_km: Floats
    home_weight: float = 0.0
    district_weight: float = 0.0
    stay: Parts = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    leaving: Floats = field(default_factory=lambda: np.empty(0))
    welcome: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))
