"""Outlines that a user brings: what is read, what is refused, and in which words."""

import json
import re
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geodata.errors import DataError, MachineError
from geodata.readers import vector
from geodata.readers.vector import Limits, check, copies, read_outlines
from geodata.readers.vector.child import attributes
from geodata.readers.vector.rows import DUPLICATE, check_rows
from geodata.readers.vector.sandbox import Source
from geodata.readers.vector.shapes import place_shapes
from geodata.texts import load

CODES = ["16.02.03.2001", "16.02.03.2002", "16.02.04.1001"]
NAMES = ["Sukamaju", "Tanjung Raja", "Kayu Agung"]
HOLED = Polygon([(104, -3), (105, -3), (105, -2), (104, -2)], [[(104.2, -2.8), (104.4, -2.8), (104.4, -2.6)]])
SHAPES = [HOLED, box(105, -3, 106, -2), MultiPolygon([box(106, -3, 107, -2), box(108, -3, 109, -2)])]
BOWTIE = Polygon([(104, -3), (105, -2), (105, -3), (104, -2)])


def villages(shapes=SHAPES, *, crs=4326, **columns):
    columns = {"kode": CODES[: len(shapes)], "nama": NAMES[: len(shapes)]} | columns
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def parquet(folder, frame=None):
    path = folder / "desa.parquet"
    with np.errstate(invalid="ignore"):
        (villages() if frame is None else frame).to_parquet(path)
    return path


def geojson(folder, features, **members):
    path = folder / "desa.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features} | members))
    return path


def feature(geometry, code=CODES[0], name="Sukamaju"):
    return {"type": "Feature", "properties": {"kode": code, "nama": name}, "geometry": geometry}


def polygon(*ring):
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


SQUARE = polygon([104, -3], [105, -3], [105, -2])


def shapefile(folder, frame=None, name="desa"):
    path = folder / f"{name}.shp"
    (villages() if frame is None else frame).to_file(path)
    return path


def zipped(folder, *files, target="desa.zip"):
    with zipfile.ZipFile(folder / target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"Batas/{file.stem}{file.suffix.upper()}")
    return folder / target


def shapefile_zip(folder, without=(), names=("desa",)):
    inner = folder / "inner"
    inner.mkdir()
    for name in names:
        shapefile(inner, name=name)
    return zipped(folder, *sorted(p for p in inner.iterdir() if p.suffix not in without))


def geopackage(folder, frame=None, layers=("desa",)):
    path = folder / "desa.gpkg"
    for layer in layers:
        (villages() if frame is None else frame).to_file(path, layer=layer)
    return path


def kml(folder, body, name="desa.kml"):
    path = folder / name
    path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>')
    return path


def placemark(code, name, geometry="<Point><coordinates>104,-3</coordinates></Point>"):
    data = f'<ExtendedData><Data name="kode"><value>{code}</value></Data></ExtendedData>'
    return f"<Placemark><name>{name}</name>{data}{geometry}</Placemark>"


def kml_polygon(ring):
    ring = f"<LinearRing><coordinates>{ring}</coordinates></LinearRing>"
    return f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def cut(path, share=0.6):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


# ------------------------------------------------------------- what is read

WRITERS = {
    "gpkg": geopackage,
    "geojson": lambda d: villages().to_file(d / "desa.geojson") or d / "desa.geojson",
    "geoparquet": parquet,
    "flatgeobuf": lambda d: villages().to_file(d / "desa.fgb", SPATIAL_INDEX="NO") or d / "desa.fgb",
    "shapefile": shapefile,
    "shapefile_zip": shapefile_zip,
    "kml": lambda d: villages().to_file(d / "desa.kml", driver="LIBKML") or d / "desa.kml",
    "kmz": lambda d: zipped(d, WRITERS["kml"](d), target="desa.kmz"),
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_every_format_gives_the_same_outlines(tmp_path, write):
    reading = read_outlines(write(tmp_path))
    frame = reading.frame
    assert isinstance(frame, gpd.GeoDataFrame)
    assert list(frame.columns) == ["village_code", "village_name", "geometry"]
    assert frame["village_code"].tolist() == CODES
    assert frame["village_name"].tolist() == NAMES
    assert frame.crs == "EPSG:4326"
    assert not frame.geometry.has_z.any()
    assert frame.geometry.geom_equals_exact(gpd.GeoSeries(SHAPES, crs=4326), 1e-9).all() or all(
        a.equals(b) for a, b in zip(frame.geometry, SHAPES, strict=True)
    )
    assert reading.total == 3


def test_metres_are_brought_to_degrees(tmp_path, at_once):
    frame = read_outlines(geopackage(tmp_path, villages().to_crs(32748))).frame
    assert shapely.hausdorff_distance(frame.geometry.to_numpy(), np.array(SHAPES)).max() < 1e-8


def test_geojson_with_a_named_crs_is_brought_to_degrees(tmp_path, at_once):
    metres = villages(SHAPES[1:2]).to_crs(32748)
    features = [feature(shapely.geometry.mapping(metres.geometry[0]))]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32748"}}
    report = check(geojson(tmp_path, features, crs=crs))
    assert report.crs == "EPSG:32748"
    assert report.bounds == pytest.approx((105, -3, 106, -2), abs=1e-8)


def test_single_feature_is_read(tmp_path, at_once):
    path = written(tmp_path, "desa.json", json.dumps(feature(SQUARE)))
    assert len(read_outlines(path).frame) == 1


def test_folders_of_a_kml_are_read_together_and_one_can_be_chosen(tmp_path):
    shape = kml_polygon("104,-3,7 105,-3,7 105,-2,7 104,-3,7")
    folders = "".join(
        f"<Folder><name>F{i}</name>{placemark(code, NAMES[i], shape)}</Folder>" for i, code in enumerate(CODES)
    )
    path = kml(tmp_path, folders)
    assert read_outlines(path).frame["village_code"].tolist() == CODES
    chosen = check(path, layer="F1")
    assert (chosen.layer, chosen.layers, chosen.accepted) == ("F1", ("F0", "F1", "F2"), 1)


def test_kml_outline_that_crosses_itself_is_accepted(tmp_path):
    shape = kml_polygon(" ".join(f"{x},{y}" for x, y in BOWTIE.exterior.coords))
    report = check(kml(tmp_path, placemark(CODES[0], "Sukamaju", shape)))
    assert (report.accepted, report.invalid) == (1, 1)


@pytest.mark.parametrize(
    "values",
    [
        ["1602032001", "1602032002", "1602041001"],
        [1602032001, 1602032002, 1602041001],
        [1602032001.0, 1602032002.0, 1602041001.0],
        ["1602032001.0", " 1602032002 ", "16.02.04.1001"],
    ],
    ids=["digits", "integer", "float", "mixed"],
)
def test_codes_are_written_with_dots(tmp_path, at_once, values):
    assert read_outlines(parquet(tmp_path, villages(kode=values))).frame["village_code"].tolist() == CODES


def test_a_layer_of_a_geopackage_can_be_chosen(tmp_path, at_once):
    path = geopackage(tmp_path, layers=("desa", "desa_lama"))
    report = check(path, layer="desa_lama")
    assert (report.layer, report.layers) == ("desa_lama", ("desa", "desa_lama"))


def test_the_layer_with_polygons_is_taken_where_only_one_has_them(tmp_path, at_once):
    path = geopackage(tmp_path)
    villages([Point(104, -3)]).to_file(path, layer="kantor")
    assert check(path).layer == "desa"


def test_a_shapefile_of_several_in_a_zip_can_be_chosen(tmp_path):
    assert len(read_outlines(shapefile_zip(tmp_path, names=("desa", "lama")), layer="lama").frame) == 3


def test_a_kml_of_several_in_a_zip_can_be_chosen(tmp_path):
    shape = kml_polygon("104,-3 105,-3 105,-2 104,-3")
    files = [kml(tmp_path, placemark(CODES[i], NAMES[i], shape), f"{name}.kml") for i, name in enumerate("ab")]
    assert read_outlines(zipped(tmp_path, *files), layer="b").frame["village_code"].tolist() == [CODES[1]]


def test_regions_leave_other_villages_out(tmp_path, at_once):
    codes = ["16.02.03.2001", "16.21.01.2001", "15.02.01.2001"]
    path = parquet(tmp_path, villages(kode=codes))
    assert read_outlines(path, regions=["16.02", "15"]).frame["village_code"].tolist() == [codes[0], codes[2]]


def test_counts_are_mapped(tmp_path, at_once):
    path = parquet(tmp_path, villages(PENDUDUK=[1200.0, None, 7.0]))
    frame = read_outlines(path, columns={"population": "PENDUDUK"}).frame
    assert frame["population"].tolist() == [1200, pd.NA, 7]
    assert frame["population"].dtype == "Int64"


# ------------------------------------------------------------- which columns


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["KDEPUM", "WADMKD"], ["KDEPUM", "WADMKD"]),
        (["Kode_Desa", "Nama Desa"], ["Kode_Desa", "Nama Desa"]),
        (["iddesa", "DESA"], ["iddesa", "DESA"]),
        (["kode_kel", "NAMOBJ"], ["kode_kel", "NAMOBJ"]),
        (["village_co", "village_na"], ["village_co", "village_na"]),
        (["KDCPUM", "nama"], ["KDCPUM", "nama"]),
        (["ADM4_PCODE", "ADM4_EN"], ["ADM4_PCODE", "ADM4_EN"]),
    ],
    ids=lambda value: value[0],
)
def test_usual_names_are_recognised(tmp_path, at_once, columns, expected):
    frame = villages().rename(columns=dict(zip(["kode", "nama"], columns, strict=True)))
    frame["OBJECTID"] = [1, 2, 3]
    mapping = check(parquet(tmp_path, frame)).mapping
    assert mapping == dict(zip(["village_code", "village_name"], expected, strict=True))


def test_the_values_decide_between_usual_names(tmp_path, at_once):
    frame = villages(KDCPUM=["16.02.03", "16.02.03", "16.02.04"], desa=["1", "2", "3"])
    assert check(parquet(tmp_path, frame)).mapping == {"village_code": "kode", "village_name": "nama"}


def test_two_columns_that_say_the_same_are_no_question(tmp_path, at_once):
    frame = villages(NAMOBJ=["SUKAMAJU", None, "Kayu Agung"], WADMKD=NAMES).drop(columns="nama")
    assert check(parquet(tmp_path, frame)).mapping["village_name"] == "NAMOBJ"


# ------------------------------------------------------------- what is refused as a whole


def unreadable(folder, monkeypatch):
    path = written(folder, "desa.geojson", "{}")

    def deny(*_, **__):
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "open", deny)
    return path


def password_zip(folder):
    path = shapefile_zip(folder)
    content = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for match in re.finditer(re.escape(sign), bytes(content)):
            content[match.start() + offset] |= 1
    return written(folder, "desa.zip", bytes(content))


def sql(path, statement):
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()
    return path


def zip_with_long_directory(folder):
    content = shapefile_zip(folder).read_bytes()
    at = content.rindex(b"PK\x05\x06") + 12
    return written(folder, "desa.zip", content[:at] + (10**6).to_bytes(4, "little") + content[at + 4 :])


def reworded(path, change):
    """Change the GeoParquet metadata of a file."""
    table = pq.read_table(path)
    geo = change(json.loads(table.schema.metadata[b"geo"]))
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo).encode()} if geo else {}), path)
    return path


def set_column(**values):
    def change(geo):
        geo["columns"]["geometry"] |= values
        return geo

    return change


def swapped(frame=None):
    frame = villages() if frame is None else frame
    return frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=frame.crs)


POINTS = {"type": "Point", "coordinates": [104, -3]}
LOCAL_CRS = {"type": "EngineeringCRS", "name": "site", "datum": {"type": "EngineeringDatum", "name": "site"}}
LOCAL_CRS["coordinate_system"] = {
    "subtype": "Cartesian",
    "axis": [
        {"name": n, "abbreviation": n, "direction": d, "unit": "metre"} for n, d in (("x", "east"), ("y", "north"))
    ],
}
BPS_CODES = ["1602030001", "1602030002", "1602040001"]

REFUSED = {
    "missing_file": (lambda d: d / "desa.gpkg", {}, "vector.missing_file", "no file desa.gpkg"),
    "directory": (lambda d: d, {}, "vector.not_a_file", "regular file"),
    "empty_file": (lambda d: written(d, "desa.gpkg", ""), {}, "vector.empty_file", "0 bytes"),
    "unknown_ending": (lambda d: written(d, "desa.gml", "<gml/>"), {}, "vector.format_unknown", r"\.gpkg, \.geojson"),
    "too_large": (parquet, {"limits": Limits(file_bytes=999)}, "vector.too_large", "at most 1 MB"),
    "csv_called_gpkg": (
        lambda d: written(d, "desa.gpkg", "kode,nama\n16.02.03.2001,A\n"),
        {},
        "vector.content_other",
        "should be SQLite but is CSV",
    ),
    "html_called_geojson": (
        lambda d: written(d, "desa.geojson", "<!DOCTYPE html><html>Login</html>"),
        {},
        "vector.content_other",
        "should be JSON but is HTML",
    ),
    "pdf_called_kml": (lambda d: written(d, "desa.kml", "%PDF-1.7"), {}, "vector.content_other", "XML but is PDF"),
    "rar_called_zip": (lambda d: written(d, "desa.zip", "Rar!\x1a"), {}, "vector.content_other", "ZIP but is RAR"),
    "noise": (lambda d: written(d, "desa.fgb", b"\x01\x02\x03\x04"), {}, "vector.content_unknown", "FlatGeobuf"),
    "xml_not_kml": (lambda d: written(d, "desa.kml", "<gpx></gpx>"), {}, "vector.content_other", "XML gpx"),
    "broken_xml": (lambda d: written(d, "desa.kml", "<>"), {}, "vector.damaged", "damaged or cut short"),
    "truncated_zip": (lambda d: cut(shapefile_zip(d)), {}, "vector.zip_broken", "damaged"),
    "zip_directory_outside": (zip_with_long_directory, {}, "vector.zip_broken", "damaged"),
    "zip_two_shapefiles": (
        lambda d: shapefile_zip(d, names=("desa", "lama")),
        {},
        "vector.zip_several",
        "Batas/desa, Batas/lama",
    ),
    "zip_without_dbf": (lambda d: shapefile_zip(d, without=(".dbf",)), {}, "vector.part_missing", r"\.dbf missing"),
    "zip_without_shx": (lambda d: shapefile_zip(d, without=(".shx",)), {}, "vector.part_missing", r"\.shx missing"),
    "zip_without_prj": (lambda d: shapefile_zip(d, without=(".prj",)), {}, "vector.no_prj", r"no \.prj"),
    "zip_password": (password_zip, {}, "vector.zip_password", "has a password"),
    "zip_of_csv": (
        lambda d: zipped(d, written(d, "desa.csv", "kode")),
        {},
        "vector.zip_nothing",
        r"no Shapefile \(\.shp\) or KML",
    ),
    "zip_empty_shp": (
        lambda d: zipped(d, *(written(d, f"a{e}", "") for e in (".shp", ".shx", ".dbf", ".prj"))),
        {},
        "vector.empty_file",
        "Batas/a.shp",
    ),
    "zip_empty_dbf": (
        lambda d: zipped(d, shapefile(d), d / "desa.shx", d / "desa.prj", written(d, "desa.dbf", "")),
        {},
        "vector.empty_file",
        r"Batas/desa\.dbf is empty",
    ),
    "shp_without_parts": (
        lambda d: written(d, "desa.shp", b"\x00\x00\x27\x0a" + bytes(96)),
        {},
        "vector.part_missing",
        r"\.shx, \.dbf missing",
    ),
    "truncated_shp": (lambda d: cut(shapefile(d), 0.9), {}, "vector.damaged", "File desa.shp is damaged or cut short"),
    "truncated_dbf": (
        lambda d: [shapefile(d), cut(d / "desa.dbf", 0.9)][0],
        {},
        "vector.damaged",
        r"File desa\.dbf is damaged or cut short",
    ),
    "truncated_shp_in_zip": (
        lambda d: zipped(d, cut(shapefile(d), 0.9), *(d / f"desa{e}" for e in (".shx", ".dbf", ".prj"))),
        {},
        "vector.damaged",
        r"File desa\.zip/Batas/desa\.shp is damaged",
    ),
    "shp_of_nothing": (
        lambda d: [shapefile(d), written(d, "desa.dbf", "x")][0],
        {},
        "vector.damaged",
        r"File desa\.dbf is damaged",
    ),
    "truncated_gpkg": (lambda d: cut(geopackage(d)), {}, "vector.damaged", "damaged or cut short"),
    "gpkg_without_features": (
        lambda d: sql(geopackage(d), "DELETE FROM gpkg_contents"),
        {},
        "vector.no_layers",
        "no layer with geometry",
    ),
    "sqlite_not_gpkg": (
        lambda d: sql(d / "desa.gpkg", "CREATE TABLE a (b)"),
        {},
        "vector.no_layers",
        "no layer with geometry",
    ),
    "gpkg_several_layers": (
        lambda d: geopackage(d, layers=("desa", "lama")),
        {},
        "vector.several_layers",
        "several layers: desa, lama",
    ),
    "gpkg_layer_unknown": (geopackage, {"layer": "x"}, "vector.layer_unknown", "no layer x .* It has: desa"),
    "gpkg_without_crs": (
        lambda d: sql(geopackage(d), "UPDATE gpkg_geometry_columns SET srs_id = -1"),
        {},
        "vector.no_crs",
        "names no coordinate system",
    ),
    "truncated_json": (
        lambda d: written(d, "desa.geojson", '{"type": "FeatureCollection",\n "features": [{"type": "Feat'),
        {},
        "vector.json_broken",
        "line 2, column 24",
    ),
    "json_cut_after_a_feature": (
        lambda d: cut(geojson(d, [feature(SQUARE)] * 3), 0.98),
        {},
        "vector.json_broken",
        "line 1, column",
    ),
    "json_with_trailer": (
        lambda d: written(d, "desa.geojson", '{"type":"FeatureCollection","features":[]} x'),
        {},
        "vector.json_broken",
        "line 1, column 44",
    ),
    "json_list": (lambda d: written(d, "desa.geojson", "[1, 2]"), {}, "vector.json_broken", "line 1, column 1"),
    "json_not_geojson": (lambda d: written(d, "desa.json", '{"desa": 1}'), {}, "vector.not_geojson", "it holds: desa"),
    "map_service_error": (
        lambda d: written(d, "desa.geojson", '{"error": {"code": 400}}'),
        {},
        "vector.not_geojson",
        "it holds: error.*f=geojson",
    ),
    "esri_json": (
        lambda d: written(d, "desa.json", '{"geometryType":"p","features":[{"attributes":{},"geometry":{}}]}'),
        {},
        "vector.not_geojson",
        "f=geojson",
    ),
    "json_latin_1": (lambda d: written(d, "desa.json", b'{"a": "\xe9"}'), {}, "vector.text_encoding", "UTF-8"),
    "geojson_crs_unknown": (
        lambda d: geojson(d, [feature(SQUARE)], crs={"type": "name", "properties": {"name": "lokal"}}),
        {},
        "vector.geojson_crs",
        "no EPSG name",
    ),
    "geojson_crs_absent_from_epsg": (
        lambda d: geojson(d, [feature(SQUARE)], crs={"type": "name", "properties": {"name": "EPSG:999999"}}),
        {},
        "vector.crs_unknown",
        "EPSG:999999",
    ),
    "parquet_without_geo": (
        lambda d: reworded(parquet(d), lambda _: None),
        {},
        "vector.parquet_no_geo",
        "no GeoParquet metadata",
    ),
    "parquet_of_other_encoding": (
        lambda d: reworded(parquet(d), set_column(encoding="polygon")),
        {},
        "vector.parquet_encoding",
        "as polygon",
    ),
    "parquet_without_crs": (
        lambda d: reworded(parquet(d), set_column(crs=None)),
        {},
        "vector.no_crs",
        "names no coordinate system",
    ),
    "parquet_of_local_crs": (
        lambda d: reworded(parquet(d), set_column(crs=LOCAL_CRS)),
        {},
        "vector.crs_unknown",
        "cannot be used: site",
    ),
    "truncated_parquet": (lambda d: cut(parquet(d)), {}, "vector.damaged", "damaged or cut short"),
    "points": (lambda d: geojson(d, [feature(POINTS)] * 2), {}, "vector.no_polygons", "only Point"),
    "axes_swapped": (lambda d: parquet(d, swapped()), {}, "vector.axes_swapped", "swapped in file desa.parquet"),
    "axes_swapped_geojson": (
        lambda d: geojson(d, [feature(polygon([-3, 104], [-3, 105], [-2, 105]))]),
        {},
        "vector.axes_swapped",
        "bounds: -3 104 -2 105",
    ),
    "metres_as_degrees": (
        lambda d: parquet(d, villages().to_crs(32748).set_crs(4326, allow_override=True)),
        {},
        "vector.metres_as_degrees",
        "look like metres",
    ),
    "degrees_as_metres": (lambda d: parquet(d, villages(crs=32748)), {}, "vector.degrees_as_metres", "like degrees"),
    "outside_indonesia": (
        lambda d: parquet(d, villages([box(10, 50, 11, 51)])),
        {},
        "vector.outside",
        "outside Indonesia.*10 50 11 51.*WGS 84",
    ),
    "no_rows": (lambda d: geojson(d, []), {}, "vector.no_rows", "single row"),
    "no_columns": (
        lambda d: geojson(d, [{"type": "Feature", "properties": None, "geometry": SQUARE}]),
        {},
        "vector.columns_missing",
        "village_code",
    ),
    "columns_missing": (
        lambda d: parquet(d, villages().rename(columns={"kode": "no", "nama": "x"})),
        {},
        "vector.columns_missing",
        "Its columns: no, x. Say which one it is, as in village_code=COLUMN_NAME",
    ),
    "columns_several": (
        lambda d: parquet(d, villages(NAMOBJ=["A1", "Bi", "Ce"], DESA=NAMES)),
        {},
        "vector.columns_several",
        "village_name but differ: NAMOBJ, DESA",
    ),
    "mapping_to_nothing": (parquet, {"columns": {"village": "kode"}}, "vector.mapping_unknown", "no target column"),
    "mapping_from_nothing": (
        parquet,
        {"columns": {"village_code": "KODE"}},
        "vector.mapping_column",
        "no column KODE for village_code. Its columns: kode, nama",
    ),
    "bps_codes": (lambda d: parquet(d, villages(kode=BPS_CODES)), {}, "vector.codes_bps", "kode .* holds BPS codes"),
    "bps_pcodes": (
        lambda d: parquet(d, villages(kode=[f"ID{c}" for c in BPS_CODES])),
        {},
        "vector.codes_bps",
        "cross the codes",
    ),
    "too_many_rows": (parquet, {"limits": Limits(rows=2)}, "vector.too_many_rows", "more than 2 rows"),
    "too_many_rows_geojson": (
        lambda d: geojson(d, [feature(SQUARE)] * 3),
        {"limits": Limits(rows=2)},
        "vector.too_many_rows",
        "more than 2 rows",
    ),
    "too_many_vertices": (parquet, {"limits": Limits(vertices=20)}, "vector.too_many_vertices", "more than 20 vert"),
    "far_too_many_vertices": (
        lambda d: parquet(d, villages([Point(105, -3).buffer(1, 5000)])),
        {"limits": Limits(vertices=20, rows=2)},
        "vector.too_many_vertices",
        "more than 20 vert",
    ),
    "too_many_columns": (parquet, {"limits": Limits(columns=2)}, "vector.too_many_columns", "has 3 columns, at most 2"),
    "no_good_code": (
        lambda d: parquet(d, villages(kode=["16.02.03", "16.02.04", "x"])),
        {},
        "vector.nothing_accepted",
        "None of the 3 rows.*2 × This code is of a province",
    ),
    "no_outline": (
        lambda d: geojson(d, [feature(None), feature({"type": "Polygon", "coordinates": []})]),
        {},
        "vector.nothing_accepted",
        "2 × The outline is empty",
    ),
}
REFUSED_BY_GDAL = {
    "kml_of_points": (
        lambda d: kml(d, placemark(CODES[0], "A")),
        {},
        "vector.no_polygons",
        "only Point",
    ),
    "kml_without_placemarks": (lambda d: kml(d, ""), {}, "vector.no_layers", "no layer with geometry"),
    "kml_layer_unknown": (
        lambda d: kml(d, placemark(CODES[0], "A")),
        {"layer": "x"},
        "vector.layer_unknown",
        "no layer x",
    ),
    "truncated_kml": (lambda d: cut(kml(d, placemark(CODES[0], "A"))), {}, "vector.damaged", "damaged or cut short"),
    "truncated_flatgeobuf": (lambda d: cut(WRITERS["flatgeobuf"](d)), {}, "vector.damaged", "damaged or cut short"),
    "shp_of_points": (
        lambda d: shapefile(d, villages([Point(104, -3)])),
        {},
        "vector.no_polygons",
        "only Point",
    ),
    "empty_prj": (
        lambda d: [shapefile(d), written(d, "desa.prj", " ")][0],
        {},
        "vector.no_crs",
        "names no coordinate system",
    ),
}


def assert_refused(path, options, key, words):
    with pytest.raises(DataError, match=words) as caught:
        read_outlines(path, **options)
    assert caught.value.key == key
    assert caught.value.text("id") != caught.value.text("en")


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_bad_file_is_refused(tmp_path, at_once, case):
    make, options, key, words = case
    assert_refused(make(tmp_path), options, key, words)


@pytest.mark.parametrize("case", REFUSED_BY_GDAL.values(), ids=REFUSED_BY_GDAL)
def test_bad_file_is_refused_in_the_child(tmp_path, case):
    make, options, key, words = case
    assert_refused(make(tmp_path), options, key, words)


def test_file_that_may_not_be_read_is_a_matter_of_the_machine(tmp_path, monkeypatch):
    with pytest.raises(MachineError, match=r"may not read file desa\.geojson") as caught:
        read_outlines(unreadable(tmp_path, monkeypatch))
    assert "hak baca" in caught.value.text("id")


def test_full_disk_is_a_matter_of_the_machine(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copies, "copy_at_most", full)
    with pytest.raises(MachineError, match="No space left on device") as caught:
        read_outlines(parquet(tmp_path))
    assert "ruang kosong" in caught.value.text("id")


# ------------------------------------------------------------- what is refused row by row

GOOD = box(105, -3, 106, -2)
with np.errstate(invalid="ignore"):
    NAN, INFINITE = shapely.from_wkt([f"POLYGON ((104 -3, {x} -3, 105 -2, 104 -3))" for x in ("nan", "inf")])
BAD_ROWS = {
    "code_missing": ({"kode": None}, "codes.empty"),
    "code_short": ({"kode": "16.02.03"}, "codes.not_a_village"),
    "code_text": ({"kode": "desa"}, "codes.not_digits"),
    "code_kind": ({"kode": "16.02.03.9001"}, "codes.village_kind"),
    "other_province": ({"kode": "18.02.03.2001"}, "vector.row_other_region"),
    "name_missing": ({"nama": None}, "vector.row_name_missing"),
    "name_blank": ({"nama": "  "}, "vector.row_name_missing"),
    "name_is_number": ({"nama": "7"}, "vector.row_name_none"),
    "name_with_identity_number": ({"nama": "Budi 1671012345678901"}, "vector.row_name_none"),
    "name_long": ({"nama": "x" * 500}, "vector.row_text_long"),
    "count_negative": ({"jiwa": "-5"}, "vector.row_count_bad"),
    "count_fraction": ({"jiwa": "1.5"}, "vector.row_count_bad"),
    "count_text": ({"jiwa": "banyak"}, "vector.row_count_bad"),
    "outline_missing": ({"geometry": None}, "vector.row_geometry_missing"),
    "outline_empty": ({"geometry": Polygon()}, "vector.row_geometry_missing"),
    "point": ({"geometry": Point(104, -3)}, "vector.row_not_polygon"),
    "line": ({"geometry": HOLED.exterior}, "vector.row_not_polygon"),
    "not_a_number": ({"geometry": NAN}, "vector.row_not_finite"),
    "infinite": ({"geometry": INFINITE}, "vector.row_not_finite"),
    "swapped": ({"geometry": box(-3, 104, -2, 105)}, "vector.row_axes_swapped"),
    "abroad": ({"geometry": box(10, 50, 11, 51)}, "vector.row_outside"),
}


@pytest.mark.parametrize(("change", "reason"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_bad_row_is_rejected_with_its_reason(tmp_path, at_once, change, reason):
    rows = [{"kode": c, "nama": n, "jiwa": "9", "geometry": GOOD} for c, n in zip(CODES, NAMES, strict=True)]
    rows[1] |= change
    path = parquet(tmp_path, gpd.GeoDataFrame(rows, geometry="geometry", crs=4326))
    reading = read_outlines(path, columns={"population": "jiwa"}, regions=["16"])
    assert reading.rejected.to_dict("records") == [{"file": "desa.parquet", "row": 2, "reason": reason}]
    assert reading.frame["village_code"].tolist() == [CODES[0], CODES[2]]
    assert reading.total == 3
    report = check(path, columns={"population": "jiwa"}, regions=["16"])
    assert report.lines("id") != report.lines("en")


def test_unclosed_ring_is_rejected(tmp_path, at_once):
    open_ring = {"type": "Polygon", "coordinates": [[[104, -3], [105, -3], [105, -2], [104, -2]]]}
    words = {"type": "Polygon", "coordinates": [["a", "b"]]}
    path = geojson(tmp_path, [feature(SQUARE), feature(open_ring, CODES[1]), feature(words, CODES[2])])
    assert read_outlines(path).rejected["reason"].tolist() == ["vector.row_geometry_broken"] * 2


def test_space_in_names_is_made_plain(tmp_path, at_once):
    path = parquet(tmp_path, villages(nama=[" Suka\tmaju\n", "Tanjung  Raja", "Kayu\x00Agung"]))
    assert read_outlines(path).frame["village_name"].tolist() == ["Suka maju", "Tanjung Raja", "Kayu Agung"]


def test_all_rows_of_a_code_that_stands_twice_are_rejected(tmp_path, at_once):
    path = parquet(tmp_path, villages(kode=[CODES[0], CODES[1], "1602032001"]))
    reading = read_outlines(path)
    assert reading.frame["village_code"].tolist() == [CODES[1]]
    assert reading.rejected[["row", "reason"]].to_numpy().tolist() == [[1, DUPLICATE], [3, DUPLICATE]]


def test_a_code_whose_other_row_is_bad_stands_once(tmp_path, at_once):
    path = parquet(tmp_path, villages([SHAPES[0], Polygon(), SHAPES[2]], kode=[CODES[0], CODES[0], CODES[2]]))
    assert read_outlines(path).frame["village_code"].tolist() == [CODES[0], CODES[2]]


def test_outline_that_crosses_itself_is_accepted_and_counted(tmp_path, at_once):
    path = parquet(tmp_path, villages([*SHAPES[:2], BOWTIE]))
    report = check(path)
    assert (report.accepted, report.invalid) == (3, 1)
    assert read_outlines(path).frame.geometry[2].equals_exact(BOWTIE)


ROW = st.fixed_dictionaries(
    {
        "kode": st.sampled_from([*CODES, "16.02.05.2001", "18.01.01.2001", "x", ""]),
        "nama": st.sampled_from(["Sukamaju", ""]),
        "geometry": st.sampled_from([GOOD, BOWTIE, Polygon(), NAN, Point(104, -3), box(10, 50, 11, 51), None]),
    }
)


def judged(rows):
    frame = pd.DataFrame(rows)
    wkb = np.array([None if g is None else shapely.to_wkb(g) for g in frame["geometry"]], dtype=object)
    source = Source("", (), "EPSG:4326", frame[["kode", "nama"]], wkb)
    shapes = place_shapes(source, "geojson", "desa", Limits())
    mapping = {"village_code": "kode", "village_name": "nama"}
    result, reasons = check_rows(source.attributes, shapes, mapping, ["16"], Limits())
    said = reasons.astype(object).where(reasons.notna(), "good")
    return result, said


@settings(max_examples=25, deadline=None)
@given(st.lists(ROW, max_size=8), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(rows, random):
    rows = [*rows, {"kode": "16.02.09.2009", "nama": "Tetap", "geometry": GOOD}]
    order = random.sample(range(len(rows)), len(rows))
    result, said = judged(rows)
    _, said_shuffled = judged([rows[i] for i in order])
    assert said_shuffled.tolist() == [said[i] for i in order]
    good = result[said == "good"]
    assert good["village_code"].is_unique
    assert good.geometry.geom_type.isin(["Polygon", "MultiPolygon"]).all()
    assert len(result) == len(rows)


# ------------------------------------------------------------- the report


def test_report_tells_what_was_found(tmp_path, at_once):
    frame = pd.concat([villages(), villages([SHAPES[0]] * 25, kode=["x"] * 25, nama=["y"] * 25)])
    report = check(parquet(tmp_path, frame))
    assert (report.rows, report.accepted, len(report.rejected)) == (28, 3, 25)
    assert report.reasons == {"codes.not_digits": 25}
    said = report.lines("en")
    assert said[0] == "File desa.parquet: format geoparquet, 28 rows, 249 vertices."
    assert "Columns used: village_code = kode, village_name = nama." in said
    assert "Bounds in degrees (west, south, east, north): 104 -3 109 -2." in said
    assert any(line.startswith("Accepted 3 rows, rejected 25 rows.") for line in said)
    assert sum(line.startswith("Row ") for line in said) == 20
    assert said[-1] == "5 more rows were rejected."
    assert "Baris 4: Kode wilayah memuat huruf atau tanda lain." in "\n".join(report.lines("id"))
    plain = json.loads(json.dumps(report.as_dict()))
    assert plain["reasons"] == {"codes.not_digits": 25}
    assert len(plain["rejected"]) == 20


def test_report_of_a_file_without_good_rows_is_no_error(tmp_path, at_once):
    report = check(parquet(tmp_path, villages()), regions=["18"])
    assert (report.accepted, report.bounds) == (0, None)
    assert report.reasons == {"vector.row_other_region": 3}


def test_every_text_is_said_somewhere_and_every_key_has_a_text():
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(vector.__file__).parent.rglob("*.py"))
    said = set(re.findall(r'"(vector\.\w+)"', sources))
    known = {key for key in load(DataError.folder) if key.startswith("vector.")}
    assert said == known


# ------------------------------------------------------------- columns of the child


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, None], pa.int64()),
        ([1, 2.5], pa.float64()),
        ([1, "a"], pa.string()),
        ([2**70, 1], pa.string()),
        ([{"a": 1}, b"x"], pa.string()),
        ([None, None], pa.string()),
    ],
    ids=["whole", "numbers", "mixed", "beyond_64_bits", "nested", "nothing"],
)
def test_columns_of_the_child_have_plain_types(values, kind):
    assert attributes.arrow_column(values).type == kind


def test_text_of_the_child_is_cut():
    column = attributes._plain(pa.array(["x" * 1000]), 10)
    assert column.to_pylist() == ["x" * 11]


# ------------------------------------------------------------- real files


@pytest.mark.real
def test_villages_of_the_whole_country_are_read(shared_data):
    report = check(shared_data / "national" / "indonesia_villages_300m.parquet")
    assert report.accepted == report.rows > 83_000
    assert report.invalid < 200


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("NIK", ["1", "2", "3"]),
        ("no_hp", ["1", "2", "3"]),
        ("catatan", ["1602031234567890", "1602030987654321", "x"]),
        ("kontak", ["081234567890", "+6281234567890", ""]),
    ],
    ids=["nik by name", "phone by name", "nik by value", "phone by value"],
)
def test_personal_data_is_refused(tmp_path, at_once, name, values):
    frame = villages()
    frame[name] = (values * len(frame))[: len(frame)]
    with pytest.raises(DataError, match=f"look like personal data: .*{name}") as caught:
        check(parquet(tmp_path, frame))
    assert "data pribadi" in caught.value.text("id")
