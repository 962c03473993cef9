"""A country is cleaned landmass by landmass, in one process or several: the outlines are those of one go."""

import os

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata import processes
from geodata.errors import MachineError
from geodata.landmasses import landmasses, pieces
from geodata.outline_pieces import clean_by_landmass
from geodata.outlines import clean
from geodata.plane import Plane
from geodata.processes import GB, Room, worked

TEN_KM = 0.09
PLANE = Plane.around([shapely.box(100, -1, 101, 1)])


def island(west: float, south: float, first: int) -> list[tuple[str, shapely.Polygon]]:
    """Three villages side by side that overlap by 50 m and leave a gap of 3 m."""
    steps = (0.0, TEN_KM - 0.0005, 2 * TEN_KM)
    boxes = [shapely.box(west + step, south, west + step + TEN_KM, south + TEN_KM) for step in steps]
    boxes[2] = shapely.transform(boxes[2], lambda xy: xy + np.array([3e-5, 0.0]))
    return [(f"{first}.01.01.200{i}", box) for i, box in enumerate(boxes)]


@pytest.fixture
def islands() -> gpd.GeoDataFrame:
    villages = [*island(105.0, -3.0, 19), *island(98.0, 2.0, 12), *island(120.0, -4.0, 73)]
    villages.append(("73.01.01.2009", shapely.Polygon()))
    codes, outlines = zip(*villages, strict=True)
    order = np.random.default_rng(3).permutation(len(codes))
    return gpd.GeoDataFrame({"village_code": codes}, geometry=list(outlines), crs=4326).iloc[order]


def drawn(cleaned) -> list[bytes]:
    return list(shapely.to_wkb(shapely.normalize(cleaned.frame.geometry.to_numpy())))


@pytest.mark.parametrize("jobs", [1, 2])
def test_pieces_come_to_what_one_go_comes_to(islands, jobs):
    told: list[int] = []
    found = clean_by_landmass(islands, room=Room(jobs, 4 * GB), least=20, on_rows=told.extend)
    whole = clean(islands)
    assert drawn(found) == drawn(whole)
    pd.testing.assert_frame_equal(found.report.villages, whole.report.villages)
    assert found.report.totals.overlaps_removed == whole.report.totals.overlaps_removed == 3
    assert found.report.totals.overlap_km2 == pytest.approx(whole.report.totals.overlap_km2)
    assert found.report.totals.coverage_valid_after
    assert (found.report.totals.villages, found.report.totals.without_outline) == (10, 1)
    assert found.report.totals.points_outside is None
    assert sorted(told) == list(range(10))


BOXES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 4)), min_size=1, max_size=25)


@given(BOXES, st.integers(1, 400))
def test_landmasses_are_apart_and_hold_every_village_once(corners, least):
    outlines = np.array([shapely.box(x / 100, y / 100, (x + w) / 100, (y + w) / 100) for x, y, w in corners])
    found = landmasses(outlines, PLANE, apart_m=1_000)
    assert sorted(row for mass in found for row in mass) == list(range(len(outlines)))
    whole = [shapely.union_all(PLANE.metres(outlines[mass])) for mass in found]
    assert all(a.distance(b) > 1_000 for i, a in enumerate(whole) for b in whole[:i])
    shared = pieces(found, shapely.get_num_coordinates(outlines), least=least)
    assert sorted(row for piece in shared for row in piece) == list(range(len(outlines)))
    assert sum(5 * len(piece) < least for piece in shared) <= 1


def test_all_polygons_of_a_village_are_on_one_landmass():
    far = shapely.MultiPolygon([shapely.box(100, 0, 100.1, 0.1), shapely.box(104, 0, 104.1, 0.1)])
    outlines = np.array([shapely.box(104.1, 0, 104.2, 0.1), shapely.Polygon(), far, shapely.box(107, 0, 107.1, 0.1)])
    assert [mass.tolist() for mass in landmasses(outlines, PLANE, apart_m=1_000)] == [[0, 2], [3]]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.integers(1, 4), st.integers(2, 12), st.data())
def test_what_runs_fits_into_the_memory_or_runs_alone(needs, jobs, memory, data):
    running = data.draw(st.lists(st.sampled_from(range(len(needs))), unique=True, max_size=jobs))
    waiting = [place for place in range(len(needs)) if place not in running]
    begun = processes._fitting(waiting, running, needs, Room(jobs, memory), 1)
    now = [*running, *begun]
    assert len(now) <= jobs
    assert set(begun) <= set(waiting)
    assert not begun or len(now) == 1 or sum(needs[place] for place in now) <= memory - 1
    assert begun or running or not waiting


def test_a_process_that_ends_before_its_time_is_told():
    with pytest.raises(MachineError, match="ended before its time") as caught:
        list(worked(os._exit, [1, 1], needs=[1, 1], room=Room(2, GB)))
    assert "--jobs 1" in caught.value.text("id")


def test_room_is_what_the_machine_has_unless_it_is_told():
    assert Room.of_machine(jobs=3, memory=GB) == Room(3, GB)
    room = Room.of_machine()
    assert room.jobs >= 1
    assert room.memory > 100_000_000
