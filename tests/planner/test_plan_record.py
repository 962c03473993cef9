"""Records of plans: which layer they are of, and what a list tells of them."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.layer import AS_OF, BUILT_FROM
from planner.errors import PlanError
from planner.plan import layer_part
from planner.plan_record import codes_of, figures_of, layer_then, named, opened, parts_of
from tests.planner.small_plans import around, made, small_layer

RECORD = made("Satu")
PARTS = json.loads(RECORD)
NOW = replace(
    small_layer(),
    fingerprint="1" * 16,
    about={BUILT_FROM: small_layer().fingerprint, AS_OF: "2026-11-22T08:30:00.000000+00:00"},
)


def of(**layer: object) -> bytes:
    return json.dumps(PARTS | {"layer": layer}).encode()


def never(_moment):
    pytest.fail("made a layer that was not asked for")


def test_a_record_of_the_layer_in_use_needs_no_other():
    assert layer_then(RECORD, small_layer(), never, name="x") is small_layer()
    assert layer_then(of(**layer_part(NOW)), NOW, never, name="x") is NOW


def test_a_record_of_another_built_layer_is_told_as_such():
    content = of(fingerprint="0" * 16, built=None, built_from="2" * 16, as_of="2026-01-01T00:00:00+00:00")
    assert layer_then(content, NOW, never, name="x") is NOW
    with pytest.raises(PlanError, match="another village layer"):
        opened(content, small_layer(), around(), name="x")


def test_the_moment_of_the_record_is_asked_for():
    asked = []
    content = of(fingerprint="0" * 16, built_from=NOW.built_from, as_of="2026-10-01T07:00:00+07:00")
    layer_then(content, NOW, lambda moment: asked.append(moment) or NOW, name="x")
    layer_then(RECORD, NOW, lambda moment: asked.append(moment) or NOW, name="x")
    assert [moment and moment.isoformat() for moment in asked] == ["2026-10-01T00:00:00+00:00", None]


@pytest.mark.parametrize(
    "moment", ["yesterday", "2026-10-01T00:00:00", 7, [], {}, True, "0001-01-01T00:00:00+23:00", "9" * 400]
)
def test_a_moment_that_is_none_is_refused(moment):
    content = of(fingerprint="0" * 16, built_from=NOW.built_from, as_of=moment)
    with pytest.raises(PlanError, match="x is no record"):
        layer_then(content, NOW, never, name="x")
    with pytest.raises(PlanError, match="x is no record"):
        opened(content, small_layer(), around(), name="x")


@pytest.mark.parametrize("layer", [[], "x", 7, None])
def test_a_layer_that_is_none_is_refused(layer):
    with pytest.raises(PlanError, match="x is no record"):
        layer_then(json.dumps(PARTS | {"layer": layer}).encode(), NOW, never, name="x")


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
