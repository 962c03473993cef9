"""The files of a pack: made whole in memory, written so that each appears whole or not at all."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, get_args
from urllib.parse import quote

from geodata.texts import Language
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.field.own_area import OwnArea
from planner.pack.content import Pack, pack_of
from planner.pack.page import html_page
from planner.pack.paper import booklet
from planner.pack.points import gpx, kml
from planner.provenance import Stamp
from planner.routes.plan import RoutePlan

Format = Literal["html", "pdf", "gpx", "kml"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MIME: Final[Mapping[Format, str]] = {
    "html": "text/html",
    "pdf": "application/pdf",
    "gpx": "application/gpx+xml",
    "kml": "application/vnd.google-earth.kml+xml",
}

_WRITERS: Final[Mapping[str, Callable[[Pack], bytes]]] = {
    "html": lambda pack: html_page(pack).encode(),
    "gpx": gpx,
    "kml": kml,
}


def file_name(agent: str, ending: Format) -> str:
    """Return the name of a file of an agent: the code, with what a folder would take for a path encoded."""
    return f"{quote(agent, safe='')}.{ending}"


def formats_of(text: str) -> tuple[Format, ...]:
    """Return the formats that a text names: ``html,pdf``.

    Raises
    ------
    PlanError
        If one is not known, or none is named.
    """
    asked = {word.strip().lower() for word in text.split(",") if word.strip()}
    if not asked or asked - set(FORMATS):
        raise PlanError("pack.format", text=text[:40], known=", ".join(FORMATS))
    return tuple(one for one in FORMATS if one in asked)


def pack_file(
    area: OwnArea, plan: RoutePlan | None, ending: Format, *, language: Language, fingerprint: str = ""
) -> tuple[Stamp, bytes]:
    """Return one file of the pack of an agent, and what it was made from. Raises like `planner.pack.paper.booklet`.

    Parameters
    ----------
    area, plan
        The agent's area and visit days.
    ending
        Which file.
    language
        Language of the file.
    fingerprint
        Fingerprint of the village layer.
    """
    return _file(pack_of(area, plan, language, fingerprint=fingerprint), ending)


def write_pack(
    folder: Path,
    area: OwnArea,
    plan: RoutePlan | None,
    *,
    formats: Iterable[Format],
    language: Language,
    fingerprint: str = "",
) -> list[tuple[Stamp, Path]]:
    """Write the pack of an agent and return its files, each with what it was made from.

    Parameters
    ----------
    folder
        Where the files go; older ones of the same names are replaced.
    area, plan
        The agent's area and visit days.
    formats
        Which files.
    language
        Language of the files.
    fingerprint
        Fingerprint of the village layer.

    Raises
    ------
    PlanError
        If the folder does not exist.
    PlanMachineError
        If a file cannot be made or written.
    """
    pack = pack_of(area, plan, language, fingerprint=fingerprint)
    written = []
    for ending in formats:
        stamp, content = _file(pack, ending)
        path = folder / file_name(area.agent, ending)
        with replacing(path) as draft:
            draft.write_bytes(content)
        written.append((stamp, path))
    return written


def _file(pack: Pack, ending: Format) -> tuple[Stamp, bytes]:
    """Return a file whose number follows from all that stands in it beside the number."""
    if ending == "pdf":
        return booklet(pack)
    write = _WRITERS[ending]
    stamp = Stamp(
        kind="pack",
        format=f".{ending}",
        language=pack.language,
        made_on=pack.made_on,
        fingerprint=pack.fingerprint,
        smallest=0,
        asked={"agent": pack.agent, "content": sha256(write(pack)).hexdigest()},
    )
    return stamp, write(replace(pack, number=stamp.id))
