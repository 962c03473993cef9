"""Which villages a saved plan has chosen, without opening the plan: the layer may be another one by now."""

from pathlib import Path

from geodata.schema import VILLAGE_CODE
from planner import plan_folder
from planner.errors import PlanError


def villages_of(path: Path) -> list[str]:
    """Return the codes of the chosen villages of a record, in its order.

    Parameters
    ----------
    path
        File of the record; see `planner.plan_folder.file_of`.

    Raises
    ------
    PlanError
        If it is no plan that chose villages.
    """
    chosen = plan_folder.parts_of(plan_folder.read(path), name=path.name).get("chosen")
    if chosen is None or not all(isinstance(row.get(VILLAGE_CODE), str) for row in chosen):
        raise PlanError("plan.no_record", file=path.name)
    return [row[VILLAGE_CODE] for row in chosen]
