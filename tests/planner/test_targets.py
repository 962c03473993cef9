"""From net active participants back to what they take."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from planner.errors import PlanError
from planner.params import AgentYield, CostRates, Funnel, ScoringParams
from planner.params_file import ParamsError, parse
from planner.targets import Scenario, funnel_over_time, net_between, plan_target
from planner.texts import t
from tests.conftest import assert_unchanged
from tests.planner.test_launches import OFFICE, villages_of

RATES = CostRates(launch_idr=1_000, visits=2, team_day_idr=100, travel_idr_per_km=0)
EXACT = Funnel(
    reached_share=0.5,
    reached_share_low=0.5,
    reached_share_high=0.5,
    registered_share=0.2,
    registered_share_low=0.2,
    registered_share_high=0.2,
    registrations_per_active_low=6.0,
    registrations_per_active_high=6.0,
)
YIELD = AgentYield(participants_per_agent=4.0, participants_per_agent_low=2.0, participants_per_agent_high=5.0)
PARAMS = ScoringParams(funnel=Funnel(reached_share=0.5, registered_share=0.2), costs=RATES, agents=YIELD, worlds=200)
VILLAGES = villages_of([300, 900, 150, 450, 0])  # 30, 90, 15, 45 register
START = date(2027, 6, 1)


def planned(net=10, villages=VILLAGES, params=PARAMS, **given_too):
    return plan_target(net, villages, offices=OFFICE, params=params, start=START, **given_too)


def test_backwards_by_hand():
    plan = planned()
    assert {name: figure.value for name, figure in plan.figures.items()} == {
        "net_active": 10,
        "registrations": 60,
        "reached": 300,
        "launches": 1,
        "visits": 2,
        "agents": 3,
        "launch_cost_idr": 1_200,
        "contributions_idr_per_year": 10 * 12 * 16_800,
        "contributions_state_idr_per_year": 10 * 12 * 16_800,
    }
    assert plan.villages == 4
    assert plan.enough
    assert plan.all_active.value == 30
    assert plan.scenarios == (
        Scenario(6.0, 60, 1, 1_200, enough=True),
        Scenario(5.0, 50, 1, 1_200, enough=True),
        Scenario(3.0, 30, 1, 1_200, enough=True),
    )


def test_where_all_villages_are_not_enough_it_says_how_far_they_get():
    plan = planned(31)
    assert not plan.enough
    assert plan.figures["launches"].value == 4
    assert plan.figures["visits"].value == 8
    assert plan.all_active.value == 30
    assert [(scenario.launches, scenario.enough) for scenario in plan.scenarios] == [(4, False), (3, True), (2, True)]
    assert planned(10**9).chance == 0.0


def test_the_discount_counts_for_those_who_pay_themselves():
    plan = plan_target(10, VILLAGES, offices=OFFICE, params=PARAMS, start=date(2026, 12, 1))
    assert plan.figures["contributions_idr_per_year"].value == 10 * (8_400 + 11 * 16_800)
    assert plan.figures["contributions_state_idr_per_year"].value == 10 * 12 * 16_800
    with_jht = plan_target(
        10,
        VILLAGES,
        offices=OFFICE,
        params=PARAMS,
        start=date(2026, 12, 1),
        programme="jkk_jkm_jht",
        sector="transport",
    )
    assert with_jht.figures["contributions_idr_per_year"].value == 10 * (4 * 28_400 + 8 * 36_800)


def test_irregular_payers_who_stay_active_miss_at_most_a_fifth():
    figure = planned(1_000).figures["contributions_idr_per_year"]
    assert figure.high == figure.value
    assert 0.8 * figure.value < figure.low < figure.value


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=12).filter(any), st.integers(1, 3_000))
def test_every_interval_holds_its_value(uncovered, net):
    plan = planned(net, villages_of(uncovered))
    for figure in (*plan.figures.values(), plan.all_active):
        assert 0 <= figure.low <= figure.value <= figure.high
    assert plan.figures["launches"].high <= plan.villages
    assert 0 <= plan.chance <= 1
    launches = [scenario.launches for scenario in plan.scenarios]
    assert launches == sorted(launches, reverse=True)


@given(st.integers(1, 40), st.integers(1, 40))
def test_more_active_participants_never_take_less(one, other):
    fewer, more = (planned(net) for net in sorted((one, other)))
    for name, figure in fewer.figures.items():
        assert figure.value <= more.figures[name].value
        assert figure.low <= more.figures[name].low
        assert figure.high <= more.figures[name].high
    assert fewer.chance >= more.chance


@given(st.permutations(range(5)))
def test_the_order_of_villages_does_not_matter(order):
    before = VILLAGES.copy()
    first, second = planned(), planned(villages=VILLAGES.iloc[list(order)])
    assert first.figures == second.figures
    assert first.scenarios == second.scenarios
    assert_unchanged(VILLAGES, before)


def test_the_same_seed_gives_the_same_plan_another_seed_does_not():
    assert planned(1_000).figures == planned(1_000).figures
    other = planned(1_000, params=PARAMS.model_copy(update={"seed": 7}))
    assert other.figures["registrations"].low != planned(1_000).figures["registrations"].low


def test_without_ranges_there_is_no_interval():
    params = PARAMS.model_copy(
        update={"funnel": EXACT, "agents": AgentYield(participants_per_agent=72.0, participants_per_agent_high=72.0)}
    )
    villages = VILLAGES.assign(eligible_workers_low=VILLAGES["eligible_workers"])
    plan = planned(20, villages.assign(eligible_workers_high=VILLAGES["eligible_workers"]), params)
    for name in ("net_active", "registrations", "reached", "launches", "visits", "agents"):
        figure = plan.figures[name]
        assert figure.low == figure.value == figure.high
    assert plan.figures["launch_cost_idr"].low < plan.figures["launch_cost_idr"].high
    assert plan.chance == 1.0


def test_registrations_stay_within_the_range_of_the_ratio():
    figure = planned(1_000).figures["registrations"]
    assert 5_000 < figure.low < 6_000 < figure.high < 8_000


def test_every_figure_has_a_source_and_what_a_user_changed_is_the_users():
    plan = planned(params=ScoringParams(), layer_date="2026-11-22")
    for figure in plan.figures.values():
        for language in ("id", "en"):
            assert t(figure.source, language)
            assert t(f"targets.basis.{figure.basis}", language)
    assert plan.figures["launches"].source_date == "2026-11-22"
    assert {name for name, figure in plan.figures.items() if figure.basis == "derived"} == {
        "registrations",
        "agents",
        "contributions_idr_per_year",
        "contributions_state_idr_per_year",
    }
    changed = ScoringParams(
        funnel=Funnel(registrations_per_active=5.5, registered_share=0.3), costs=RATES, agents=YIELD
    )
    own = {name for name, figure in planned(params=changed).figures.items() if figure.source == "targets.source.own"}
    assert own == {"registrations", "reached", "visits", "agents", "launch_cost_idr"}


@pytest.mark.parametrize("net", [0, -200_000])
def test_no_target_is_refused(net):
    with pytest.raises(PlanError, match=f"A target of {net:,} additional active participants") as caught:
        planned(net)
    assert "tidak dapat direncanakan" in caught.value.text("id")


@pytest.mark.parametrize(("before", "after"), [(5, 5), (6, 5), (-1, 5)])
def test_no_growth_is_refused(before, after):
    with pytest.raises(PlanError, match=f"From {before} to {after} active participants is no growth") as caught:
        net_between(before, after)
    assert "bukan kenaikan" in caught.value.text("id")


def test_growth_is_the_difference():
    assert net_between(800_000, 1_000_000) == 200_000
    assert net_between(0, 1) == 1


def test_a_year_beyond_the_tariffs_is_refused():
    with pytest.raises(PlanError, match="no tariff of jkk_jkm for 2031-01-01"):
        plan_target(1, VILLAGES, offices=OFFICE, params=PARAMS, start=date(2030, 6, 1))


def test_funnel_over_time_by_hand():
    table = funnel_over_time(1_200, Funnel())
    expected = pd.DataFrame(
        {
            "people": [3_000, 1_200, 960, 540, 200],
            "low": [1_714, 1_200, 720, 300, 150],
            "high": [12_000, 1_200, 1_140, 780, 240],
        },
        index=pd.Index(["reached", "registered", "active_3", "active_6", "active_12"], name="stage"),
        dtype="Int64",
    )
    pd.testing.assert_frame_equal(table, expected)


def test_funnel_without_lower_end_of_registering_has_no_upper_end_of_reached():
    table = funnel_over_time(100, Funnel(registered_share_low=0.0))
    assert pd.isna(table.loc["reached", "high"])
    assert table.loc["reached", "people"] == 250


@given(st.integers(0, 10**7))
def test_the_active_only_fall_off(registrations):
    table = funnel_over_time(registrations, Funnel())
    for column in table.columns:
        assert table[column].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[funnel]\nreached_share = 0.2", r"funnel.reached_share: this value must lie between reached_share_low and"),
        ("[funnel]\nregistrations_per_active = 9", r"funnel.registrations_per_active: .*registrations_per_active_high"),
        ("[agents]\nparticipants_per_agent = 50", r"agents.participants_per_agent: this value must lie between"),
        ("[funnel]\nactive_6_share = 0.65\nactive_3_share = 0.6", r"active_3_share must not be below active_6_share,"),
        ("[funnel]\nactive_6_share_low = 0.1", r"active_6_share_low below 1 / registrations_per_active"),
        ("[funnel]\nactive_6_share_high = 0.96", r"active_3_share_high must not be below active_6_share_high"),
    ],
)
def test_parameters_that_contradict_each_other_are_told(text, told):
    with pytest.raises(ParamsError, match=told) as caught:
        parse(text, name="a.toml")
    assert caught.value.text("id") != str(caught.value)
    assert "{" not in caught.value.text("id")


def test_defaults_are_the_published_figures():
    yields = AgentYield()
    assert yields.participants_per_agent == round(5_400 / 44)
    assert yields.participants_per_agent_low == round(144_745 / 2_000)
    with pytest.raises(ValidationError, match="frozen"):
        yields.participants_per_agent = 3
