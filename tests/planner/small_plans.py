"""Plans of the small layer, made in a moment."""

from functools import cache

from geodata.layer import VillageLayer, make_layer
from planner.criteria import Surroundings
from planner.params import ScoringParams
from planner.plan_record import Asked
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan, answer, record
from planner.surroundings import surroundings_of
from tests.web.conftest import RECORDS, grid_layer


@cache
def small_layer() -> VillageLayer:
    return make_layer(grid_layer(10, 6), RECORDS, {"built": "2026-11-22"})


@cache
def around() -> Surroundings:
    return surroundings_of(small_layer())


def chosen(layer: VillageLayer, launches: int = 3) -> SelectionPlan:
    found = Asked(SelectionParams(launches=launches), (), None, ScoringParams()).candidates(layer, around())
    return SelectionPlan(found, answer(found))


def made(name: str, layer: VillageLayer | None = None, launches: int = 3) -> bytes:
    """Return the record of a plan of the small layer."""
    where = layer or small_layer()
    return record(chosen(where, launches), where, name=name)
