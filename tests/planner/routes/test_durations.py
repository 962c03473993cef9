"""Minutes between places, and the files they may come from."""

import numpy as np
import pandas as pd
import pytest

from planner.errors import PlanError
from planner.routes.durations import Crossing, crossings, land_of, nearest_to_all, read_minutes, travel_minutes
from planner.routes.params import RouteParams
from planner.territories.places import sphere_km
from tests.planner.territories.villages import both, code, grid, pairs

RULES = RouteParams(detour=1.4, speed_kmh=28.0)
DEGREE_KM = 111.195  # a degree of a great circle on the mean sphere
ONE_LAND = np.zeros(2, dtype=int)


def places(*points, regencies=("16.01", "16.02", "16.03")):
    rows = [
        {"village_code": f"{r}.01.2001", "regency_code": r, "longitude": x, "latitude": y}
        for r, (x, y) in zip(regencies, points, strict=False)
    ]
    return pd.DataFrame(rows)


def test_the_sphere():
    km = sphere_km(np.array([[0.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 90.0], [180.0, 0.0]]))[0]
    assert km == pytest.approx([DEGREE_KM, 90 * DEGREE_KM, 180 * DEGREE_KM], rel=1e-5)


def test_minutes_are_the_way_with_its_detour_at_the_speed():
    minutes = travel_minutes(places((104, 0), (105, 0)), RULES, land=ONE_LAND)
    assert minutes[0, 1] == minutes[1, 0] == pytest.approx(DEGREE_KM * 1.4 / 28 * 60, rel=1e-5)
    assert minutes.diagonal().tolist() == [0, 0]


def test_each_regency_has_half_of_the_way():
    minutes = travel_minutes(places((104, 0), (105, 0)), RULES, land=ONE_LAND, speeds={"16.01": 56.0})
    assert minutes[0, 1] == pytest.approx(DEGREE_KM * 1.4 / 2 * (60 / 56 + 60 / 28), rel=1e-5)


def test_a_boat_is_taken_with_the_ways_to_it():
    table = places((104, 0), (104.1, 0), (104.2, 0))
    land = np.array([0, 0, 1])
    alone = travel_minutes(table, RULES, land=land)
    assert np.isinf(alone[0, 2])
    over = travel_minutes(table, RULES, land=land, crossings=[Crossing(1, 2, 50.0)])
    assert over[1, 2] == pytest.approx(50)
    assert over[0, 2] == over[2, 0] == pytest.approx(over[0, 1] + 50)


def test_boats_nobody_named_join_the_nearest_places_of_two_lands():
    table = places((104, 0), (104.1, 0), (104.2, 0))
    land = np.array([0, 0, 1])
    [boat] = crossings(table, land, RULES, named={})
    km = 0.1 * DEGREE_KM
    assert boat == Crossing(1, 2, pytest.approx(30 + 60 * km / 20, rel=1e-4))
    [named] = crossings(table, land, RULES, named={("16.03.01.2001", "16.01.01.2001"): 45.0})
    assert named == Crossing(2, 0, 45.0)
    with pytest.raises(PlanError, match=r"boat at 16.09.01.2001") as caught:
        crossings(table, land, RULES, named={("16.09.01.2001", "16.01.01.2001"): 45.0})
    assert "Penyeberangan" in caught.value.text("id")


def test_lands_are_told_apart_by_borders():
    frame = both(grid(1, 3), grid(1, 2, origin=(105.0, -3.0), regency="16.02"))
    asked = pd.DataFrame({"village_code": [code(0, 2), code(0, 0, regency="16.02"), code(0, 0), code(0, 2)]})
    land = land_of(frame, pairs(frame), asked)
    assert land[0] == land[2] == land[3] != land[1]


def test_a_speed_of_nothing_is_told():
    with pytest.raises(PlanError, match=r"speed for 16.01") as caught:
        travel_minutes(places((104, 0), (105, 0)), RULES, land=ONE_LAND, speeds={"16.01": 0.0})
    assert "Kecepatan" in caught.value.text("id")


def test_the_nearest_to_all_is_in_the_middle():
    minutes = travel_minutes(places((104, 0), (104.4, 0), (104.5, 0)), RULES, land=np.zeros(3, int))
    assert nearest_to_all(minutes) == 1


def file(tmp_path, text):
    path = tmp_path / "menit.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("text", [",b,a\na,5,0\nb,0,7.5\n", "x;a;b\nb;7,5;\na;;5\n"])
def test_minutes_are_read_in_the_order_asked_for(tmp_path, text):
    assert read_minutes(file(tmp_path, text), ["a", "b"]).tolist() == [[0, 5], [7.5, 0]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (",a\na,0\n", "lacks 1 villages: b"),
        (",a,b\na,0,1\n", "lacks 1 villages: b"),
        (",a,b,b\na,0,1,1\nb,1,0,0\n", "b stand twice"),
        (",a,b\na,0,fast\nb,1,0\n", "from a to b: fast is not minutes"),
        (",a,b\na,0,-1\nb,1,0\n", "from a to b: -1 is not minutes"),
        (",a,b\na,0\nb,1,0\n", "from a to b: - is not minutes"),
        ('"a,b\n', "is no whole CSV"),
    ],
)
def test_what_is_wrong_with_minutes_is_told(tmp_path, text, words):
    with pytest.raises(PlanError, match=words) as caught:
        read_minutes(file(tmp_path, text), ["a", "b"])
    assert "menit.csv" in caught.value.text("id")
