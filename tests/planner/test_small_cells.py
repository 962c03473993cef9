"""Counts of a few people are hidden, and whoever knows the rules and what is shown learns no more than that."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.small_cells import SMALLEST, few, suppressed

COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 60))
TABLES = st.lists(st.tuples(st.sampled_from("abcd"), COUNTS), min_size=1, max_size=10)


def table(rows):
    return pd.DataFrame({"group": [group for group, _ in rows], "people": [count for _, count in rows]})


# --- what an onlooker can work out


def ranges(rows, made):
    """Least and most that each cell can be, by what is shown: sums are narrowed until nothing narrows any more."""
    shown, totals = made.cells["people"], made.totals["people"]
    cells = [[1, 10**6] if pd.isna(count) else [int(count)] * 2 for count in shown]
    sums = {group: [0, 10**6] if pd.isna(total) else [int(total)] * 2 for group, total in totals.items()}
    whole = [0, 10**6] if pd.isna(made.total["people"]) else [int(made.total["people"])] * 2
    equations = [(sums[name], [cells[i] for i, (g, _) in enumerate(rows) if g == name]) for name in sums]
    equations.append((whole, list(sums.values())))
    while True:
        before = repr((cells, sums, whole))
        for total, parts in equations:
            total[:] = (
                max(total[0], sum(part[0] for part in parts)),
                min(total[1], sum(part[1] for part in parts)),
            )
            for part in parts:
                rest = [sum(other[end] for other in parts if other is not part) for end in (0, 1)]
                part[:] = max(part[0], total[0] - rest[1]), min(part[1], total[1] - rest[0])
        if repr((cells, sums, whole)) == before:
            return cells, sums, whole


@settings(max_examples=150)
@given(TABLES, st.sampled_from((2, 3, 5, 10)))
def test_nothing_hidden_can_be_worked_out(rows, smallest):
    made = suppressed(table(rows), ["people"], group="group", smallest=smallest)
    cells, sums, whole = ranges(rows, made)
    for (_, count), (least, most), shown in zip(rows, cells, made.cells["people"], strict=True):
        assert least <= count <= most
        if 0 < count < smallest:
            assert pd.isna(shown)
        if pd.isna(shown):
            assert least == 1
            assert most >= max(2, smallest - 1)
    for group, total in made.totals["people"].items():
        if pd.isna(total):
            assert sums[group][0] < sums[group][1]
    if pd.isna(made.total["people"]):
        assert whole[0] < whole[1]


@settings(max_examples=50)
@given(TABLES)
def test_what_is_shown_is_true_and_no_total_of_a_few_is(rows):
    plain, made = table(rows), suppressed(table(rows), ["people"], group="group")
    assert (made.cells["people"].fillna(-1).isin([-1]) | (made.cells["people"] == plain["people"])).all()
    sums = plain.groupby("group")["people"].sum()
    shown = made.totals["people"].dropna()
    assert (shown == sums[shown.index]).all()
    assert not few(shown).any()
    assert pd.isna(made.total["people"]) or made.total["people"] == plain["people"].sum()
    assert made.hidden_cells["people"].eq(made.cells["people"].isna()).all()
    assert made.hidden_totals["people"].eq(made.totals["people"].isna()).all()


@given(TABLES.filter(lambda rows: not any(0 < count < SMALLEST for _, count in rows)))
def test_nothing_is_hidden_where_nobody_is_few(rows):
    made = suppressed(table(rows), ["people"], group="group")
    assert not made.hidden_cells.any(axis=None)
    assert not made.hidden_totals.any(axis=None)
    assert not made.hidden_total.any()


@given(TABLES, st.randoms())
def test_the_order_of_rows_does_not_matter_for_totals_and_number_of_hidden_cells(rows, random):
    other = list(rows)
    random.shuffle(other)
    one, two = (suppressed(table(each), ["people"], group="group") for each in (rows, other))
    assert one.totals.equals(two.totals)
    assert one.total.equals(two.total)
    assert int(one.hidden_cells.sum().iloc[0]) == int(two.hidden_cells.sum().iloc[0])


def test_a_second_cell_is_hidden_beside_one_and_the_total_where_there_is_none():
    rows = [("a", 3), ("a", 120), ("a", 40), ("b", 2), ("b", 0), ("c", 70), ("d", 90), ("d", 91)]
    made = suppressed(table(rows), ["people"], group="group")
    assert made.cells["people"].tolist() == [pd.NA, 120, pd.NA, pd.NA, 0, pd.NA, 90, 91]
    assert made.totals["people"].tolist() == [163, pd.NA, pd.NA, 181]
    assert made.total["people"] == 416


def test_two_that_hide_each_other_need_no_third_unless_their_sum_tells():
    kept = suppressed(table([("a", 3), ("a", 4), ("a", 50)]), ["people"], group="group")
    assert kept.cells["people"].tolist() == [pd.NA, pd.NA, 50]
    told = suppressed(table([("a", 1), ("a", 1), ("a", 50)]), ["people"], group="group")
    assert told.cells["people"].tolist() == [pd.NA, pd.NA, pd.NA]
    assert told.total["people"] == 52


def test_the_total_of_all_goes_where_nothing_else_helps():
    made = suppressed(table([("a", 3), ("b", 0)]), ["people"], group="group")
    assert made.cells["people"].tolist() == [pd.NA, 0]
    assert made.totals["people"].tolist() == [pd.NA, 0]
    assert pd.isna(made.total["people"])


def test_columns_are_on_their_own_and_unknown_counts_stay_unknown():
    plain = pd.DataFrame({"where": ["b", "a", None], "met": [9, None, 8], "registered": [2, 30, 40]}, index=[7, 5, 3])
    made = suppressed(plain, ["met", "registered"], group="where")
    assert made.cells["met"].tolist() == [9, pd.NA, 8]
    assert not made.hidden_cells["met"].any()
    assert made.hidden_cells["registered"].tolist() == [True, True, False]
    assert made.totals.index.tolist()[:2] == ["a", "b"]
    assert made.total["met"] == 17
    assert plain["registered"].tolist() == [2, 30, 40]
