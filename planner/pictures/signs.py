"""Signs on a map: scale bar, north arrow, numbered places."""

from html import escape
from typing import Final

import numpy as np

from geodata.texts import Language, number
from planner.export.cells import clean
from planner.pictures.frame import UNITS_PER_PX, Frame
from planner.texts import t

INK: Final = "#1b232b"
PAPER: Final = "#ffffff"
MARK: Final = "#8f1414"

_SCALES_KM: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
_LONGEST: Final = 0.22  # of the width
_INDENT_PX: Final = 10.0
_BARE_PX: Final = 4.0


def scale_bar(frame: Frame, language: Language) -> str:
    """Draw at the foot how long some kilometres are; a drawing too small for it has none."""
    px = UNITS_PER_PX
    fitting = [km for km in _SCALES_KM if km * frame.units_per_km <= _LONGEST * frame.width]
    if not fitting:
        return ""
    km = fitting[-1]
    left, y, wide = _INDENT_PX * px, frame.height - 7 * px, km * frame.units_per_km
    words = t("pictures.scale", language, km=number(km, language, 0 if km >= 1 else 1))
    return (
        f'<g class="scale"><rect x="{left:.0f}" y="{y - 4 * px:.0f}" width="{wide:.0f}" height="{4 * px}" '
        f'fill="{PAPER}" stroke="{INK}" stroke-width="{0.9 * px:g}"/><rect x="{left:.0f}" y="{y - 4 * px:.0f}" '
        f'width="{wide / 2:.0f}" height="{4 * px}" fill="{INK}"/>'
        f"{_text(left + wide + 6 * px, y + px, words, size=11)}</g>"
    )


def foot(frame: Frame, px: float) -> str:
    """Keep a strip at the foot free, for scale and north."""
    top = frame.height - px * UNITS_PER_PX
    return f'<rect y="{top:g}" width="{frame.width:g}" height="{px * UNITS_PER_PX:g}" fill="{PAPER}"/>'


def north(frame: Frame, language: Language) -> str:
    """Draw at the foot, on the right, where north is."""
    px = UNITS_PER_PX
    x, y = frame.width - 14 * px, frame.height - 3 * px
    arrow = f"M{x:.0f} {y - 21 * px:.0f}l{5 * px} {20 * px}l{-5 * px} {-5 * px}l{-5 * px} {5 * px}z"
    letter = _text(x - 13 * px, y - 4 * px, t("pictures.north", language), size=12, anchor="middle")
    return f'<g class="north"><path d="{arrow}" fill="{INK}"/>{letter}</g>'


def mark(frame: Frame, place: tuple[float, float], words: str) -> str:
    """Draw a place given by longitude and latitude as a filled circle, with a short text if there is one."""
    px = UNITS_PER_PX
    (x, y) = frame.at(np.asarray([place], dtype=np.float64))[0]
    size = 9.0 if len(words) < 3 else 7.0
    told = _text(x, y + size * px / 3, words, size=size, fill=PAPER, anchor="middle") if words else ""
    return (
        f'<g class="mark">{_circle(round(x), round(y), radius=px * (7.5 if words else _BARE_PX), units=px)}{told}</g>'
    )


def mark_swatch(*, width: float, height: float) -> str:
    """Return a mark without a text as a small drawing, for a legend."""
    circle = _circle(width / 2, height / 2, radius=_BARE_PX, units=1)
    view = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {view}>{circle}</svg>'


def _circle(x: float, y: float, *, radius: float, units: float) -> str:
    look = f'fill="{MARK}" stroke="{PAPER}" stroke-width="{1.2 * units:g}"'
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" {look}/>'


def _text(x: float, y: float, words: str, *, size: float, fill: str = INK, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size * UNITS_PER_PX:g}" text-anchor="{anchor}" '
        f'fill="{fill}">{escape(clean(words))}</text>'
    )
