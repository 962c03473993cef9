"""Why a village is not in a plan, and who stands in its place."""

import numpy as np
import pytest

from planner.selection.answer import Selection
from planner.selection.reasons import why_not
from planner.selection.solve import solve
from tests.planner.selection.villages import DECLARED, best_value, found


def answered(**rules):
    chosen = found(**rules)
    return chosen, solve(chosen.problem, gap=0)


def kinds(chosen, why):
    return [str(chosen.problem.rules.kind[broken.row]) for broken in why.broken]


def by_hand(chosen, codes):
    """A choice that nobody searched for."""
    held = np.isin(chosen.codes, codes)
    return Selection(held, chosen.problem.value(held), np.inf, "stopped", 0.0, None)


def test_villages_elsewhere_and_declared_ones():
    chosen, plan = answered(launches=3)
    assert why_not(chosen, plan, "11.01.01.2001").kind == "not_in_regions"
    assert why_not(chosen, plan, DECLARED, priced=True).kind == "declared"
    assert why_not(chosen, plan, DECLARED, priced=True).price is None


def test_a_chosen_village_says_what_leaving_it_out_costs():
    chosen, plan = answered(launches=3, gap_pct=0.0)
    village = int(np.flatnonzero(plan.chosen)[0])
    why = why_not(chosen, plan, str(chosen.codes[village]), priced=True)
    assert (why.kind, why.broken) == ("chosen", ())
    assert why.benefit == pytest.approx(chosen.problem.own[village])
    loss = best_value(chosen.problem) - best_value(chosen.problem.locked(village, to=False))
    assert why.price.low == pytest.approx(loss)
    assert why_not(chosen, plan, str(chosen.codes[village])).price is None


def test_the_rule_and_its_users_are_named():
    chosen, plan = answered(launches=3)
    out = str(chosen.codes[np.flatnonzero(~plan.chosen)[0]])
    why = why_not(chosen, plan, out, priced=True)
    assert why.kind == "broken"
    assert kinds(chosen, why) == ["launches"]
    assert why.broken[0].instead == tuple(np.flatnonzero(plan.chosen))
    assert 0 <= why.price.low <= why.price.high


def test_many_users_are_not_listed():
    chosen, plan = answered(launches=8)
    out = str(chosen.codes[np.flatnonzero(~plan.chosen)[0]])
    assert why_not(chosen, plan, out).broken[0].instead == ()


def test_the_neighbour_too_near_is_named():
    chosen = found(spacing_km=3.0)
    pairs = [
        str(s).split()
        for k, s in zip(chosen.problem.rules.kind, chosen.problem.rules.subject, strict=True)
        if k == "spacing"
    ]
    one, other = pairs[0]
    why = why_not(chosen, by_hand(chosen, [one]), other)
    assert kinds(chosen, why) == ["spacing"]
    assert why.broken[0].instead == (chosen.position(one),)


def test_the_village_of_the_same_district_is_named():
    chosen, plan = answered(max_per_district=1)
    district = chosen.table["district_code"].to_numpy(str)
    for village in np.flatnonzero(~plan.chosen):
        why = why_not(chosen, plan, str(chosen.codes[village]))
        assert kinds(chosen, why) == ["per_district"]
        (instead,) = why.broken[0].instead
        assert plan.chosen[instead]
        assert district[instead] == district[village]


def test_all_rules_it_would_break_are_named():
    chosen, plan = answered(launches=2, budget_idr=45_000_000, max_per_regency=1)
    village = int(np.flatnonzero(~plan.chosen)[0])
    assert kinds(chosen, why_not(chosen, plan, str(chosen.codes[village]))) == ["budget", "launches", "per_regency"]


@pytest.mark.parametrize(("kind", "inside"), [("must", True), ("never", False)])
def test_a_rule_about_the_village_goes_first_and_its_price_is_that_of_the_rule(kind, inside):
    free, best = answered(launches=3)
    village = str(free.codes[np.flatnonzero(best.chosen != inside)[0]])
    chosen, plan = answered(launches=3, gap_pct=0.0, **{kind: (village,)})
    why = why_not(chosen, plan, village, priced=True)
    assert why.kind == kind
    assert plan.chosen[chosen.position(village)] == inside
    assert why.price.low == pytest.approx(best.objective - plan.objective)
    assert why.price.low > 0


def test_a_village_that_brings_nothing_is_not_worth_adding():
    """With all of the benefit shared, a village at a third of the distance is reached in full already."""
    chosen = found(spillover_km=15.0, spillover_share=1.0)
    everyone = by_hand(chosen, list(chosen.codes))
    kinds_told = set()
    for village in range(11):
        others = by_hand(chosen, [code for code in chosen.codes if code != chosen.codes[village]])
        brings = everyone.objective > others.objective + 1e-6
        kind = why_not(chosen, others, str(chosen.codes[village])).kind
        assert kind == ("room" if brings else "price")
        kinds_told.add(kind)
    assert kinds_told == {"price", "room"}


def test_a_search_that_ended_early_is_not_called_the_best():
    chosen = found(launches=5)
    why = why_not(chosen, by_hand(chosen, list(chosen.codes[:2])), str(chosen.codes[4]))
    assert (why.kind, why.broken) == ("room", ())


def test_every_candidate_has_a_reason():
    chosen, plan = answered(launches=4, budget_idr=90_000_000, max_per_district=2, spacing_km=2.0, spillover_km=5.0)
    for code, inside in zip(chosen.codes, plan.chosen, strict=True):
        why = why_not(chosen, plan, str(code))
        assert why.kind == "chosen" if inside else why.kind in ("broken", "price")
        assert bool(why.broken) == (why.kind == "broken")
