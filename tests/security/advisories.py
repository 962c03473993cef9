"""Known weaknesses of pinned versions, by advisories in the OSV format that somebody brings as files.

``all.zip`` of the ecosystem PyPI at OSV, or a folder of such files; nothing here asks the internet.
Open Source Vulnerability format 1.x, "affected": versions named, or ranges of events introduced, fixed, last_affected.
"""

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


class Weakness(NamedTuple):
    """A pinned version that an advisory names."""

    package: str
    version: Version
    advisory: str


def read(source: Path) -> Iterator[dict[str, Any]]:
    """Yield advisories of a zip or a folder."""
    if source.is_dir():
        yield from (json.loads(file.read_text(encoding="utf-8")) for file in sorted(source.rglob("*.json")))
        return
    with zipfile.ZipFile(source) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def weaknesses(pinned: Mapping[str, Version], advisories: Iterator[dict[str, Any]]) -> list[Weakness]:
    """Return the pinned versions that advisories name, withdrawn ones left out."""
    found = {
        Weakness(name, pinned[name], advisory["id"])
        for advisory in advisories
        if not advisory.get("withdrawn")
        for affected in advisory.get("affected", [])
        if (name := _name(affected)) in pinned and _is_affected(pinned[name], affected)
    }
    return sorted(found)


def _name(affected: Mapping[str, Any]) -> str:
    package = affected.get("package", {})
    return canonicalize_name(package.get("name", "")) if package.get("ecosystem") == "PyPI" else ""


def _is_affected(version: Version, affected: Mapping[str, Any]) -> bool:
    named = any(_version(text) == version for text in affected.get("versions", []))
    return named or any(
        _is_within(version, span["events"]) for span in affected.get("ranges", []) if span["type"] == "ECOSYSTEM"
    )


def _is_within(version: Version, events: list[Mapping[str, str]]) -> bool:
    """Say whether a version lies in a range: the last event not after it decides."""
    within = False
    for kind, at in sorted(_steps(events), key=lambda step: (step[1], step[0])):
        if kind == "introduced" and version >= at:
            within = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            within = False
    return within


def _steps(events: list[Mapping[str, str]]) -> Iterator[tuple[str, Version]]:
    for event in events:
        for kind, text in event.items():
            version = _version(text)
            if version is not None:
                yield kind, version


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
