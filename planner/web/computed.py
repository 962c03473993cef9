"""What of the map takes long to work out: ranks in many worlds, and where villages lie together."""

import os
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geodata.texts import Language
from planner.clusters import ClusterFigure, clusters
from planner.ranking import in_regions
from planner.robustness import ranked
from planner.scoring import Scores
from planner.texts import t
from planner.web.jobs import Job, Key, Work
from planner.web.waiting import Told
from planner.worlds import scores_by_world

RANK_LOW: Final = "rank_low"
RANK_HIGH: Final = "rank_high"
IN_TOP: Final = "in_top"

_THREADS: Final = min(2, os.cpu_count() or 1)
_AT_ONCE: Final = 20  # worlds between two looks whether anybody still waits


@dataclass(frozen=True)
class LongWork:
    """Work for ``planner.web.waiting.result_of``."""

    key: Key
    work: Work
    told: Told


def worlds_work(scores: Scores, of: tuple[Hashable, ...], region: str, language: Language) -> LongWork:
    """Return the work that ranks villages in many worlds.

    Parameters
    ----------
    scores
        Scores of all villages.
    of
        All that the scores hang on.
    region
        Code of a province or regency whose villages alone are ranked; empty for all.
    language
        Language of what is told.

    Returns
    -------
    Its result is a frame of the ranked villages, index of ``scores.criteria.villages``: ``in_top`` (share of the
    worlds, 0 to 1), ``rank_low``, ``rank_high`` (reached or beaten in 5 and 95 % of the worlds), the same as of
    `planner.worlds.robust`; none when it was stopped.
    """
    worlds = scores.params.worlds

    def work(job: Job) -> pd.DataFrame | None:
        return _ranks(scores, region, job)

    def told(job: Job) -> str:
        return t("web.measure.worlds.step", language, done=len(job.steps) * _AT_ONCE, worlds=worlds)

    return LongWork(("worlds", *of, region), work, told)


def clusters_work(
    scores: Scores, pairs: pd.DataFrame, figure: ClusterFigure, *, of: tuple[Hashable, ...], language: Language
) -> LongWork:
    """Return the work that finds hot spots.

    Parameters
    ----------
    scores, pairs, figure
        As for `planner.clusters.clusters`.
    of
        All that the figure hangs on.
    language
        Language of what is told.
    """

    def work(_: Job) -> pd.Series:
        return clusters(scores, pairs, figure=figure)

    def told(_: Job) -> str:
        return t("web.measure.hot.step", language)

    return LongWork(("hot spots", figure, *of), work, told)


def _ranks(scores: Scores, region: str, job: Job) -> pd.DataFrame | None:
    params, regions = scores.params, [region] if region else None
    villages = scores.criteria.villages
    index = villages.index[in_regions(villages, regions).to_numpy(dtype=bool)]
    world = scores_by_world(scores, regions=regions)
    found = np.empty((params.worlds, len(index)), dtype=np.uint32)

    def rank(number: int) -> None:
        found[number] = ranked(world(number))

    with ThreadPoolExecutor(_THREADS) as threads:
        for first in range(0, params.worlds, _AT_ONCE):
            last = min(first + _AT_ONCE, params.worlds)
            for _ in threads.map(rank, range(first, last)):
                pass
            if not job.tell(last):
                return None
    places = [-(-percent * params.worlds // 100) - 1 for percent in (5, 95)]
    low, high = np.partition(found, places, axis=0)[places]
    return pd.DataFrame({IN_TOP: (found <= params.top).mean(axis=0), RANK_LOW: low, RANK_HIGH: high}, index=index)
