import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlanMachineError
from planner.selection import conflict as conflict_module
from planner.selection import elastic, impossible
from planner.selection.conflict import TOGETHER, changed, conflict
from planner.selection.problem import Problem, Rules, lock
from planner.selection.solve import solve

# Ten villages: regencies A (4), B (4), C (2); districts of two or one; rupiah in whole millions and some.
COST = np.array([18, 21, 25, 19, 30, 22, 24, 20, 27, 35]) * 1_000_000 + np.arange(10) * 1_000
REGENCY = np.array(list("AAAABBBBCC"))
DISTRICT = np.array(["A1", "A1", "A2", "A2", "B1", "B1", "B2", "B2", "C1", "C2"])
BRANCH = np.array(["west"] * 6 + ["east"] * 4)
FISHERY = np.array([1, 0, 0, 1, 0, 0, 0, 0, 1, 0])
DAYS = np.array([2.0, 1.5, 3.0, 2.5, 2.0, 1.0, 4.0, 2.0, 3.5, 2.0])
DECLARED = np.array([40, 55, 30, 62, 48, 35, 71, 20, 44, 39])
NEAR = np.array([[0, 1], [1, 2], [3, 4], [5, 6], [6, 7], [8, 9]])
MILLION = 1_000_000


def budget(millions):
    return Rules.one("budget", COST, most=millions * MILLION)


def launches(**ends):
    return Rules.one("launches", np.ones(10), **ends)


def days(most):
    return Rules.one("agent_days", DAYS, most=most)


def declared(least):
    return Rules.one("declared", DECLARED, least=least)


def sector(least):
    return Rules.one("per_sector", FISHERY, least=least, subject="fishery")


def per(kind, groups, **ends):
    return Rules.per_group(kind, groups, **ends)


def regency(**ends):
    return per("per_regency", REGENCY, **ends)


def district(most=1):
    return per("per_district", DISTRICT, most=most)


def branch(**ends):
    return per("per_branch", BRANCH, **ends)


def one_regency(name, least):
    return Rules.one("per_regency", name == REGENCY, least=least, subject=name)


def spacing():
    return Rules.apart("spacing", NEAR, 10, [f"v{i}" for i in range(10)])


def must(*villages):
    return Rules.none(10).joined(*(lock(10, i, to=True, kind="must", subject=f"v{i}") for i in villages))


def never(*villages):
    return Rules.none(10).joined(*(lock(10, i, to=False, kind="never", subject=f"v{i}") for i in villages))


LOOSE = (budget(900), launches(most=10), regency(most=9), district(2), days(99))

CASES = {
    "budget below the cheapest village that must be": [budget(20), must(2), *LOOSE[1:]],
    "budget below two that must be together": [budget(45), must(2, 5), *LOOSE[1:]],
    "launches above the supply": [launches(least=11), budget(900)],
    "regency minimum above its candidates": [one_regency("C", 3), *LOOSE[:2]],
    "regency minima above launches": [regency(least=2, most=9), launches(most=5), budget(900)],
    "regency minima far above launches": [regency(least=2, most=9), launches(most=3), budget(900)],
    "must and never the same": [must(4), never(4), *LOOSE],
    "two that must be in one district": [must(2, 3), district(1), *LOOSE[:3]],
    "two that must be too near": [must(5, 6), spacing(), *LOOSE],
    "sector minimum above its supply": [sector(4), *LOOSE],
    "sector minimum above its supply without one that never": [sector(3), never(3), *LOOSE],
    "agent days below what must be": [must(6, 8), days(7), *LOOSE[:4]],
    "agent days below the regency minima": [regency(least=1), days(4), *LOOSE[:2]],
    "budget below the regency minima": [regency(least=1), budget(64), launches(most=10), district(1)],
    "budget below launches": [budget(50), launches(least=3), regency(most=9)],
    "launches below launches": [launches(least=6), launches(most=5), budget(900)],
    "one rule with its ends crossed": [launches(least=6, most=5), budget(900)],
    "launches above the districts": [launches(least=7), district(1), budget(900)],
    "launches above what spacing leaves": [launches(least=7), spacing(), budget(900)],
    "chain of three: branch, sector, launches": [branch(least=2), sector(3), launches(most=3), budget(900)],
    "chain of three: launches, districts, days": [launches(least=5), district(1), days(8), budget(900)],
    "chain of four: must, never, sector, spacing": [must(9), sector(2), never(3), spacing(), *LOOSE],
    "chain of four: declared, budget, district, days": [
        declared(250),
        budget(105),
        district(1),
        days(9.5),
        regency(most=2),
    ],
    "participants declared above all": [declared(500), *LOOSE],
    "participants declared above the budget": [declared(200), budget(80), *LOOSE[1:]],
    "two conflicts apart": [must(4), never(4), one_regency("C", 3), *LOOSE],
    "two conflicts that share the budget": [budget(30), must(2, 5), launches(least=2), regency(least=1)],
    "three conflicts apart": [must(4), never(4), sector(4), launches(least=11), budget(900)],
    "branch limit below its regencies": [branch(most=1), one_regency("A", 1), one_regency("B", 3), budget(900)],
    "district limit and minima of regencies": [regency(least=3), district(1), launches(most=9)],
    "spacing and district limit both": [launches(least=5), spacing(), district(1), never(0, 3), budget(900)],
    "nothing may be spent": [budget(0), launches(least=1)],
    "a sector nobody works in": [Rules.one("per_sector", np.zeros(10), least=1, subject="mining"), *LOOSE],
}


def build(rules):
    return Problem(np.ones(10), rules[0].joined(*rules[1:]))


class Brute:
    """All choices of a small problem, and which rules each breaks."""

    def __init__(self, problem, together=TOGETHER):
        rules, n = problem.rules, problem.villages
        self.rules = rules
        self.choices = np.array(list(itertools.product([0, 1], repeat=n)), dtype=bool)
        self.used = self.choices @ rules.amounts.toarray().T
        names = [kind if kind in together else row for row, kind in enumerate(rules.kind.tolist())]
        self.names = list(dict.fromkeys(names))
        self.members = {name: [row for row, other in enumerate(names) if other == name] for name in self.names}
        self.beyond = {"least": rules.least - self.used, "most": self.used - rules.most}
        broken = np.maximum(self.beyond["least"], self.beyond["most"]) > 1e-6 * np.maximum(rules.scale, 1e-9)
        self.broken_rows = broken
        self.broken = np.stack([broken[:, self.members[name]].any(axis=1) for name in self.names], axis=1)

    def possible(self, held):
        return not self.broken[:, sorted(held)].any(axis=1).all()

    def rows_possible(self, rows):
        return not self.broken_rows[:, sorted(rows)].any(axis=1).all()

    def fewest(self):
        every = range(len(self.names))
        for size in range(1, len(self.names) + 1):
            found = [set(held) for held in itertools.combinations(every, size) if not self.possible(held)]
            if found:
                return found
        return []

    def held(self, rows):
        return {at for at, name in enumerate(self.names) if set(self.members[name]) & set(rows)}

    def shift(self, name, side):
        """The least change of one side of a rule after which a choice follows all."""
        mine = self.members[name]
        other = "most" if side == "least" else "least"
        kept = [row for row in range(len(self.rules)) if row not in mine]
        fits = ~self.broken_rows[:, kept].any(axis=1) & (self.beyond[other][:, mine] <= 1e-9).all(axis=1)
        needed = self.beyond[side][:, mine].max(axis=1)[fits]
        return needed.min() if len(needed) else None

    def total(self):
        total = np.zeros(len(self.choices))
        for name in self.names:
            mine = self.members[name]
            for side in ("least", "most"):
                limits = getattr(self.rules, side)[mine]
                if np.isfinite(limits).any():
                    amounts = self.rules.amounts.toarray()[mine][np.isfinite(limits)]
                    size = max(np.abs(limits[np.isfinite(limits)]).max(), amounts.max() or 1)
                    total += np.maximum(self.beyond[side][:, mine].max(axis=1), 0) / size
        return total.min()


def check(problem, found, brute):
    """Everything that is promised of a conflict."""
    held = brute.held(found.rows)
    assert held in brute.fewest()
    assert found.smallest
    assert not brute.rows_possible(found.rows)
    for row in found.rows:
        assert brute.rows_possible(set(found.rows) - {row})
    check_ways(problem, found, brute)
    check_cheapest(problem, found, brute)


def check_ways(problem, found, brute):
    single = {
        (problem.rules.kind[w.row] if problem.rules.kind[w.row] in TOGETHER else w.row, w.side): w for w in found.ways
    }
    assert len(single) == len(found.ways)
    for at in brute.held(found.rows):
        for side in ("least", "most"):
            name = brute.names[at]
            shift, way = brute.shift(name, side), single.pop((name, side), None)
            assert (way is None) == (shift is None or not np.isfinite(shift) or shift <= 0)
            if way is not None:
                assert way.exact
                assert abs(way.needed - way.now) == pytest.approx(shift, abs=1.01)
                check_one_less(problem, [way], way)
    assert not single


def check_cheapest(problem, found, brute):
    assert found.cheapest
    for way in found.cheapest:
        assert way.exact
        check_one_less(problem, found.cheapest, way)
    total = sum(abs(way.needed - way.now) / size_of(problem.rules, way) for way in found.cheapest)
    assert total == pytest.approx(brute.total(), rel=2e-3, abs=1e-4)


def size_of(rules, way):
    rows = np.flatnonzero(rules.kind == rules.kind[way.row]) if rules.kind[way.row] in TOGETHER else [way.row]
    limits = getattr(rules, way.side)[rows]
    return max(np.abs(limits[np.isfinite(limits)]).max(), rules.amounts.toarray()[rows].max() or 1)


def check_one_less(problem, ways, way):
    """The ways out lead to a choice; with one step less of one of them there is none."""
    after = problem.with_rules(changed(problem.rules, ways))
    assert solve(after).chosen is not None
    assert conflict(after) is None
    step = max(1.0, 1e-5 * problem.rules.scale[way.row]) if problem.rules.scale[way.row] > 100 else 0.4
    less = replace(way, needed=way.needed + (step if way.side == "least" else -step))
    others = [other for other in ways if other != way]
    assert solve(problem.with_rules(changed(problem.rules, [*others, less]))).chosen is None


@pytest.mark.parametrize("case", CASES)
def test_the_fewest_rules_and_the_ways_out_are_those_of_all_subsets_and_all_choices(case):
    problem = build(CASES[case])
    found = conflict(problem)
    assert found is not None
    check(problem, found, Brute(problem))


@st.composite
def problems(draw):
    n = draw(st.integers(3, 6))
    amounts = st.lists(st.integers(0, 4), min_size=n, max_size=n)
    ends = st.one_of(st.just(np.inf), st.integers(0, 8))
    rules = Rules.none(n)
    for kind in draw(st.lists(st.sampled_from(["budget", "declared", "both", "group"]), min_size=2, max_size=6)):
        if kind == "group":
            groups = draw(st.lists(st.sampled_from("ab"), min_size=n, max_size=n))
            least = draw(st.integers(0, 2))
            rules = rules.joined(Rules.per_group("per_regency", groups, least=least, most=draw(st.integers(least, 3))))
        else:
            least = -np.inf if kind == "budget" else float(draw(st.integers(1, 12)))
            most = np.inf if kind == "declared" else float(draw(ends))
            rules = rules.joined(Rules.one(kind, draw(amounts), least=least, most=most))
    pairs = draw(st.lists(st.sampled_from(list(itertools.combinations(range(n), 2))), unique=True, max_size=6))
    if pairs:
        rules = rules.joined(Rules.apart("spacing", np.array(pairs), n, [f"v{i}" for i in range(n)]))
    if draw(st.booleans()):
        rules = rules.joined(
            Rules.per_group("per_district", draw(st.lists(st.sampled_from("xyz"), min_size=n, max_size=n)), most=1)
        )
    for village in draw(st.lists(st.integers(0, n - 1), max_size=2)):
        rules = rules.joined(lock(n, village, to=draw(st.booleans()), kind="must"))
    return Problem(np.ones(n), rules)


@given(problems())
def test_random_rules_compared_with_all_subsets_and_all_choices(problem):
    brute = Brute(problem)
    found = conflict(problem)
    if brute.possible(range(len(brute.names))):
        assert found is None
    else:
        check(problem, found, brute)


@given(problems())
def test_rows_on_pairs_added_as_they_are_broken_change_nothing(problem):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elastic, "_PAIRS", 0)
        found = conflict(problem)
    brute = Brute(problem)
    if brute.possible(range(len(brute.names))):
        assert found is None
    else:
        check(problem, found, brute)


@pytest.mark.parametrize("case", CASES)
def test_without_tries_no_rule_is_in_vain_and_nothing_more_is_claimed(case, monkeypatch):
    for name in ("_TRIES", "_FEW_TRIES"):
        monkeypatch.setattr(conflict_module, name, 0)
    problem = build(CASES[case])
    brute = Brute(problem)
    found = conflict(problem)
    assert not found.smallest
    assert not brute.rows_possible(found.rows)
    for row in found.rows:
        assert brute.rows_possible(set(found.rows) - {row})
    check_ways(problem, found, brute)


def test_a_choice_that_follows_all_rules_is_no_conflict():
    assert (
        conflict(build([budget(200), launches(least=3, most=6), regency(least=1), district(1), spacing(), must(5)]))
        is None
    )
    assert conflict(Problem(np.ones(4), Rules.none(4))) is None


def test_of_two_launches_rules_in_one_row_only_the_side_in_the_way_must_change():
    found = conflict(build([launches(least=2, most=4), one_regency("A", 3), one_regency("B", 3)]))
    assert found.rows == (0, 1, 2)
    assert [(way.row, way.side, way.now, way.needed) for way in found.ways] == [
        (0, "most", 4, 6),
        (1, "least", 3, 1),
        (2, "least", 3, 1),
    ]
    assert [(way.row, way.side, way.needed) for way in found.cheapest] == [(0, "most", 6)]


def test_villages_that_must_or_must_not_are_let_go():
    found = conflict(build([must(4), never(4), *LOOSE]))
    assert [(way.row, way.side, way.now, way.needed) for way in found.ways] == [(0, "least", 1, 0), (1, "most", 0, 1)]


def test_of_a_rule_of_many_rows_those_involved_are_named_and_all_change():
    rules = spacing().joined(must(5, 6), *LOOSE)
    found = conflict(Problem(np.ones(10), rules))
    assert rules.subject[list(found.rows)].tolist() == ["v5 v6", "v5", "v6"]
    way = found.ways[0]
    assert (rules.kind[way.row], way.side, way.needed) == ("spacing", "most", 2)
    after = changed(rules, [way])
    assert (after.most[rules.kind == "spacing"] == 2).all()
    assert np.array_equal(after.most[rules.kind != "spacing"], rules.most[rules.kind != "spacing"])


def test_kinds_that_make_one_rule_can_be_chosen():
    rules = [regency(least=2, most=9), launches(most=3), budget(900)]
    problem = build(rules)
    found = conflict(problem, together=("per_regency",))
    assert set(problem.rules.kind[list(found.rows)]) == {"per_regency", "launches"}
    for way in found.ways:
        after = problem.with_rules(changed(problem.rules, [way], together=("per_regency",)))
        assert solve(after).chosen is not None
    assert [(problem.rules.kind[way.row], way.side, way.needed) for way in found.ways] == [
        ("per_regency", "least", 1),
        ("launches", "most", 6),
    ]


def test_money_is_rounded_to_whole_rupiah_on_the_safe_side():
    cost = np.array([18_000_000.4, 21_000_000.25, 40_000_000.0])
    rules = Rules.one("budget", cost, most=30e6).joined(Rules.one("launches", np.ones(3), least=2))
    assert [way.needed for way in conflict(Problem(np.ones(3), rules)).ways] == [39_000_001, 1]


def test_shares_of_a_day_are_kept():
    rules = Rules.one("agent_days", [1.25, 0.75, 3.0], most=1.0).joined(Rules.one("launches", np.ones(3), least=2))
    assert [way.needed for way in conflict(Problem(np.ones(3), rules)).ways] == [2.0, 1.0]


def test_changes_leave_the_rules_alone():
    problem = build(CASES["two conflicts apart"])
    least, most = problem.rules.least.copy(), problem.rules.most.copy()
    changed(problem.rules, conflict(problem).cheapest)
    assert np.array_equal(problem.rules.least, least)
    assert np.array_equal(problem.rules.most, most)


def test_the_order_of_villages_does_not_matter():
    problem = build(CASES["chain of four: declared, budget, district, days"])
    turned = replace(problem.rules, amounts=problem.rules.amounts[:, ::-1])
    one, other = conflict(problem), conflict(Problem(np.ones(10), turned))
    assert one.rows == other.rows
    assert one.ways == other.ways


def test_time_over_before_it_is_known_whether_a_choice_exists(monkeypatch):
    over = elastic.Tried(None, proved=False)
    monkeypatch.setattr(conflict_module, "follow", lambda *given, **more: over)
    with pytest.raises(PlanMachineError, match="The solver ended without an answer") as caught:
        conflict(build(LOOSE))
    assert "Program penyelesai berhenti" in caught.value.text("id")


def test_time_over_after_that_still_names_rules_that_cannot_be_followed(monkeypatch):
    problem = build(CASES["regency minima above launches"])
    monkeypatch.setattr(impossible, "follow", lambda *given, **more: elastic.Tried(None, proved=False))
    found = conflict(problem)
    assert not found.smallest
    assert not Brute(problem).rows_possible(found.rows)
