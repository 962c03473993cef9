"""The figures of a measure as files for outside may know them, worked out when a file is asked for."""

import pandas as pd

from planner.measure_ground import LayerGround
from planner.measure_work import figures_of
from planner.measures import Measure
from planner.shielding import shielded
from planner.web import data
from planner.web.measures import Ground
from planner.web.weights_choice import scoring_of


def outside(ground: Ground, measure: Measure, values: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return names and figures of the villages, and the figures of a measure, from `planner.shielding.shielded`.

    Parameters
    ----------
    ground, measure
        What is shown.
    values
        Its figures as the page shows them.

    Returns
    -------
    As of `planner.measures.figures_by_village` and `planner.measures.Values`; those of the page where nothing is few.
    """
    layer = ground.layer
    safe = shielded(layer)
    if safe is layer:
        return ground.figures, values
    told = LayerGround(
        layer=safe,
        nearby=lambda: data.st_surroundings(layer.fingerprint, layer),
        params=scoring_of(ground.weights),
        sector=data.sector_named(ground.sector),
        regions=ground.regions,
    )
    found = figures_of(measure, told, tell=lambda _: True)
    assert found is not None  # nobody ends it
    return told.figures, found
