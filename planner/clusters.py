"""Where villages of high or low need lie together."""

from collections.abc import Callable
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.schema import AREA_KM2, PROVINCE_CODE, VILLAGE_CODE
from planner.coverage import GAP
from planner.hotspots import hot_spots
from planner.scoring import Scores

Floats = npt.NDArray[np.float64]
ClusterFigure = Literal["uncovered_per_km2", "need"]


def clusters(
    scores: Scores, pairs: pd.DataFrame, *, figure: ClusterFigure = "uncovered_per_km2", seed: int | None = None
) -> "pd.Series[str]":
    """Find where villages of high or low need lie together.

    ``uncovered_per_km2`` is the logarithm of uncovered workers per km2 (of one sector, if only those were scored):
    where a visit reaches many. ``need`` is the need score above or below the mean of the province. Coverage and lapse
    are published for provinces: clusters of the gap rate, or of need as it stands, would redraw province borders.

    Parameters
    ----------
    scores
        Scores of all villages.
    pairs
        Neighbours, ``village_code_a`` and ``village_code_b``; those of other villages do not count.
    figure
        See above.
    seed
        Other than that of the parameters.

    Returns
    -------
    Index and order of ``scores.criteria.villages``: ``high_high``, ``low_low``, ``high_low``, ``low_high``, ``none``,
    ``no_neighbour``, ``no_figure`` (see `hotspots.HotSpots`).
    """
    villages = scores.criteria.villages
    place = pd.Series(np.arange(len(villages)), index=villages[VILLAGE_CODE])
    ends = [pairs[f"{VILLAGE_CODE}_{end}"].map(place) for end in "ab"]
    links = pd.concat(ends, axis=1).dropna().to_numpy(dtype=np.int64)
    found = hot_spots(_CLUSTER_FIGURES[figure](scores), links, seed=scores.params.seed if seed is None else seed)
    return pd.Series(found.kind, index=villages.index, name="cluster", dtype="str")


def _uncovered_per_km2(scores: Scores) -> Floats:
    villages = scores.criteria.villages
    area = villages[AREA_KM2].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    people = villages[GAP].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.log1p(np.divide(people, area, out=np.full(len(area), np.nan), where=area > 0)))


def _need_in_province(scores: Scores) -> Floats:
    need = pd.Series(scores.blocks[:, 0])
    mean = need.groupby(scores.criteria.villages[PROVINCE_CODE].to_numpy()).transform("mean")
    return np.asarray((need - mean).round(9))  # rounding errors of equal villages are no clusters


_CLUSTER_FIGURES: Final[dict[ClusterFigure, Callable[[Scores], Floats]]] = {
    "uncovered_per_km2": _uncovered_per_km2,
    "need": _need_in_province,
}
