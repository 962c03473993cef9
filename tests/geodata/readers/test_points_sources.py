"""Sources of points: mills, ports, towns."""

import pandas as pd
import pytest

from geodata.readers import fields, mills, ports, sieve, towns

MILL = {
    "X": 1,
    "UML_ID": "PO1",
    "Mill_Name": "SUMBER\u00a0SAWIT ",
    "Group_Name": "SINAR MAS",
    "Parent_Com": "PT",
    "Province": "Jambi",
    "District": "Tebo",
    "ISO": "IDN",
    "Confidence": "1-Fully verified",
    "Latitude": -1.5,
    "Longitude": 103.5,
}
PORT = {"iso3": "IDN", "label": "Muntok", "sublabel": "", "latitude": -2.06, "longitude": 105.16}
TOWN = {"geonameid": 7, "name": "Prabumulih", "lat": -3.4, "lng": 104.2, "countrycode": "ID", "population": 0}

SOURCES = {
    "mills": (mills.read_mills, MILL, "Latitude", "Longitude", "ISO", "Mill_Name"),
    "ports": (ports.read_ports, PORT, "latitude", "longitude", "iso3", "label"),
    "towns": (towns.read_towns, TOWN, "lat", "lng", "countrycode", "name"),
}


@pytest.fixture
def read(tmp_path):
    def _read(reader, *rows):
        path = tmp_path / "points.csv"
        pd.DataFrame(rows).to_csv(path, index=False, encoding="utf-8-sig")
        return reader(path)

    return _read


@pytest.mark.parametrize("source", SOURCES)
def test_points_and_reasons_against_them(read, source):
    reader, row, lat, lng, country, name = SOURCES[source]
    bad = {
        fields.POINT_SWAPPED: {lat: row[lng], lng: row[lat]},
        fields.POINT_OUTSIDE: {lat: 22.2, lng: 114.1},
        fields.POINT_MISSING: {lat: "", lng: "east"},
        "readers.other_country": {country: "MYS"},
        fields.NO_NAME: {name: " "},
        sieve.DUPLICATE: {},
    }
    ids = [{"UML_ID": f"PO{i + 10}", "geonameid": i + 100} for i in range(len(bad) - 1)] + [{}]
    rows = [
        row | change | {k: v for k, v in new.items() if k in row} for change, new in zip(bad.values(), ids, strict=True)
    ]
    reading = read(reader, row, *rows)
    assert reading.frame.crs == "EPSG:4326"
    assert reading.frame.geometry.iloc[0].coords[0] == (row[lng], row[lat])
    assert reading.rejected["reason"].tolist() == list(bad)
    assert reading.rejected["row"].tolist() == list(range(2, len(bad) + 2))


def test_mill_texts_are_tidy(read):
    unknown = MILL | {"UML_ID": "PO2", "Group_Name": "Unknown", "Confidence": "3-Low Confidence"}
    frame = read(mills.read_mills, MILL, unknown).frame
    assert frame["mill_name"].tolist() == ["SUMBER SAWIT"] * 2
    assert frame["group_name"].fillna("").tolist() == ["SINAR MAS", ""]
    assert frame["location_confidence"].tolist() == ["verified", "low"]


def test_ports_of_one_name_at_two_places_are_two(read):
    assert len(read(ports.read_ports, PORT, PORT | {"longitude": 106.0}).frame) == 2


def test_town_population_zero_is_unknown(read):
    frame = read(towns.read_towns, TOWN, TOWN | {"geonameid": 8, "population": 12}).frame
    assert frame["population"].fillna(-1).tolist() == [-1, 12]
    assert reasons_of(read(towns.read_towns, TOWN, TOWN | {"geonameid": 9, "population": "many"})) == [
        fields.BAD_NUMBER
    ]


def reasons_of(reading):
    return reading.rejected["reason"].tolist()


@pytest.fixture(scope="module")
def land(real_boundaries):
    """The five provinces' villages, in UTM 48S."""
    return real_boundaries.frame.to_crs("EPSG:32748")


def near(points, land):
    return points.to_crs("EPSG:32748").sjoin(land, predicate="dwithin", distance=2000).index.nunique()


@pytest.mark.real
def test_real_mills(mirror, land):
    reading = mills.read_mills(next(mirror.glob("derrickgzq/*/*/universal_mill_list.csv")))
    assert (reading.total, len(reading.frame)) == (2032, 1183)
    assert set(reasons_of(reading)) == {"readers.other_country"}
    ours = ["Jambi", "Sumatera Selatan", "Bengkulu", "Lampung", "Bangka Belitung"]
    assert reading.frame["province_name"].isin(ours).sum() == 237
    assert near(reading.frame, land) == pytest.approx(240, abs=5)


@pytest.mark.real
def test_real_ports(mirror, land):
    reading = ports.read_ports(next(mirror.glob("GlobalFishingWatch/**/port_lists/indonesia.csv")))
    assert (reading.total, len(reading.frame)) == (820, 819)
    assert reasons_of(reading) == [fields.POINT_OUTSIDE]
    assert near(reading.frame, land) == 60


@pytest.mark.real
def test_real_towns(shared_data):
    reading = towns.read_towns(shared_data / "layers" / "towns_geonames.csv")
    assert (len(reading.frame), len(reading.rejected)) == (654, 0)
    palembang = reading.frame.set_index("town_name").loc["Palembang"]
    assert palembang["population"] > 1_000_000
