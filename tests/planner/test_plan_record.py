"""Records of plans: which layer they are of, and what a list tells of them."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlanError
from planner.plan_record import codes_of, figures_of, layer_then, named, opened, parts_of
from tests.planner.small_plans import around, made, small_layer

RECORD = made("Satu")
PARTS = json.loads(RECORD)
BUILT = small_layer()
THEN = replace(BUILT, fingerprint="1" * 16)


def of(**layer: object) -> bytes:
    return json.dumps(PARTS | {"layer": layer}).encode()


def never(_moment):
    pytest.fail("made a layer that was not asked for")


def test_a_record_of_the_built_layer_needs_no_other():
    assert layer_then(RECORD, BUILT, never, name="x") is BUILT


def test_a_record_of_another_built_layer_is_told_as_such():
    content = of(fingerprint="0" * 16, built=None, built_from="2" * 16, as_of="2026-01-01T00:00:00+00:00")
    assert layer_then(content, BUILT, never, name="x") is BUILT
    with pytest.raises(PlanError, match="another village layer"):
        opened(content, BUILT, around(), name="x")


def test_the_moment_of_the_record_is_asked_for():
    asked = []
    content = of(fingerprint="0" * 16, built_from=BUILT.fingerprint, as_of="2026-10-01T07:00:00+07:00")
    assert layer_then(content, BUILT, lambda moment: asked.append(moment) or THEN, name="x") is THEN
    assert [moment.isoformat() for moment in asked] == ["2026-10-01T00:00:00+00:00"]


@pytest.mark.parametrize(
    "moment", ["yesterday", "2026-10-01T00:00:00", 7, [], {}, True, "0001-01-01T00:00:00+23:00", "9" * 400]
)
def test_a_moment_that_is_none_is_refused(moment):
    content = of(fingerprint="0" * 16, built_from=BUILT.fingerprint, as_of=moment)
    with pytest.raises(PlanError, match="x is no record"):
        layer_then(content, BUILT, never, name="x")
    with pytest.raises(PlanError, match="x is no record"):
        opened(content, BUILT, around(), name="x")


@pytest.mark.parametrize("layer", [[], "x", 7, None])
def test_a_layer_that_is_none_is_refused(layer):
    with pytest.raises(PlanError, match="x is no record"):
        layer_then(json.dumps(PARTS | {"layer": layer}).encode(), BUILT, never, name="x")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_another_name_changes_nothing_else(name):
    again = named(PARTS, name=name)
    assert parts_of(again, name="x") == PARTS | {"name": name}
    assert named(parts_of(again, name="x"), name="Satu") == RECORD


@pytest.mark.parametrize(
    "change",
    [{"result": {}}, {"selection": {}}, {"result": PARTS["result"] | {"objective": float("inf")}}, {"chosen": None}],
)
def test_figures_that_are_not_there_are_not_told(change):
    assert figures_of(PARTS | change) == {}


def test_villages_stand_in_the_order_of_the_record():
    assert codes_of(PARTS, name="x") == [row["village_code"] for row in PARTS["chosen"]]
    assert codes_of({"kind": "ranking", "villages": PARTS["chosen"][::-1]}, name="x") == codes_of(PARTS, name="x")[::-1]
