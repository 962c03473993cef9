"""Limits of single regencies, sectors and offices, as a person writes them: ``16.02=1..3``."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from geodata.schema import SECTORS
from planner.errors import PlanError
from planner.selection.params import Ends, SelectionParams

Limits = dict[tuple[str, str], Ends]
"""Field of the rules (``regencies``, ``sectors``, ``branches``) and name -> fewest and most launches."""

_ENDS: Final = re.compile(r"(\d{1,6})?\.\.(\d{1,6})?|(\d{1,6})")
_REGENCY: Final = re.compile(r"(\d\d)\.?(\d\d)")


def read(entries: Iterable[str]) -> Limits:
    """Read limits.

    Parameters
    ----------
    entries
        Such as ``16.02=1..3``, ``fishery=5..``, ``19.01=2`` (exactly) or ``Kantor Cabang Jambi=..4``.

    Raises
    ------
    PlanError
        If an entry cannot be read, or a name is there twice.
    """
    found: Limits = {}
    for entry in entries:
        field, name, ends = _read(entry)
        if (field, name) in found:
            raise PlanError("selection.limit_twice", name=name)
        found[field, name] = ends
    return found


def written(name: str, ends: Ends) -> str:
    """Write one limit."""
    least, most = ends
    return f"{name}={least or ''}..{'' if most is None else most}"


def by_field(limits: Mapping[tuple[str, str], Ends]) -> dict[str, dict[str, Ends]]:
    """Return limits as the fields of the rules."""
    fields: dict[str, dict[str, Ends]] = {}
    for (field, name), ends in limits.items():
        fields.setdefault(field, {})[name] = ends
    return fields


def of_rules(rules: SelectionParams) -> Limits:
    """Return the limits that rules hold; `by_field` makes their fields again."""
    fields: dict[str, Mapping[str, Ends]] = {"regencies": rules.regencies, "branches": rules.branches}
    fields["sectors"] = {str(name): ends for name, ends in rules.sectors.items()}
    return {(field, name): ends for field, named in fields.items() for name, ends in named.items()}


def _read(entry: str) -> tuple[str, str, Ends]:
    name, _, text = (part.strip() for part in entry.rpartition("="))
    found = _ENDS.fullmatch(text)
    if not name or found is None or found[0] == "..":
        raise PlanError("selection.limit_unreadable", text=entry[:60])
    least, most, exactly = found.groups()
    ends = (int(exactly), int(exactly)) if exactly else (int(least or 0), None if most is None else int(most))
    regency = _REGENCY.fullmatch(name)
    if regency:
        return "regencies", f"{regency[1]}.{regency[2]}", ends
    return "sectors" if name in SECTORS else "branches", name, ends
