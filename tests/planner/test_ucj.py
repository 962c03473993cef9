"""Published coverage targets and their gaps."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.layer import EMBEDDED, load
from planner import ucj
from planner.errors import PlanError
from planner.ucj import of_regions, read_ucj_targets, with_gaps
from tests.conftest import assert_aligned, assert_unchanged


@pytest.fixture(scope="module")
def gaps():
    return with_gaps(read_ucj_targets())


def of(gaps, code, year, quoted):
    found = gaps[(gaps["region_code"] == code) & (gaps["target_year"] == year) & (gaps["quoted_gap_workers"] == quoted)]
    return found.reset_index(drop=True)


def test_muba_shows_that_its_gap_belongs_to_another_target(gaps):
    two = of(gaps, "16.06", 2025, 21_311)
    assert two["target_pct"].tolist() == [52.15, 58.24]
    assert two["ucj_gap_workers"].tolist() == [8_304, 21_311]
    assert two["difference_workers"].tolist() == [13_007, 0]
    assert two["mismatch"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("code", "quoted", "gap", "mismatch"),
    [
        ("16", 385_000, 383_800, False),
        ("18", 389_534, 387_920, False),
        ("18", 411_000, 406_720, False),
        ("19", 158_287, 158_297, False),
    ],
)
def test_published_gaps_worked_out_again(gaps, code, quoted, gap, mismatch):
    row = of(gaps, code, 2025, quoted).iloc[0]
    assert row["ucj_gap_workers"] == gap
    assert row["mismatch"] == mismatch


def test_without_a_base_of_its_own_a_row_has_no_gap(gaps):
    lacking = gaps["base_workers"].isna() | gaps["covered"].isna()
    assert lacking.sum() == 6
    assert (gaps["ucj_gap_workers"].isna() == lacking).all()
    assert gaps.loc[lacking, "mismatch"].isna().all()
    september = of(gaps, "18", 2025, 479_724).iloc[0]
    assert pd.isna(september["ucj_gap_workers"])


def test_a_quoted_target_is_checked_where_no_gap_is_quoted(gaps):
    jambi = gaps[gaps["quoted_target_workers"] == 782_000].iloc[0]
    assert jambi["target_workers"] == 715_000
    assert jambi["difference_workers"] == 67_000
    assert jambi["mismatch"]
    lampung = gaps[gaps["quoted_target_workers"] == 1_174_328].iloc[0]
    assert lampung["difference_workers"] == 0


def test_conflicting_rows_stand_side_by_side(gaps):
    bases = gaps.loc[(gaps["region_code"] == "18") & (gaps["target_year"] == 2025), "base_workers"]
    assert bases.dropna().tolist() == [3_058_943, 2_800_000, 3_100_000]


def test_codes_and_names_are_those_of_the_layer(gaps):
    layer = load(EMBEDDED).frame
    names = {
        **dict(zip(layer["province_code"], layer["province_name"], strict=True)),
        **dict(zip(layer["regency_code"], layer["regency_name"].str.removeprefix("Kabupaten "), strict=True)),
    }
    for row in gaps.itertuples():
        assert names[row.region_code] == row.region_name


@given(st.floats(0, 100), st.integers(0, 10**7), st.integers(0, 10**7))
def test_target_less_covered(share, base, covered):
    one = read_ucj_targets().head(1).assign(target_pct=share, base_workers=base, covered=covered)
    before = one.copy()
    found = with_gaps(one)
    assert_aligned(found, one)
    assert_unchanged(one, before)
    assert found["ucj_gap_workers"].iloc[0] + covered == found["target_workers"].iloc[0]
    assert found["target_workers"].iloc[0] == pytest.approx(share * base / 100, abs=0.51)


def test_regions_with_their_regencies():
    targets = read_ucj_targets()
    assert set(of_regions(targets, ["16"])["region_code"]) == {"16", "16.06", "16.12"}
    assert set(of_regions(targets, ["18.04", "19"])["region_code"]) == {"18.04", "19"}
    pd.testing.assert_frame_equal(of_regions(targets, None), targets)


def test_a_region_without_target_is_told():
    with pytest.raises(PlanError, match=r"No UCJ target is known for 15\.04, 99\. Known are: 15, ") as caught:
        of_regions(read_ucj_targets(), ["15.04", "16", "99"])
    assert "Tidak ada target UCJ" in caught.value.text("id")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("region_code", "1606"),
        ("region_name", ""),
        ("segment", "all"),
        ("target_year", "25"),
        ("target_pct", "101"),
        ("target_pct", "-5"),
        ("base_workers", "3.0"),
        ("base_basis", ""),
        ("base_basis", "assumed"),
        ("covered_basis", ""),
        ("covered_date", "June"),
        ("quoted_gap_workers", "-3"),
        ("source_url", ""),
        ("confidence", "E"),
    ],
)
def test_wrong_fields_are_named_with_their_rows(tmp_path, column, value):
    table = pd.read_csv(ucj.BUILT_IN, dtype="str", keep_default_na=False)
    table.loc[4, column] = value
    path = tmp_path / "target.csv"
    table.to_csv(path, index=False)
    with pytest.raises(PlanError, match=rf"register of UCJ targets target.csv .*{column} \(5\)") as caught:
        read_ucj_targets(path)
    assert f"{column} (5)" in caught.value.text("id")
