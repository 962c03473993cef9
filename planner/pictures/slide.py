"""A picture as a file for slides, 16:9: heading, map, legend, sources, date and number."""

import json
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date

from geodata.texts import Language
from planner.errors import PlanError
from planner.export.cells import clean
from planner.paper import typeset
from planner.pictures.drawing import map_svg
from planner.pictures.hatches import swatch_svg
from planner.pictures.picture import MapPicture
from planner.pictures.png_text import with_text
from planner.pictures.signs import mark_swatch
from planner.texts import t

ENDINGS: Final = (".png", ".svg", ".pdf")

_TEMPLATE: Final = Path(__file__).with_name("map.typ")
_PX_PER_PT: Final = 96 / 72
_MAP_PT: Final = (640, 415)  # as in the template
_SWATCH_PX: Final = (32, 16)
_PPI: Final = 144  # 1,920 by 1,080 pixels
_IMAGE: Final = re.compile(r'<image [^>]*?(?:xlink:)?href="data:image/svg\+xml;base64,([^"]+)"[^>]*?(?:/>|></image>)')
_SIZE: Final = re.compile(r'\b(x|y|width|height)="([^"]+)"')


def picture_file(
    picture: MapPicture, ending: str, *, language: Language, tell: Callable[[str], None] = lambda _: None
) -> bytes:
    """Return a picture as a file; the same picture gives the same bytes.

    Parameters
    ----------
    picture
        The picture.
    ending
        One of ``ENDINGS``.
    language
        Language of the words around it.
    tell
        Told ``page`` when the map is drawn and its page is set next; may break the work off by raising.

    Raises
    ------
    PlanError
        If the ending is unknown.
    PlanMachineError
        If it cannot be set.
    """
    picture = _cleaned(picture)
    content = _content(picture, language)
    tell("page")
    if ending == ".pdf":
        return typeset(_TEMPLATE, content)
    if ending == ".png":
        told = {"Title": picture.title, "Source": picture.source, **_about(picture)}
        return with_text(typeset(_TEMPLATE, content, output="png", ppi=_PPI), told)
    if ending == ".svg":
        return _whole(typeset(_TEMPLATE, content, output="svg").decode(), picture, content).encode()
    raise PlanError("pictures.unknown_ending", ending=ending, endings=", ".join(ENDINGS))


def _cleaned(picture: MapPicture) -> MapPicture:
    """Return a picture whose texts every format can hold."""
    return replace(
        picture,
        title=clean(picture.title),
        subtitle=clean(picture.subtitle),
        legend_title=clean(picture.legend_title),
        marks_label=clean(picture.marks_label),
        shades=tuple(replace(shade, label=clean(shade.label)) for shade in picture.shades),
        notes=tuple(clean(note) for note in picture.notes),
        source=clean(picture.source),
    )


def _content(picture: MapPicture, language: Language) -> dict[str, Any]:
    width, height = (side * _PX_PER_PT for side in _MAP_PT)
    wide, tall = _SWATCH_PX
    legend = [
        [swatch_svg(shade.style, width=wide, height=tall), shade.label] for shade in picture.shades if shade.label
    ]
    if picture.marks_label:
        legend.append([mark_swatch(width=wide, height=tall), picture.marks_label])
    day, number = picture.made_on, picture.stamp.id if picture.stamp else ""
    made = [t("pictures.made_on", language, day=format_date(day, "d MMMM yyyy", locale=language))] if day else []
    made += [t("pictures.number", language, number=number)] if number else []
    return {
        "language": language,
        "title": picture.title,
        "subtitle": picture.subtitle,
        "legend_title": picture.legend_title,
        "legend": legend,
        "notes": list(picture.notes),
        "source": picture.source,
        "made": " ".join(made),
        "date": [day.year, day.month, day.day] if day else None,
        "keywords": [number] if number else [],
        "alt": f"{picture.title}. {picture.subtitle}",
        "map": map_svg(picture, width=width, height=height),
    }


def _about(picture: MapPicture) -> dict[str, str]:
    if picture.stamp is None:
        return {}
    return {"Export": picture.stamp.id, "About": json.dumps(picture.stamp.record(), ensure_ascii=False)}


def _whole(page: str, picture: MapPicture, content: dict[str, Any]) -> str:
    """Return the SVG of a page with the drawings themselves in place of images, and all words as text for readers."""
    words = [picture.subtitle, picture.legend_title, *(label for _, label in content["legend"]), *picture.notes]
    told = ". ".join(word.rstrip(".") for word in (*words, picture.source, content["made"]) if word)
    about = escape(json.dumps(_about(picture), ensure_ascii=False))
    head = f"<title>{escape(picture.title)}</title><desc>{escape(told)}</desc><metadata>{about}</metadata>"
    drawn = _IMAGE.sub(_inline, page)
    return re.sub(r"(<svg [^>]*>)", lambda found: found[1] + head, drawn, count=1)


def _inline(found: re.Match[str]) -> str:
    drawing = b64decode(found[1]).decode()
    start = drawing.index("<svg ") + len("<svg ")
    opening, rest = drawing[start:].split(">", 1)
    place = " ".join(f'{name}="{value}"' for name, value in _SIZE.findall(found[0]))
    return f'<svg {place} preserveAspectRatio="none" {_SIZE.sub("", opening).strip()}>{rest}'
