"""Every format gives back the same villages, figures and order."""

import csv
import json
import sqlite3
from contextlib import closing

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from geodata import schema
from geodata.texts import LANGUAGES
from planner.coverage import COVERAGE, GAP
from planner.export import write
from planner.export.cells import clean, for_excel, without_formula
from planner.export.columns import for_people, for_programs, in_words, values
from planner.export.progress import ROWS_AT_ONCE
from planner.ranking import RANK
from tests.planner.export.frames import SHEETS, about, ranked

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@A1",
    "\t=1",
    "\r=1",
    "＝1",
    "{=1}",
    '=HYPERLINK("http://x.example","x")',
    "<r>x</r>",
    "_x0041_",
)
TEXTS = st.lists(
    st.one_of(
        st.text(st.characters(codec=None, exclude_categories=[]), min_size=1, max_size=30),
        st.sampled_from(FORMULAS),
        st.sampled_from(["http://x.example", "file:///etc/passwd", "007", "1E5", "TRUE", "a;b,c|d", '"', "{{7*7}}"]),
    ),
    min_size=1,
    max_size=15,
)
ROWS = ROWS_AT_ONCE + 10
MANY = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT_COLUMNS = [column.name for column in for_programs(ranked()) if not column.is_number]


def shown(frame, language):
    columns = for_people(frame)
    table = in_words(values(frame, columns), columns, language=language)
    return table.set_axis([column.heading(language) for column in columns], axis=1).reset_index(drop=True)


def assert_same_table(result, expected):
    numbers = expected.select_dtypes("number").columns
    as_floats = dict.fromkeys(numbers, "float64")
    pd.testing.assert_frame_equal(
        result.astype(as_floats), expected.astype(as_floats), check_dtype=False, rtol=0, atol=0
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_xlsx(tmp_path, language):
    frame = ranked()
    write(tmp_path / "a.xlsx", frame, about(language))
    text = {h: str for h, c in zip(shown(frame, language), for_people(frame), strict=True) if not c.is_number}
    result = pd.read_excel(tmp_path / "a.xlsx", sheet_name=SHEETS[language][0], dtype=text, engine="openpyxl")
    assert_same_table(result, shown(frame, language))


@pytest.mark.parametrize(("language", "separator", "decimal"), [("id", ";", ","), ("en", ",", ".")])
def test_csv(tmp_path, language, separator, decimal):
    frame = ranked()
    write(tmp_path / "a.csv", frame, about(language))
    text = {h: str for h, c in zip(shown(frame, language), for_people(frame), strict=True) if not c.is_number}
    read = pd.read_csv(tmp_path / "a.csv", sep=separator, decimal=decimal, dtype=text, encoding="utf-8-sig")
    assert_same_table(read.iloc[:, :-2], shown(frame, language))
    assert read.iloc[:, -2].unique().tolist() == ["2026-11-22"]
    assert read.iloc[:, -1].unique().tolist() == ["3f5a9c0e7b1d2a46"]


def test_csv_is_what_a_spreadsheet_expects(tmp_path):
    write(tmp_path / "a.csv", ranked(), about())
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith("\ufeffPeringkat;Desa/kelurahan;".encode())
    assert raw.count(b"\r\n") == raw.count(b"\n") == 4
    assert b";12345;" in raw  # nothing groups the digits
    assert b"104,123456" in raw


def read_map(path):
    return gpd.read_parquet(path) if path.suffix == ".parquet" else pyogrio.read_dataframe(path, layer="villages")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".parquet"])
def test_map_files(tmp_path, ending, language):
    frame = ranked()
    path = tmp_path / f"a{ending}"
    write(path, frame, about(language))
    result = read_map(path)
    expected = values(frame, for_programs(frame)).reset_index(drop=True)
    assert_same_table(pd.DataFrame(result.drop(columns="geometry")), expected)
    assert result.crs == schema.CRS_STORED
    assert result.geometry.isna().tolist() == [False, False, True]
    corners = [shapely.get_coordinates(shapely.normalize(g.geometry.to_numpy()[:2])) for g in (result, frame)]
    assert np.allclose(*corners, rtol=0, atol=6e-7)


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".geojson", ".gpkg", ".parquet"])
def test_order_of_rows_is_kept(tmp_path, ending):
    frame = ranked(tuple(f"Desa {n}" for n in range(ROWS))).iloc[::-1]
    path = tmp_path / f"a{ending}"
    write(path, frame, about())
    if ending == ".xlsx":
        result = pd.read_excel(path, engine="openpyxl")["Peringkat"]
    elif ending == ".csv":
        result = pd.read_csv(path, sep=";")["Peringkat"]
    else:
        result = read_map(path)[RANK]
    assert result.tolist() == list(range(ROWS, 0, -1))


def test_geojson_follows_the_standard(tmp_path):
    write(tmp_path / "a.geojson", ranked(), about())
    document = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    assert document["about"]["layer_fingerprint"] == "3f5a9c0e7b1d2a46"
    assert document["about"]["parameters"]["weights"] == {"need": 0.6}
    assert document["about"]["sources"][0]["date"] == "2024"
    first, _, last = document["features"]
    assert last["geometry"] is None
    assert last["properties"][schema.FAMILIES] is None
    ring = first["geometry"]["coordinates"][0]
    assert all(104 < x < 105 and -4 < y < -3 for x, y in ring)
    assert all(round(x, 6) == x and round(y, 6) == y for x, y in ring)
    assert shapely.is_ccw(shapely.linearrings(ring))
    assert type(first["properties"][GAP]) is int


def test_parquet_says_where_its_figures_come_from(tmp_path):
    write(tmp_path / "a.parquet", ranked(), about())
    metadata = pq.read_schema(tmp_path / "a.parquet").metadata
    said = json.loads(metadata[b"about"])
    assert said["created"] == "2026-11-22"
    assert said["sources"][1]["basis"] == "assumed"
    assert json.loads(metadata[b"geo"])["primary_column"] == "geometry"


def test_geopackage_says_where_its_figures_come_from(tmp_path):
    path = tmp_path / "a.gpkg"
    write(path, ranked(), about())
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["villages", "layer_styles"]
    info = pyogrio.read_info(path, layer="villages")
    assert json.loads(info["dataset_metadata"]["about"])["notes"][0] == "Tidak ada rumus resmi Desa Sadar."
    assert info["geometry_type"] == "MultiPolygon"
    with closing(sqlite3.connect(path)) as database:
        alias = dict(database.execute("SELECT column_name, title FROM gpkg_data_columns"))
        identifier, description = database.execute(
            "SELECT identifier, description FROM gpkg_contents WHERE table_name = 'villages'",
        ).fetchone()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert alias[GAP] == "Pekerja belum terlindungi"
    assert identifier == "Daftar uji"
    assert "Sidik data: 3f5a9c0e7b1d2a46" in description
    assert (
        "Pekerja belum terlindungi: hasil pembagian; BPS, Sakernas; 2024; https://bps.example; CC BY 4.0" in description
    )


def everywhere(texts):
    """Put the same texts into every column of texts."""
    frame = ranked(tuple(texts))
    column = pd.Series(texts, index=frame.index, dtype=object)  # pandas' own texts take no lone surrogates
    return frame.assign(**dict.fromkeys(TEXT_COLUMNS, column))


@MANY
@given(TEXTS)
def test_any_text_in_xlsx(tmp_path, texts):
    frame = everywhere(texts)
    write(tmp_path / "a.xlsx", frame, about(title=texts[0], notes=tuple(texts), fingerprint=texts[-1]))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert not any(cell.hyperlink for cell in cells)
    places = [n for n, column in enumerate(for_people(frame), start=1) if column.kind == "text"]
    for place in places:
        read = [unescape(book.worksheets[0].cell(row, place).value) for row in range(2, len(texts) + 2)]
        assert read == [for_excel(clean(text)) for text in texts]


@MANY
@given(TEXTS)
def test_any_text_in_csv(tmp_path, texts):
    frame = everywhere(texts)
    write(tmp_path / "a.csv", frame, about(fingerprint=texts[0]))
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    places = [n for n, column in enumerate(for_people(frame)) if column.kind == "text"]
    for row, text in zip(rows, texts, strict=True):
        assert {row[place] for place in places} == {without_formula(clean(text))}
    numbers = {n for n, column in enumerate(for_people(frame)) if column.is_number}
    others = [cell for row in rows for n, cell in enumerate(row) if n not in numbers]
    assert not any(cell.lstrip(' "').startswith(("=", "+", "-", "@", "\t", "\r")) for cell in others)


@MANY
@given(TEXTS)
@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".parquet"])
def test_any_text_in_map_files(tmp_path, ending, texts):
    path = tmp_path / f"a{ending}"
    write(path, everywhere(texts), about(title=texts[0], notes=tuple(texts)))
    result = read_map(path) if ending != ".geojson" else properties(path)
    for name in TEXT_COLUMNS:
        assert result[name].tolist() == [clean(text) for text in texts]


def properties(path):
    """Read GeoJSON as the standard says; GDAL turns texts that look like dates or JSON into something else."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return pd.DataFrame([feature["properties"] for feature in features])


def test_coverage_is_in_percent_everywhere(tmp_path):
    frame = ranked()
    for ending in (".xlsx", ".parquet"):
        write(tmp_path / f"a{ending}", frame, about("en"))
    expected = frame[COVERAGE].tolist()
    assert pd.read_excel(tmp_path / "a.xlsx", engine="openpyxl")["BPU coverage (%)"].tolist() == expected
    assert read_map(tmp_path / "a.parquet")[COVERAGE].tolist() == expected
