"""The classes in which a file for maps colours its villages: uncovered workers, as many villages in each."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata import schema
from geodata.texts import Language, number
from planner.choropleth import RAMP
from planner.classification import quantile_breaks
from planner.coverage import GAP
from planner.texts import t

PLAIN: Final = "#ffffff"


@dataclass(frozen=True)
class Band:
    """One class.

    Attributes
    ----------
    step
        Its number, 0 for the smallest figures.
    fill
        Its colour, #rrggbb.
    low, high
        Smallest and largest figure in it, both belong to it.
    is_estimate
        Whether any figure in it was not observed.
    """

    step: int
    fill: str
    low: int
    high: int
    is_estimate: bool

    def told(self, language: Language) -> str:
        """Return what a legend says about it."""
        ends = (number(self.low, language), number(self.high, language))
        span = ends[0] if ends[0] == ends[1] else "–".join(ends)
        return t(f"export.map.{'estimates' if self.is_estimate else 'observed'}", language, span=span)


def bands(frame: pd.DataFrame) -> tuple[Band, ...]:
    """Return the classes of a list by its uncovered workers; none where it has no such figures.

    Parameters
    ----------
    frame
        One row per village.

    Returns
    -------
    tuple of Band
        Smallest figures first; at most five, fewer where figures are alike.
    """
    if GAP not in frame:
        return ()
    gaps = pd.to_numeric(frame[GAP]).to_numpy(dtype="float64", na_value=np.nan)
    has_figure = np.isfinite(gaps)
    known = np.round(gaps[has_figure])
    if not len(known):
        return ()
    guessed = _guessed(frame)[has_figure]
    ends = quantile_breaks(known, len(RAMP))
    held = np.searchsorted(ends, known)
    steps = np.unique(held)
    shades = np.linspace(0, len(RAMP) - 1, len(steps)).round().astype(int) if len(steps) > 1 else [len(RAMP) // 2]
    return tuple(
        Band(
            place,
            RAMP[shade],
            int(known[held == step].min()),
            int(known[held == step].max()),
            is_estimate=bool(guessed[held == step].any()),
        )
        for place, (step, shade) in enumerate(zip(steps, shades, strict=True))
    )


def _guessed(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return whether each figure is an estimate; one without a word about its basis is."""
    basis = schema.basis(GAP)
    return np.ones(len(frame), bool) if basis not in frame else frame[basis].ne("observed").to_numpy(bool)


def band_of(gaps: pd.Series, found: tuple[Band, ...]) -> npt.NDArray[np.int_]:
    """Return the number of the class of each figure, -1 where there is no figure."""
    figures = gaps.to_numpy(dtype="float64", na_value=np.nan)
    steps = np.searchsorted([band.high for band in found], figures)
    return np.where(np.isfinite(figures), steps, -1)


def bands_told(found: tuple[Band, ...], language: Language) -> list[str]:
    """Return the lines of a legend, with a heading; nothing without classes."""
    if not found:
        return []
    return [t("export.map.legend", language), *(band.told(language) for band in found)]
