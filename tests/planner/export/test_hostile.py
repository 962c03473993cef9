"""Text of villages and uploads that tries to break out stays text, in every format."""

import csv
import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from html import unescape
from xml.etree import ElementTree as ET

import pandas as pd
import pyogrio
import pytest

from geodata import schema
from planner.export import Source, write
from planner.export.cells import clean, without_formula
from planner.export.columns import for_programs
from planner.export.plain_sheet import PlainSheet
from tests.planner.export.frames import about, ranked
from tests.planner.export.readers import GPX, KML, READERS, read_back
from tests.web.conftest import HOSTILE

PAYLOADS = (
    *HOSTILE,
    "[% eval('1') %] @qgis_version",  # runs where QGIS takes a text for a template
    "$[geDirections]",  # filled in where Google Earth takes a text for a template
    "' || (SELECT 1) || '",
    "of:=SUM([.A1])",
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "1E5",
)
FRAME = ranked(PAYLOADS)
TEXTS = [column.name for column in for_programs(FRAME) if not column.is_number]
EVERYWHERE = FRAME.assign(**{name: pd.Series(PAYLOADS, FRAME.index, dtype=object) for name in TEXTS})
KEPT = [clean(text) for text in PAYLOADS]
SAID = about(
    title=HOSTILE[3],
    fingerprint="=1+1",
    notes=PAYLOADS,
    parameters={name: name for name in PAYLOADS},
    sources=tuple(Source(text, "assumed", text, text, text, text, text) for text in PAYLOADS),
    appendix=tuple(PlainSheet(text, PAYLOADS, [PAYLOADS]) for text in PAYLOADS),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    for ending in READERS:
        write(folder / f"a{ending}", EVERYWHERE, SAID)
    return folder


@pytest.mark.parametrize("ending", READERS)
def test_text_comes_back_as_it_was(files, ending):
    table = read_back(files / f"a{ending}", EVERYWHERE, "id")
    kept = [without_formula(text) for text in KEPT] if ending == ".csv" else KEPT
    for name in [name for name in TEXTS if name in table]:
        assert table[name].tolist() == kept, name


def test_no_cell_of_a_spreadsheet_is_a_formula_or_a_link(files):
    with zipfile.ZipFile(files / "a.ods") as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
    for name, content in parts.items():
        ET.fromstring(content)
        assert "ENTITY" not in re.sub(r"&lt;.*?&gt;", "", content), name
    content = parts["content.xml"]
    tags = set(re.findall(r"<([a-z]+:[a-z-]+)", content))
    assert not tags & {
        "text:a",
        "office:script",
        "office:scripts",
        "office:event-listeners",
        "table:dde-links",
        "draw:object",
    }
    assert not re.search(r"<[^>]*\s(table:formula|xlink:href|table:condition)=", content)
    assert set(re.findall(r'office:value-type="(\w+)"', content)) == {"string", "float"}
    with zipfile.ZipFile(files / "a.xlsx") as archive:
        sheets = "".join(
            archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")
        )
    assert not re.search(r"<f[ >]|<hyperlink|externalLink", sheets)


def test_no_cell_of_a_csv_is_run(files):
    rows = list(csv.reader(io.StringIO((files / "a.csv").read_bytes().decode("utf-8-sig"), newline=""), delimiter=";"))
    numbers = re.compile(r"-?[\d,]*")
    assert not [
        c for row in rows for c in row if c.lstrip(' "')[:1] in tuple("=+-@\t\r") and not numbers.fullmatch(c) and c
    ]


def test_nothing_in_kml_is_html_or_filled_in(files):
    root = ET.fromstring((files / "a.kml").read_bytes())
    assert {e.tag for e in root.iter()} <= {f"{KML}{tag}" for tag in _KML_TAGS}
    for told in root.iter(f"{KML}description"):
        html = told.text
        assert set(re.findall(r"<[^>]*>", html)) <= {"<br/>"}
        assert "$" not in html  # no entity of Google Earth
    assert {text.text for text in root.iter(f"{KML}text")} == {"$[description]"}  # no balloon shows a name
    assert unescape(next(root.iter(f"{KML}Placemark")).findtext(f"{KML}description")).startswith(KEPT[0])
    assert not list(root.iter(f"{KML}href"))


def test_nothing_in_gpx_is_markup(files):
    root = ET.fromstring((files / "a.gpx").read_bytes())
    points = list(root.iter(f"{GPX}wpt"))
    assert [point.findtext(f"{GPX}name") for point in points] == KEPT
    assert not [e for e in root.iter() if e.tag in {f"{GPX}link", f"{GPX}url"}]


def test_geojson_within_a_page_opens_no_tag(files):
    text = (files / "a.geojson").read_text(encoding="utf-8")
    assert "<" not in text
    assert json.loads(text)["about"]["notes"] == KEPT


def test_nothing_of_the_data_is_in_the_style(files, tmp_path):
    """QGIS evaluates what stands in a style: hostile villages and plain ones have the same one."""
    write(tmp_path / "plain.gpkg", FRAME.assign(**{schema.VILLAGE_NAME: "Desa"}), about())
    styles = []
    for path in (files / "a.gpkg", tmp_path / "plain.gpkg"):
        with closing(sqlite3.connect(path)) as database:
            styles.append(database.execute("SELECT * FROM layer_styles").fetchall())
            assert not database.execute("SELECT 1 FROM sqlite_master WHERE sql LIKE '%owned%'").fetchall()
    assert without_marks(styles[0]) == without_marks(styles[1])


def test_what_qgis_shows_of_a_layer_opens_no_tag(files):
    with closing(sqlite3.connect(files / "a.gpkg")) as database:
        shown = database.execute("SELECT identifier, description FROM gpkg_contents").fetchall()
    assert "＜script>document.title" in shown[0][0]
    assert not any("<" in text for row in shown for text in row)
    assert "<" not in pyogrio.read_info(files / "a.fgb")["layer_metadata"]["TITLE"]


def without_marks(rows):
    """The rows of a style without the word for estimates, which the basis of a figure decides."""
    return [[text.replace(" (perkiraan)", "") if isinstance(text, str) else text for text in row] for row in rows]


_KML_TAGS = {
    *(
        "kml",
        "Document",
        "name",
        "open",
        "description",
        "Style",
        "LineStyle",
        "PolyStyle",
        "BalloonStyle",
        "text",
        "color",
    ),
    *("width", "Schema", "SimpleField", "displayName", "ExtendedData", "Data", "value", "Placemark", "styleUrl"),
    *("SchemaData", "SimpleData", "MultiGeometry", "Polygon", "outerBoundaryIs", "innerBoundaryIs", "LinearRing"),
    *("coordinates", "Point"),
}
