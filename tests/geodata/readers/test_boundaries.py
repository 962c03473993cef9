"""Village outlines: every form of a path, every reason to reject a row, and the real files."""

import json

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import codes
from geodata.errors import DataError
from geodata.readers import rings, sieve
from geodata.readers.boundaries import OTHER_AREA, read_boundaries

SQUARE = [[-3.0, 104.0], [-3.0, 104.1], [-2.9, 104.1], [-2.9, 104.0], [-3.0, 104.0]]
HOLE = [[-2.96, 104.04], [-2.96, 104.06], [-2.94, 104.05]]
ISLAND = [[-2.5, 105.0], [-2.5, 105.01], [-2.49, 105.01]]


def drawn(ring):
    """The ring with longitude first."""
    return [point[::-1] for point in ring]


def tuple_of(code, path, *, name="Desa", lat="-2.95", lng="104.05"):
    written = path if path == "NULL" else f"'{path if isinstance(path, str) else json.dumps(path)}'"
    return f"('{code}','{name}',{lat},{lng},{written})"


@pytest.fixture
def read(tmp_path):
    def _read(*tuples, file="wilayah_boundaries_kel_16.02.sql"):
        path = tmp_path / file
        path.write_text("INSERT INTO wilayah_boundaries(kode,nama,lat,lng,path) VALUES\n" + ",\n".join(tuples) + ";")
        return read_boundaries([path])

    return _read


def test_polygon_is_read_with_longitude_first(read):
    reading = read(tuple_of("16.02.03.2001", [SQUARE], name=" Tanjung\n Ratu "))
    row = reading.frame.iloc[0]
    assert reading.frame.crs == "EPSG:4326"
    assert row.geometry.equals(shapely.box(104.0, -3.0, 104.1, -2.9))
    assert row[["village_code", "village_name", "latitude", "longitude"]].tolist() == [
        "16.02.03.2001",
        "Tanjung Ratu",
        -2.95,
        104.05,
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ([SQUARE[:-1]], shapely.box(104.0, -3.0, 104.1, -2.9)),
        ([SQUARE, HOLE], shapely.Polygon(drawn(SQUARE), [drawn(HOLE)])),
        ([[SQUARE]], shapely.box(104.0, -3.0, 104.1, -2.9)),
        (
            [[SQUARE, HOLE], [ISLAND]],
            shapely.MultiPolygon([(drawn(SQUARE), [drawn(HOLE)]), (drawn(ISLAND),)]),
        ),
        ([SQUARE, HOLE[:2], []], shapely.box(104.0, -3.0, 104.1, -2.9)),
        ([[SQUARE], [ISLAND[:2], HOLE]], shapely.box(104.0, -3.0, 104.1, -2.9)),
        (json.dumps([SQUARE], indent=1), shapely.box(104.0, -3.0, 104.1, -2.9)),
        ("[[[-3e0,1.04E+2],[-3,104.1],[-2.9,104.1],[-2.9,104]]]", shapely.box(104.0, -3.0, 104.1, -2.9)),
    ],
    ids=["unclosed", "hole", "deep", "several", "small hole", "small part", "spaced", "exponents"],
)
def test_forms_of_a_path(read, path, expected):
    reading = read(tuple_of("16.02.03.2001", path))
    assert reading.rejected.empty
    assert reading.frame.geometry.iloc[0].equals(expected)


def test_crossing_outline_is_accepted(read):
    bow_tie = [[-3.0, 104.0], [-2.9, 104.1], [-2.9, 104.0], [-3.0, 104.1]]
    reading = read(tuple_of("16.02.03.2001", [bow_tie]))
    assert reading.frame.geometry.is_valid.tolist() == [False]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("NULL", rings.NO_OUTLINE),
        ("", rings.NO_OUTLINE),
        ("  ", rings.NO_OUTLINE),
        ("[]", rings.BAD_OUTLINE),
        ("[[[-3,104],[-3,104.1", rings.BAD_OUTLINE),
        ("[[-3,104],[-3,104.1],[-2.9,104]]", rings.BAD_OUTLINE),
        ("[[[[[-3,104],[-3,104.1],[-2.9,104]]]]]", rings.BAD_OUTLINE),
        ("[[[-3,104,0],[-3,104.1,0],[-2.9,104,0]]]", rings.BAD_OUTLINE),
        ("[[[-3,104],[-3,null],[-2.9,104]]]", rings.BAD_OUTLINE),
        ("[[[-3,104],[-3,1 04.1],[-2.9,104]]]", rings.BAD_OUTLINE),
        ("[[[-3,104],[-3,],[-2.9,104]]]", rings.BAD_OUTLINE),
        ("[[[-3,104],[-3,1.0.4],[-2.9,104]]]", rings.BAD_OUTLINE),
        ('{"type":"Polygon"}', rings.BAD_OUTLINE),
        ("[[]]", rings.NO_LAND),
        ([SQUARE[:2]], rings.NO_LAND),
        ([[SQUARE[0], SQUARE[1], SQUARE[0]]], rings.NO_LAND),
        ([SQUARE[:1], HOLE], rings.NO_LAND),
        ([[p[::-1] for p in SQUARE]], rings.SWAPPED),
        ([[[48.8, 2.3], [48.9, 2.3], [48.9, 2.4]]], rings.OUTSIDE),
        ("[[[-3,104],[-3,104.1],[Infinity,104]]]", rings.BAD_OUTLINE),
        ("[[[-3,104],[-3,104.1],[1e999,104]]]", rings.OUTSIDE),
    ],
)
def test_reasons_to_reject_an_outline(read, path, reason):
    reading = read(tuple_of("16.02.03.2001", path), tuple_of("16.02.03.2002", [SQUARE]))
    assert reading.rejected.to_dict("records") == [
        {"file": "wilayah_boundaries_kel_16.02.sql", "row": 1, "reason": reason}
    ]
    assert reading.frame["village_code"].tolist() == ["16.02.03.2002"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [("16.02.03", codes.NOT_A_VILLAGE), ("16.02.03.9001", codes.VILLAGE_KIND), ("16.03.03.2001", OTHER_AREA)],
)
def test_reasons_to_reject_a_code(read, code, reason):
    reading = read(tuple_of(code, [SQUARE]))
    assert reading.rejected["reason"].tolist() == [reason]
    assert reading.frame.empty


@pytest.mark.parametrize(("file", "accepted"), [("x_kel_17.sql", 0), ("x_kel_16.sql", 1), ("outlines 2024-17.sql", 1)])
def test_area_is_taken_from_the_publishers_names_only(read, file, accepted):
    assert len(read(tuple_of("16.02.03.2001", [SQUARE]), file=file).frame) == accepted


def test_first_usable_row_of_a_code_is_kept(read):
    reading = read(
        tuple_of("16.02.03.2001", "NULL"), tuple_of("1602032001", [SQUARE]), tuple_of("16.02.03.2001", [ISLAND])
    )
    assert reading.frame.geometry.iloc[0].area == pytest.approx(0.01)
    assert reading.rejected["reason"].tolist() == [rings.NO_OUTLINE, sieve.DUPLICATE]
    assert reading.rejected["row"].tolist() == [1, 3]


@pytest.mark.parametrize(("lat", "lng"), [("NULL", "NULL"), ("104.05", "-2.95"), ("0", "0"), ("'x'", "104")])
def test_published_point_elsewhere_is_missing_and_the_outline_kept(read, lat, lng):
    frame = read(tuple_of("16.02.03.2001", [SQUARE], lat=lat, lng=lng)).frame
    assert frame[["latitude", "longitude"]].isna().all(axis=None)
    assert frame.geometry.iloc[0].area == pytest.approx(0.01)


def test_cut_off_file_keeps_its_whole_rows(tmp_path):
    path = tmp_path / "wilayah_boundaries_kel_16.02.sql"
    text = "INSERT INTO b(kode,nama,lat,lng,path) VALUES " + tuple_of("16.02.03.2001", [SQUARE]) + ","
    path.write_text(text + tuple_of("16.02.03.2002", [ISLAND])[:60])
    reading = read_boundaries([path])
    assert len(reading.frame) == 1
    assert reading.rejected["reason"].tolist() == ["readers.row_truncated"]


def test_no_file_is_refused():
    with pytest.raises(DataError, match="no file to read") as refused:
        read_boundaries([])
    assert "berkas" in refused.value.text("id")


ring = st.lists(st.tuples(st.floats(-11, 6), st.floats(95, 141)), max_size=5)
outline = st.lists(ring, min_size=1, max_size=3)


@settings(deadline=None)
@given(st.lists(st.lists(outline, min_size=1, max_size=3), max_size=5))
def test_points_are_kept_and_rings_stay_with_their_outline(written):
    parsed = [rings.parse(json.dumps(polygons)) for polygons in written]
    outlines = [o for o in parsed if isinstance(o, rings.Outline)]
    whole = [polygons for polygons, o in zip(written, parsed, strict=True) if isinstance(o, rings.Outline)]
    for polygons, found in zip(whole, outlines, strict=True):
        assert found.points.tolist() == [list(p) for polygon in polygons for ring in polygon for p in ring]
    faults = rings.faults(outlines)
    good = [o for o, fault in zip(outlines, faults, strict=True) if fault is None]
    together = rings.polygons(good)
    for one, geometry in zip(good, together, strict=True):
        assert shapely.equals_identical(rings.polygons([one])[0], geometry)
        drawn = {(lon, lat) for lat, lon in one.points.tolist()}
        assert set(map(tuple, shapely.get_coordinates(geometry).tolist())) <= drawn


@pytest.mark.real
def test_all_real_outlines_are_accepted(real_boundaries):
    reading = real_boundaries
    assert (reading.total, len(reading.frame), len(reading.rejected)) == (9351, 9351, 0)
    assert reading.frame["village_code"].is_unique
    assert int((~reading.frame.is_valid).sum()) == 3
    assert reading.frame.notna().all(axis=None)


@pytest.mark.real
def test_real_outlines_cover_the_known_area(real_boundaries):
    area_km2 = real_boundaries.frame.to_crs("EPSG:6933").area.sum() / 1e6
    assert area_km2 == pytest.approx(206_183, abs=1)
