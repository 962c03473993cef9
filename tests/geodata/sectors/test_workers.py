"""Totals are kept at every level that was published, whatever the villages look like."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import DataError
from geodata.published import Published, read_published
from geodata.sectors.population import complete_stations, split_population
from geodata.sectors.ranges import add_ranges, spread
from geodata.sectors.totals import province_totals, provinces_with_totals
from geodata.sectors.workers import COUNTED, split_workers
from tests.conftest import assert_aligned, assert_unchanged

PUBLISHED = read_published()
REGENCIES = {"15": ["15.01", "15.02", "15.71"], "16": ["16.02", "16.07", "16.71"], "19": ["19.01", "19.02"]}


def villages(province="16", each=7, seed=0):
    """Villages with the right number of people, everything else at random."""
    rng = np.random.default_rng(seed)
    people = {"15": 3_700_000, "16": 8_900_000, "19": 1_500_000}[province]
    regencies = [*REGENCIES[province]]
    if province == "15":  # working people are published by regency: people must fit them
        regencies = sorted(PUBLISHED.series("working_people", level=5).index)
    codes = [f"{r}.{i % 3 + 1:02d}.2{i:03d}" for r in regencies for i in range(each)]
    frame = pd.DataFrame({"village_code": codes})
    frame["district_code"] = frame["village_code"].str[:8]
    frame["regency_code"] = frame["village_code"].str[:5]
    frame["province_code"] = province
    working = PUBLISHED.series("working_people", level=5).reindex(frame["regency_code"]).to_numpy()
    weight = rng.uniform(0.5, 1.5, len(frame)) * np.where(np.isnan(working), 1.0, working)
    frame["population"] = (people * weight / weight.sum()).astype(int)
    frame["area_km2"] = frame["population"] / rng.lognormal(4.5, 1.5, len(frame))
    frame["coast_km"] = np.where(rng.random(len(frame)) < 0.4, 3.0, 0.0)
    return frame


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), province=st.sampled_from(["15", "16", "19"]))
def test_every_total_is_kept_exactly(seed, province):
    frame = villages(province, seed=seed)
    before = frame.copy()
    split = split_workers(frame, PUBLISHED)
    assert_aligned(split, frame)
    assert_unchanged(frame, before)
    totals = province_totals(PUBLISHED, province)
    for column in COUNTED:
        assert int(split[column].sum()) == totals[column], column
    assert (split >= 0).all(axis=None)
    sectors = split.filter(regex="^workers_")
    assert (sectors.sum(axis=1) == split["eligible_workers"]).all()
    assert (split["eligible_workers"] <= split["workers"]).all()


def test_published_regency_totals_are_kept_too():
    frame = villages("15", each=6)
    counted = PUBLISHED.series("working_people", level=5)
    found = split_workers(frame, PUBLISHED)["workers"].groupby(frame["regency_code"]).sum()
    assert found.astype(int).to_dict() == counted.astype(int).to_dict()


def test_order_of_rows_does_not_matter():
    frame = villages(seed=3)
    shuffled = frame.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        split_workers(frame, PUBLISHED).loc[shuffled.index], split_workers(shuffled, PUBLISHED)
    )


def test_a_province_without_published_totals_has_no_figures():
    frame = villages(seed=4).replace({"province_code": {"16": "31"}})
    assert split_workers(frame, PUBLISHED).isna().all(axis=None)


def test_counted_livelihoods_draw_farm_workers():
    frame = villages(seed=5)
    counted = frame.assign(natural_resource_livelihoods=0.0)
    counted.loc[0, "natural_resource_livelihoods"] = float(frame.loc[0, "population"])
    change = split_workers(counted, PUBLISHED).loc[0] - split_workers(frame, PUBLISHED).loc[0]
    assert change[["workers_plantation", "workers_food_crop", "workers_livestock"]].sum() > 0
    assert change["workers_trade_services"] < 0


def test_fishers_of_the_islands_live_by_the_sea():
    frame = villages("19", seed=6)
    split = split_workers(frame, PUBLISHED)
    rate = split["workers_fishery"].astype(float) / frame["population"]
    assert rate[frame["coast_km"] > 0].mean() > 3 * rate[frame["coast_km"] == 0].mean()


def test_missing_columns_are_named():
    with pytest.raises(DataError, match="lack the columns coast_km"):
        split_workers(villages().drop(columns="coast_km"), PUBLISHED)


def test_totals_of_all_five_provinces():
    assert provinces_with_totals(PUBLISHED) == ["15", "16", "17", "18", "19"]
    for province in provinces_with_totals(PUBLISHED):
        totals = province_totals(PUBLISHED, province)
        assert totals.filter(regex=r"^workers_[a-z_]+(?<!_low)(?<!_high)$").sum() == totals["eligible_workers"]
    islands = province_totals(PUBLISHED, "19")
    assert islands["eligible_workers"] == 382_928  # people in informal work, BPS August 2023
    assert islands["workers_fishery"] == 24_590  # ST2023


def test_population_follows_polling_stations_exactly():
    frame = pd.DataFrame(
        {
            "village_code": ["a", "b", "c", "d"],
            "district_code": ["1", "1", "2", "2"],
            "regency_code": ["r", "r", "r", "s"],
            "polling_stations": [2.0, np.nan, 4.0, 1.0],
        }
    )
    assert complete_stations(frame).tolist() == [pytest.approx(4 / 3), pytest.approx(2 / 3), 4.0, 1.0]
    people = split_population(frame, pd.Series({"r": 600, "s": 7}))
    assert people.tolist() == [133, 67, 400, 7]


@given(total=st.integers(0, 10**7), stations=st.lists(st.integers(1, 60), min_size=1, max_size=30))
def test_population_sums_to_the_regency(total, stations):
    frame = pd.DataFrame({"polling_stations": np.array(stations, float)})
    frame["village_code"] = [f"{i:03d}" for i in frame.index]
    frame["district_code"] = frame["regency_code"] = "r"
    assert split_population(frame, pd.Series({"r": total})).sum() == total


def test_a_regency_without_population_is_named():
    frame = villages().assign(polling_stations=1.0)
    with pytest.raises(DataError, match=r"No published population for 3 regencies: 16\.02"):
        split_population(frame, pd.Series(dtype=float))


def test_ranges_hold_the_figure_and_widen_with_the_error():
    frame = villages(seed=7)
    frame = frame.join(split_workers(frame, PUBLISHED))
    figures = ("population", *COUNTED)
    ranges = add_ranges(frame, PUBLISHED, figures)
    assert_aligned(ranges, frame)
    for figure in figures:
        assert (ranges[f"{figure}_low"] <= frame[figure]).all()
        assert (ranges[f"{figure}_high"] >= frame[figure]).all()
    narrow, wide = spread("population"), spread("workers_home_industry")
    assert wide[0] < narrow[0] < 1 < narrow[1] < wide[1]


def test_nobody_is_not_certain():
    frame = villages(seed=8)
    frame = frame.join(split_workers(frame, PUBLISHED))
    frame.loc[0, "workers_fishery"] = 0
    ranges = add_ranges(frame, PUBLISHED, ("workers_fishery",))
    assert ranges.loc[0, "workers_fishery_low"] == 0
    assert ranges.loc[0, "workers_fishery_high"] > 0


def test_an_unpublished_figure_is_named():
    with pytest.raises(DataError, match="figure harvest for area 16 is not in the list"):
        PUBLISHED.value("16", "harvest")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code,value\n16,1\n", "must have exactly these columns"),
        ("code,variable,value,unit,date,producer,url,note\n16,a,x,u,2020,p,u,\n", "row 2: the value is not a number"),
        ("code,variable,value,unit,date,producer,url,note\n16,a,1,u,2020,p,u,\n16,a,2,u,2020,p,u,\n", "row 3"),
    ],
    ids=["columns", "no number", "twice"],
)
def test_a_broken_list_of_figures_is_refused(tmp_path, text, message):
    path = tmp_path / "published.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        read_published(path)


def test_every_figure_has_a_source():
    frame = PUBLISHED.frame
    assert isinstance(PUBLISHED, Published)
    assert frame["url"].str.startswith("http").all()
    assert (frame["producer"] != "").all()
    assert frame["date"].str.match(r"^\d{4}(-\d\d)?$").all()
