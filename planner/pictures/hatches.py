"""Stripes of an area as a pattern of an SVG: estimates and missing figures are told from others without colour."""

from typing import Final

from planner.choropleth import Style

STEP_PX: Final = 4.0
_STRIPE_PX: Final = 1.1


def hatch_id(style: Style, units: float) -> str:
    """Return the name of the stripes of a style, the same wherever they are drawn in the same units."""
    return f"h{units:g}-{style.pattern}-{style.fill}-{style.stripe}".replace("#", "")


def hatch(style: Style, units: float) -> str:
    """Return the stripes of a style as a pattern; the ground between them is left free.

    Parameters
    ----------
    style
        One with stripes.
    units
        Units of the drawing per pixel.
    """
    step, wide = STEP_PX * units, _STRIPE_PX * units
    turn = {"rising": -45, "falling": 45, "level": 0, "grid": 0}[style.pattern]
    upright = f'<rect width="{wide:g}" height="{step:g}" fill="{style.stripe}"/>' if style.pattern == "grid" else ""
    return (
        f'<pattern id="{hatch_id(style, units)}" width="{step:g}" height="{step:g}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({turn})"><rect width="{step:g}" height="{wide:g}" fill="{style.stripe}"/>'
        f"{upright}</pattern>"
    )


def swatch_svg(style: Style, *, width: float, height: float) -> str:
    """Return the look of a class as a small drawing, for a legend."""
    box = f'<rect x=".4" y=".4" width="{width - 0.8:g}" height="{height - 0.8:g}"'
    stripes = "" if style.stripe is None else f'<defs>{hatch(style, 1)}</defs>{box} fill="url(#{hatch_id(style, 1)})"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}">{box} fill="{style.fill}"/>{stripes}'
        f'{box} fill="none" stroke="#4a525a" stroke-width=".8"/></svg>'
    )
