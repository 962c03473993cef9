"""Ranks in many simulated worlds for a page: made once, and shared with the map, which colours by them."""

import pandas as pd

from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.texts import t
from planner.web import data
from planner.web.computed import worlds_work
from planner.web.jobs import Job
from planner.web.waiting import result_of
from planner.web.weights_choice import Weights


def robust_ranks(
    layer: VillageLayer, sector: str, weights: Weights, *, region: str, language: Language
) -> pd.DataFrame | None:
    """Return the ranks of the villages of a region; until they are there, show how far they are.

    Parameters
    ----------
    layer
        The layer.
    sector
        A sector of ``geodata.schema``; empty for all informal workers.
    weights
        Percent, as `planner.web.weights_choice` keeps them.
    region
        Code of a province or regency; empty for all.
    language
        Language of what is shown meanwhile.

    Returns
    -------
    As of `planner.web.computed.worlds_work`; nothing while the work goes on, or where the visitor has ended it.
    """
    scores = data.st_scores(layer.fingerprint, sector, weights, layer)
    long = worlds_work(scores, (data.key_of(layer.fingerprint), sector, weights), region, language)

    def told(job: Job) -> str:
        return t("web.robust.working", language, done=max(job.steps, default=0), worlds=scores.params.worlds)

    found = result_of(long.key, long.work, told, language)
    return found if isinstance(found, pd.DataFrame) else None
