"""What a user is told when a plan, its parameters or the machine is refused."""

from pathlib import Path
from typing import ClassVar

from geodata.errors import DataError, MachineError
from planner.texts import FOLDER


class PlanError(DataError):
    """A refused plan or parameter; the sentence stands in ``planner/texts``."""

    folder: ClassVar[Path] = FOLDER


class PlanMachineError(PlanError, MachineError):
    """The machine, not the plan, stands in the way: disk, network, rights."""
