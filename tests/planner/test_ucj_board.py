"""Where regions stand: newest coverage, the target that counts, and the gap on a stored base."""

import os
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import PlanError
from planner.ucj_board import (
    all_figures,
    all_targets,
    board,
    misfits,
    own_file_day,
    segments,
    usable_targets,
)
from tests.planner.own_targets import break_base, own_targets_in

TODAY = date(2026, 11, 23)
REGIONS = pd.Series(
    {
        "15": "Jambi",
        "16": "Sumatera Selatan",
        "17": "Bengkulu",
        "18": "Lampung",
        "19": "Kepulauan Bangka Belitung",
        "16.06": "Kabupaten Musi Banyuasin",
        "16.12": "Kabupaten Penukal Abab Lematang Ilir",
        "18.04": "Kabupaten Lampung Barat",
        "18.09": "Kabupaten Pesawaran",
    }
)


@pytest.fixture(scope="module")
def targets():
    return all_targets(None)


@pytest.fixture(scope="module")
def found(targets):
    return board(REGIONS, targets, all_figures(targets), today=TODAY)


@pytest.fixture
def own(tmp_path):
    return own_targets_in(tmp_path)


@pytest.mark.parametrize(
    ("code", "gap", "how", "base"),
    [
        ("15", 135_000, "same", 1_300_000),
        ("16", 383_800, "same", 3_000_000),
        ("17", 88_840, "combined", 708_000),
        ("18", 1_025_480, "same", 3_100_000),
        ("19", 158_297, "other", 528_891),
        ("16.06", 8_304, "same", 213_582),
    ],
)
def test_gaps_stand_on_a_stored_base(found, code, gap, how, base):
    row = found.loc[code]
    assert (row["ucj_gap_workers"], row["gap_how"], row["gap_base"]) == (gap, how, base)


def test_what_nobody_published_stays_unknown(found):
    for code in ("16.12", "18.04", "18.09"):
        assert pd.isna(found.loc[code, "ucj_gap_workers"])
    assert found.loc["16.12", "target_workers"] == 25_000
    assert pd.isna(found.loc["18.09", "figure_row"])
    assert pd.isna(found.loc["18.09", "target_row"])


def test_regions_keep_their_order(found):
    assert found.index.tolist() == REGIONS.index.tolist()
    assert found["region_name"].tolist() == REGIONS.tolist()


@pytest.mark.parametrize(("year", "target"), [(2024, 32.62), (2025, 38.39), (2026, 58.35), (2031, 58.35)])
def test_the_next_target_counts_else_the_last(targets, year, target):
    found = board(REGIONS, targets, all_figures(targets), today=date(year, 6, 1))
    assert targets.loc[found.loc["18", "target_row"], "target_pct"] == target


def test_other_targets_of_the_year_and_misfits_are_told(found):
    assert found.loc["16", "other_targets"] == (48.0,)
    assert found.loc["16.06", "other_targets"] == (58.24,)
    assert found["misfits"].tolist() == [1, 2, 0, 0, 0, 1, 0, 0, 0]


def test_the_newest_figure_on_a_base_comes_first(targets, found):
    figures = all_figures(targets)
    newest = figures.loc[found["figure_row"].dropna()].set_index("region_code")["as_of"]
    assert newest.to_dict() == {
        "15": "2025-03",
        "16": "2025-04",
        "17": "2025-12",
        "18": "2025-12",
        "19": "2025-12-14",
        "16.06": "2025-07",
        "18.04": "2025-12",
    }
    assert figures.loc[found.loc["16", "figure_row"], "covered"] == 1_100_000


def test_segments_are_told_where_known(targets):
    figures = all_figures(targets)
    rows = segments(REGIONS, figures)
    assert figures.loc[rows.loc["17"], "covered"].tolist() == [142_786, 82_900, 36_128]
    assert rows.loc["19"].isna().tolist() == [False, False, True]
    assert rows.loc["18"].isna().all()


def test_quoted_figures_that_do_not_fit_are_listed(targets):
    listed = misfits(targets, all_figures(targets))
    told = listed[["region_code", "what", "said", "fits"]].round(1).to_numpy().tolist()
    assert told == [
        ["15", "target", 782_000, 715_000],
        ["16", "coverage", 34, 43.3],
        ["16", "gap", 138_000, 145_400],
        ["16.06", "gap", 21_311, 8_304],
    ]
    assert misfits(targets.head(0), all_figures(targets).head(0)).empty


def test_the_own_file_of_the_office_comes_first(own):
    targets = all_targets(own.parent)
    figures = all_figures(targets)
    row = board(REGIONS, targets, figures, today=TODAY).loc["16.06"]
    assert (row["ucj_gap_workers"], row["gap_how"], row["gap_base"]) == (22_000, "same", 220_000)
    assert figures.loc[row["figure_row"], "as_of"] == "2026-09-30"
    assert targets["own_file"].sum() == figures["own_file"].sum() == 1


def test_a_broken_own_file_is_refused_with_its_rows(own):
    break_base(own)
    with pytest.raises(PlanError, match=r"ucj_targets.csv cannot be used yet.*base_workers \(1\)") as caught:
        all_targets(own.parent)
    assert "base_workers (1)" in caught.value.text("id")


def test_a_page_uses_the_built_in_targets_and_tells_why_the_own_file_is_not_used(own, targets):
    break_base(own)
    told = []
    pd.testing.assert_frame_equal(usable_targets(own.parent, told.append), targets)
    assert [error.key for error in told] == ["targets.ucj.invalid"]


def test_the_own_file_has_a_date_in_western_indonesia(own):
    evening = datetime(2026, 10, 4, 20, tzinfo=UTC).timestamp()  # 3 o'clock of the next day there
    os.utime(own, (evening, evening))
    assert own_file_day(own.parent) == date(2026, 10, 5)
    assert own_file_day(own.parent / "empty") is None


@settings(max_examples=8)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_figures_does_not_matter(targets, random):
    figures = all_figures(targets)
    order = list(figures.index)
    random.shuffle(order)
    some = REGIONS[["16", "19", "16.06"]]
    before = board(some, targets, figures, today=TODAY)
    pd.testing.assert_frame_equal(before, board(some, targets, figures.loc[order], today=TODAY))
