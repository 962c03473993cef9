"""How series of a chart differ: by pattern, dashes and sign as much as by colour, so that grey prints can be read."""

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from planner.export.cells import clean

Look = Literal["first", "second", "third", "fourth", "fifth", "sixth"]
"""A series: filled, striped, dotted, hollow, lined, crossed; circle, square, triangle, diamond, cross, ring."""


@dataclass(frozen=True)
class _Style:
    colour: str
    pattern: str  # drawn on white in the colour of the series; 8 pixels wide and high
    dashes: str
    sign: str  # a path around 0,0


_STYLES: Final[dict[Look, _Style]] = {
    "first": _Style("#0b4a72", "", "", "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z"),
    "second": _Style("#b45f06", '<path d="M-2 2L2-2M0 8L8 0M6 10L10 6" {stroke}/>', "7 4", "M-4.5-4.5H4.5V4.5H-4.5Z"),
    "third": _Style("#3c3c46", '<circle cx="2" cy="2" r="1.4"/><circle cx="6" cy="6" r="1.4"/>', "2 4", "M0-6L6 5H-6Z"),
    "fourth": _Style("#00795c", "", "10 3 2 3", "M0-6.5L6.5 0L0 6.5L-6.5 0Z"),
    "fifth": _Style("#8a3a78", '<path d="M0 2H8M0 6H8" {stroke}/>', "4 2", "M-4-4L4 4M4-4L-4 4"),
    "sixth": _Style(
        "#6b4a00", '<path d="M0 0L8 8M8 0L0 8" {stroke}/>', "12 4", "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z"
    ),
}
LOOKS: Final = tuple(_STYLES)
INK: Final = "#1b232b"
_HOLLOW: Final[frozenset[Look]] = frozenset({"sixth"})  # drawn as a line only
_FONT: Final = "font-family=\"'Source Sans 3','Source Sans Pro','Noto Sans',Arial,sans-serif\" font-size=\"13\""


def patterns(looks: tuple[Look, ...]) -> str:
    """Return the definitions that `fill` refers to."""
    return "<defs>" + "".join(_pattern(look) for look in looks if _STYLES[look].pattern) + "</defs>"


def fill(look: Look) -> str:
    """Return the attributes that fill a shape in the look of a series."""
    style = _STYLES[look]
    inside = "#fff" if look == "fourth" else style.colour
    painted = f"url(#{look})" if style.pattern else inside
    return f'fill="{painted}" stroke="{style.colour}" stroke-width="1.5"'


def stroke(look: Look) -> str:
    """Return the attributes that draw a line in the look of a series."""
    style = _STYLES[look]
    dashes = f' stroke-dasharray="{style.dashes}"' if style.dashes else ""
    return f'stroke="{style.colour}" stroke-width="2.5" fill="none"{dashes}'


def sign(look: Look) -> str:
    """Return the sign of a point of a series, drawn around the origin."""
    style = _STYLES[look]
    inside = "#fff" if look in _HOLLOW else style.colour
    return f'<path d="{style.sign}" fill="{inside}" stroke="{style.colour}" stroke-width="2"/>'


def document(content: str, *, title: str, description: str, looks: tuple[Look, ...] = LOOKS) -> str:
    """Return an SVG that fills whatever it is put in: places across are percent, letters keep their size.

    Parameters
    ----------
    content
        Shapes and texts, everything escaped.
    title, description
        What is shown; read out by screen readers. Escaped here.
    looks
        Looks that the content uses.
    """
    told = f"<title>{written(title)}</title>" + (f"<desc>{written(description)}</desc>" if description else "")
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%" role="img" {_FONT} fill="{INK}">'
    return f"{opening}{told}{patterns(looks)}{content}</svg>"


def written(words: str) -> str:
    """Return words as an SVG can hold them: escaped, without signs that XML does not know."""
    return escape(clean(words))


def image(svg: str, *, alt: str, height: int, width: str = "100%", kind: str = "chart-picture") -> str:
    """Return an SVG as a picture of a page; Streamlit takes the tags of an SVG out of HTML."""
    data = b64encode(svg.encode()).decode()
    style = f"width:{width};height:{height}px"
    return f'<img class="{kind}" alt="{escape(alt)}" style="{style}" src="data:image/svg+xml;base64,{data}">'


def _pattern(look: Look) -> str:
    style = _STYLES[look]
    lines = style.pattern.format(stroke=f'stroke="{style.colour}" stroke-width="2"')
    head = f'<pattern id="{look}" width="8" height="8" patternUnits="userSpaceOnUse">'
    return f'{head}<rect width="8" height="8" fill="#fff"/><g fill="{style.colour}">{lines}</g></pattern>'
