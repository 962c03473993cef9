"""What a user is told when the records cannot be read or written."""

from planner.errors import PlanError, PlanMachineError


class StoreError(PlanError):
    """The records refuse what was asked."""


class StoreMachineError(StoreError, PlanMachineError):
    """The database or its disk stands in the way, not what was asked."""
