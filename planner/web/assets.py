"""The files the browser fetches: Leaflet, our renderer and our style, copied to the folder that is served."""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from planner.errors import PlanMachineError
from planner.export.atomic import replacing
from planner.web import symbols

PAGE_STYLE: Final = Path(__file__).with_name("static") / "page.css"


_KEPT_S: Final = 86_400.0
# each uses the ones before it; the symbols come from planner.web.symbols
_SCRIPTS: Final = tuple(
    f"village-{part}" for part in ("shapes", "pane", "canvas", "areas", "signs", "borders", "pointer", "picks", "map")
)


@dataclass(frozen=True)
class Assets:
    """Scripts and styles of the map, as they stand in the served folder.

    Parameters
    ----------
    scripts
        Leaflet, then our own scripts, in the order in which they load.
    styles
        Leaflet's style, then our own.
    """

    scripts: tuple[Path, ...]
    styles: tuple[Path, ...]


def prepare_static(folder: Path) -> Assets:
    """Copy the assets of the map to the served folder, named after their content.

    Parameters
    ----------
    folder
        Folder that is served to the browser; made when missing.

    Returns
    -------
    Assets
        The files, complete on disk; earlier versions of them are removed after a day.

    Raises
    ------
    PlanMachineError
        If the folder cannot be written.
    """
    leaflet = files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    ours = files("planner.web") / "static"
    scripts = [_placed(folder, "leaflet", ".js", (leaflet / "leaflet.js").read_bytes())]
    scripts.append(_placed(folder, "village-symbols", ".js", symbols.script().encode()))
    scripts += [_placed(folder, stem, ".js", (ours / f"{stem}.js").read_bytes()) for stem in _SCRIPTS]
    styles = [
        _placed(folder, "leaflet", ".css", (leaflet / "leaflet.css").read_bytes()),
        _placed(folder, "village-map", ".css", (ours / "village-map.css").read_bytes()),
    ]
    patterns = ("leaflet-*", "village-symbols-*", *(f"{stem}-*" for stem in _SCRIPTS))
    remove_others(folder, keep=(*scripts, *styles), patterns=patterns)
    return Assets(scripts=tuple(scripts), styles=tuple(styles))


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees all of it or nothing.

    Parameters
    ----------
    path
        The file; its folder is made when missing.
    content
        All bytes of it.

    Raises
    ------
    PlanMachineError
        If the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlanMachineError("web.static_unwritable", folder=path.parent, reason=error.strerror) from error
    with replacing(path) as draft:
        draft.write_bytes(content)


def remove_others(folder: Path, *, keep: Iterable[Path], patterns: Iterable[str]) -> None:
    """Remove files of earlier versions; those of the last day may still be open in a browser.

    Parameters
    ----------
    folder
        Folder that is served to the browser.
    keep
        Files that stay, however old.
    patterns
        Glob patterns of the files this program writes.
    """
    kept, oldest = set(keep), time.time() - _KEPT_S
    others = {path for pattern in patterns for path in folder.glob(pattern)} - kept
    for path in others:
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _placed(folder: Path, stem: str, ending: str, content: bytes) -> Path:
    path = folder / f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}{ending}"
    if not path.is_file():
        write_atomically(path, content)
    return path
