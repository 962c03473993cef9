"""A recorded ranking comes out again to the same bytes, and what does not fit is refused."""

import json

import pytest

from geodata.layer import EMBEDDED, load
from planner import plan
from planner.errors import PlanError
from planner.params import ScoringParams
from planner.surroundings import surroundings_of


@pytest.fixture(scope="module")
def layer():
    return load(EMBEDDED)


@pytest.fixture(scope="module")
def surroundings(layer):
    return surroundings_of(layer, EMBEDDED)


@pytest.fixture(scope="module")
def ranking(layer, surroundings):
    return plan.rank(layer, surroundings, ScoringParams(seed=7), regions=["19"], sector="fishery")


def test_ranks_follow_scores_within_the_regions(ranking):
    table = ranking.table
    assert len(table) == 393
    assert table["score"].is_monotonic_decreasing
    assert table["rank"].tolist() == list(range(1, 394))


def test_a_record_replays_to_the_same_bytes(ranking, layer, surroundings):
    content = plan.record(ranking, layer)
    assert plan.record(ranking, layer) == content
    assert plan.replay(content, layer, surroundings, name="a.json") == content
    told = json.loads(content)
    assert told["seed"] == 7
    assert told["layer"]["fingerprint"] == layer.fingerprint
    assert told["regions"] == ["19"]
    first = told["villages"][0]
    assert first["rank"] == 1
    assert all(c["goalposts"] for c in told["parameters"]["criteria"])


def test_a_changed_record_does_not_replay(ranking, layer, surroundings):
    content = plan.record(ranking, layer)
    told = json.loads(content)
    told["villages"][0]["score"] = 99.0
    changed = (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
    assert plan.replay(changed, layer, surroundings, name="a.json") != changed


def changed(content, **values):
    return json.dumps({**json.loads(content), **values}).encode()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: b"not json", "is no record of a ranking"),
        (lambda c: b"[]", "is no record of a ranking"),
        (lambda c: changed(c, kind="other"), "is no record of a ranking"),
        (lambda c: changed(c, format=99), "another version of the program"),
        (lambda c: changed(c, layer={"fingerprint": "0"}), "made from another village layer"),
        (lambda c: changed(c, layer=[]), "is no record of a ranking"),
        (lambda c: changed(c, registers={}), "another register"),
        (lambda c: changed(c, parameters={"top": -1}), "not valid in 1 places"),
        (lambda c: changed(c, sector="mining"), "is no record of a ranking"),
        (lambda c: changed(c, regions=["99"]), "Region 99 is not in the data"),
    ],
    ids=["text", "list", "kind", "format", "layer", "no layer", "registers", "parameters", "sector", "region"],
)
def test_what_does_not_fit_is_refused(ranking, layer, surroundings, change, message):
    with pytest.raises(PlanError, match=message) as caught:
        plan.replay(change(plan.record(ranking, layer)), layer, surroundings, name="a.json")
    assert caught.value.text("id")
