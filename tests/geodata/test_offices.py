"""The register of branch offices, and how far villages are from them."""

import numpy as np
import pandas as pd
import pytest

from geodata import offices
from geodata.errors import DataError
from geodata.layer import EMBEDDED, load
from geodata.offices import office_km, read_offices
from geodata.readers.towns import read_towns
from tests.conftest import assert_aligned


@pytest.fixture(scope="module")
def villages():
    return pd.DataFrame(load(EMBEDDED).frame.drop(columns="geometry"))


@pytest.fixture(scope="module")
def register():
    return read_offices()


def test_each_office_stands_in_its_seat_regency(register, villages):
    for office in register.itertuples():
        away = np.hypot(villages["longitude"] - office.longitude, villages["latitude"] - office.latitude)
        assert villages["regency_code"].iloc[int(np.argmin(away))] == office.seat_regency_code, office.office_name


def test_served_regencies_are_regencies_of_the_layer(register, villages):
    served = register["served_regency_codes"].dropna().str.split().explode()
    assert set(served) <= set(villages["regency_code"])


def test_what_is_not_a_town_is_called_assumed(register):
    assert len(register) == 22
    assert (register["town_id"].notna() == (register["point_basis"] == "town")).all()
    assert (register["point_basis"] == "town").sum() == 16


@pytest.mark.real
def test_town_points_are_those_of_geonames(shared_data, register):
    towns = read_towns(shared_data / "layers" / "towns_geonames.csv").frame.set_index("town_id")
    seated = register[register["point_basis"] == "town"]
    published = towns.loc[seated["town_id"].astype("int64"), ["longitude", "latitude"]].to_numpy()
    np.testing.assert_allclose(seated[["longitude", "latitude"]].to_numpy(), published)


def test_distance_is_to_the_nearest_office():
    villages = pd.DataFrame({"longitude": [104.0, 105.0, np.nan], "latitude": [-3.0, -3.0, -3.0]}, index=[5, 9, 2])
    two = pd.DataFrame({"longitude": [104.0, 106.0], "latitude": [-3.0, -3.0]})
    result = office_km(villages, two)
    assert_aligned(result, villages)
    np.testing.assert_allclose(result, [0.0, 111.19 * np.cos(np.radians(3)), np.nan], rtol=1e-3)


def test_every_village_has_a_distance(register, villages):
    distance = office_km(villages, register)
    assert distance.between(0, 250).all()


def test_an_office_known_to_serve_a_regency_serves_all_of_it(register):
    villages = pd.DataFrame(
        {
            "regency_code": ["16.12", "16.12", "16.13"],
            "longitude": [104.0, 104.2, 102.7],
            "latitude": [-3.2, -3.3, -2.4],
        },
        index=[4, 2, 7],
    )
    found = offices.serving_office(villages, register)
    assert found.loc[[4, 2], "office_name"].unique().tolist() == ["Kantor Cabang Muara Enim"]
    assert found.loc[4, "office_basis"] == "published"
    # the nearest office to Musi Rawas Utara lies in Jambi; offices serve their own province
    assert found.loc[7].tolist() == ["Kantor Lubuklinggau", "assumed"]
    assert found.index.equals(villages.index)
    shuffled = offices.serving_office(villages, register.iloc[::-1])
    assert shuffled.equals(found)


def test_without_offices_nobody_serves(register):
    villages = pd.DataFrame({"regency_code": ["16.12"], "longitude": [104.0], "latitude": [-3.2]})
    assert offices.serving_office(villages, register.iloc[:0])["office_name"].isna().all()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("longitude", "-2.9"),
        ("latitude", "104.7"),
        ("office_type", "kc"),
        ("seat_regency_code", "1671"),
        ("office_name", ""),
    ],
)
def test_wrong_fields_are_named_with_their_rows(tmp_path, column, value):
    table = pd.read_csv(offices.BUILT_IN, dtype="str", keep_default_na=False)
    table.loc[2, column] = value
    path = tmp_path / "kantor.csv"
    table.to_csv(path, index=False)
    with pytest.raises(DataError, match=rf"register of offices kantor.csv .*{column} \(3\)") as caught:
        read_offices(path)
    assert f"{column} (3)" in caught.value.text("id")
