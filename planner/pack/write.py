"""The files of a pack: made whole in memory, written so that each appears whole or not at all."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, Literal, get_args
from urllib.parse import quote

from geodata.texts import Language
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.field.own_area import OwnArea
from planner.pack.content import Pack, pack_of
from planner.pack.page import html_page
from planner.pack.paper import pdf
from planner.pack.points import gpx, kml
from planner.routes.plan import RoutePlan

Format = Literal["html", "pdf", "gpx", "kml"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MIME: Final[Mapping[Format, str]] = {
    "html": "text/html",
    "pdf": "application/pdf",
    "gpx": "application/gpx+xml",
    "kml": "application/vnd.google-earth.kml+xml",
}

_WRITERS: Final[Mapping[Format, Callable[[Pack], bytes]]] = {
    "html": lambda pack: html_page(pack).encode(),
    "pdf": pdf,
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


def pack_file(area: OwnArea, plan: RoutePlan | None, ending: Format, *, language: Language) -> bytes:
    """Return one file of the pack of an agent. Raises like `planner.pack.paper.pdf`."""
    return _WRITERS[ending](pack_of(area, plan, language))


def write_pack(
    folder: Path, area: OwnArea, plan: RoutePlan | None, *, formats: Iterable[Format], language: Language
) -> list[Path]:
    """Write the pack of an agent and return its files.

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

    Raises
    ------
    PlanError
        If the folder does not exist.
    PlanMachineError
        If a file cannot be made or written.
    """
    pack = pack_of(area, plan, language)
    written = []
    for ending in formats:
        content = _WRITERS[ending](pack)
        path = folder / file_name(area.agent, ending)
        with replacing(path) as draft:
            draft.write_bytes(content)
        written.append(path)
    return written
