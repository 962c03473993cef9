"""What the map is told of areas of agents and of villages that are picked, and what it tells back."""

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

MOST_PICKED: Final = 100_000
_NAMES: Final = ("picked", "told")


@dataclass(frozen=True)
class Area:
    """The villages of an agent.

    Parameters
    ----------
    label
        Code of the agent, written in the middle of the area.
    villages
        Positions in the order of the layer.
    """

    label: str
    villages: Sequence[int]


@dataclass(frozen=True)
class Picks:
    """Villages that are picked, among those of areas: by clicks, or with a box drawn on the map.

    Parameters
    ----------
    villages
        Positions in the order of the layer.
    heard
        The last change on the map the page has heard of; the map keeps later ones until the page knows them, too.
    """

    villages: Sequence[int] = ()
    heard: int = 0


@dataclass(frozen=True)
class Picked:
    """What the map tells of picked villages.

    Parameters
    ----------
    codes
        Codes as the browser sent them: look them up before use.
    told
        Number of the change.
    """

    codes: tuple[str, ...]
    told: int


def steps(positions: Iterable[int], villages: int, *, of: str) -> list[int]:
    """Return positions as steps from one to the next: small numbers are short.

    Raises
    ------
    ValueError
        If one lies outside the layer.
    """
    ordered = sorted({operator.index(position) for position in positions})
    if ordered and not 0 <= ordered[0] <= ordered[-1] < villages:
        msg = f"{of} lie outside the {villages} villages"
        raise ValueError(msg)
    return [after - before for before, after in pairwise([0, *ordered])]


def sent(areas: Sequence[Area], picks: Picks | None, villages: int) -> dict[str, Any]:
    """Return what the map is sent; nothing where there are neither areas nor picks.

    Raises
    ------
    ValueError
        If a position lies outside the layer.
    """
    told: dict[str, Any] = {}
    if areas:
        told["areas"] = [[area.label, steps(area.villages, villages, of="areas")] for area in areas]
    if picks is not None:
        told["picks"] = {"villages": steps(picks.villages, villages, of="picks"), "heard": picks.heard}
    return told


def heard(drawing: Mapping[str, Any]) -> Picked | None:
    """Return the picked villages that the map tells of; nothing if it tells of something else, or nonsense."""
    properties = drawing.get("properties") or {}
    codes, told = (properties.get(name) for name in _NAMES)
    if not isinstance(codes, list) or not isinstance(told, int) or len(codes) > MOST_PICKED:
        return None
    return Picked(tuple(code for code in codes if isinstance(code, str)), told)
