"""What may be chosen, what it brings and costs, and which rows the rules become."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.schema import SECTORS
from planner.errors import PlanError
from planner.launches import launch_costs
from planner.params import CostRates, Funnel, ScoringParams
from planner.selection.candidates import candidates, expected, sector_share, shared
from planner.selection.params import SelectionParams
from tests.planner.selection.villages import DECLARED, every_choice, found, frame, ranking, ranking_of, surroundings

BRANCHES = sorted(set(found().around["branch"]))


def rows(problem, kind):
    """The rules of a kind: subject -> (members, least, most)."""
    rules = problem.rules
    return {
        str(rules.subject[i]): (set(rules.amounts[[i]].indices.tolist()), rules.least[i], rules.most[i])
        for i in np.flatnonzero(rules.kind == kind)
    }


def members(table, mask):
    return set(np.flatnonzero(mask.to_numpy(bool)).tolist()) if len(table) else set()


# --- who


def test_declared_villages_are_around_but_no_candidates():
    chosen = found(spillover_km=5.0)
    assert DECLARED not in set(chosen.codes)
    assert DECLARED in set(chosen.around["village_code"])
    assert (len(chosen.table), len(chosen.around)) == (11, 12)
    assert chosen.problem.reach.shape == (36, 11)
    again = found(again=True)
    assert DECLARED in set(again.codes)
    assert list(again.codes) == sorted(again.codes)


def test_a_launch_reaches_declared_villages_around():
    chosen = found(spillover_km=5.0)
    declared = chosen.around["village_code"].tolist().index(DECLARED)
    reached = chosen.problem.reach.toarray()[[declared, declared + 12, declared + 24]]
    assert reached.any()
    assert chosen.problem.worth[declared] == pytest.approx(0.25 * chosen.around["benefit"].iloc[declared] / 3)


@given(seed=st.integers(0, 1000))
@settings(max_examples=5)
def test_the_order_of_rows_does_not_matter(seed):
    rules = SelectionParams(
        launches=3, spacing_km=2.0, spillover_km=6.0, max_per_district=1, sectors={"fishery": (1, 3)}
    )
    plain = candidates(ranking(), surroundings(), rules)
    mixed = candidates(ranking_of(frame().sample(frac=1, random_state=seed)), surroundings(), rules)
    pd.testing.assert_frame_equal(plain.table, mixed.table)
    np.testing.assert_array_equal(plain.problem.own, mixed.problem.own)
    assert plain.problem.rules.subject.tolist() == mixed.problem.rules.subject.tolist()
    assert (plain.problem.rules.amounts != mixed.problem.rules.amounts).nnz == 0
    assert (plain.problem.reach != mixed.problem.reach).nnz == 0


def test_the_ranking_is_left_alone():
    before = ranking().table.copy()
    found(spillover_km=5.0, budget_idr=10**9)
    pd.testing.assert_frame_equal(ranking().table, before)


def test_rows_come_best_first_and_positions_are_those_of_the_codes():
    chosen = found()
    everyone = chosen.rows(np.ones(11, dtype=bool))
    assert everyone["benefit"].is_monotonic_decreasing
    assert [chosen.position(code) for code in chosen.codes] == list(range(11))
    with pytest.raises(PlanError, match=r"Village 99\.99\.99\.9999 is not among") as caught:
        chosen.position("99.99.99.9999")
    assert "tidak ada di antara desa" in caught.value.text("id")


# --- what a launch brings


@pytest.mark.parametrize("objective", ["active", "gap_workers", "score"])
def test_the_benefit_is_that_of_the_objective(objective):
    chosen = found(objective=objective)
    table = chosen.table
    column = {"active": "expected_active"}.get(objective, objective)
    np.testing.assert_allclose(table["benefit"].astype(float), table[column].astype(float))
    np.testing.assert_allclose(chosen.problem.own, table["benefit"].astype(float))


def people(**columns):
    return pd.DataFrame({name: pd.array(values, dtype="Int64") for name, values in columns.items()})


@given(
    gaps=st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 3000), st.integers(0, 9000)), min_size=1, max_size=20),
    cap=st.integers(1, 2000),
)
def test_what_is_expected_lies_within_its_range_and_the_cap(gaps, cap):
    value = [v + d for v, d, _ in gaps]
    villages = people(
        gap_workers=value, gap_workers_low=[v for v, _, _ in gaps], gap_workers_high=[v + d + u for v, d, u in gaps]
    )
    brought = expected(villages, Funnel(most_registrations=cap))
    for figure in ("expected_registrations", "expected_active"):
        assert (brought[f"{figure}_low"] <= brought[figure]).all()
        assert (brought[figure] <= brought[f"{figure}_high"]).all()
        assert (brought[f"{figure}_low"] >= 0).all()
        assert set(brought[f"{figure}_basis"]) == {"assumed"}
    assert (brought["expected_registrations_high"] <= cap).all()
    np.testing.assert_allclose(
        brought["expected_active"], Funnel(most_registrations=cap).active(np.array(value)), atol=1e-8
    )


def test_without_figure_nobody_is_expected():
    villages = people(gap_workers=[None, 100], gap_workers_low=[None, 100], gap_workers_high=[None, 100])
    brought = expected(villages, Funnel())
    assert brought.iloc[0][["expected_active", "expected_registrations", "expected_active_high"]].tolist() == [0, 0, 0]
    assert brought["expected_registrations"].iloc[1] == pytest.approx(24)
    assert (brought["expected_registrations_low"].iloc[1], brought["expected_registrations_high"].iloc[1]) == (3, 63)
    assert brought["expected_active_low"].iloc[1] == 0  # 3 of 8, rounded down
    assert brought["expected_active_high"].iloc[1] == 13  # 63 of 5, rounded up


def test_the_last_digits_of_a_product_make_no_person():
    """700 x 0.1 x 0.1 is a little more than 7."""
    assert 700 * (0.1 * 0.1) > 7
    shares = {f"{name}{end}": 0.1 for name in ("reached_share", "registered_share") for end in ("", "_low", "_high")}
    brought = expected(people(gap_workers=[700], gap_workers_low=[700], gap_workers_high=[700]), Funnel(**shares))
    assert brought.filter(regex="registrations(_low|_high)?$").iloc[0].tolist() == [7, 7, 7]


def test_agent_days_are_visits_and_whole_days_of_registering():
    chosen = found(agent_days=40, registrations_per_day=7.0)
    registrations = chosen.table["expected_registrations"].to_numpy(float)
    np.testing.assert_array_equal(chosen.table["agent_days"], 4 + np.ceil(registrations / 7))
    ((who, least, most),) = rows(chosen.problem, "agent_days").values()
    assert (len(who), least, most) == (11, -np.inf, 40)
    np.testing.assert_array_equal(chosen.problem.rules.amounts.toarray()[0], chosen.table["agent_days"])


def test_the_last_digits_of_a_product_make_no_day():
    """700 x 0.1 x 0.1 is a little more than 7: one day of seven registrations, not two."""
    assert 700 * (0.1 * 0.1) > 7
    params = ScoringParams(funnel=Funnel(reached_share=0.1, reached_share_low=0.1, registered_share=0.1))
    workers = dict.fromkeys(("eligible_workers", "eligible_workers_low", "eligible_workers_high"), 700)
    villages = frame().assign(**workers, active_bpu=0, active_bpu_low=0, active_bpu_high=0)
    rules = SelectionParams(launches=1, registrations_per_day=7.0)
    chosen = candidates(ranking_of(villages, params=params), surroundings(), rules)
    assert set(chosen.table["agent_days"]) == {4 + 1}


def test_the_budget_is_on_the_launch_costs():
    chosen = found(budget_idr=100_000_000)
    costs = launch_costs(chosen.around, surroundings().offices, CostRates())
    free = chosen.around["village_code"].isin(chosen.codes)
    np.testing.assert_array_equal(chosen.problem.rules.amounts.toarray()[0], costs[free])
    assert chosen.problem.rules.kind.tolist() == ["budget"]
    assert chosen.problem.rules.most.tolist() == [100_000_000]
    np.testing.assert_array_equal(chosen.table["launch_cost_idr"], costs[free])


def test_branches_are_those_that_serve_the_regency():
    table = found().around
    assert table.groupby("regency_code")["branch"].nunique().max() == 1
    assert set(table["branch_basis"]) <= {"published", "assumed"}


# --- rules


def test_launches_are_counted_over_all():
    problem = found(launches=5, launches_min=2).problem
    assert rows(problem, "launches") == {"": (set(range(11)), -np.inf, 5)}
    assert rows(problem, "launches_min") == {"": (set(range(11)), 2, np.inf)}


def test_quotas_of_regencies_are_told_apart_and_single_ones_go_first():
    chosen = found(min_per_regency=1, max_per_regency=4, regencies={"19.71": (2, None)})
    of = {code: members(chosen.table, chosen.table["regency_code"] == code) for code in ("19.01", "19.71")}
    assert {code: len(who) for code, who in of.items()} == {"19.01": 5, "19.71": 6}
    assert rows(chosen.problem, "per_regency_min") == {
        "19.01": (of["19.01"], 1, np.inf),
        "19.71": (of["19.71"], 2, np.inf),
    }
    assert rows(chosen.problem, "per_regency") == {"19.01": (of["19.01"], -np.inf, 4)}


def test_a_regency_whose_villages_are_all_declared_still_has_its_rule():
    alone = pd.concat([frame().iloc[[0]], frame().iloc[6:]])
    chosen = candidates(ranking_of(alone), surroundings(), SelectionParams(launches=3, min_per_regency=1))
    assert rows(chosen.problem, "per_regency_min")["19.01"] == (set(), 1, np.inf)


def test_quotas_of_branches():
    chosen = found(max_per_branch=3, branches={BRANCHES[0]: (1, 2)})
    table = chosen.table
    expected_rows = {name: (members(table, table["branch"] == name), -np.inf, 3) for name in BRANCHES}
    expected_rows[BRANCHES[0]] = (*expected_rows[BRANCHES[0]][:2], 2)
    assert rows(chosen.problem, "per_branch") == expected_rows
    assert set(rows(chosen.problem, "per_branch_min")) == {BRANCHES[0]}


def test_quotas_of_districts():
    chosen = found(max_per_district=1)
    table = chosen.table
    assert rows(chosen.problem, "per_district") == {
        code: (members(table, table["district_code"] == code), -np.inf, 1) for code in set(table["district_code"])
    }


def test_a_village_counts_for_every_sector_with_enough_workers():
    chosen = found(sectors={"fishery": (1, 4), "trade_services": (0, 2)}, sector_share_pct=10.0)
    table = chosen.table
    everyone = sum(table[f"workers_{name}"].astype(float) for name in SECTORS)
    for sector, ends in (("fishery", (-np.inf, 4)), ("trade_services", (-np.inf, 2))):
        who = members(table, table[f"workers_{sector}"].astype(float) / everyone >= 0.1)
        assert len(who) > 0
        assert rows(chosen.problem, "per_sector")[sector] == (who, *ends)
    assert set(rows(chosen.problem, "per_sector_min")) == {"fishery"}


def test_sector_shares_sum_to_one_also_in_a_ranking_of_one_sector():
    """There the eligible workers are only those of the sector."""
    table = found().table
    np.testing.assert_allclose(sum(sector_share(table, name) for name in SECTORS), 1)
    of_sector = candidates(ranking_of(sector="fishery"), surroundings(), SelectionParams(launches=3)).table
    assert (of_sector["eligible_workers"] < table["eligible_workers"]).all()
    for name in SECTORS:
        np.testing.assert_array_equal(sector_share(of_sector, name), sector_share(table, name))


def test_no_workers_no_sector():
    empty = frame().assign(**{f"workers_{name}": pd.NA for name in SECTORS})
    assert sector_share(empty, "fishery").tolist() == [0] * 12


def test_spacing_forbids_pairs_no_farther_apart():
    chosen = found(spacing_km=3.0)
    table = chosen.table
    point = np.radians(table[["longitude", "latitude"]].to_numpy(float))
    pairs = set()
    for i in range(11):
        for j in range(i + 1, 11):
            h = np.sin((point[i, 1] - point[j, 1]) / 2) ** 2
            h += np.cos(point[i, 1]) * np.cos(point[j, 1]) * np.sin((point[i, 0] - point[j, 0]) / 2) ** 2
            if 2 * 6371.0088 * np.arcsin(np.sqrt(h)) <= 3:
                pairs.add(f"{table['village_code'].iloc[i]} {table['village_code'].iloc[j]}")
    found_pairs = rows(chosen.problem, "spacing")
    assert pairs
    assert set(found_pairs) == pairs
    for subject, (who, least, most) in found_pairs.items():
        assert {str(table["village_code"].iloc[i]) for i in who} == set(subject.split())
        assert (least, most) == (-np.inf, 1)


def test_villages_asked_for_and_left_out():
    codes = found().codes
    chosen = found(must=(str(codes[3]),), never=(str(codes[5]), str(codes[1])))
    assert rows(chosen.problem, "must") == {codes[3]: ({3}, 1, np.inf)}
    assert rows(chosen.problem, "never") == {codes[1]: ({1}, -np.inf, 0), codes[5]: ({5}, -np.inf, 0)}


def test_a_declared_village_may_be_left_out():
    assert len(found(never=(DECLARED,)).problem.rules) == 1


# --- spillover


@pytest.mark.parametrize("objective", ["active", "gap_workers", "score"])
@pytest.mark.parametrize("share", [0.25, 1.0])
def test_with_everything_chosen_everyone_is_reached_once(objective, share):
    chosen = found(objective=objective, spillover_km=8.0, spillover_share=share, again=True)
    total = chosen.around["benefit"].astype(float).sum()
    assert chosen.problem.value(np.ones(12, dtype=bool)) == pytest.approx(total, rel=1e-12)


def test_a_chosen_village_counts_in_full_and_its_neighbours_by_distance():
    chosen = found(spillover_km=9.0, again=True)
    around = chosen.around
    point = np.radians(around[["longitude", "latitude"]].to_numpy(float))
    for one in range(12):
        h = np.sin((point[:, 1] - point[one, 1]) / 2) ** 2
        h += np.cos(point[:, 1]) * np.cos(point[one, 1]) * np.sin((point[:, 0] - point[one, 0]) / 2) ** 2
        away = 2 * 6371.0088 * np.arcsin(np.sqrt(h))
        part = np.select([away <= 3, away <= 6, away <= 9], [1, 2 / 3, 1 / 3], 0.0) * 0.25
        part[one] = 1.0
        alone = np.arange(12) == one
        assert chosen.problem.value(alone) == pytest.approx(float(part @ around["benefit"].to_numpy(float)))


def test_nobody_is_reached_more_than_once():
    chosen = found(spillover_km=20.0)
    everyone = chosen.around["benefit"].astype(float).sum()
    assert max(chosen.problem.value(choice) for choice in every_choice(11)[::7]) <= everyone + 1e-9


@pytest.mark.parametrize("rules", [{"spillover_km": 0.0}, {"spillover_km": 5.0, "spillover_share": 0.0}])
def test_without_reach_or_share_there_is_no_spillover(rules):
    problem = found(**rules).problem
    assert len(problem.worth) == 0
    assert problem.cover is None


def test_shares_of_benefits_are_split():
    own, worth = shared(np.array([4.0]), np.array([4.0, 8.0]), SelectionParams(launches=1, spillover_km=1.0))
    assert own.tolist() == [3]
    assert worth.reshape(3, 2).sum(axis=0).tolist() == pytest.approx([1, 2])


# --- what is refused


@pytest.mark.parametrize(
    ("rules", "english", "indonesian"),
    [
        (
            {"must": ("19.99.01.2001",)},
            r"--must: there is no village with the code 19\.99\.01\.2001",
            "--must: tidak ada desa",
        ),
        (
            {"never": ("x", "y")},
            "--never: there is no village with the code x, y",
            "--never: tidak ada desa dengan kode x, y",
        ),
        ({"must": (DECLARED,)}, f"--must: village {DECLARED} is already a Desa Sadar", "sudah menjadi Desa Sadar"),
        (
            {"regencies": {"16.01": (1, 2)}},
            r"no regency 16\.01 .* There are: 19\.01, 19\.71",
            r"tidak ada kabupaten/kota 16\.01",
        ),
        ({"branches": {"Kantor Bulan": (1, 2)}}, "no office Kantor Bulan", "tidak ada kantor Kantor Bulan"),
    ],
    ids=["must", "never", "declared", "regency", "branch"],
)
def test_what_is_not_there_is_told(rules, english, indonesian):
    with pytest.raises(PlanError, match=english) as caught:
        found(**rules)
    assert indonesian.replace("\\", "") in caught.value.text("id")


def test_a_declared_village_may_be_asked_for_again():
    chosen = found(must=(DECLARED,), again=True)
    assert rows(chosen.problem, "must") == {DECLARED: ({0}, 1, np.inf)}
