"""Figures of a brief: standing, who pays, what is published, what is proposed."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import schema
from planner.briefs import Basis, regency_brief
from planner.briefs.days import day_text, span_text
from planner.briefs.paid import paid, reported
from planner.briefs.proposed import LISTED, NAMED, Order, of_gap, of_plan, of_ranking, proposed
from planner.briefs.quoted import quoted
from planner.briefs.standing import regencies, standing
from planner.coverage import gap
from planner.errors import PlanError
from planner.launch_pipeline import Officials
from planner.params import ScoringParams
from planner.plan import rank
from tests.planner.briefs.basis import FUNNEL, KNOWN, ON, basis, groups
from tests.planner.priority.test_priority_few import counted as one_counted
from tests.planner.priority.test_priority_few import first
from tests.planner.small_plans import around, chosen, small_layer
from tests.web.conftest import grid_layer


def villages():
    return pd.DataFrame(grid_layer(10, 6).drop(columns="geometry"))


def counted(frame, regency, people):
    here = frame[schema.REGENCY_CODE] == regency
    columns = {name: frame[name].mask(here, people) for name in ("active_bpu", "active_bpu_low", "active_bpu_high")}
    return frame.assign(**columns, active_bpu_basis=frame["active_bpu_basis"].mask(here, "observed"))


def test_sums_of_regencies_are_those_of_their_villages():
    frame = villages()
    table = regencies(frame)
    figures = gap(frame)
    for name in ("eligible_workers", "gap_workers", "gap_workers_low", "gap_workers_high", "active_bpu"):
        assert table[name].sum() == figures[name].sum()
    assert table["villages"].sum() == len(frame)
    one = standing(table, "16.02")
    assert one.coverage_pct.value == pytest.approx(100 * (1 - one.gap.value / one.eligible.value))
    assert one.coverage_pct.low < one.coverage_pct.value < one.coverage_pct.high
    assert one.by_gap.of == 2
    assert one.by_gap_everywhere.of == 4


FRAME = villages()
REGENCIES = regencies(FRAME)


@settings(max_examples=10)
@given(st.permutations(range(60)))
def test_the_order_of_villages_does_not_matter(order):
    pd.testing.assert_frame_equal(regencies(FRAME.iloc[list(order)]), REGENCIES)


def test_most_uncovered_workers_is_first():
    table = regencies(villages())
    places = {code: standing(table, code).by_gap_everywhere.place for code in table.index}
    assert [places[code] for code in table["gap_workers"].sort_values(ascending=False).index] == [1, 2, 3, 4]


def test_coverage_that_is_assumed_is_no_order():
    frame = villages()
    assert standing(regencies(frame), "16.01").by_coverage is None
    one = counted(frame, "16.01", 5)
    assert standing(regencies(one), "16.01").by_coverage is None  # nobody to compare with
    both = regencies(counted(one, "16.02", 90))
    assert [standing(both, code).by_coverage.place for code in ("16.01", "16.02")] == [2, 1]
    assert standing(both, "16.01").counted_villages == 15


def test_a_regency_without_figures_has_a_brief():
    frame = grid_layer(10, 6)
    here = frame[schema.REGENCY_CODE] == "16.02"
    for column in [c for c in frame.columns if c.startswith(("eligible", "active", "workers_"))]:
        frame[column] = frame[column].mask(here)
    found = regency_brief(basis(frame), "16.02")
    assert found.standing.gap.value is None
    assert found.standing.coverage_pct.value is None
    assert found.proposed.count == 0
    assert found.budget.workers == 0


def test_an_unknown_regency_is_refused_with_those_of_its_province():
    with pytest.raises(PlanError, match=r"no regency 16\.99 .* 16\.01, 16\.02") as refused:
        standing(regencies(villages()), "16.99")
    assert "16.01" in refused.value.text("id")


def test_a_city_has_a_mayor():
    frame = grid_layer(10, 6)
    frame["regency_code"] = frame["regency_code"].replace("16.02", "16.71")
    table = regencies(pd.DataFrame(frame.drop(columns="geometry")))
    assert [standing(table, code).is_city for code in ("16.01", "16.71")] == [False, True]


def test_groups_end_in_order_and_others_are_not_counted():
    found = paid(
        groups(
            ("16.02", "DBH sawit", 100, "2026-01-01", 12),
            ("16.02", "APBD", 40, "2026-07-01", 24),
            ("16.02", "APBDes", 30, "2026-04-01", 6),
            ("16.02", "lama", 500, "2025-01-01", 3),
            ("16.02", "nanti", 70, "2027-01-01", 12),
            ("16.01", "APBD", 999, "2026-01-01", 12),
        ),
        "16.02",
        on=ON,
        smallest=5,
    )
    assert [(one.fund, one.people) for one in found.groups] == [("APBDes", 30), ("DBH sawit", 100), ("APBD", 40)]
    assert (found.running, found.ending, found.unpaid) == (140, 100, 30)
    assert found.groups[1].paid_until == date(2026, 12, 31)
    assert found.groups[1].active_until == date(2027, 3, 31)
    assert found.groups[1].cost_idr == 100 * 12 * 16_800


def test_many_groups_are_summed_up():
    rows = [("16.02", f"dana {k}", 10 + k, "2026-01-01", 12 + k) for k in range(9)]
    found = paid(groups(*rows), "16.02", on=ON, smallest=5)
    assert len(found.groups) == 5
    assert sum(one.people for one in found.groups) == found.running == sum(row[2] for row in rows)
    assert found.groups[-1].paid_until is None


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(1, 40), st.integers(11, 20)), min_size=1, max_size=9))
def test_nothing_follows_about_a_hidden_count(given_groups):
    rows = [("16.02", fund, people, "2026-01-01", months) for fund, people, months in given_groups]
    found = paid(groups(*rows), "16.02", on=ON, smallest=5)
    large = [row for row in rows if row[2] >= 5]
    assert found.left_out == len(rows) - len(large)
    told = paid(groups(*large), "16.02", on=ON, smallest=5)
    if told is None:
        assert (found.groups, found.running, found.ending, found.unpaid) == ((), 0, 0, 0)
    else:  # as if the others were not there: nor do the files of the boards hold them
        assert replace(found, left_out=0) == told


def test_nobody_is_paid_for():
    assert paid(groups(), "16.02", on=ON, smallest=5) is None
    assert paid(groups(("16.02", "x", 9, "2020-01-01", 1)), "16.02", on=ON, smallest=5) is None


def test_published_budgets_are_those_of_the_name():
    found = reported(KNOWN.budgets, "Kabupaten Bangka")
    assert [(one.fund, one.workers) for one in found] == [("dbh_sawit", 2450), ("apbd", 950)]
    (allocation,) = reported(KNOWN.budgets, "Kabupaten Mukomuko")
    assert (allocation.workers, allocation.share) == (None, 0.2)
    assert reported(KNOWN.budgets, "Kabupaten Lahat") == ()


def test_published_figures_are_those_of_the_regency_else_of_the_province():
    own = quoted(KNOWN.targets, "16.06")
    assert {one.code for one in own} == {"16.06"}
    assert own[0].misquoted_gap == 21_311
    assert own[0].gap == round(0.5215 * 213_582) - 103_079
    (province,) = quoted(KNOWN.targets, "16.02")
    assert (province.code, province.covered_on, province.misquoted_gap) == ("16", "2025-04", None)
    assert quoted(KNOWN.targets, "99.01") == ()


def test_the_offices_own_figures_come_first():
    row = KNOWN.targets[KNOWN.targets["region_code"] == "16.06"].head(1)
    own = row.assign(covered_date="2020-01", covered=90_000, own_file=True)
    found = quoted(pd.concat([KNOWN.targets, own], ignore_index=True), "16.06")
    assert found[0].covered == 90_000


def test_a_source_that_contradicts_its_own_target_is_told():
    (found,) = quoted(KNOWN.targets, "15.01")
    assert (found.misquoted_target, found.misquoted_gap) == (782_000, None)


def test_villages_of_a_plan_are_proposed_else_those_with_most_uncovered():
    plan = chosen(small_layer(), 9)
    order = of_plan(plan, "Satu", small_layer(), around())
    usual = of_gap(small_layer(), FUNNEL, declared=frozenset())
    regency = plan.chosen["regency_code"].iloc[0]
    here = plan.chosen[plan.chosen["regency_code"] == regency]
    found = proposed(order, regency, otherwise=usual)
    assert (found.kind, found.count) == ("plan", len(here))
    assert found.codes == tuple(here["village_code"])
    assert found.cost_idr == pytest.approx(here["launch_cost_idr"].sum())
    other = next(code for code in ("16.01", "16.02", "18.01") if code not in set(plan.chosen["regency_code"]))
    without = proposed(order, other, otherwise=usual)
    assert (without.kind, without.plan, without.count, without.cost_idr) == ("gap", "Satu", 5, None)


def test_a_large_plan_names_the_first_and_counts_all():
    plan = chosen(small_layer(), 60)
    table = plan.chosen.assign(regency_code="16.02")
    found = proposed(Order("plan", "x", table), "16.02", otherwise=of_gap(small_layer(), FUNNEL, declared=frozenset()))
    assert len(found.villages) == NAMED > LISTED
    assert found.count == len(table)
    assert found.registrations.value == pytest.approx(table["expected_registrations"].sum())


def test_declared_villages_are_not_proposed_again():
    layer = small_layer()
    one = of_gap(layer, FUNNEL, declared=frozenset()).table["village_code"].iloc[0]
    assert one not in set(of_gap(layer, FUNNEL, declared=frozenset({one})).table["village_code"])


def test_gates_count_villages_whose_officials_are_known():
    day = date(2026, 9, 1)
    officials = {
        "16.02.01.2016": Officials(10, 10, day),
        "16.02.01.2017": Officials(3, 10, date(2026, 10, 1)),
        "16.02.01.2018": Officials(0, 0, day),
        "18.01.01.2031": Officials(10, 10, day),
    }
    found = regency_brief(basis(officials=officials), "16.02").gates
    assert (found.counted, found.complete, found.last) == (2, 1, date(2026, 10, 1))
    assert regency_brief(basis(), "16.02").gates is None


def test_the_budget_is_that_of_the_next_year():
    found = regency_brief(basis(), "16.02")
    assert found.budget.start == date(2027, 1, 1)
    assert found.budget.worker_idr == 12 * 16_800
    assert found.budget.workers == round(found.proposed.registrations.value)


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ("2023", "2023"),
        ("2023-08", "Agustus 2023"),
        (date(2026, 11, 23), "23 November 2026"),
        ("n.d.", "tanpa tanggal"),
        ("", "tanpa tanggal"),
        ("Desember 2024", "Desember 2024"),
        ("2023-99", "2023-99"),
    ],
)
def test_days_are_written_as_exactly_as_they_are_known(known, written):
    assert day_text(known, "id") == written


def test_a_span_of_one_day_is_that_day():
    assert span_text("2026-09", "2026-09", "en") == "September 2026"
    assert span_text("2026-09", "2026-10", "id") == "September 2026 sampai Oktober 2026"


def test_nothing_of_a_brief_tells_a_count_of_a_few():
    """The same brief comes out whatever the few were: 1, 2, 3 or 4."""
    made = []
    for people in (1, 2, 3, 4):
        frame = counted(grid_layer(10, 6), "16.02", people)
        made.append(regency_brief(basis(frame), "16.02"))
    assert made[0].standing.counted_villages == 15
    assert made[0].shielded
    assert all(one.standing == made[0].standing and one.proposed == made[0].proposed for one in made)
    assert not regency_brief(basis(counted(grid_layer(10, 6), "16.02", 5)), "16.02").shielded


def test_order_and_ranks_of_a_brief_are_the_same_however_few_were_counted():
    """By score too, and with a plan, and in regencies beside."""
    found = []
    for people in (1, 4):
        layer = one_counted(people, first())
        ranking = rank(layer, around(), ScoringParams())
        orders = [
            of_ranking(ranking, layer, around(), declared=frozenset()),
            of_plan(chosen(layer), "A", layer, around()),
        ]
        usual = of_gap(layer, FUNNEL, declared=frozenset())
        made = [Basis(layer, order, usual, KNOWN, ON) for order in orders]
        found.append([regency_brief(one, code) for one in made for code in one.regencies.index])
    shown = [[(one.standing, one.proposed, one.budget) for one in briefs] for briefs in found]
    assert shown[0] == shown[1]
