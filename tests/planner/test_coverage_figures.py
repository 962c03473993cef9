"""Published coverage: read whole, checked against its own base, and compared only on the same base."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.coverage_figures import BUILT_IN, COLUMNS, compared, of_targets, read_coverage_figures
from planner.errors import PlanError
from planner.ucj import read_ucj_targets
from tests.conftest import assert_aligned, assert_unchanged

PLAIN = {
    "region_code": "16.06",
    "region_name": "Musi Banyuasin",
    "segment": "unstated",
    "counted": "unstated",
    "as_of": "2025-07",
    "covered": 50,
    "covered_basis": "observed",
    "base_workers": 200,
    "base_basis": "observed",
    "quoted_pct": "25",
    "source_url": "https://example.org/a",
    "source_date": "2025",
    "confidence": "B",
    "note": None,
}


def figures(*changes):
    frame = pd.DataFrame([{**PLAIN, **change} for change in changes], columns=list(COLUMNS))
    return frame.astype({"covered": "Int64", "base_workers": "Int64", "quoted_pct": "str"})


@pytest.fixture(scope="module")
def built_in():
    return compared(read_coverage_figures())


def test_every_figure_that_targets_name_is_in_the_register(built_in):
    known = set(zip(built_in["region_code"], built_in["covered"], built_in["base_workers"], strict=True))
    named = of_targets(read_ucj_targets())
    assert set(zip(named["region_code"], named["covered"], named["base_workers"], strict=True)) <= known


def test_the_one_coverage_that_does_not_fit_its_base_is_found(built_in):
    (row,) = built_in[built_in["mismatch"].fillna(value=False)].to_dict("records")
    assert (row["region_code"], row["as_of"], row["quoted_pct"]) == ("16", "2024-08", "34")
    assert round(row["coverage_pct"], 1) == 43.3


def test_only_figures_on_one_base_are_compared(built_in):
    changed = built_in[built_in["change_points"].notna()]
    found = {
        (row.region_code, row.segment): (row.change_since, round(row.change_points, 1)) for row in changed.itertuples()
    }
    assert found == {
        ("16", "unstated"): ("2024-09", 3.9),
        ("19", "unstated"): ("2023", -11.0),
        ("19", "pu"): ("2023", -1.8),
        ("19", "bpu"): ("2023", -22.6),
    }


@pytest.mark.parametrize(
    "other",
    [
        {"segment": "bpu"},
        {"counted": "active"},
        {"base_workers": 201},
        {"region_code": "16.05"},
        {"quoted_pct": "40"},  # it does not fit its own base
    ],
)
def test_what_differs_is_another_series(other):
    found = compared(figures({"as_of": "2024"}, {**other}))
    assert found["series"].nunique() == 2
    assert found["change_points"].isna().all()


@pytest.mark.parametrize(("source", "series"), [("https://example.org/a", 1), ("https://example.org/b", 2)])
def test_without_a_base_one_source_alone_can_be_compared(source, series):
    bare = {"covered": None, "covered_basis": None, "base_workers": None, "base_basis": None}
    found = compared(figures({**bare, "as_of": "2024"}, {**bare, "quoted_pct": "30.5", "source_url": source}))
    assert found["series"].nunique() == series
    assert found["coverage_pct"].tolist() == [25, 30.5]
    assert not found["worked_out"].any()


@pytest.mark.parametrize(
    ("covered", "quoted", "mismatch"),
    [(50, "25", False), (51, "25", False), (50, "25.4", False), (50, "25.6", True), (5, "2", False), (5, "2.0", True)],
)
def test_a_rounded_figure_is_no_other_figure(covered, quoted, mismatch):
    assert compared(figures({"covered": covered, "quoted_pct": quoted}))["mismatch"].tolist() == [mismatch]


@settings(max_examples=20)
@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order):
    years = figures(*({"as_of": str(2020 + i), "covered": 10 * i, "quoted_pct": None} for i in range(6)))
    shuffled = years.iloc[order]
    found, plain = compared(shuffled), compared(years)
    assert_aligned(found, shuffled)
    pd.testing.assert_series_equal(found["change_points"].sort_index(), plain["change_points"])
    assert plain["change_points"].tolist()[1:] == [5.0] * 5


def test_the_register_is_not_changed():
    found = read_coverage_figures()
    compared(found)
    assert_unchanged(found, read_coverage_figures())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("region_code", "1606"),
        ("segment", "all"),
        ("counted", "yes"),
        ("as_of", "June"),
        ("as_of", "2025-13"),
        ("covered", "-1"),
        ("covered_basis", ""),
        ("base_basis", ""),
        ("quoted_pct", "101"),
        ("source_url", "x"),
        ("confidence", "E"),
    ],
)
def test_wrong_fields_are_named_with_their_rows(tmp_path, column, value):
    table = pd.read_csv(BUILT_IN, dtype="str", keep_default_na=False)
    table.loc[0, column] = value
    path = tmp_path / "cakupan.csv"
    table.to_csv(path, index=False)
    with pytest.raises(PlanError, match=rf"coverage figures cakupan.csv .*{column} \(1\)") as caught:
        read_coverage_figures(path)
    assert f"{column} (1)" in caught.value.text("id")


def test_a_row_without_any_figure_is_refused(tmp_path):
    table = pd.read_csv(BUILT_IN, dtype="str", keep_default_na=False)
    table.loc[1, ["covered", "covered_basis", "quoted_pct"]] = ""
    path = tmp_path / "cakupan.csv"
    table.to_csv(path, index=False)
    with pytest.raises(PlanError, match=r"quoted_pct \(2\)"):
        read_coverage_figures(path)
