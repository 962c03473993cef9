"""Coverage as the office counted it: months on one base, and small counts kept back."""

from datetime import date
from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.ucj_counted import COLUMNS, counted_by_month

MARCH, APRIL, MAY = (date(2026, month, 1) for month in (3, 4, 5))
VILLAGES = pd.DataFrame(
    {
        "village_code": ["16.01.01.2001", "16.01.01.2002", "16.02.01.2001", "16.02.01.2002"],
        "regency_code": ["16.01", "16.01", "16.02", "16.02"],
        "province_code": "16",
        "eligible_workers": pd.array([100, 300, 200, None], dtype="Int64"),
    }
)


def counts(*rows):
    return pd.DataFrame(rows, columns=["village_code", "month", "active"])


FULL = counts(
    ("16.01.01.2001", MARCH, 10),
    ("16.01.01.2001", APRIL, 20),
    ("16.01.01.2002", APRIL, 60),
    ("16.01.01.2001", MAY, 30),
    ("16.01.01.2002", MAY, 70),
    ("16.02.01.2001", MAY, 3),
    ("16.02.01.2002", MAY, 9),
    ("99.01.01.2001", MAY, 9),
)


def of(found, code):
    rows = found[found["region_code"] == code]
    return list(zip(rows["month"], rows["active"], rows["eligible_workers"], rows["coverage_pct"], strict=True))


def test_months_without_one_of_the_villages_are_left_out():
    found = counted_by_month(FULL, VILLAGES)
    assert list(found.columns) == list(COLUMNS)
    assert of(found, "16.01") == [(APRIL, 80, 400, 20.0), (MAY, 100, 400, 25.0)]


def test_villages_without_a_base_or_outside_the_layer_stay_out():
    found = counted_by_month(FULL, VILLAGES)
    assert of(found, "16.02") == [(MAY, 3, 200, 1.5)]
    assert of(found, "16") == [(MAY, 103, 600, pytest.approx(103 / 6))]
    assert found.set_index(["region_code", "month"]).loc[("16.02", MAY), ["villages", "all_villages"]].tolist() == [
        1,
        2,
    ]


def test_nothing_counted_is_an_empty_table():
    assert counted_by_month(counts(), VILLAGES).empty


@settings(max_examples=6)
@given(st.permutations(range(len(FULL))))
def test_the_order_of_rows_does_not_matter(order):
    pd.testing.assert_frame_equal(counted_by_month(FULL.iloc[order], VILLAGES), counted_by_month(FULL, VILLAGES))


def test_a_small_count_is_hidden_with_the_total_that_would_betray_it():
    found = counted_by_month(FULL, VILLAGES)
    hidden = found[found["hidden"]]
    assert list(zip(hidden["region_code"], hidden["month"], strict=True)) == [("16", MAY), ("16.02", MAY)]


@settings(max_examples=20)
@given(st.lists(st.integers(0, 12), min_size=4, max_size=4), st.integers(2, 8))
def test_no_small_count_leaves_and_no_total_follows(active, smallest):
    villages = VILLAGES.assign(eligible_workers=100)
    rows = [(code, MAY, people) for code, people in zip(villages["village_code"], active, strict=True)]
    found = counted_by_month(counts(*rows), villages, smallest=smallest)
    shown = found[~found["hidden"]].set_index("region_code")["active"]
    assert not shown.between(1, smallest - 1).any()
    # the total stands only where both parts do
    assert "16" not in shown.index or {"16.01", "16.02"} <= set(shown.index)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=6), st.integers(3, 6))
def test_no_sum_tells_a_count_that_a_list_of_villages_hides(active, smallest):
    codes = [f"16.01.01.200{place}" for place in range(len(active))]
    villages = pd.DataFrame({"village_code": codes, "regency_code": "16.01", "province_code": "16"})
    rows = [(code, MAY, people) for code, people in zip(codes, active, strict=True)]
    found = counted_by_month(counts(*rows), villages.assign(eligible_workers=100), smallest=smallest)
    secret = [people for people in active if 0 < people < smallest]
    sums = [sum(one) for one in product(range(1, smallest), repeat=len(secret) - 1)] if secret else []
    possible = {sum(secret) - others for others in sums} & set(range(1, smallest))
    tells = bool(secret) and possible != set(range(1, smallest))
    if tells:
        assert found["hidden"].all()
    elif sum(active) >= smallest or not sum(active):
        assert not found["hidden"].any()


def test_two_counts_of_a_few_keep_each_other_hidden():
    villages = VILLAGES.assign(eligible_workers=100)
    rows = [(code, MAY, people) for code, people in zip(villages["village_code"], (2, 3, 40, 50), strict=True)]
    found = counted_by_month(counts(*rows), villages)
    assert found["active"].tolist() == [95, 5, 90]
    assert not found["hidden"].any()
    rows = [(code, MAY, people) for code, people in zip(villages["village_code"], (2, 30, 40, 50), strict=True)]
    found = counted_by_month(counts(*rows), villages)
    assert found.set_index("region_code")["hidden"].to_dict() == {"16": True, "16.01": True, "16.02": False}
