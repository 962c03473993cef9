"""Where a range of figures is cut into classes: as many places in each, places alike, or the few large ones."""

from collections.abc import Callable
from typing import Final

import jenkspy
import numpy as np

NATURAL_LIMIT: Final = 10_000
"""Natural breaks cost the square of the number of figures: 0.3 s here, 5 s for 40,000."""

HEAD_SHARE: Final = 0.4
"""Largest share of figures above the mean that is still cut on by head/tail breaks."""


def quantile_breaks(figures: np.ndarray, classes: int) -> np.ndarray:
    """Cut so that every class holds about as many places.

    Parameters
    ----------
    figures
        Figures without gaps, at least one, in any order and unit.
    classes
        Number of classes wanted.

    Returns
    -------
    ndarray
        Rising upper ends of all classes but the last, in the unit of the figures. A figure equal to an end
        belongs to the class below; equal figures leave fewer classes, never an empty one.
    """
    ends = np.quantile(figures, np.arange(1, classes) / classes)
    ordered = np.sort(figures)
    held = np.unique(np.searchsorted(ordered, ends, side="right"))  # figures up to each end
    return np.asarray(ordered[held[(held > 0) & (held < len(ordered))] - 1])


def natural_breaks(figures: np.ndarray, classes: int) -> np.ndarray:
    """Cut so that figures of a class are as alike as can be: least sum of squares around the class means.

    Parameters
    ----------
    figures
        Figures without gaps, at least one, in any order and unit. Of more than ``NATURAL_LIMIT`` an even
        sample of the sorted figures is cut, with the smallest and the largest.
    classes
        Number of classes wanted.

    Returns
    -------
    ndarray
        As of ``quantile_breaks``.

    References
    ----------
    Fisher (1958), On grouping for maximum homogeneity, JASA 53: the optimum. Jenks and Caspall (1971), Error
    on choroplethic maps, Annals of the AAG 61: its use on maps.
    """
    ordered = np.sort(figures)
    if len(ordered) > NATURAL_LIMIT:
        ordered = ordered[np.linspace(0, len(ordered) - 1, NATURAL_LIMIT).round().astype(int)]
    distinct = np.unique(ordered)
    if len(distinct) <= classes:
        return distinct[:-1]
    return np.unique(jenkspy.jenks_breaks(ordered, classes)[1:-1])


def head_tail_breaks(figures: np.ndarray, classes: int) -> np.ndarray:
    """Cut at the mean, then what lies above it at its own mean, and so on: made for many small and few large figures.

    Parameters
    ----------
    figures
        Figures without gaps, at least one, in any order and unit.
    classes
        Most classes wanted. There are fewer where the figures above a mean are no minority any more.

    Returns
    -------
    ndarray
        As of ``quantile_breaks``; every end is a mean.

    References
    ----------
    Jiang (2013), Head/tail breaks: a new classification scheme for data with a heavy-tailed distribution, The
    Professional Geographer 65(3). The head is a minority up to ``HEAD_SHARE``, as there.
    """
    ends: list[float] = []
    body = figures
    while len(ends) < classes - 1:
        head = body[body > body.mean()]
        if not len(head):
            break
        ends.append(float(body.mean()))
        if len(head) > HEAD_SHARE * len(body):
            break
        body = head
    return np.array(ends)


Breaks = Callable[[np.ndarray, int], np.ndarray]

BREAKS: Final[dict[str, Breaks]] = {
    "quantiles": quantile_breaks,
    "natural": natural_breaks,
    "head_tail": head_tail_breaks,
}
"""Ways to cut, by the name that a page or a command gives them."""

OWN: Final = "own"
METHODS: Final = (*BREAKS, OWN)
"""Names of ``BREAKS``, and that of one's own bounds."""

Cut = tuple[str, tuple[float, ...]]
"""One of ``METHODS``, and the bounds of one's own."""


def breaks_of(cut: Cut) -> Breaks:
    """Return the way to cut that a name stands for; own bounds hold whatever the figures."""
    method, bounds = cut

    def own(_: np.ndarray, __: int) -> np.ndarray:
        return np.array(bounds)

    return BREAKS.get(method, own)
