"""Symbols of marks and places: one shape and one colour per kind, the same on the map and in its legend.

Shapes differ, so that colour is never the only sign; the colours are told apart with any colour vision and
stand on a white rim, so that they show on light and dark villages alike.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Symbol:
    """How a mark or a place looks.

    Parameters
    ----------
    shape
        Filled SVG path around the origin, in pixels; holes wind the other way.
    colour
        Of the shape and, for a mark, of the outline of its village; #rrggbb.
    sign
        White strokes on the shape, SVG path; empty for none.
    dash
        Dashes of the outline of a marked village, pixels; empty for a solid line.
    """

    shape: str
    colour: str
    sign: str = ""
    dash: tuple[int, ...] = ()


def _circle(radius: float) -> str:
    return f"M{-radius} 0a{radius} {radius} 0 1 1 {2 * radius} 0a{radius} {radius} 0 1 1 {-2 * radius} 0z"


MARKS: Final[Mapping[str, Symbol]] = MappingProxyType(
    {
        "chosen": Symbol(_circle(5.5), "#b3200c"),
        "must": Symbol("M-6-6H6V6H-6z", "#14181d", sign="M-3.5 0H3.5M0-3.5V3.5"),
        "never": Symbol(
            "M-6-3.5-3.5-6 0-2.5 3.5-6 6-3.5 2.5 0 6 3.5 3.5 6 0 2.5-3.5 6-6 3.5-2.5 0z", "#14181d", dash=(2, 3)
        ),
        "left": Symbol("M-7 0 5-7V7z", "#00589c", dash=(8, 4)),
        "right": Symbol("M7 0-5-7V7z", "#b84a00", dash=(4, 3)),
        "both": Symbol(f"{_circle(6.5)}M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z", "#14181d"),
        "changed": Symbol("M0-6.5 6.5 0 0 6.5-6.5 0z", "#7a0b52", sign="M-2.5 0H2.5M0-2.5 2.5 0 0 2.5", dash=(3, 3)),
        "locked": Symbol(
            "M-5-1V6H5V-1H4V-2.5A4 4 0 0 0-4-2.5V-1zM-2-1V-2.5A2 2 0 0 1 2-2.5V-1z", "#14181d", dash=(1, 4)
        ),
        "picked": Symbol(_circle(6), "#d6006c", sign="M-2.5 0-.5 2.2 3-2"),
    }
)
"""Kinds of marked villages, in the order in which they are drawn and listed."""

PLACES: Final[Mapping[str, Symbol]] = MappingProxyType(
    {
        "mill": Symbol("M-6 6V-6H-3V-1L1.5-4V-1L6-4V6z", "#8a4b00"),
        "port": Symbol("M-7 0H-1V-7L5-2H1V0H7L4 6H-4z", "#006a8e"),
        "office": Symbol("M0-7 7 0 0 7-7 0z", "#6a2c91", sign="M-2.5 0H2.5"),
        "declared": Symbol("M0-7.5 2-2.5 7-2.3 3.1 1 4.4 6.2 0 3.3-4.4 6.2-3.1 1-7-2.3-2-2.5z", "#0b6b37"),
    }
)
"""Kinds of public places, in the order in which they are drawn and listed."""


def script() -> str:
    """Return the symbols as a script for the browser."""
    groups = {"marks": MARKS, "places": PLACES}
    content = {name: {kind: vars(symbol) for kind, symbol in group.items()} for name, group in groups.items()}
    return f"window.VillageSymbols = {json.dumps(content)};\n"


def image(symbol: Symbol) -> str:
    """Return a symbol as an HTML image; Streamlit takes bare SVG out of HTML."""
    sign = f'<path d="{symbol.sign}" fill="none" stroke="#fff" stroke-width="2"/>' if symbol.sign else ""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-9 -9 18 18" width="18" height="18">'
        f'<path d="{symbol.shape}" fill="{symbol.colour}"/>{sign}</svg>'
    )
    data = base64.b64encode(svg.encode()).decode()
    return f'<img class="symbol" alt="" width="18" height="18" src="data:image/svg+xml;base64,{data}">'
