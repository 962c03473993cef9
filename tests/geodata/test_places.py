"""Places of the map: found near the layer, written beside it, embedded, and refused when broken."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.catalogue import load as load_catalogue
from geodata.errors import DataError
from geodata.layer import EMBEDDED, VillageLayer, load
from geodata.places import (
    COLUMNS,
    SOURCES,
    load_mills_and_ports,
    load_places,
    mills_and_ports,
    near_villages,
    points_of,
    save_places,
)
from geodata.readers.fields import in_indonesia
from geodata.readers.mills import read_mills
from geodata.readers.ports import read_ports
from tests.conftest import assert_unchanged

MILLS = pd.DataFrame(
    {
        "mill_name": ["SUMBER SAWIT", "AGRO"],
        "group_name": ["GRUP", None],
        "company_name": ["PT X", "PT Y"],
        "location_confidence": ["verified", "low"],
        "longitude": [104.5, 104.2],
        "latitude": [-3.5, -3.2],
    }
)
PORTS = pd.DataFrame({"port_name": ["Muntok"], "longitude": [105.16], "latitude": [-2.06]})
VILLAGES = gpd.GeoDataFrame(geometry=[shapely.box(104, -4, 105, -3), shapely.Polygon()], crs="EPSG:4326")


@pytest.fixture(scope="module")
def embedded():
    return load(EMBEDDED)


@pytest.fixture(scope="module")
def places(embedded):
    return load_places(embedded, EMBEDDED)


def made(villages=VILLAGES, fingerprint="0123456789abcdef"):
    return VillageLayer(villages, fingerprint, {})


def found():
    return mills_and_ports(MILLS, PORTS)


def test_mills_and_ports_are_one_frame_without_owners():
    mills, ports = MILLS.copy(), PORTS.copy()
    result = mills_and_ports(mills, ports)
    assert_unchanged(mills, MILLS)
    assert_unchanged(ports, PORTS)
    assert tuple(result.columns) == COLUMNS
    assert result["kind"].tolist() == ["mill", "mill", "port"]
    assert result["name"].tolist() == ["AGRO", "SUMBER SAWIT", "Muntok"]
    assert result["source"].tolist() == ["wri-mills", "wri-mills", "gfw-ports"]
    assert result["exactness"].fillna("").tolist() == ["low", "verified", ""]
    assert points_of(result, "port").tolist() == [[105.16, -2.06]]


@given(st.permutations(range(6)))
def test_the_order_of_the_sources_does_not_matter(order):
    mills = pd.concat([MILLS, MILLS.assign(latitude=-3.0), MILLS.assign(longitude=104.9)], ignore_index=True)
    pd.testing.assert_frame_equal(mills_and_ports(mills.iloc[order], PORTS), mills_and_ports(mills, PORTS))


def test_names_are_cut_and_signs_nobody_sees_are_dropped():
    names = ["A\u202egro\u200b\x07", "\u200b\u2060", "x" * 300, "{{7*7}}<script>"]
    ports = pd.DataFrame({"port_name": names, "longitude": 104.5, "latitude": -3.5})
    assert mills_and_ports(MILLS[:0], ports)["name"].tolist() == ["Agro", "x" * 100, "{{7*7}}<script>"]


@pytest.mark.parametrize(("km", "near"), [(0.0, True), (4.8, True), (5.2, False)])
def test_what_is_up_to_five_kilometres_away_is_near(km, near):
    east = pd.DataFrame({"longitude": [105 + km / 111.15], "latitude": [-3.5]})  # cos 3.5 degrees: 111.1 km
    north = pd.DataFrame({"longitude": [104.5], "latitude": [-3 + km / 110.57]})
    assert [len(near_villages(p, VILLAGES)) for p in (east, north)] == [near, near]


def test_near_keeps_rows_once_and_in_order():
    touching = gpd.GeoDataFrame(geometry=[shapely.box(104, -4, 104.5, -3), shapely.box(104.5, -4, 105, -3)], crs=4326)
    result = near_villages(found(), touching)
    pd.testing.assert_frame_equal(result, found()[:2])
    assert near_villages(found()[:0], touching).empty
    assert near_villages(found(), VILLAGES[1:]).empty


def test_saved_places_come_back_and_belong_to_their_layer(tmp_path):
    path = tmp_path / "new" / "villages.parquet"
    save_places(found(), made(), path)
    assert [p.name for p in path.parent.iterdir()] == ["villages-places.parquet"]
    pd.testing.assert_frame_equal(load_mills_and_ports(made(), path), found())
    other = load_mills_and_ports(made(fingerprint="f" * 16), path)
    assert "SUMBER SAWIT" not in set(other["name"])
    assert len(other) > 10


def test_no_mill_near_is_an_answer(tmp_path):
    save_places(found()[:0], made(), tmp_path / "v.parquet")
    assert load_mills_and_ports(made(), tmp_path / "v.parquet").empty


def test_without_a_file_the_embedded_ones_near_the_layer_are_taken(tmp_path, embedded, monkeypatch):
    jambi = embedded.frame[embedded.frame["province_code"] == "15"]
    result = load_mills_and_ports(made(jambi), tmp_path / "villages.parquet")
    every = load_mills_and_ports(embedded, EMBEDDED)
    pd.testing.assert_frame_equal(result, near_villages(every, jambi))
    assert 50 < len(result) < 150
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    pd.testing.assert_frame_equal(load_mills_and_ports(embedded), every)


@pytest.mark.parametrize("content", [b"", b"not parquet", b"PAR1"], ids=["empty", "text", "cut"])
def test_a_broken_file_is_told(tmp_path, content):
    (tmp_path / "v-places.parquet").write_bytes(content)
    with pytest.raises(DataError, match=r"v-places\.parquet is not an intact list of mills and ports") as caught:
        load_mills_and_ports(made(), tmp_path / "v.parquet")
    assert "bukan daftar pabrik dan pelabuhan yang utuh" in caught.value.text("id")


def test_parquet_that_holds_no_places_is_told(tmp_path):
    found().to_parquet(tmp_path / "v-places.parquet")
    with pytest.raises(DataError, match="not an intact list"):
        load_mills_and_ports(made(), tmp_path / "v.parquet")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "office"},
        {"source": "gfw-ports"},
        {"name": " "},
        {"name": None},
        {"longitude": np.nan},
        {"longitude": -3.5, "latitude": 104.5},
        {"latitude": "east"},
    ],
    ids=str,
)
def test_places_with_a_wrong_field_are_told(tmp_path, change):
    save_places(found()[:1].assign(**change), made(), tmp_path / "v.parquet")
    with pytest.raises(DataError, match="not an intact list"):
        load_mills_and_ports(made(), tmp_path / "v.parquet")


def test_a_missing_column_is_told(tmp_path):
    save_places(found(), made(), tmp_path / "v.parquet")
    beside = tmp_path / "v-places.parquet"
    pq.write_table(pq.read_table(beside).drop_columns("exactness"), beside)
    with pytest.raises(DataError, match="not an intact list"):
        load_mills_and_ports(made(), tmp_path / "v.parquet")


def test_a_failed_save_keeps_the_old_file(tmp_path, monkeypatch):
    save_places(found(), made(), tmp_path / "v.parquet")
    beside = tmp_path / "v-places.parquet"
    before = beside.read_bytes()

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("geodata.parquet_file.replace_file", full)
    with pytest.raises(DataError, match=r"v-places\.parquet could not be saved \(No space left") as caught:
        save_places(found()[:1], made(), tmp_path / "v.parquet")
    assert "gagal disimpan" in caught.value.text("id")
    assert beside.read_bytes() == before
    assert list(tmp_path.iterdir()) == [beside]


def test_the_embedded_places_are_those_of_the_five_provinces(places, embedded):
    counts = places["kind"].value_counts()
    assert counts.to_dict() == {"mill": 240, "port": 60, "office": 22, "declared": 15}
    assert places["kind"].drop_duplicates().tolist() == ["mill", "port", "office", "declared"]
    assert places[["name", "source"]].notna().all(axis=None)
    assert in_indonesia(places["latitude"].to_numpy(), places["longitude"].to_numpy()).all()
    assert not places[places["kind"] != "mill"].duplicated(["kind", "name", "longitude", "latitude"]).any()
    assert len(near_villages(places[places["kind"].isin(["mill", "port"])], embedded.frame)) >= 298
    assert embedded.fingerprint == "77c449d70a29ce5e"
    stored = pq.read_schema(EMBEDDED.with_name("villages-places.parquet")).metadata
    assert stored[b"village_places"].decode() == embedded.fingerprint
    assert EMBEDDED.with_name("villages-places.parquet").stat().st_size < 20_000


def test_every_place_says_how_exact_it_is_as_far_as_its_source_does(places):
    how = places.groupby("kind")["exactness"].agg(lambda values: sorted(set(values.dropna())))
    assert set(how["mill"]) <= {"verified", "high", "low"}
    assert how["port"] == []
    assert how["office"] == ["assumed", "town"]
    assert set(how["declared"]) <= {"published", "inside", "district_mean"}
    assert places.loc[places["kind"] != "port", "exactness"].notna().all()


def test_every_place_has_a_source_of_the_catalogue(places):
    assert set(places["source"]) == set(SOURCES.values())
    for key in SOURCES.values():
        assert load_catalogue().source(key).attribution.text("id")


def test_a_declared_village_stands_at_its_point_in_the_layer(places, embedded):
    mayang = embedded.frame[embedded.frame["village_code"] == "19.06.04.2006"].iloc[0]
    place = places[(places["kind"] == "declared") & (places["name"] == mayang["village_name"])].iloc[0]
    assert (place["longitude"], place["latitude"]) == (mayang["longitude"], mayang["latitude"])
    without = dataclasses.replace(embedded, frame=embedded.frame[embedded.frame["province_code"] != "19"])
    assert (load_places(without, EMBEDDED)["kind"] == "declared").sum() == 13


@pytest.mark.real
def test_the_embedded_places_are_what_the_published_files_say(mirror, embedded):
    catalogue = load_catalogue()
    mills, ports = (mirror / catalogue.files(key)[0].relative_path for key in ("wri-mills", "gfw-ports"))
    every = mills_and_ports(read_mills(mills).frame, read_ports(ports).frame)
    assert every["kind"].value_counts().to_dict() == {"mill": 1183, "port": 819}
    stored = load_mills_and_ports(embedded, EMBEDDED)
    assert len(stored.merge(every, on=list(COLUMNS))) == len(stored)
    near = near_villages(every, embedded.frame)  # official outlines drew the line, one mill lies beyond the coarse ones
    assert len(near.merge(stored, on=list(COLUMNS))) == len(near) - 1 == len(stored) - 1
