"""What all pages of one file share."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.criteria import Surroundings
from planner.plan import Ranking
from planner.selection.plan import SelectionPlan


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What all pages of one file share.

    Attributes
    ----------
    layer, surroundings
        The villages, and what lies around them.
    ranking
        Scores, regions and sector.
    ranks
        Ranks over many worlds, see `planner.explain.explain`; none where they were not worked out.
    top
        Length of the list of the first villages.
    region
        Where the villages are ranked, in words.
    language
        Language of the words.
    made_on
        Day of the pages.
    plan, plan_name
        The plan the pages belong to, and its name; none and empty without one.
    few
        Codes of villages in which a count of a few people is hidden.
    counted
        The layer before that: it tells who counted, and when. None where nothing is hidden.
    """

    layer: VillageLayer
    surroundings: Surroundings
    ranking: Ranking
    ranks: pd.DataFrame | None
    top: int
    region: str
    language: Language
    made_on: date
    plan: SelectionPlan | None = None
    plan_name: str = ""
    few: frozenset[str] = frozenset()
    counted: VillageLayer | None = None
