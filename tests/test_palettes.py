"""Every palette of the program is told apart with any colour vision and in a grey print."""

import re
from importlib import import_module
from itertools import combinations
from pathlib import Path

import pytest

from planner.choropleth import CLASSES, HIDDEN, HOT_SPOTS, NO_DATA, styles
from planner.field import area_svg
from planner.pictures import drawing, signs
from planner.pictures.measured import OUTSIDE
from planner.web import frontier_chart
from planner.web.area_colours import AREA_STYLES
from planner.web.symbols import MARKS, PLACES
from tests.colour_vision import VISION, distance, lightness

FOLDER = Path(__file__).parent.parent / "planner"
APART, LIGHTER = 9, 8
"""Smallest CIE76 distance (a just noticeable one is 2.3), and smallest difference of CIE L*."""


def looks(names):
    """Colour and pattern of classes of the map."""
    known = styles()
    return [(known[name].fill, known[name].stripe and known[name].pattern) for name in names]


def symbols(kinds):
    return [(symbol.colour, symbol.shape + symbol.sign) for symbol in kinds.values()]


def style_sheet(selector):
    """First colour and whether it is striped, of a rule of the pages' style sheet."""
    rule = re.search(rf"^{re.escape(selector)} {{(.*)}}", (FOLDER / "web/static/page.css").read_text(), re.MULTILINE)
    return re.search(r"#\w{6}", rule[1])[0], "repeating" in rule[1]


PALETTES = {
    "classes of figures": looks(map(str, range(CLASSES))),
    "estimates": looks(map(str, range(CLASSES, 2 * CLASSES))),
    "figures and none on paper": [*looks([*map(str, range(CLASSES)), NO_DATA]), (OUTSIDE.fill, OUTSIDE.stripe)],
    "hot spots": looks(HOT_SPOTS.values()),
    "marks of the map": symbols(MARKS),
    "places of the map": symbols(PLACES),
    "frontier": [(frontier_chart._LINE, "line"), (frontier_chart._TARGET, "rule")],
    "bars of a page": [style_sheet(".stHtml .bars .bar.first"), style_sheet(".stHtml .bars .bar.second")],
    "parts of a score": [style_sheet(".parts .up"), style_sheet(".parts .down")],
    "way of an agent": [(area_svg._BORDER, "thin"), (area_svg._CHOSEN, "thick"), (area_svg._WAY, "dashed")],
    "stops of an agent": [(area_svg._LAND, ""), (area_svg._ON_ROUTE, "numbered")],
    "borders of a picture": [(colour, str(px)) for colour, px in drawing._BORDERS],
}
BY_COLOUR = {
    "areas of agents": [(style.fill, "") for style in AREA_STYLES.values()],  # a line around each, and its code
    "figures and none on a screen": looks([*map(str, range(CLASSES)), NO_DATA, HIDDEN]),
}
"""What a grey print need not tell apart by colour alone."""
LATER = {
    "planner.briefs.picture": lambda module: [(colour, "") for colour in module.FILLS],
    "planner.village_page.around": lambda module: [(style.fill, style.stripe or "") for style in module._STYLES],
    "planner.web.chart_looks": lambda module: [
        (look.colour, look.pattern + look.dashes + look.sign) for look in module._STYLES.values()
    ],
}
"""Palettes of other papers and pages, where they are there."""
for module_name, taken in LATER.items():
    if (FOLDER.parent / module_name.replace(".", "/")).with_suffix(".py").is_file():
        PALETTES[module_name] = taken(import_module(module_name))
PLAIN = {"planner.web.sign_in_html"}
"""Words on a page, no palette."""
KNOWN = {
    "planner.choropleth",
    "planner.field.area_svg",
    "planner.pictures.drawing",
    "planner.web.area_colours",
    "planner.web.symbols",
    *LATER,
    *PLAIN,
}


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", [*PALETTES, *BY_COLOUR])
def test_looks_are_told_apart_with_any_vision(name, vision):
    for (one, sign), (other, other_sign) in combinations((PALETTES | BY_COLOUR)[name], 2):
        assert sign != other_sign or distance(one, other, vision) >= APART, f"{one} {other}"


@pytest.mark.parametrize("name", PALETTES)
def test_looks_are_told_apart_in_a_grey_print(name):
    for (one, sign), (other, other_sign) in combinations(PALETTES[name], 2):
        assert sign != other_sign or abs(lightness(one) - lightness(other)) >= LIGHTER, f"{one} {other}"


def test_classes_of_figures_get_darker_step_by_step():
    steps = [lightness(colour) for colour, _ in PALETTES["classes of figures"]]
    assert steps == sorted(steps, reverse=True)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", [name for name, style in styles().items() if style.stripe])
def test_stripes_show_on_their_ground(name, vision):
    style = styles()[name]
    assert distance(style.fill, style.stripe, vision) >= APART
    assert abs(lightness(style.fill) - lightness(style.stripe)) >= LIGHTER


@pytest.mark.parametrize("vision", VISION)
def test_signs_show_on_every_class(vision):
    """By their colour, or by the white rim around them."""
    grounds = [style.fill for style in styles().values()]
    for sign in (signs.MARK, *(symbol.colour for symbol in (*MARKS.values(), *PLACES.values()))):
        assert distance(sign, signs.PAPER, vision) >= 40
        assert all(max(distance(sign, one, vision), distance(signs.PAPER, one, vision)) >= 25 for one in grounds)


def test_every_module_with_a_palette_is_looked_at():
    found = {
        ".".join(path.relative_to(FOLDER.parent).with_suffix("").parts)
        for path in FOLDER.rglob("*.py")
        if len(set(re.findall(r"#[0-9a-f]{6}\b", path.read_text(encoding="utf-8")))) > 3
    }
    assert found <= KNOWN
