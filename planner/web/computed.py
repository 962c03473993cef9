"""What of the map takes long to work out: ranks in many worlds, and where villages lie together."""

from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

from geodata.texts import Language
from planner.clusters import ClusterFigure, clusters
from planner.measure_work import AT_ONCE, world_ranks
from planner.scoring import Scores
from planner.texts import t
from planner.web.jobs import Job, Key, Work
from planner.web.waiting import Told
from planner.web.workers import apart


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
    Its result is that of `planner.measure_work.world_ranks`.
    """
    worlds = scores.params.worlds

    def work(job: Job) -> pd.DataFrame | None:
        return apart(job, world_ranks, scores, [region] if region else None, telling="tell")

    def told(job: Job) -> str:
        return t("web.measure.worlds.step", language, done=len(job.steps) * AT_ONCE, worlds=worlds)

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

    def work(job: Job) -> pd.Series | None:
        return apart(job, clusters, scores, pairs, figure=figure)

    def told(_: Job) -> str:
        return t("web.measure.hot.step", language)

    return LongWork(("hot spots", figure, *of), work, told)
