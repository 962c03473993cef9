"""Why a village stands where it stands, as HTML: sentences, the parts of its score as bars, villages most alike."""

from collections.abc import Sequence
from html import escape

from geodata.schema import VILLAGE_TYPE
from geodata.texts import Language, number
from planner.explain import Explanation, Part
from planner.flips import DESA_ONLY
from planner.params import UNITS
from planner.rupiah import spoken
from planner.texts import t
from planner.web.tables import paragraph, table
from planner.web.village_choice import link_to
from planner.wording import sentences


def reasons(explanation: Explanation, language: Language) -> str:
    """Tell why the village stands where it stands, and what would change it."""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences(explanation, language))
    return f'<ul class="reasons">{items}</ul>'


def parts(explanation: Explanation, language: Language) -> str:
    """Show what each criterion adds to the score or takes from it, in points and as bars.

    Bars to the right add, bars to the left take away; sign and hatching say the same.
    """
    headings = [t(f"web.village.column.{name}", language) for name in ("criterion", "value", "points", "bar")]
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    most = max((abs(part.points) for part in explanation.parts), default=0.0) or 1.0
    kind = str(explanation.village[VILLAGE_TYPE])
    rows = "".join(_row(part, headings, most, language, kind=kind) for part in explanation.parts)
    title = t("web.village.parts", language)
    sums = t(
        "web.village.parts.sum",
        language,
        reference=number(explanation.reference, language, 1),
        points=_signed(explanation.score - explanation.reference, language),
        score=number(explanation.score, language, 1),
    )
    return (
        f'<table class="facts parts"><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>{paragraph(sums)}"
    )


def twins(explanation: Explanation, language: Language) -> str:
    """List the declared villages most alike, each a link to its card."""
    if not explanation.twins:
        return paragraph(t("web.village.twins.none", language))
    headings = [t(f"web.village.column.{name}", language) for name in ("village", "regency", "alike")]
    rows = [
        ((link_to(twin.code, twin.name),), twin.regency, number(twin.similarity, language))
        for twin in explanation.twins
    ]
    title = t("web.village.twins", language)
    return table(headings, rows, caption=title) + paragraph(t("web.village.twins.note", language))


def _row(part: Part, headings: Sequence[str], most: float, language: Language, *, kind: str) -> str:
    name = escape(t(f"params.indicator.{part.key}", language))
    value = _value(part, language)
    if part.filled_from:
        area = t(f"explain.area.{part.filled_from}", language)
        none = kind == "kelurahan" and part.key in DESA_ONLY
        value = t(f"web.village.filled{'.kelurahan' * none}", language, value=value, area=area)
    way = "up" if part.points > 0 else "down"
    width = 50 * abs(part.points) / most
    bar = f'<span class="axis" aria-hidden="true"><span class="{way}" style="width:{width:.1f}%"></span></span>'
    return (
        f'<tr><th scope="row">{name}</th><td data-label="{escape(headings[1])}">{escape(value)}</td>'
        f'<td class="points" data-label="{escape(headings[2])}">{escape(_signed(part.points, language))}</td>'
        f'<td class="bar">{bar}</td></tr>'
    )


def _signed(points: float, language: Language) -> str:
    shown = number(abs(points), language, 1)
    if shown == number(0, language, 1):
        return shown
    return f"{'+' if points > 0 else '−'}{shown}"


def _value(part: Part, language: Language) -> str:
    unit = UNITS[part.key]
    if unit == "idr":
        return spoken(part.value, language)
    decimals = {"pct": 1, "share": 2, "km": 1}.get(unit, 0)
    shown = number(part.value, language, decimals)
    return t(f"web.village.unit.{unit}", language, value=shown)
