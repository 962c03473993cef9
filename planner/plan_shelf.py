"""Where saved plans are kept: in a folder of the laptop, or in the records of the office; the same rules in both."""

import re
from dataclasses import dataclass
from typing import Final, Protocol

from planner.errors import PlanError

RECORD: Final = ".json"

_NAME: Final = re.compile(r"\w[\w .-]{0,59}")


@dataclass(frozen=True)
class Summary:
    """What stands in a list of saved plans; no figures where the record cannot be read.

    Attributes
    ----------
    name
        Of the plan.
    saved
        When it was written, seconds since 1970.
    villages, brought, unit, status
        Number of chosen villages, what they bring, in which unit, and how it was proved.
    owner
        Who saved it; nothing where plans have no owners, and for plans taken over from a folder.
    changeable
        Whether who looks may rename and remove it.
    """

    name: str
    saved: float
    villages: int | None = None
    brought: float | None = None
    unit: str | None = None
    status: str = "unreadable"
    owner: str = ""
    changeable: bool = True


class Shelf(Protocol):
    """Saved plans by their names; capitals make no difference between names.

    Every method raises a PlanError: ``saved.unknown`` for a plan that is not there, ``saved.bad_name`` and
    ``saved.taken`` for a new name, ``plan.no_record`` for what is no record, and what stands in the way of writing.
    """

    @property
    def where(self) -> str:
        """Where the plans are, for people."""

    def summaries(self) -> list[Summary]:
        """Return what the plans hold, by name."""

    def read(self, name: str) -> bytes:
        """Return the record of a plan."""

    def free_name(self, name: str) -> None:
        """Refuse a name that cannot be used, or is taken."""

    def save(self, name: str, content: bytes) -> str:
        """Keep a record under a name that is free; return where it is, for people."""

    def duplicate(self, name: str, *, as_name: str) -> None:
        """Keep a plan once more under another name."""

    def rename(self, name: str, *, as_name: str) -> None:
        """Give a plan another name."""

    def remove(self, name: str) -> None:
        """Remove a plan."""


def file_name(name: str) -> str:
    """Return how the file of a plan is called."""
    return f"{name}{RECORD}"


def can_be_name(name: str) -> bool:
    """Say whether a plan can have a name."""
    return bool(_NAME.fullmatch(name)) and not name.endswith((".", " ", RECORD))


def refuse_name(name: str, taken: list[str]) -> None:
    """Refuse a name for a plan.

    Parameters
    ----------
    name
        The name.
    taken
        Names of the plans there are.

    Raises
    ------
    PlanError
        If the name cannot be used, or is taken; capitals make no difference.
    """
    if not can_be_name(name):
        raise PlanError("saved.bad_name", name=name[:60])
    if name.casefold() in map(str.casefold, taken):
        raise PlanError("saved.taken", name=name)


def unknown(name: str, known: list[str]) -> PlanError:
    """Return what is told of a plan that is not there."""
    return PlanError("saved.unknown", name=name[:80], known=", ".join(sorted(known)) or "-")
