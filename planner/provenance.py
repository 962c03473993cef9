"""What an exported file was made from, and the number by which it is found again."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Final

from planner.small_cells import SMALLEST

PREFIX: Final = "DSP"
PATTERN: Final = re.compile(rf"{PREFIX}-[0-9A-F]{{16}}", re.ASCII)

_DIGITS: Final = 16
_LONGEST: Final = 40
_KINDS: Final[Mapping[str, type]] = {
    **dict.fromkeys(("kind", "format", "language", "made_on", "fingerprint", "plan", "plan_sha256"), str),
    "params_sha256": str,
    "smallest": int,
    "asked": dict,
    "program": str,
}
"""What the parts of a record of a stamp are, beside its number."""


@dataclass(frozen=True)
class Stamp:
    """What an exported file was made from.

    The same export of the same plan on the same day has the same number, whoever makes it.

    Attributes
    ----------
    kind
        ``list``, ``ranking``, ``selection``, ``regency_brief``, ``village_brief``, ``booklet``, ``map``, ``board``,
        ``territories``, ``routes``, ``frontier``, ``capacity``, ``pack``.
    format
        Ending of the file, with its dot.
    language
        Language of the file.
    made_on
        Day of the export.
    fingerprint
        Fingerprint of the village layer.
    plan
        Name of the plan; empty for what needs no plan.
    plan_sha256
        SHA-256 of the record of the plan; empty without one.
    params_sha256
        SHA-256 of all parameters, see `params_sha256`.
    smallest
        Counts of people below this are hidden; 0 where none is.
    asked
        What else was asked for: region, village, measure, ...
    program
        Version of the program.
    """

    kind: str
    format: str
    language: str
    made_on: date
    fingerprint: str
    plan: str = ""
    plan_sha256: str = ""
    params_sha256: str = ""
    smallest: int = SMALLEST
    asked: Mapping[str, Any] = field(default_factory=dict)
    program: str = field(default_factory=lambda: version("desa-sadar-planner"))

    @property
    def id(self) -> str:
        """The number of the export: ``DSP-`` and 16 hexadecimal digits, the beginning of a SHA-256 of all the rest."""
        told = json.dumps(_plain(asdict(self)), sort_keys=True, ensure_ascii=False)
        return f"{PREFIX}-{sha256(told.encode()).hexdigest()[:_DIGITS].upper()}"

    def record(self) -> dict[str, Any]:
        """Return the stamp and its number as a plain record that JSON can hold."""
        return {"id": self.id, **_plain(asdict(self))}

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Stamp":
        """Return the stamp of a record of `record`.

        Raises
        ------
        ValueError
            If it is none, or its number is not that of the rest.
        """
        said = {name: value for name, value in record.items() if name != "id"}
        if not all(type(said.get(name)) is kind for name, kind in _KINDS.items()) or set(said) != set(_KINDS):
            raise ValueError(str(record.get("id"))[:_LONGEST])
        found = cls(**{**said, "made_on": date.fromisoformat(said["made_on"])})
        if found.id != record.get("id", found.id):
            raise ValueError(found.id)
        return found


def params_sha256(params: Mapping[str, Any]) -> str:
    """Return the SHA-256 of parameters, whatever their order; they hold what JSON can hold."""
    return sha256(json.dumps(params, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def _plain(parts: Mapping[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(parts, ensure_ascii=False, default=str))  # type: ignore[no-any-return]
