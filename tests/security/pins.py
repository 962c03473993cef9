"""Pins of the dependencies: complete, without contradiction, and those that are installed."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;#]+)")


def pins(constraints: str) -> dict[str, Version]:
    """Return the version of each package; a line that pins nothing exactly, or a package twice, is an error."""
    found: dict[str, Version] = {}
    for line in constraints.splitlines():
        text = line.partition("#")[0].strip()
        if not text:
            continue
        pin = _PIN.fullmatch(text.partition(";")[0].strip())
        if pin is None:
            raise ValueError(f"not an exact pin: {text}")
        name = canonicalize_name(pin["name"])
        if name in found:
            raise ValueError(f"pinned twice: {name}")
        found[name] = Version(pin["version"])
    return found


def asked(project: Path) -> dict[str, list[Requirement]]:
    """Return what a project asks for by itself: of everybody (``""``) and by extra."""
    about = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    groups = {"": about["dependencies"], **about.get("optional-dependencies", {})}
    return {extra: [Requirement(text) for text in texts] for extra, texts in groups.items()}


def problems(wanted: list[Requirement], pinned: Mapping[str, Version]) -> Iterator[str]:
    """Yield what does not fit, from what is asked for on through all that it needs itself, as it is installed."""
    waiting = [(requirement, "the project") for requirement in wanted]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement, by = waiting.pop()
        name = canonicalize_name(requirement.name)
        version = pinned.get(name)
        if version is None:
            yield f"{name}: asked for by {by}, not pinned"
        elif not requirement.specifier.contains(version, prereleases=True):
            yield f"{name}: {by} asks for {requirement.specifier}, pinned is {version}"
        key = (name, frozenset(requirement.extras))
        if key not in seen:
            seen.add(key)
            waiting += _needed(name, key[1])


def differing(pinned: Mapping[str, Version]) -> Iterator[str]:
    """Yield pinned packages that are installed here in another version."""
    for name, version in sorted(pinned.items()):
        installed = _installed(name)
        if installed is not None and installed != version:
            yield f"{name}: pinned {version}, installed {installed}"


def _installed(name: str) -> Version | None:
    try:
        return Version(metadata.version(name))
    except metadata.PackageNotFoundError:
        return None


def _needed(name: str, extras: frozenset[str]) -> Iterator[tuple[Requirement, str]]:
    try:
        texts = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return
    for requirement in map(Requirement, texts):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield requirement, name
