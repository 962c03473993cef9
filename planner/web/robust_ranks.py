"""Ranks over many simulated worlds, as long work: made once for all who ask with the same choices."""

from geodata.layer import VillageLayer
from geodata.texts import Language
from planner import worlds
from planner.params import ScoringParams
from planner.texts import t
from planner.web import data
from planner.web.jobs import Job, Key
from planner.web.waiting import result_of
from planner.web.weights_choice import Weights

KIND = "robust"


def key_of(fingerprint: str, sector: str, weights: Weights, region: str) -> Key:
    """Return what the ranks of a region depend on.

    Parameters
    ----------
    fingerprint
        Fingerprint of the layer.
    sector
        A sector of ``geodata.schema``; empty for all informal workers.
    weights
        Percent, as `planner.web.weights_choice` keeps them.
    region
        Code of a province or regency; empty for all.
    """
    return KIND, fingerprint, sector, weights, region


def robust_ranks(
    layer: VillageLayer, sector: str, weights: Weights, *, region: str, language: Language
) -> worlds.Robust | None:
    """Return the ranks of the villages of a region; until they are there, show that they are made.

    Parameters
    ----------
    layer
        The layer.
    sector, weights, region
        As for `key_of`.
    language
        Language of what is shown meanwhile.

    Returns
    -------
    The ranks; nothing while they are made, or where the visitor has ended that.
    """
    scores = data.st_scores(layer.fingerprint, sector, weights, layer)

    def work(_: Job) -> worlds.Robust:
        return worlds.robust(scores, regions=[region] if region else None)

    def told(_: Job) -> str:
        return t("web.robust.working", language, worlds=ScoringParams().worlds)

    found = result_of(key_of(layer.fingerprint, sector, weights, region), work, told, language)
    return found if isinstance(found, worlds.Robust) else None
