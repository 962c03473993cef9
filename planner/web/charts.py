"""Charts of the boards: pictures in SVG that are read in grey and by screen readers, each with its table behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, floor, log10
from typing import Final

from geodata.texts import Language, number
from planner.texts import t
from planner.web.chart_data import Bar, Drawing, Line, Point, Row
from planner.web.chart_looks import INK, LOOKS, Look, document, fill, image, sign, stroke, written
from planner.web.tables import folded
from planner.web.target_sheet import Sheet

__all__ = ["LOOKS", "Bar", "Drawing", "Line", "Look", "Point", "Row", "bars", "chart", "lines", "picture"]

_BAR: Final = 16  # pixels
_STEP: Final = 20
_NAME: Final = 20
_NOTE: Final = 17
_REST: Final = 8
_LONGEST: Final = 56.0  # percent of the width; the rest is for the words behind a bar
_GRID: Final = "#c3cad0"
_PALE: Final = "#48525c"
_PLOT: Final = 210
_LEFT: Final = 13.0  # percent: signs of the scale stand before the first point
_RIGHT: Final = 94.0
_LABELLED: Final = 14
_AWAY: Final = (-15.0, 17.0, -29.0)  # where a figure may stand, pixels below its point
_WIDE: Final = 12.0  # percent that a figure takes on a phone
_HIGH: Final = 13.0
_EDGE: Final = 85.0
_HALO: Final = 'stroke="#fff" stroke-width="3" paint-order="stroke"'  # lines may run behind figures
_CUT: Final = 50


def bars(title: str, rows: Sequence[Row], *, description: str, series: Mapping[Look, str], marked: str = "") -> Drawing:
    """Draw horizontal bars, each below its name with its words behind it.

    Parameters
    ----------
    title
        What the chart shows.
    rows
        From top to bottom.
    description
        What it says, in a sentence or two, for those who do not see it.
    series
        Names of the looks that occur, for the legend; none where a single series needs no name.
    marked
        Name of the strokes across bars, for the legend.
    """
    ends = [end for row in rows for bar in row.bars for end in (bar.value, bar.mark or 0.0)]
    longest, drawn, top = max(ends, default=0.0), [], 0
    for row in rows:
        drawn.append(f'<text x="0" y="{top + 14}" font-weight="600">{written(_short(row.name))}</text>')
        top += _NAME
        if row.note:
            note = f'<text x="0" y="{top + 10}" font-size="12" fill="{_PALE}">{written(_short(row.note))}</text>'
            drawn.append(note)
            top += _NOTE
        for bar in row.bars:
            drawn.append(_bar(bar, longest, top))
            top += _STEP
        top += _REST
    legend = [(document(_swatch(look), title=name, description=""), name) for look, name in series.items()]
    if marked:
        legend.append((document(_stroke(50.0, 0), title=marked, description=""), marked))
    svg = document("".join(drawn), title=title, description=description)
    return Drawing(title, description, svg, max(top, _STEP), tuple(legend))


def lines(
    title: str,
    drawn: Sequence[Line],
    *,
    description: str,
    ticks: Sequence[tuple[float, str]],
    language: Language,
    unit: str = "",
) -> Drawing:
    """Draw lines over time from zero up; points of one line are joined, points of different lines never.

    Parameters
    ----------
    title, description
        As for `bars`.
    drawn
        The lines, each of figures that may be compared; at most as many as there are `LOOKS`.
    ticks
        Where something is written below the chart, and what.
    language
        Language of the numbers of the scale.
    unit
        What stands behind these numbers, such as ``%``.
    """
    points = [point for line in drawn for point in line.points]
    scale = _scale(max((point.value for point in points), default=0.0))
    places = [*(point.at for point in points), *(at for at, _ in ticks)]
    across = _Across(min(places, default=0.0), max(places, default=0.0))
    placed = [(line.look, _places(line, across, scale[-1]), line.points) for line in drawn]
    content = "".join(
        [
            *(_rule(value, scale[-1], number(value, language, _decimals(scale)) + unit) for value in scale),
            *(_tick(across.percent(at), words) for at, words in ticks),
            *(_line(look, spots) for look, spots, _ in placed),
            *(_labels([(spot, one) for _, spots, told in placed for spot, one in zip(spots, told, strict=True)])),
        ]
    )
    legend = tuple((document(_sample(line.look), title=line.name, description=""), line.name) for line in drawn)
    return Drawing(title, description, document(content, title=title, description=description), _PLOT + 50, legend)


def chart(drawing: Drawing, table: Sheet, language: Language) -> str:
    """Return a chart with legend and, to be opened, its table, as HTML with everything escaped.

    Parameters
    ----------
    drawing
        The chart.
    table
        All figures of the chart.
    language
        Language of the table.
    """
    return picture(drawing, folded(t("web.chart.table", language), table.html(language)))


def picture(drawing: Drawing, below: str = "") -> str:
    """Return a chart with legend, as HTML with everything escaped; its table stands open beside it.

    Parameters
    ----------
    drawing
        The chart.
    below
        HTML that belongs to it.
    """
    legend = "".join(
        f"<li>{image(svg, alt='', height=16, width='34px', kind='chart-sign')}<span>{escape(name)}</span></li>"
        for svg, name in drawing.legend
    )
    alt = f"{drawing.title}. {drawing.description}"
    return (
        f'<figure class="chart"><figcaption>{escape(drawing.title)}</figcaption>'
        + (f"<ul>{legend}</ul>" if legend else "")
        + image(drawing.svg, alt=alt, height=drawing.height)
        + f"{below}</figure>"
    )


@dataclass(frozen=True)
class _Across:
    first: float
    last: float

    def percent(self, at: float) -> float:
        if self.last == self.first:
            return (_LEFT + _RIGHT) / 2
        return _LEFT + (_RIGHT - _LEFT) * (at - self.first) / (self.last - self.first)


def _bar(bar: Bar, longest: float, top: int) -> str:
    part, mark = (_LONGEST * (end or 0.0) / longest if longest else 0.0 for end in (bar.value, bar.mark))
    shape = f'<rect x="0" y="{top + 1}" width="{part:.2f}%" height="{_BAR - 2}" {fill(bar.look)}/>' if bar.value else ""
    stroke_ = "" if bar.mark is None else _stroke(mark, top)
    behind = max(part, mark)
    return f'{shape}{stroke_}<text x="{behind:.2f}%" dx="7" y="{top + 13}">{written(bar.words)}</text>'


def _stroke(at: float, top: int) -> str:
    # a white edge keeps the stroke apart from the bar it crosses
    place = f'x1="{at:.2f}%" x2="{at:.2f}%" y1="{top - 1}" y2="{top + _BAR + 1}"'
    return f'<line {place} stroke="#fff" stroke-width="6"/><line {place} stroke="{INK}" stroke-width="3"/>'


def _swatch(look: Look) -> str:
    return f'<rect x="2" y="2" width="30" height="12" {fill(look)}/>'


def _sample(look: Look) -> str:
    return f'<line x1="0" x2="34" y1="8" y2="8" {stroke(look)}/><g transform="translate(17 8)">{sign(look)}</g>'


def _rule(value: float, most: float, words: str) -> str:
    up = _up(value, most)
    return (
        f'<line x1="0" x2="100%" y1="{up:.1f}" y2="{up:.1f}" stroke="{_GRID}"/>'
        f'<text x="0" y="{up - 4:.1f}" font-size="12" fill="{_PALE}">{written(words)}</text>'
    )


def _tick(percent: float, words: str) -> str:
    anchor = "end" if percent > _EDGE else "middle"
    return (
        f'<line x1="{percent:.2f}%" x2="{percent:.2f}%" y1="{_PLOT + 20}" y2="{_PLOT + 26}" stroke="{INK}"/>'
        f'<text x="{percent:.2f}%" y="{_PLOT + 42}" text-anchor="{anchor}">{written(words)}</text>'
    )


def _places(line: Line, across: _Across, most: float) -> list[tuple[float, float]]:
    return [(across.percent(point.at), _up(point.value, most)) for point in line.points]


def _line(look: Look, spots: Sequence[tuple[float, float]]) -> str:
    joined = "".join(
        f'<line x1="{x1:.2f}%" y1="{y1:.1f}" x2="{x2:.2f}%" y2="{y2:.1f}" {stroke(look)}/>'
        for (x1, y1), (x2, y2) in pairwise(spots)
    )
    # nested, as a translation knows no percent
    signs = (f'<svg x="{x:.2f}%" y="{y:.1f}" overflow="visible">{sign(look)}</svg>' for x, y in spots)
    return joined + "".join(signs)


def _labels(points: Sequence[tuple[tuple[float, float], Point]]) -> list[str]:
    """Write figures above or below their points where they cover none; the table has them all."""
    if len(points) > _LABELLED:
        return []
    taken: list[tuple[float, float]] = [spot for spot, _ in points]
    drawn = []
    for (x, y), point in sorted(points, key=lambda one: -one[0][0]):  # the newest first
        middles = (y + away for away in _AWAY)
        middle = next((m for m in middles if not any(_covers(x - a, m - b) for a, b in taken)), None)
        if middle is not None:
            taken.append((x, middle))
            anchor = "end" if x > _EDGE else "middle"
            place = f'x="{x:.2f}%" y="{middle + 4:.1f}" text-anchor="{anchor}" {_HALO}'
            drawn.append(f"<text {place}>{written(point.words)}</text>")
    return drawn


def _covers(across: float, up: float) -> bool:
    return abs(across) < _WIDE and abs(up) < _HIGH


def _up(value: float, most: float) -> float:
    return 20 + _PLOT * (1 - (value / most if most else 0.0))


def _scale(most: float) -> list[float]:
    """Return round numbers from zero to the first above the largest value."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / 4
    unit = 10.0 ** floor(log10(rough))
    step = next(unit * m for m in (1, 2, 2.5, 5, 10) if unit * m >= rough * (1 - 1e-9))
    return [step * i for i in range(ceil(most / step - 1e-9) + 1)]


def _decimals(scale: Sequence[float]) -> int:
    return 0 if all(float(value).is_integer() for value in scale) else 1


def _short(name: str) -> str:
    return name if len(name) <= _CUT else name[: _CUT - 1].rstrip() + "…"
