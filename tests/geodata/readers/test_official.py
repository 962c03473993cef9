"""Official codes, names, population and area."""

import pandas as pd
import pytest

from geodata import codes
from geodata.readers import fields, official, sieve

PLACES = "('16','Sumatera Selatan'),('16.02','Kabupaten Ogan Komering Ilir'),('16.02.03','Lempuing')"
OURS = ("15", "16", "17", "18", "19")


@pytest.fixture
def dump(tmp_path):
    def _dump(columns, values):
        path = tmp_path / "wilayah.sql"
        path.write_text(f"INSERT INTO wilayah({columns}) VALUES {values};")
        return path

    return _dump


def test_places_have_levels_and_clean_names(dump):
    reading = official.read_places(dump("kode,nama", PLACES + ",('16.02.03.2001','Tugu  Jaya ')"))
    assert reading.frame["level"].tolist() == ["province", "regency", "district", "village"]
    assert reading.frame["name"].iloc[3] == "Tugu Jaya"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("('16.02.03.2001',' ')", fields.NO_NAME),
        ("('16.02.03.2001',NULL)", fields.NO_NAME),
        ("('16.2','x')", codes.LENGTH),
        ("('16.02.04.2001','x')", official.NO_PARENT),
        ("('17.01','x')", official.NO_PARENT),
        ("('16.02','again')", sieve.DUPLICATE),
    ],
)
def test_place_that_cannot_be_used_is_reported(dump, row, reason):
    reading = official.read_places(dump("kode,nama", f"{PLACES},{row}"))
    assert len(reading.frame) == 3
    assert reading.rejected.to_dict("records") == [{"file": "wilayah.sql", "row": 4, "reason": reason}]


def test_children_of_a_rejected_place_are_orphans(dump):
    reading = official.read_places(dump("kode,nama", "('16','S'),('16.02',''),('16.02.03','L'),('16.02.03.2001','T')"))
    assert reading.frame["code"].tolist() == ["16"]
    assert reading.rejected["reason"].tolist() == [fields.NO_NAME, official.NO_PARENT, official.NO_PARENT]


def test_villages_carry_their_parents(dump):
    places = official.read_places(dump("kode,nama", PLACES + ",('16.02.03.1001','K'),('16.02.03.2001','D')")).frame
    villages = official.villages_of(places)
    assert villages["village_type"].tolist() == ["kelurahan", "desa"]
    assert villages.iloc[0].drop("village_type").to_dict() == {
        "village_code": "16.02.03.1001",
        "village_name": "K",
        "district_code": "16.02.03",
        "district_name": "Lempuing",
        "regency_code": "16.02",
        "regency_name": "Kabupaten Ogan Komering Ilir",
        "province_code": "16",
        "province_name": "Sumatera Selatan",
    }


COUNTED = "('0','INDONESIA','30','20','50'),('16','S',30,20,50),('16.01','A',10,10,20),('16.02','B',20,10,30)"


def test_population_of_country_province_and_regency(dump):
    reading = official.read_population(dump("kode,nama,pria,wanita,total", COUNTED))
    assert reading.frame["level"].tolist() == ["country", "province", "regency", "regency"]
    assert reading.frame[["men", "women", "population"]].dtypes.astype(str).unique().tolist() == ["int64"]
    assert official.unbalanced(reading.frame).empty


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("('16.03','C',1,1,3)", official.SUM_DIFFERS),
        ("('16.03','C',1,NULL,1)", fields.BAD_NUMBER),
        ("('16.03','C',-1,2,1)", fields.BAD_NUMBER),
        ("('1','C',1,1,2)", codes.LENGTH),
    ],
)
def test_population_that_does_not_add_up_is_reported(dump, row, reason):
    reading = official.read_population(dump("kode,nama,pria,wanita,total", f"{COUNTED},{row}"))
    assert len(reading.frame) == 4
    assert reading.rejected["reason"].tolist() == [reason]


def test_missing_regency_shows_in_the_totals(dump):
    less = COUNTED.removesuffix(",('16.02','B',20,10,30)")
    frame = official.read_population(dump("kode,nama,pria,wanita,total", less)).frame
    assert official.unbalanced(frame).to_dict("records") == [{"code": "16", "population": 50, "parts": 20}]


def test_area_codes_that_lost_a_zero_are_read_as_meant(dump):
    values = "('31.0','DKI',661.53),('11','Aceh',9.5),('11.1','Aceh Singkil',1.5),('11.01','x','2.5'),('11.02','y',0)"
    reading = official.read_area(dump("kode,nama,luas", values))
    assert reading.frame["code"].tolist() == ["31", "11", "11.10", "11.01"]
    assert reading.frame["area_km2"].tolist() == [661.53, 9.5, 1.5, 2.5]
    assert reading.rejected["reason"].tolist() == [fields.BAD_NUMBER]


@pytest.fixture(scope="module")
def database(mirror):
    return next(mirror.glob("cahyadsn/wilayah/*/db"))


@pytest.fixture(scope="module")
def places(database):
    return official.read_places(database / "wilayah.sql")


@pytest.mark.real
def test_real_places(places):
    assert (places.total, len(places.rejected)) == (91599, 0)
    assert places.frame["level"].value_counts().to_dict() == {
        "village": 83762,
        "district": 7285,
        "regency": 514,
        "province": 38,
    }


@pytest.mark.real
def test_real_villages_of_the_five_provinces(places):
    villages = official.villages_of(places.frame)
    ours = villages[villages["province_code"].isin(OURS)]
    assert ours["regency_code"].nunique() == 60
    assert ours["district_code"].nunique() == 790
    assert len(ours) == 9401
    assert villages.notna().all(axis=None)


@pytest.mark.real
def test_real_population(database):
    reading = official.read_population(database / "wilayah_penduduk.sql")
    frame = reading.frame
    regencies = frame[(frame["level"] == "regency") & frame["code"].str[:2].isin(OURS)]
    assert regencies["population"].sum() == 25_720_911
    assert reading.rejected.empty
    assert official.unbalanced(frame).empty


@pytest.mark.real
def test_real_area_has_every_province_and_regency(database, places):
    reading = official.read_area(database / "wilayah_luas.sql")
    expected = places.frame.loc[places.frame["level"].isin(["province", "regency"]), "code"]
    assert sorted(reading.frame["code"]) == sorted(expected)
    assert reading.rejected.empty
    by_province = reading.frame.groupby(reading.frame["code"].str[:2])["area_km2"]
    halves = by_province.sum() / 2
    published = reading.frame[reading.frame["level"] == "province"].set_index("code")["area_km2"]
    pd.testing.assert_series_equal(halves.sort_index(), published.sort_index(), check_names=False, atol=0.01)
