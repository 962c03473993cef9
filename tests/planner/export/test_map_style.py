"""The colours of a file for maps: every village in one class, told in the legend."""

import re
import sqlite3
from contextlib import closing
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.schema import basis
from planner.choropleth import RAMP
from planner.coverage import GAP
from planner.export import write
from planner.export.classes import Band, band_of, bands
from planner.export.column_notes import heading_with_unit
from planner.export.columns import COLUMNS
from tests.planner.export.frames import about, ranked
from tests.planner.export.readers import KML

OGC = "{http://www.opengis.net/ogc}"
SLD = "{http://www.opengis.net/sld}"
FIGURES = st.lists(st.one_of(st.integers(0, 50_000), st.none()), max_size=60)


def listed(figures):
    return pd.DataFrame({GAP: pd.Series(figures, dtype="Float64")})


@given(FIGURES, st.randoms())
def test_every_figure_is_in_one_class_whatever_the_order(figures, random):
    found = bands(listed(figures))
    assert len(found) <= len(RAMP)
    assert [band.step for band in found] == list(range(len(found)))
    assert sorted({band.fill for band in found}, key=RAMP.index) == [band.fill for band in found]
    for figure, step in zip(figures, band_of(listed(figures)[GAP], found), strict=True):
        held = [band.step for band in found if figure is not None and band.low <= figure <= band.high]
        assert held == ([] if figure is None else [step])
    mixed = random.sample(figures, len(figures))
    assert bands(listed(mixed)) == found


def test_a_list_without_figures_has_no_classes():
    assert bands(pd.DataFrame({"rank": [1]})) == ()
    assert bands(listed([None, None])) == ()


def test_one_figure_alone_has_the_middle_colour():
    assert bands(listed([7, 7])) == (Band(0, RAMP[2], 7, 7, is_estimate=True),)


def test_only_a_class_of_observed_figures_is_no_estimate():
    frame = listed([1, 2, 3, 4, 5]).assign(**{basis(GAP): ["observed", "assumed", "observed", None, "observed"]})
    assert [band.is_estimate for band in bands(frame)] == [False, True, False, True, False]
    assert bands(frame)[0].told("id") == "1 pekerja belum terlindungi"
    assert bands(frame)[1].told("en") == "2 uncovered workers (estimated)"


@pytest.fixture
def style(tmp_path):
    frame = ranked(tuple("ABCDEFGHIJ"))
    write(tmp_path / "a.gpkg", frame, about())
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as database:
        database.row_factory = sqlite3.Row
        rows = database.execute("SELECT * FROM layer_styles").fetchall()
        geometry = database.execute("SELECT column_name FROM gpkg_geometry_columns").fetchone()[0]
    assert len(rows) == 1
    row = dict(rows[0])
    assert (row["f_table_name"], row["f_geometry_column"], row["useAsDefault"]) == ("villages", geometry, 1)
    return frame, row


def test_qgis_colours_the_villages_by_their_gap(style):
    frame, row = style
    renderer = ET.fromstring(row["styleQML"]).find("renderer-v2")
    assert (renderer.get("type"), renderer.get("attr")) == ("graduatedSymbol", GAP)
    ranges = renderer.findall("ranges/range")
    for gap in frame[GAP]:
        assert sum(float(r.get("lower")) <= gap <= float(r.get("upper")) for r in ranges) == 1
    assert ranges[0].get("label") == "12.336–12.337 pekerja belum terlindungi (perkiraan)"
    symbols = {symbol.get("name"): symbol for symbol in renderer.findall("symbols/symbol")}
    colours = [symbols[r.get("symbol")].find("layer/Option/Option[@name='color']").get("value") for r in ranges]
    assert colours == [f"{int(c[1:3], 16)},{int(c[3:5], 16)},{int(c[5:], 16)},255" for c in RAMP]


def test_headings_are_aliases_and_the_only_expression_is_our_own(style):
    _, row = style
    root = ET.fromstring(row["styleQML"])
    assert {a.get("field"): a.get("name") for a in root.iter("alias")}[GAP] == "Pekerja belum terlindungi"
    assert re.findall(r"\[%.*?%\]", "".join(root.itertext())) == [root.findtext("mapTip")]


def test_other_programs_get_the_same_classes_and_villages_without_a_figure(style):
    _, row = style
    rules = list(ET.fromstring(row["styleSLD"]).iter(f"{SLD}Rule"))
    between = [rule.find(f".//{OGC}PropertyIsBetween") for rule in rules]
    assert [b is not None for b in between] == [True] * 5 + [False]
    assert [e.text for e in between[0].iter(f"{OGC}Literal")] == ["12336", "12337"]
    assert rules[-1].find(f".//{OGC}PropertyIsNull/{OGC}PropertyName").text == GAP
    assert rules[-1].findtext(f"{SLD}Title") == "tanpa angka"


def test_a_list_without_gaps_has_no_style(tmp_path):
    write(tmp_path / "a.gpkg", ranked().drop(columns=GAP), about())
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as database:
        names = {name for (name,) in database.execute("SELECT table_name FROM gpkg_contents")}
    assert names == {"villages"}


def test_kml_has_the_same_colours(tmp_path):
    frame = ranked(tuple("ABCDEFGHIJ"))
    frame[GAP] = frame[GAP].astype("Float64").where(np.arange(len(frame)) > 0)
    write(tmp_path / "a.kml", frame, about())
    root = ET.parse(tmp_path / "a.kml").getroot()
    fills = {style.get("id"): style.findtext(f"{KML}PolyStyle/{KML}color") for style in root.iter(f"{KML}Style")}
    assert fills["class0"] == "b238e8fe"  # #fee838 at 70 percent: opacity, blue, green, red
    used = [mark.findtext(f"{KML}styleUrl") for mark in root.iter(f"{KML}Placemark")]
    assert (used[0], used[1], used[-1]) == ("#nothing", "#class4", "#class0")
    assert set(used) <= {f"#{name}" for name in fills}


def test_a_unit_is_told_once():
    headings = [heading_with_unit(column, about("id")) for column in COLUMNS]
    assert "Luas (km²)" in headings
    assert "Cakupan BPU (%)" in headings
    assert "Pekerja belum terlindungi (orang)" in headings
