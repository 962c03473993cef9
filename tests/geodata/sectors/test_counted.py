"""Counted workers replace the split ones, with their source; what statistics published is no longer forced."""

import json

import numpy as np
import pandas as pd
import pytest

from geodata.errors import DataError
from geodata.provenance import FigureRecord, Origin, as_json, from_json, from_own_counts, is_date
from geodata.schema import ELIGIBLE, ESTIMATES, SECTORS, basis, high, low, sector_column
from geodata.sectors.counted import Difference, with_observed
from geodata.sectors.own_weights import OwnFigures, read_observed
from geodata.sectors.ranges import add_ranges
from geodata.sectors.totals import province_totals, sector_basis
from geodata.sectors.workers import split_workers
from tests.geodata.sectors.test_workers import PUBLISHED, villages

ABOUT = {"layer": "nelayan.gpkg", "sha256": "ab12", "measure": "sum", "column": "orang", "made": "2026-11-23"}
SOURCED = {"source": "Dinas Perikanan", "date": "2025-08", "licence": "CC BY 4.0"}


@pytest.fixture(scope="module")
def split():
    frame = villages(each=20)
    frame = frame.join(split_workers(frame, PUBLISHED))
    frame = frame.join(add_ranges(frame, PUBLISHED, ESTIMATES))
    return frame.assign(**{basis(figure): how for figure, how in sector_basis().items()})


def counts(frame, people, *, villages=3):
    codes = frame["village_code"].iloc[:villages]
    return OwnFigures("nelayan.csv", pd.Series(people, index=codes), Origin("Dinas Perikanan", "own count", "2025", ""))


def test_counted_people_stand_in_place_of_the_estimate_and_the_difference_is_told(split):
    made, told = with_observed(split, {"fishery": counts(split, [7.0, 0.4, np.nan])})
    column = sector_column("fishery")
    for name in (column, low(column), high(column)):
        assert made[name].iloc[:2].tolist() == [7, 0]
    assert made[basis(column)].iloc[:3].tolist() == ["observed", "observed", "disaggregated"]
    pd.testing.assert_series_equal(made[column].iloc[2:], split[column].iloc[2:])
    total = int(province_totals(PUBLISHED, "16")[column])
    now = total + 7 - int(split[column].iloc[:2].sum())
    assert told == (Difference("fishery", "16", villages=2, counted=7, people=now, published=total),)
    assert made[column].sum() == now != total


def test_eligible_workers_stay_the_sum_of_the_sectors(split):
    brought = {"fishery": counts(split, [900.0, 5.0, 3.0]), "plantation": counts(split, [0.0, 40_000.0], villages=2)}
    made, told = with_observed(split, brought)
    sectors = made[[sector_column(sector) for sector in SECTORS]].sum(axis=1)
    assert (sectors == made[ELIGIBLE]).all()
    assert (made[ELIGIBLE] <= made["workers"]).all()
    assert (made[low(ELIGIBLE)] <= made[ELIGIBLE]).all()
    assert (made[high(ELIGIBLE)] >= made[ELIGIBLE]).all()
    assert made[basis(ELIGIBLE)].eq("disaggregated").all()
    assert [one.sector for one in told] == ["fishery", "plantation"]
    everything, _ = with_observed(split, {sector: counts(split, [1.0, 2.0], villages=2) for sector in SECTORS})
    assert everything[basis(ELIGIBLE)].iloc[:3].tolist() == ["observed", "observed", "disaggregated"]
    assert everything[ELIGIBLE].iloc[:2].tolist() == [7, 14]


def test_without_files_nothing_changes_and_provinces_without_a_total_say_so(split):
    assert with_observed(split, {}) == (split, ())
    columns = [name for name in split if name.startswith(("workers", "eligible")) and not name.endswith("_basis")]
    unknown = split.assign(**dict.fromkeys(columns, pd.array([pd.NA] * len(split), dtype="Int64")))
    made, (told,) = with_observed(unknown, {"fishery": counts(split, [7.0, 1.0, 2.0])})
    assert (told.people, told.published) == (10, None)
    assert made["workers_fishery"].iloc[:3].tolist() == [7, 1, 2]
    assert made[ELIGIBLE].isna().all()


def test_a_file_of_other_regions_is_refused(split):
    other = OwnFigures("jawa.csv", pd.Series({"33.01.01.2001": 4.0}), Origin("x", "y", "", ""))
    with pytest.raises(DataError, match=r"jawa\.csv holds no village of these regions"):
        with_observed(split, {"fishery": other})


def written(tmp_path, **about):
    path = tmp_path / "nelayan.csv"
    pd.DataFrame({"village_code": ["16.01.01.2001"], "value": [4]}).to_csv(path, index=False)
    (tmp_path / "nelayan.csv.json").write_text(json.dumps(about))
    return path


def test_source_date_and_licence_come_from_the_record(tmp_path):
    found = read_observed(written(tmp_path, **ABOUT, **SOURCED))
    assert found.amounts.to_dict() == {"16.01.01.2001": 4}
    url = "file:nelayan.csv#sha256=ab12"
    assert found.origin == Origin("Dinas Perikanan", "own count: nelayan.gpkg", "2025-08", url, "CC BY 4.0")
    by_hand = read_observed(written(tmp_path, **SOURCED)).origin
    assert (by_hand.producer, by_hand.title) == ("Dinas Perikanan", "own count: nelayan.csv")


@pytest.mark.parametrize(
    ("about", "told", "indonesian"),
    [
        (ABOUT, r"source, date, licence missing in nelayan\.csv\.json", "harus bersumber"),
        ({**ABOUT, **SOURCED, "licence": " "}, "licence missing", "belum ada"),
        ({**SOURCED, "date": "kemarin"}, "The date kemarin in", "tidak dikenali"),
        ({**ABOUT, **SOURCED, "measure": "area"}, "holds hectares, not people", "hektare"),
    ],
)
def test_what_is_no_count_of_people_with_a_source_is_refused(tmp_path, about, told, indonesian):
    with pytest.raises(DataError, match=told) as caught:
        read_observed(written(tmp_path, **about))
    assert indonesian in caught.value.text("id")


def test_dates_are_years_months_or_days():
    assert all(map(is_date, ("2025", "2025-08", "2024-02-29")))
    assert not any(map(is_date, ("", "25", "2025-13", "2025-02-29", "2025-1-1", "20250811", "2025-08-11 ", "0000")))


def test_records_name_the_counts_beside_the_split_and_survive_the_file():
    published, own = Origin("BPS", "x", "", ""), Origin("Dinas Perikanan", "own count: n", "2025", "", "CC0")
    split = FigureRecord("disaggregated", "layer.method.fishery", (published,))
    made = from_own_counts(
        {"workers_fishery": split, ELIGIBLE: split, "population": split}, {"fishery": own}, {"fishery": ["16", "15"]}
    )
    origins = made["workers_fishery"].counted.origins
    assert [origin.area for origin in origins] == ["15", "16"]
    assert origins[0].concerns("15.01.01.2001")
    assert made["workers_fishery"].origins == (published,)
    assert made[ELIGIBLE].origins == (published, *origins)
    assert made["population"] == split
    assert from_json(json.loads(json.dumps(as_json(made)))) == made
