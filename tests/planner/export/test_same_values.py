"""The same list in every format: read back, the values are equal, and the number of the export is found."""

import json
import zipfile
from datetime import date

import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from geodata import schema
from geodata.texts import LANGUAGES
from planner.export import WRITERS, write
from planner.export.columns import for_programs
from planner.export.plain_sheet import PlainSheet
from planner.manner import Rupiah
from planner.provenance import PATTERN, Stamp
from tests.planner.export.frames import about, ranked
from tests.planner.export.readers import READERS, expected, read_back

STAMP = Stamp("list", ".ods", "id", date(2026, 11, 22), "3f5a9c0e7b1d2a46", plan="Rencana =1+1")
SHEET = PlainSheet(
    "Yang tidak [masuk]", ["Desa", "Biaya", "Skor"], [["=1+1", Rupiah(1_500_000), 2.5], ["a  b", None, 3]]
)


def test_every_format_has_a_reader():
    assert set(READERS) == set(WRITERS) - {".pdf"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", READERS)
def test_values_read_back_are_equal(tmp_path, ending, language):
    frame = ranked(("  Désa  dua ", "=1+1", "O'Brien & <b>", None, "Muara"))
    path = tmp_path / f"a{ending}"
    write(path, frame, about(language, stamp=STAMP))
    result = read_back(path, frame, language)
    wanted = expected(frame, ending, language)
    if ending == ".csv":  # what a spreadsheet would run stands behind an apostrophe
        wanted = wanted.replace({"village_name": {"=1+1": "'=1+1"}})
    pd.testing.assert_frame_equal(result, wanted, rtol=0, atol=0)


@pytest.mark.parametrize("ending", [".fgb", ".kml"])
def test_outlines_read_back_are_equal(tmp_path, ending):
    frame = ranked()
    path = tmp_path / f"a{ending}"
    write(path, frame, about())
    result = pyogrio.read_dataframe(path)
    shapes = zip(result.geometry[:2], frame.geometry[:2], strict=True)
    assert all(shapely.equals_exact(a.normalize(), shapely.MultiPolygon([b]).normalize(), 6e-7) for a, b in shapes)
    assert result.crs == schema.CRS_STORED
    last = result.geometry.iloc[2]
    if ending == ".fgb":
        assert last is None
    else:  # a mark needs a place: the point of the village
        assert (last.x, last.y) == pytest.approx(tuple(frame[[schema.LONGITUDE, schema.LATITUDE]].iloc[2]), abs=1e-6)


def test_programs_read_the_types_of_kml(tmp_path):
    frame = ranked()
    write(tmp_path / "a.kml", frame, about())
    read = pyogrio.read_dataframe(tmp_path / "a.kml")
    for column in for_programs(frame):
        assert (pd.api.types.is_numeric_dtype(read[column.name])) == column.is_number, column.name
    assert read["Name"].tolist() == frame["village_name"].tolist()


def test_waypoints_are_where_the_villages_are(tmp_path):
    frame = ranked(("A", "B", "C", "D")).assign(latitude=[-3.4, None, -3.4, None])
    write(tmp_path / "a.gpx", frame, about())
    read = pyogrio.read_dataframe(tmp_path / "a.gpx", layer="waypoints")
    inside = frame.geometry.iloc[1].representative_point()
    assert read["name"].tolist() == ["A", "B", "C"]
    assert read.geometry.y.tolist() == pytest.approx([-3.4, inside.y, -3.4], abs=1e-6)
    assert "1 desa tanpa titik tidak ada di berkas ini: 16.03.05.2004." in (tmp_path / "a.gpx").read_text("utf-8")


def unpacked(path):
    """Bytes of a file, of all its parts where it is a zip."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("ending", sorted(set(READERS) - {".xlsx"}))
def test_the_number_of_the_export_is_found(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    write(path, ranked(), about(stamp=STAMP))
    assert set(PATTERN.findall(unpacked(path).decode("latin-1"))) == {STAMP.id}


def said_of_itself(path):
    if path.suffix == ".parquet":
        return pq.read_schema(path).metadata[b"about"]
    if path.suffix == ".geojson":
        return json.dumps(json.loads(path.read_text(encoding="utf-8"))["about"])
    info = pyogrio.read_info(path, layer="villages")
    return (info["layer_metadata"] if path.suffix == ".fgb" else info["dataset_metadata"])["about"]


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".fgb", ".parquet"])
def test_columns_are_told_with_their_units(tmp_path, ending):
    frame = ranked()
    path = tmp_path / f"a{ending}"
    write(path, frame, about("en"))
    told = {column["name"]: column for column in json.loads(said_of_itself(path))["columns"]}
    assert list(told) == [column.name for column in for_programs(frame)]
    assert told["gap_workers"]["unit"] == "people"
    assert told["area_km2"]["heading"] == "Area (km²)"


@pytest.mark.parametrize("ending", WRITERS)
def test_same_list_same_bytes(tmp_path, ending):
    said = about(stamp=STAMP, appendix=(SHEET,))
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / f"x{ending}", ranked(), said)
    assert (tmp_path / "a" / f"x{ending}").read_bytes() == (tmp_path / "b" / f"x{ending}").read_bytes()
