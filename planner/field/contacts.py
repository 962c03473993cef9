"""Whom to meet in a village, by role, and why: never a name of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geodata.schema import VILLAGE_TYPE
from planner.field.line import Source


@dataclass(frozen=True)
class Contact:
    """A role in a village.

    Attributes
    ----------
    role, reason
        Texts of the catalogue: who it is, and why.
    source
        Evidence that this way in works; none where it is our judgement.
    """

    role: str
    reason: str
    source: Source | None = None


def contacts(village: Mapping[str, Any]) -> tuple[Contact, ...]:
    """Return whom to meet first, in order.

    Parameters
    ----------
    village
        A row of the layer.
    """
    head = "lurah" if village[VILLAGE_TYPE] == "kelurahan" else "kades"
    return (Contact(f"field.role.{head}", f"field.reason.{head}"),)
