"""A recorded plan comes out again to the same bytes, and what does not fit is refused, not passed on as a crash."""

import json
from functools import cache

import pytest

from geodata.layer import make_layer
from planner.errors import PlanError
from planner.params import ScoringParams
from planner.plan import kind_of, rank
from planner.selection.candidates import candidates
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan, answer, record, recorded, remake, replay
from tests.planner.selection.villages import layer as whole_layer
from tests.planner.selection.villages import surroundings

REGION = "19.71"


@cache
def layer():
    """Two regencies: small enough to be scored again and again."""
    whole = whole_layer()
    return make_layer(whole.frame[whole.frame["regency_code"].isin(["19.01", REGION])], whole.figures, whole.about)


@cache
def ranking():
    return rank(layer(), surroundings(), ScoringParams(), regions=[REGION])


@cache
def plan():
    rules = SelectionParams(budget_idr=120_000_000, launches=5, max_per_district=2, spillover_km=3.0)
    found = candidates(ranking(), surroundings(), rules)
    return SelectionPlan(found, answer(found))


@cache
def content():
    return record(plan(), layer(), name="Pangkalpinang")


def read(how, given):
    return how(given, layer(), surroundings(), name="a.json")


def tampered(**changes):
    """The record with some entries replaced; a dotted name goes into an entry."""
    told = json.loads(content())
    for path, value in changes.items():
        *outer, last = path.split("__")
        inner = told
        for name in outer:
            inner = inner[name]
        inner[last] = value
    return json.dumps(told).encode()


def without(key):
    told = json.loads(content())
    del told[key]
    return json.dumps(told).encode()


def test_a_record_replays_to_the_same_bytes():
    assert record(plan(), layer(), name="Pangkalpinang") == content()
    assert read(replay, content()) == content()
    told = json.loads(content())
    assert (told["kind"], told["name"], told["regions"]) == ("selection", "Pangkalpinang", [REGION])
    assert {row["village_code"] for row in told["chosen"]} == plan().codes
    assert told["result"]["objective"] <= told["result"]["bound"] + 1e-9
    assert "highspy" in told["made_with"]
    assert kind_of(content(), name="a.json") == "selection"


def test_a_record_made_again_is_the_same_plan():
    again = read(remake, content())
    assert again.codes == plan().codes
    assert again.selection.objective == pytest.approx(plan().selection.objective)


def test_a_changed_result_does_not_replay():
    for changed in (tampered(result__objective=1.0), tampered(chosen=[])):
        assert read(replay, changed) != changed


def test_a_recorded_plan_is_read_without_solving(monkeypatch):
    def never(*_, **__):
        raise AssertionError

    monkeypatch.setattr("planner.selection.plan.solve", never)
    found = read(recorded, content())
    one, other = found.selection, plan().selection
    assert found.codes == plan().codes
    assert one.objective == pytest.approx(other.objective)
    assert one.bound == pytest.approx(other.bound)
    assert (one.status, one.seconds) == (other.status, 0.0)
    assert one.greedy_objective == pytest.approx(other.greedy_objective)
    assert one.bound >= one.objective


def test_a_bound_below_what_the_plan_brings_is_not_believed():
    found = read(recorded, tampered(result__bound=1.0))
    assert found.selection.bound == found.selection.objective


NO_RECORD = "is no record"
BAD = "are not valid in"
DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (lambda: b"no json", NO_RECORD),
        (lambda: b"\xff\xfe\x00", NO_RECORD),
        (lambda: DEEP, NO_RECORD),
        (lambda: b"[]", NO_RECORD),
        (lambda: tampered(kind="ranking"), NO_RECORD),
        (lambda: tampered(kind=None), NO_RECORD),
        (lambda: tampered(format=99), "another version of the program"),
        (lambda: tampered(layer={"fingerprint": "0"}), "made from another village layer"),
        (lambda: tampered(layer={"fingerprint": ["0"]}), "made from another village layer"),
        (lambda: tampered(layer=None), NO_RECORD),
        (lambda: tampered(registers=[]), "another register"),
        (lambda: tampered(regions=None), NO_RECORD),
        (lambda: tampered(regions=REGION), NO_RECORD),
        (lambda: tampered(regions=[[REGION]]), NO_RECORD),
        (lambda: tampered(regions=["99"]), "Region 99 is not in the data"),
        (lambda: tampered(made_with=3), NO_RECORD),
        (lambda: tampered(made_with={"numpy": 2}), NO_RECORD),
        (lambda: tampered(sector=["fishery"]), NO_RECORD),
        (lambda: tampered(parameters=[]), BAD),
        (lambda: tampered(parameters__top=float("nan")), BAD),
        (lambda: without("selection"), BAD),
        (lambda: tampered(selection=None), BAD),
        (lambda: tampered(selection={}), BAD),
        (lambda: tampered(selection__colour=1), BAD),
        (lambda: tampered(selection__budget_idr=float("nan")), BAD),
        (lambda: tampered(selection__spacing_km=float("inf")), BAD),
        (lambda: tampered(selection__launches_min=10**400), BAD),
        (lambda: tampered(selection__regencies={REGION: [10**400, None]}), BAD),
        (lambda: tampered(selection__must=[1]), BAD),
        (lambda: tampered(selection__must=["11.01.01.2001"]), "--must: there is no village"),
        (lambda: tampered(selection__regencies={"16.01": [1, 2]}), r"no regency 16\.01"),
        (lambda: tampered(selection__branches={"Bulan": [1, 2]}), "no office Bulan"),
    ],
)
def test_what_does_not_fit_is_refused(given, message):
    with pytest.raises(PlanError, match=message) as caught:
        read(recorded, given())
    assert ("a.json" in caught.value.text("id")) == ("a.json" in str(caught.value))


@pytest.mark.parametrize("how", [remake, replay])
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "ranking"}, NO_RECORD),
        ({"made_with": 3}, NO_RECORD),
        ({"regions": None}, NO_RECORD),
        ({"selection": None}, BAD),
        ({"selection__regencies": {REGION: [10**400, None]}}, BAD),
    ],
)
def test_what_does_not_fit_is_not_made_again(how, changes, message):
    with pytest.raises(PlanError, match=message) as caught:
        read(how, tampered(**changes))
    assert "a.json" in caught.value.text("id")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (lambda: without("chosen"), NO_RECORD),
        (lambda: without("result"), NO_RECORD),
        (lambda: tampered(chosen=None), NO_RECORD),
        (lambda: tampered(chosen="19.71.01.1001"), NO_RECORD),
        (lambda: tampered(chosen=["19.71.01.1001"]), NO_RECORD),
        (lambda: tampered(chosen={"village_code": "19.71.01.1001"}), NO_RECORD),
        (lambda: tampered(chosen=[{"code": "19.71.01.1001"}]), NO_RECORD),
        (lambda: tampered(chosen=[{"village_code": 19}]), NO_RECORD),
        (lambda: tampered(chosen=[{"village_code": []}]), NO_RECORD),
        (lambda: tampered(chosen=[{"village_code": "19.01.01.1001"}]), r"can no longer be chosen: 19\.01\.01\.1001"),
        (lambda: tampered(selection__never=[min(plan().codes)]), "break its own rules"),
        (lambda: tampered(selection__launches=2), "break its own rules"),
        (lambda: tampered(result=None), NO_RECORD),
        (lambda: tampered(result=[]), NO_RECORD),
        (lambda: tampered(result__bound=None), NO_RECORD),
        (lambda: tampered(result__bound="many"), NO_RECORD),
        (lambda: tampered(result__bound=float("nan")), NO_RECORD),
        (lambda: tampered(result__bound=10**400), NO_RECORD),
        (lambda: tampered(result__greedy_objective=float("-inf")), NO_RECORD),
        (lambda: tampered(result__greedy_objective="few"), NO_RECORD),
        (lambda: tampered(result__status="perfect"), NO_RECORD),
        (lambda: tampered(result__status=["optimal"]), NO_RECORD),
        (lambda: tampered(result__status="infeasible"), NO_RECORD),
    ],
)
def test_a_record_of_odd_villages_or_results_is_refused(given, message):
    with pytest.raises(PlanError, match=message) as caught:
        read(recorded, given())
    assert "a.json" in caught.value.text("id")


def test_rules_that_nothing_follows_any_more_are_told():
    impossible = tampered(selection__launches_min=5, selection__budget_idr=1)
    for how in (remake, replay):
        with pytest.raises(PlanError, match=r"Plan a\.json cannot be made again") as caught:
            read(how, impossible)
        assert "tidak dapat diulang" in caught.value.text("id")


@pytest.mark.parametrize("odd", [b"", b"{}", b"3", b"null", b"{", b'{"kind"', DEEP])
def test_what_is_no_record_has_no_kind(odd):
    with pytest.raises(PlanError, match=NO_RECORD):
        kind_of(odd, name="a.json")


@pytest.mark.parametrize(("seconds", "asked"), [(0.0, float("inf")), (7.5, 7.5)])
def test_no_time_means_no_time_limit(monkeypatch, seconds, asked):
    told = {}
    monkeypatch.setattr("planner.selection.plan.solve", lambda problem, **how: told.update(how, problem=problem))
    rules = SelectionParams(launches=2, seconds=seconds, gap_pct=0.5)
    found = candidates(ranking(), surroundings(), rules)
    answer(found)
    assert (told["seconds"], told["gap"]) == (asked, 0.005)
    assert told["problem"] is found.problem


def test_without_a_time_limit_the_best_is_proved():
    found = candidates(ranking(), surroundings(), SelectionParams(budget_idr=90_000_000, seconds=0.0, gap_pct=0.0))
    assert answer(found).status == "optimal"


def test_chosen_villages_come_with_most_benefit_first():
    chosen = plan().chosen
    assert chosen["benefit"].is_monotonic_decreasing
    assert plan().codes == frozenset(chosen["village_code"])
    assert chosen["launch_cost_idr"].sum() <= 120_000_000
