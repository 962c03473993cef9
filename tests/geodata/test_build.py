"""The layer of the five provinces from the real files: complete, valid, and true to every published total."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata import build as building
from geodata.catalogue import load as load_catalogue
from geodata.contiguity import components
from geodata.errors import DataError
from geodata.layer import EMBEDDED, load, load_neighbours
from geodata.places import load_mills_and_ports
from geodata.provenance import Origin
from geodata.published import read_published
from geodata.readers.official import CODE, LEVEL, read_population
from geodata.schema import SECTORS, sector_column
from geodata.sectors import accuracy
from geodata.sectors.own_weights import OwnFigures
from geodata.sectors.totals import province_totals

REGIONS = ["15", "16", "17", "18", "19"]
BRIDGE = "layers/bps_kemendagri_bridge_indonesia.parquet"


@pytest.fixture(scope="module")
def built(shared_data):
    catalogue = load_catalogue()
    inputs = building.inputs_of(catalogue, shared_data / "mirror", regions=REGIONS, bridge=shared_data / BRIDGE)
    return building.build(inputs, catalogue, read_published(), regions=REGIONS)


@pytest.mark.real
def test_all_villages_and_their_outlines(built):
    villages = built.layer.frame
    assert len(villages) == 9401
    assert (villages["outline"] == "official").sum() == 9351
    merged = villages[villages["outline"] == "merged"]
    assert len(merged) == 50
    assert (merged["merged_into"] == merged["district_code"]).all()
    assert (merged["point_basis"] == "district_mean").all()
    assert merged[["longitude", "latitude", "population"]].notna().all(axis=None)


@pytest.mark.real
def test_the_outlines_are_a_valid_coverage(built):
    drawn = built.layer.frame[built.layer.frame["outline"] == "official"]
    assert shapely.coverage_is_valid(drawn.geometry.to_numpy())
    assert drawn["area_km2"].sum() == pytest.approx(206_183, rel=0.001)
    assert built.cleaning.totals.gaps_left == 0
    points = gpd.GeoSeries.from_xy(drawn["longitude"], drawn["latitude"], crs=4326)
    assert shapely.intersects(drawn.geometry.to_numpy(), points.to_numpy()).all()
    labels = components(gpd.GeoDataFrame(drawn), built.pairs)
    assert 10 <= labels.nunique() <= 20


@pytest.mark.real
def test_every_regency_has_exactly_its_published_population(built, mirror):
    published = read_population(next(mirror.glob("cahyadsn/wilayah/*/db/wilayah_penduduk.sql"))).frame
    expected = published[published[LEVEL] == "regency"].set_index(CODE)["population"]
    found = built.layer.frame.groupby("regency_code")["population"].sum()
    assert len(found) == 60
    pd.testing.assert_series_equal(found, expected.reindex(found.index), check_names=False, check_dtype=False)


@pytest.mark.real
@pytest.mark.parametrize("province", REGIONS)
def test_every_province_has_exactly_its_totals(built, province):
    totals = province_totals(read_published(), province)
    villages = built.layer.frame[built.layer.frame["province_code"] == province]
    for figure in ("workers", "eligible_workers", "active_bpu", *(sector_column(s) for s in SECTORS)):
        assert villages[figure].sum() == totals[figure], figure


@pytest.mark.real
def test_rejected_rows_are_told(built):
    assert set(built.rejected.columns) == {"file", "row", "reason"}
    assert not built.rejected["reason"].isna().any()
    assert len(built.rejected) == 1156


@pytest.mark.real
def test_the_measured_errors_stand_in_the_repository(built):
    again = accuracy.measure(built.villages, read_published())
    stored = accuracy.measured()
    pd.testing.assert_frame_equal(again, stored, rtol=0.02, atol=0.01, check_names=False)


@pytest.mark.real
def test_a_saved_layer_loads_again(built, tmp_path):
    building.save(built, tmp_path / "villages.parquet")
    again = load(tmp_path / "villages.parquet")
    assert again.fingerprint == built.layer.fingerprint
    pd.testing.assert_frame_equal(load_neighbours(again, tmp_path / "villages.parquet"), built.pairs)
    places = load_mills_and_ports(again, tmp_path / "villages.parquet")
    pd.testing.assert_frame_equal(places, built.places)
    pd.testing.assert_frame_equal(places, load_mills_and_ports(load(EMBEDDED), EMBEDDED))


def test_missing_files_are_named(tmp_path):
    with pytest.raises(DataError, match=r"\d+ source files are missing.*planner data fetch --region 19") as caught:
        building.inputs_of(load_catalogue(), tmp_path, regions=["19"])
    assert "berkas sumber belum ada" in caught.value.text("id")


def test_an_unknown_region_is_refused(tmp_path):
    with pytest.raises(DataError, match="99"):
        building.inputs_of(load_catalogue(), tmp_path, regions=["99"])


def test_weights_of_other_regions_are_refused_before_the_work(shared_data):
    catalogue = load_catalogue()
    inputs = building.inputs_of(catalogue, shared_data / "mirror", regions=["17"], bridge=shared_data / BRIDGE)
    elsewhere = pd.Series([1.0, None], index=["33.01.01.2001", "17.01.01.2001"])
    weights = {"plantation": OwnFigures("sawit.csv", elsewhere, Origin("sawit.tif", "own weights", "", ""))}
    with pytest.raises(DataError, match=r"sawit\.csv holds no village of these regions") as caught:
        building.build(inputs, catalogue, read_published(), regions=["17"], weights=weights)
    assert "tidak memuat satu pun desa" in caught.value.text("id")
