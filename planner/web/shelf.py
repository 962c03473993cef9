"""Which saved plans the pages show: those of the records of the office, or of the folder of a laptop without any."""

from geodata.paths import Paths
from planner.plan_folder import PlanFolder
from planner.plan_shelf import Shelf
from planner.store.engine import in_use
from planner.store.plans import PlanRecords
from planner.web import visitor


def shelf() -> Shelf:
    """Return the saved plans as who is in front of the screen sees and changes them.

    Raises
    ------
    StoreError
        If the records cannot be read.
    """
    paths = Paths.of()
    return PlanRecords(visitor.records(), visitor.current()) if in_use(paths.records) else PlanFolder(paths.plans)


def left_in_folder() -> int:
    """Return how many plans lie in the folder of a laptop while those of the records are shown."""
    paths = Paths.of()
    return len(PlanFolder(paths.plans).names()) if in_use(paths.records) else 0
