"""Charts: every figure in words, nothing by colour alone, nothing of the data run."""

from base64 import b64decode
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.texts import t
from planner.web.chart_looks import LOOKS, fill, patterns, sign, stroke
from planner.web.charts import Bar, Line, Point, Row, bars, chart, lines, picture
from planner.web.target_sheet import Sheet
from tests.web.conftest import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"
SHEET = Sheet("Cakupan", ["Wilayah", "Cakupan"], [["Jambi", "44,6%"]])


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def drawn_lines(*found: Line, ticks=((1.0, "2024"), (3.0, "2026"))):
    return lines("Perubahan", found, description="Dua garis.", ticks=ticks, language="id", unit="%")


def test_bars_are_told_in_words_and_never_longer_than_the_room_for_them() -> None:
    rows = [Row("Jambi", (Bar(44.6, "44,6%", mark=55.0),), "dasar 1.300.000"), Row("Lampung", (Bar(25.3, "25,3%"),))]
    found = bars("Cakupan", rows, description="Dua wilayah.", series={"first": "cakupan"}, marked="target")
    assert texts(found.svg) == ["Jambi", "dasar 1.300.000", "44,6%", "Lampung", "25,3%"]
    widths = [float(bar.get("width")[:-1]) for bar in ET.fromstring(found.svg).findall(f"{SVG}rect")]
    assert widths[0] == pytest.approx(56 * 44.6 / 55, abs=0.01)
    assert widths[1] == pytest.approx(56 * 25.3 / 55, abs=0.01)
    assert [words for _, words in found.legend] == ["cakupan", "target"]


def test_nothing_to_draw_is_no_error() -> None:
    empty = bars("A", [Row("B", (Bar(0.0, "0"),))], description="", series={})
    assert ET.fromstring(empty.svg).findall(f"{SVG}rect") == []
    assert texts(drawn_lines(ticks=()).svg) == ["0%", "1%"]


def test_points_of_different_lines_are_never_joined() -> None:
    first = Line("dasar A", (Point(1, 10, "10%"), Point(2, 20, "20%"), Point(3, 30, "30%")))
    alone = Line("dasar B", (Point(2, 25, "25%"),), "second")
    svg = drawn_lines(first, alone).svg
    assert svg.count(stroke("first")) == 2
    assert svg.count(stroke("second")) == 0
    assert svg.count(sign("second")) == 1


def test_figures_do_not_cover_each_other() -> None:
    crowd = [Line(str(i), (Point(2, 40 + i / 10, f"{i}"),), look) for i, look in enumerate(LOOKS)]
    svg = ET.fromstring(drawn_lines(*crowd).svg)
    ups = sorted(float(text.get("y")) for text in svg.iter(f"{SVG}text") if text.get("paint-order"))
    assert len(ups) >= 2
    assert all(later - earlier >= 13 for earlier, later in pairwise(ups))


def test_many_points_have_their_figures_in_the_table_alone() -> None:
    many = Line("bulan", tuple(Point(i, i, f"#{i}") for i in range(24)))
    assert not [text for text in texts(drawn_lines(many).svg) if text.startswith("#")]


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=8))
def test_lines_stay_within_the_picture(values: list[float]) -> None:
    found = drawn_lines(Line("a", tuple(Point(i, value, "") for i, value in enumerate(values))))
    for point in ET.fromstring(found.svg).findall(f"{SVG}svg"):
        assert 20 <= float(point.get("y")) <= found.height
        assert 0 <= float(point.get("x")[:-1]) <= 100


def test_looks_differ_without_colour() -> None:
    """Two fills have another pattern or are full and hollow; two lines have other dashes and other signs."""
    grey = {look: (fill(look).count("#fff"), look if f'id="{look}"' in patterns(LOOKS) else "") for look in LOOKS}
    for one, other in combinations(LOOKS, 2):
        assert grey[one] != grey[other]
        assert stroke(one).split("stroke-width")[1] != stroke(other).split("stroke-width")[1]
        assert sign(one).split('"')[1] != sign(other).split('"')[1]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_table_stands_behind_the_chart_and_the_picture_is_described(language) -> None:
    drawing = bars("Cakupan", [Row("Jambi", (Bar(44.6, "44,6%"),))], description="Satu wilayah.", series={"first": "a"})
    shown = chart(drawing, SHEET, language)
    assert f"<summary>{t('web.chart.table', language)}</summary><table" in shown
    assert 'alt="Cakupan. Satu wilayah."' in shown
    svg = ET.fromstring(b64decode(shown.rsplit("base64,", 1)[1].split('"')[0]))
    assert svg.get("role") == "img"
    assert [svg.find(f"{SVG}{name}").text for name in ("title", "desc")] == ["Cakupan", "Satu wilayah."]


@pytest.mark.parametrize("name", [*HOSTILE, "a\x00b\x0bc\ud800d"])
def test_hostile_names_are_text(name: str) -> None:
    drawing = bars(name, [Row(name, (Bar(1, name),), name)], description=name, series={"first": name}, marked=name)
    line = drawn_lines(Line(name, (Point(1, 1, name),)), ticks=[(1.0, name)])
    for found in (drawing, line):
        for svg in (found.svg, *(one for one, _ in found.legend)):
            tags = {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()}
            assert tags <= {"svg", "title", "desc", "defs", "pattern", "rect", "g", "path", "circle", "text", "line"}
        shown = picture(found)
        assert "<script" not in shown
        assert "<img src" not in shown
