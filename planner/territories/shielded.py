"""A division as files for outside may know it: who has which village stays, the work tells no count of a few people."""

from dataclasses import replace

from geodata.layer import VillageLayer
from geodata.schema import VILLAGE_CODE
from planner.shielding import shielded
from planner.small_cells import SMALLEST
from planner.territories.divide import Territories
from planner.territories.load import workload


def shielded_territories(found: Territories, layer: VillageLayer, *, smallest: int = SMALLEST) -> Territories:
    """Return the same areas with the work that follows from `planner.shielding.shielded`.

    Parameters
    ----------
    found, layer
        The division, and the layer it was made from.
    smallest
        Counts of 1 to one less are replaced; where there is none, ``found`` itself is returned.
    """
    safe = shielded(layer, smallest)
    if safe is layer:
        return found
    ground = found.ground
    villages = safe.frame.set_index(VILLAGE_CODE, drop=False).loc[ground.villages[VILLAGE_CODE]]
    work = workload(villages.set_axis(ground.villages.index), ground.params.workload)
    return replace(found, ground=replace(ground, work=work))
