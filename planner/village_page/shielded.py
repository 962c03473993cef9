"""Pages of villages as they may leave the office: worked out as if nobody had counted a few people."""

from dataclasses import replace

from geodata.schema import VILLAGE_CODE
from planner import worlds
from planner.selection.shielded import shielded_plan
from planner.shielding import few_counted, shielded, shielded_ranking
from planner.small_cells import SMALLEST
from planner.village_page.setting import Setting


def shielded_setting(setting: Setting, *, smallest: int = SMALLEST) -> Setting:
    """Return what pages share, worked out from `planner.shielding.shielded`.

    Parameters
    ----------
    setting
        With what was counted; it is returned itself where nothing is few.
    smallest
        Counts of 1 to one less are replaced.
    """
    layer = shielded(setting.layer, smallest)
    if layer is setting.layer:
        return setting
    plan = setting.plan
    if plan is not None:
        plan = shielded_plan(plan, setting.layer, setting.surroundings, smallest=smallest)
    if plan is not None and plan is not setting.plan and _ranked_by(setting):
        ranking = plan.candidates.ranking  # made already
    else:
        ranking = shielded_ranking(setting.ranking, setting.layer, setting.surroundings, smallest=smallest)
    ranks = setting.ranks
    if ranks is not None:
        ranks = worlds.robust(ranking.scores, regions=list(ranking.regions) or None, top=setting.top).table
    frame = setting.layer.frame
    codes = frozenset(frame.loc[few_counted(frame, smallest), VILLAGE_CODE])
    return replace(setting, layer=layer, ranking=ranking, plan=plan, ranks=ranks, few=codes, counted=setting.layer)


def _ranked_by(setting: Setting) -> bool:
    """Return whether the pages tell the ranking that the plan was chosen from."""
    return setting.plan is not None and setting.ranking is setting.plan.candidates.ranking
