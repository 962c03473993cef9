"""Classes of a choropleth: one character per village, and what the legend says about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd

from planner.classification import Breaks

CLASSES: Final = 5
NO_DATA: Final = "."
HIDDEN: Final = "-"

# cividis in five steps, light to dark: told apart with any colour vision (smallest CIE76 distance 16)
RAMP: Final = ("#fee838", "#bcae6c", "#7d7c78", "#434e6c", "#00224e")
_STRIPES: Final = ("#dcc21a", "#d3c998", "#a3a29e", "#6b7592", "#3c5a86")
_LINES: Final = ("#8a7a00", "#6f6430", "#e8e8e6", "#c4cad8", "#b9c6da")

HOT_SPOTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "high_high": "H",
        "low_low": "L",
        "high_low": "P",
        "low_high": "Q",
        "none": "n",
        "no_neighbour": "i",
        "no_figure": NO_DATA,
    }
)
"""Class of each kind of ``planner.hotspots``."""

Pattern = Literal["rising", "falling", "level", "grid"]


@dataclass(frozen=True)
class Style:
    """How the villages of a class look.

    Parameters
    ----------
    fill
        Colour of the area, #rrggbb.
    line
        Colour of the outline when the map is close.
    stripe
        Colour of the stripes on the area; none means a plain area.
    pattern
        How the stripes run; ``rising`` is kept for estimates and missing figures.
    """

    fill: str
    line: str
    stripe: str | None = None
    pattern: Pattern = "rising"


_HOT_SPOT_STYLES: Final = {
    "H": Style("#8f1414", "#f0c8c0"),
    "L": Style("#4a8fc2", "#0f3554"),
    "P": Style("#f4a582", "#7a3410", "#8f1414", "falling"),
    "Q": Style("#c6dff0", "#2b5c82", "#2a6da3", "level"),
    "n": Style("#f3f1ea", "#a9a79f"),
    "i": Style("#e9edf0", "#7a828a", "#9aa2aa", "grid"),
}


@dataclass(frozen=True)
class Band:
    """One class as the legend shows it.

    Parameters
    ----------
    step
        Step of the colour ramp, 0 lightest to 4 darkest.
    low, high
        Smallest and largest value in the class.
    villages
        Number of villages in the class.
    """

    step: int
    low: float
    high: float
    villages: int


@dataclass(frozen=True)
class Choropleth:
    """Classes of all villages.

    Parameters
    ----------
    classes
        One character per village in the order of the frame: 0-4 observed, 5-9 the same classes estimated,
        ``.`` no figure, ``-`` outside the chosen region.
    bands
        Classes that have villages, smallest values first.
    no_data
        Number of shown villages without a figure.
    estimated
        Number of shown villages whose figure is an estimate.
    """

    classes: str
    bands: tuple[Band, ...]
    no_data: int
    estimated: int


def choropleth(
    values: pd.Series, estimated: pd.Series, *, shown: pd.Series, breaks: Breaks, darkest: str = "high"
) -> Choropleth:
    """Put villages into five classes.

    Parameters
    ----------
    values
        Figure per village; missing where there is none.
    estimated
        Whether the figure is an estimate; same index.
    shown
        Whether the village lies in the chosen region; same index. Classes are made of these alone.
    breaks
        How the figures are cut; of ``planner.classification``.
    darkest
        ``high`` or ``low``: which end of the values is dark.

    Returns
    -------
    Choropleth
        Villages with equal values are in the same class, so there may be fewer than five.
    """
    figures = values.to_numpy(dtype=float, na_value=np.nan)
    in_region, guessed = shown.to_numpy(dtype=bool), estimated.to_numpy(dtype=bool)
    counted = in_region & np.isfinite(figures)
    steps = np.full(len(figures), -1)
    steps[counted] = _steps(figures[counted], breaks)
    bands = [_band(step, figures[steps == step]) for step in np.unique(steps[counted])]
    if darkest == "low":
        steps[counted] = CLASSES - 1 - steps[counted]
        bands = [Band(CLASSES - 1 - band.step, band.low, band.high, band.villages) for band in bands]
    characters = np.full(len(figures), HIDDEN)
    characters[in_region] = NO_DATA
    characters[counted] = (steps + CLASSES * guessed)[counted].astype(str)
    return Choropleth(
        classes="".join(characters),
        bands=tuple(bands),
        no_data=int((in_region & ~counted).sum()),
        estimated=int((counted & guessed).sum()),
    )


@dataclass(frozen=True)
class Categories:
    """Kinds of all villages.

    Parameters
    ----------
    classes
        One character per village in the order of the frame; ``-`` outside the chosen region.
    counts
        Number of shown villages of each kind, in the order of the looks; kinds without villages are left out.
    """

    classes: str
    counts: Mapping[str, int]


def categories(kinds: pd.Series, looks: Mapping[str, str], *, shown: pd.Series) -> Categories:
    """Give each village the class of its kind.

    Parameters
    ----------
    kinds
        Kind per village.
    looks
        Class of each kind, a key of ``styles()``; for instance ``HOT_SPOTS``.
    shown
        Whether the village lies in the chosen region; same index.

    Raises
    ------
    ValueError
        If a village is of a kind without a look.
    """
    characters = kinds.map(looks)
    if characters.isna().any():
        msg = f"kinds without a look: {sorted(set(kinds[characters.isna()].astype(str)))}"
        raise ValueError(msg)
    found = kinds[shown].value_counts()
    return Categories(
        classes="".join(characters.where(shown, HIDDEN)),
        counts={kind: int(found[kind]) for kind in looks if kind in found.index},
    )


def styles() -> dict[str, Style]:
    """Return the look of each class.

    Plain if observed, striped if estimated, grey stripes without a figure; hot spots differ in lightness and
    stripes, so that a grey print and any colour vision tell them apart.
    """
    looks = zip(RAMP, _LINES, _STRIPES, strict=True)
    result = {NO_DATA: Style("#ffffff", "#7a828a", "#9aa2aa"), HIDDEN: Style("#dbe1e5", "#c4ccd2")}
    for step, (fill, line, stripe) in enumerate(looks):
        result[str(step)] = Style(fill, line)
        result[str(step + CLASSES)] = Style(fill, line, stripe)
    return result | _HOT_SPOT_STYLES


def _steps(figures: np.ndarray, breaks: Breaks) -> np.ndarray:
    """Return steps 0-4, spread over the whole ramp when there are fewer classes."""
    if not len(figures):
        return np.zeros(0, dtype=int)
    ends = breaks(figures, CLASSES)
    return _spread(len(ends) + 1)[np.searchsorted(ends, figures, side="left")]


def _spread(classes: int) -> np.ndarray:
    ends = (0, CLASSES - 1) if classes > 1 else (CLASSES // 2, CLASSES // 2)
    return np.rint(np.linspace(*ends, classes)).astype(int)


def _band(step: int, figures: Sequence[float]) -> Band:
    return Band(step=int(step), low=float(np.min(figures)), high=float(np.max(figures)), villages=len(figures))
