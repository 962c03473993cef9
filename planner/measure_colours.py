"""The colours of a measure on a map: the same on the page, in a picture and from the command line."""

from typing import Final

import pandas as pd

from planner.choropleth import HIDDEN, HOT_SPOTS, Categories, Choropleth, categories, choropleth
from planner.classification import OWN, Cut, breaks_of
from planner.measures import CLUSTER, VALUE, Measure, estimated

QUANTILES: Final = "quantiles"
"""How figures are cut where a measure has no bounds of its own."""


def usual_cut(measure: Measure) -> Cut:
    """Return how the figures of a measure are cut until something else is chosen."""
    return (OWN, measure.bounds) if measure.bounds else (QUANTILES, ())


def colours_of(measure: Measure, values: pd.DataFrame, shown: pd.Series, cut: Cut) -> Choropleth | Categories:
    """Return the classes of a measure.

    Parameters
    ----------
    measure
        The measure.
    values
        Its figures, see `planner.measures.Values`.
    shown
        Whether each village is shown; same index. Classes are made of these alone.
    cut
        How the figures are cut; without meaning where villages are of a kind.
    """
    if measure.kinds:
        return categories(values[CLUSTER], HOT_SPOTS, shown=shown)
    return choropleth(values[VALUE], estimated(values), shown=shown, breaks=breaks_of(cut), darkest=measure.darkest)


def undecided(villages: int) -> Categories:
    """Return the colours of villages whose figures are not there yet."""
    return Categories(HIDDEN * villages, {})
