"""What of a measure takes long to work out: ranks in many worlds, and where villages lie together."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import pandas as pd

from planner.clusters import clusters
from planner.measures import Ground, Measure
from planner.ranking import in_regions
from planner.robustness import ranked
from planner.scoring import Scores
from planner.worlds import scores_by_world

RANK_LOW: Final = "rank_low"
RANK_HIGH: Final = "rank_high"
IN_TOP: Final = "in_top"
AT_ONCE: Final = 20
"""Worlds between two steps that are told."""

Tell = Callable[[int], bool]
"""Takes how many worlds are done; says whether to go on."""

_THREADS: Final = min(2, os.cpu_count() or 1)


def figures_of(measure: Measure, ground: Ground, *, tell: Tell) -> pd.DataFrame | None:
    """Return the figures of a measure, see `planner.measures.Values`; nothing if the work was ended.

    Parameters
    ----------
    measure, ground
        What is asked for, and of what.
    tell
        Told of the worlds that are done.
    """
    if measure.long is None:
        return measure.values(ground, None)
    found: pd.DataFrame | pd.Series | None
    if measure.long.kind == "worlds":
        found = world_ranks(ground.scores, ground.regions, tell=tell)
    else:
        found = clusters(ground.scores, ground.neighbours, figure=measure.long.kind)
    return None if found is None else measure.values(ground, found)


def world_ranks(scores: Scores, regions: list[str] | None, *, tell: Tell) -> pd.DataFrame | None:
    """Rank villages in many worlds.

    Parameters
    ----------
    scores
        Scores of all villages.
    regions
        Codes of provinces and regencies whose villages alone are ranked; nothing for all.
    tell
        Told of the worlds that are done.

    Returns
    -------
    pandas.DataFrame or None
        The ranked villages, index of ``scores.criteria.villages``: ``in_top`` (share of the worlds, 0 to 1),
        ``rank_low``, ``rank_high`` (reached or beaten in 5 and 95 % of the worlds), the same as of
        `planner.worlds.robust`; none when it was ended.
    """
    params = scores.params
    villages = scores.criteria.villages
    index = villages.index[in_regions(villages, regions).to_numpy(dtype=bool)]
    world = scores_by_world(scores, regions=regions)
    found = np.empty((params.worlds, len(index)), dtype=np.uint32)

    def rank(number: int) -> None:
        found[number] = ranked(world(number))

    with ThreadPoolExecutor(_THREADS) as threads:
        for first in range(0, params.worlds, AT_ONCE):
            last = min(first + AT_ONCE, params.worlds)
            for _ in threads.map(rank, range(first, last)):
                pass
            if not tell(last):
                return None
    places = [-(-percent * params.worlds // 100) - 1 for percent in (5, 95)]
    low, high = np.partition(found, places, axis=0)[places]
    return pd.DataFrame({IN_TOP: (found <= params.top).mean(axis=0), RANK_LOW: low, RANK_HIGH: high}, index=index)
