"""What is told of a plan: every sentence in both languages, with the same values in it."""

import re
import string
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from planner.selection import wording
from planner.selection.answer import Selection
from planner.selection.conflict import Conflict, Way, conflict
from planner.selection.prices import Price, gain_without, kinds_to_price
from planner.selection.reasons import Reason, why_not
from planner.selection.solve import solve
from planner.texts import FOLDER, t
from tests.planner.selection.villages import DECLARED, found

LANGUAGES = ("id", "en")
KEYS = {
    key: entry
    for name in ("selection", "select")
    for key, entry in tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")).items()
}
ALL_RULES = {
    "budget_idr": 90_000_000,
    "launches": 4,
    "launches_min": 1,
    "agent_days": 80,
    "max_per_district": 2,
    "min_per_regency": 1,
    "max_per_regency": 3,
    "max_per_branch": 9,
    "min_per_branch": 1,
    "sectors": {"fishery": (1, 5)},
    "sector_share_pct": 2.5,
    "spacing_km": 2.5,
    "must": ("19.01.01.1002",),
    "never": ("19.71.01.1009",),
}


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def answered(**rules):
    chosen = found(**rules)
    return chosen, solve(chosen.problem, gap=0)


def row_of(chosen, kind):
    return int(np.flatnonzero(chosen.problem.rules.kind == kind)[0])


# --- the catalogue


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_tell_the_same_values(key):
    assert placeholders(KEYS[key]["id"]) == placeholders(KEYS[key]["en"])


@pytest.mark.parametrize("key", KEYS)
def test_every_sentence_can_be_told(key):
    names = placeholders(KEYS[key]["en"])
    for language in LANGUAGES:
        told = t(key, language, **{name: f"<{name}>" for name in names})
        assert all(f"<{name}>" in told for name in names)
        assert told == told.strip()
        assert "{" not in told


def test_the_languages_are_two():
    same = {key for key, entry in KEYS.items() if entry["id"] == entry["en"]}
    assert same <= {"cli.plans.status"}


# --- rules


def test_every_rule_is_told_with_its_limit_and_name():
    chosen = found(**ALL_RULES)
    kinds = chosen.problem.rules.kind
    expected = {
        "budget": "a budget of at most Rp90 million",
        "launches": "launches: at most 4",
        "launches_min": "launches: at least 1",
        "agent_days": "days of agents: at most 80",
        "per_district": r"launches in the district [\w ]+ \(19\.\d\d\.\d\d\): at most 2",
        "per_regency_min": r"launches in [\w ]+ \(19\.\d\d\): at least 1",
        "per_regency": r"launches in [\w ]+ \(19\.\d\d\): at most 3",
        "per_branch": r"launches of Kantor [\w -]+: at most 9",
        "per_branch_min": r"launches of Kantor [\w -]+: at least 1",
        "per_sector_min": r'villages where ".+" are 2\.5% or more of the informal workers: at least 1',
        "per_sector": r'villages where ".+" are 2\.5% or more of the informal workers: at most 5',
        "spacing": r"chosen villages more than 2\.5 km apart \(.+ \(19\.[\d.]+\) and .+ \(19\.[\d.]+\)\)",
        "must": r".+ \(19\.01\.01\.1002\) must be chosen",
        "never": r".+ \(19\.71\.01\.1009\) must not be chosen",
    }
    assert set(kinds) == set(expected)
    for row, kind in enumerate(kinds):
        assert re.fullmatch(expected[kind], wording.rule(chosen, row, "en"))
        indonesian = wording.rule(chosen, row, "id")
        assert "{" not in indonesian
        assert indonesian != wording.rule(chosen, row, "en")
    assert "2,5%" in wording.rule(chosen, row_of(chosen, "per_sector"), "id")
    assert "2,5 km" in wording.rule(chosen, row_of(chosen, "spacing"), "id")


@pytest.mark.parametrize(("share", "shown"), [(10.0, "10%"), (12.5, "12.5%"), (0.25, "0.25%")])
def test_a_share_is_told_as_it_was_given(share, shown):
    chosen = found(sectors={"fishery": (0, 5)}, sector_share_pct=share)
    assert shown in wording.rule(chosen, row_of(chosen, "per_sector"), "en")


def test_every_kind_of_rule_says_what_it_gives_up():
    chosen, plan = answered(**ALL_RULES)
    kinds = kinds_to_price(chosen.problem.rules)
    assert len(kinds) == 11
    for kind in kinds:
        gain = gain_without(chosen.problem, plan, chosen.problem.rules.kind == kind, gap=0)
        told = [wording.given_up(kind, gain, "active", language) for language in LANGUAGES]
        assert told[1].startswith("Without the ")
        assert told[0].startswith("Tanpa ")
        assert "bertambah" in told[0]


# --- clashing rules and ways out


@pytest.mark.parametrize(
    ("rules", "english"),
    [
        ({"launches": 3, "min_per_regency": 2}, "change the limit to 4"),
        ({"budget_idr": 10_000_000, "launches_min": 1}, r"change the limit to Rp\d\d,\d{3},\d{3}$"),
        (
            {"launches": 3, "must": ("19.01.01.1002",), "regencies": {"19.01": (0, 0)}},
            "must be chosen -> drop this rule",
        ),
        ({"max_per_district": 1, "launches_min": 11}, "the limit per district -> change all of them to"),
        (
            {"spacing_km": 200.0, "launches_min": 2},
            "the spacing -> lower it, at least for: chosen villages more than 200 km",
        ),
        ({"sectors": {"fishery": (9, None)}, "sector_share_pct": 100.0}, "there are 0 candidates"),
    ],
    ids=["launches", "budget", "lock", "district", "spacing", "supply"],
)
def test_clashes_and_ways_out_are_told(rules, english):
    chosen = found(**rules)
    clash = conflict(chosen.problem, seconds=20)
    told = {language: wording.infeasible(chosen, clash, language) for language in LANGUAGES}
    assert told["en"][0] == "No choice of villages follows all rules. The smallest set of rules that clash:"
    assert any(re.search(english, line) for line in told["en"])
    assert len(told["id"]) == len(told["en"])
    assert told["id"][0].startswith("Tidak ada pilihan desa")
    for row in clash.rows[:12]:
        assert f"- {wording.rule(chosen, row, 'en')}" in told["en"]


def test_a_budget_that_would_be_enough_is_not_rounded():
    chosen = found(budget_idr=10_000_000)
    way = Way(row_of(chosen, "budget"), "most", 10_000_000, 23_456_789, exact=True)
    told = wording.infeasible(chosen, Conflict((way.row,), smallest=True, ways=(way,), cheapest=()), "id")
    assert told[-1].endswith("Rp23.456.789")


def test_changes_together_and_unproved_sets_are_told():
    chosen = found(launches=4, launches_min=2)
    ways = tuple(
        Way(row_of(chosen, kind), side, now, needed, exact=True)
        for kind, side, now, needed in (("launches", "most", 4, 5), ("launches_min", "least", 2, 1))
    )
    told = wording.infeasible(chosen, Conflict((0, 1), smallest=False, ways=(), cheapest=ways), "en")
    assert "a smaller set may exist" in told[0]
    assert "Changing one limit alone is not enough. The smallest changes that are, together:" in told
    assert told[-2:] == [
        "- launches: at most 4 -> change the limit to 5",
        "- launches: at least 2 -> change the limit to 1",
    ]


def test_a_long_list_of_rules_is_cut():
    chosen = found(spacing_km=300.0)
    rows = tuple(range(20))
    told = wording.infeasible(chosen, Conflict(rows, smallest=True, ways=(), cheapest=()), "en")
    assert told[-1] == "- and 8 more rules"


# --- how good it is


def with_bound(chosen, bound, status, greedy=None):
    held = np.zeros(chosen.problem.villages, dtype=bool)
    held[:4] = True
    return Selection(held, 1000.0, bound, status, 0.0, greedy)


@pytest.mark.parametrize(
    ("bound", "status", "english", "indonesian"),
    [
        (1000.0, "optimal", "Proved: no better choice exists under these rules.", "Terbukti: tidak ada pilihan"),
        (1000.41, "within_gap", "Proved: no choice is more than 0.05% better.", "paling banyak 0,05% lebih baik"),
        (1000.001, "within_gap", "Proved: no choice is more than 0.01% better.", "paling banyak 0,01%"),
        (1000.5, "within_gap", "Proved: no choice is more than 0.05% better.", "paling banyak 0,05%"),
        (1123.4, "stopped", "Stopped early: another choice may be up to 12.4% better.", "mungkin sampai 12,4%"),
        (np.inf, "stopped", "Stopped early: another choice may be up to ?% better.", "mungkin sampai ?%"),
    ],
)
def test_a_bound_is_never_told_smaller_than_it_is(bound, status, english, indonesian):
    chosen = found(launches=4)
    answer = with_bound(chosen, bound, status)
    assert wording.quality(chosen, answer, "en")[-1] == english
    assert indonesian in wording.quality(chosen, answer, "id")[-1]


def test_what_choosing_step_by_step_brings_is_told_where_it_is_less():
    chosen = found(launches=4)
    told = wording.quality(chosen, with_bound(chosen, 1000.0, "optimal", 940.0), "en")
    assert told[-1] == "Choosing one by one from the best would bring 6.0% less."
    assert len(wording.quality(chosen, with_bound(chosen, 1000.0, "optimal", 1000.0), "en")) == len(told) - 1


@pytest.mark.parametrize("objective", ["active", "gap_workers", "score"])
def test_the_result_is_told_in_its_unit(objective):
    chosen, plan = answered(launches=3, objective=objective)
    units = {"active": "new participants active", "gap_workers": "uncovered workers", "score": "points of the score"}
    assert units[objective] in wording.quality(chosen, plan, "en")[0]
    assert wording.quality(chosen, plan, "id")[0].startswith("Hasil rencana ini: ")


def test_what_reaches_villages_around_is_told_apart():
    chosen, plan = answered(launches=3, spillover_km=7.5, objective="gap_workers")
    inside = chosen.table["benefit"].to_numpy(float)[plan.chosen].sum()
    told = wording.quality(chosen, plan, "en")[1]
    assert told.startswith(f"Of these {inside:,.0f} in the chosen villages themselves")
    assert "up to 7.5 km (assumed)" in told
    assert not any("7.5 km" in line for line in wording.quality(*answered(launches=3), "en"))


def test_steps_are_told():
    assert wording.step(0.013, "en") == "Searching; another choice may still be up to 1.3% better."
    assert wording.step(0.013, "id") == "Mencari; pilihan lain mungkin masih sampai 1,3% lebih baik."


@pytest.mark.parametrize(("share", "shown"), [(0.5, "50,0"), (0.0042, "0,42"), (np.inf, "?"), (np.nan, "?")])
def test_shares_are_written_as_percentages(share, shown):
    assert wording.percent(share, "id") == shown


# --- reasons and prices


def test_reasons_name_rules_and_users():
    chosen, plan = answered(launches=2, max_per_regency=1)
    names = chosen.table["village_name"].to_numpy(str)
    out = int(np.flatnonzero(~plan.chosen)[0])
    why = why_not(chosen, plan, str(chosen.codes[out]))
    told = wording.reason(chosen, why, "Desa A", "en")
    assert told.startswith("Desa A: adding it breaks rules: launches: at most 2, used by ")
    assert all(name in told for name in names[plan.chosen])
    assert "sudah terpakai oleh" in wording.reason(chosen, why, "Desa A", "id")


@pytest.mark.parametrize("kind", ["not_in_regions", "declared", "never", "price", "room", "must", "chosen"])
def test_every_kind_of_reason_is_told(kind):
    for language in LANGUAGES:
        assert wording.reason(found(), Reason("x", kind), "Desa A", language).startswith("Desa A: ")


def test_a_reason_without_users_names_the_rule_only():
    chosen, plan = answered(launches=8)
    why = why_not(chosen, plan, str(chosen.codes[np.flatnonzero(~plan.chosen)[0]]))
    assert wording.reason(chosen, why, "A", "en") == "A: adding it breaks rules: launches: at most 8."


NOWHERE = Selection(None, -np.inf, -np.inf, "infeasible", 0.0, None)


@pytest.mark.parametrize(
    ("kind", "english"),
    [
        ("broken", "Forcing it in costs 3 to 5 "),
        ("price", "Forcing it in costs 3 to 5 "),
        ("room", "Forcing it in costs 3 to 5 "),
        ("chosen", "Without it the plan brings 3 to 5 fewer "),
        ("must", "Without that rule a plan could bring 3 to 5 more "),
        ("never", "Without that rule a plan could bring 3 to 5 more "),
    ],
)
def test_prices_are_told_by_what_was_asked(kind, english):
    answer = replace(NOWHERE, chosen=np.ones(1, dtype=bool), status="within_gap")
    why = Reason("x", kind, price=Price(3.0, 5.0, answer))
    assert wording.price(why, "active", "en").startswith(english)
    assert "3 sampai 5" in wording.price(why, "active", "id")
    exact = replace(why, price=Price(4.04, 3.96, answer))
    assert " 4 " in wording.price(exact, "active", "en")
    assert wording.reason(found(), why, "A", "en").endswith(wording.price(why, "active", "en"))


@pytest.mark.parametrize(("kind", "english"), [("broken", "No plan with it"), ("chosen", "No plan without it")])
def test_what_is_impossible_is_told(kind, english):
    why = Reason("x", kind, price=Price(np.inf, np.inf, NOWHERE))
    assert wording.price(why, "active", "en").startswith(english)
    assert wording.price(why, "active", "id").startswith("Tidak ada rencana")


def test_what_was_not_found_in_time_is_told():
    why = Reason("x", "broken", price=Price(0.0, np.inf, replace(NOWHERE, status="stopped", bound=9.0)))
    assert "is not known: time was over" in wording.price(why, "active", "en")
    assert "waktu habis" in wording.price(why, "active", "id")


def test_declared_villages_have_a_sentence():
    chosen, plan = answered(launches=2)
    assert wording.reason(chosen, why_not(chosen, plan, DECLARED), "A", "en") == "A: already a Desa Sadar."


@pytest.mark.parametrize(
    ("value", "objective", "english", "indonesian"),
    [
        (34.2, "active", "34", "34"),
        (1234.5678, "gap_workers", "1,235", "1.235"),
        (0.2, "active", "less than 1", "kurang dari 1"),
        (0.0, "active", "0", "0"),
        (34.2, "score", "34.2", "34,2"),
    ],
)
def test_people_are_whole(value, objective, english, indonesian):
    assert wording.brings(value, objective, "en") == english
    assert wording.brings(value, objective, "id") == indonesian
