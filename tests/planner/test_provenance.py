"""The number of an export: the same for the same, another for anything else, and it proves its record."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.provenance import PATTERN, Stamp, params_sha256

WORDS = st.text(max_size=12)
PLAIN = st.dictionaries(WORDS, st.one_of(WORDS, st.integers(), st.booleans(), st.none(), st.lists(WORDS)), max_size=4)
STAMPS = st.builds(
    Stamp,
    kind=WORDS,
    format=WORDS,
    language=st.sampled_from(("id", "en")),
    made_on=st.dates(),
    fingerprint=WORDS,
    plan=WORDS,
    plan_sha256=WORDS,
    params_sha256=WORDS,
    smallest=st.integers(0, 100),
    asked=PLAIN,
    program=WORDS,
)


@given(STAMPS)
def test_a_stamp_is_read_back_from_its_record(stamp):
    assert PATTERN.fullmatch(stamp.id)
    assert Stamp.of(stamp.record()) == stamp
    assert Stamp.of(stamp.record()).id == stamp.id


@given(STAMPS, STAMPS)
def test_the_number_differs_where_anything_differs(one, other):
    assert (one.id == other.id) == (one == other)


def test_each_part_counts():
    stamp = Stamp("list", ".xlsx", "id", date(2026, 11, 23), "ab")
    changes = {field.name: "x" for field in fields(Stamp)}
    changes |= {"made_on": date(2026, 11, 24), "smallest": 3, "asked": {"top": 3}}
    numbers = {replace(stamp, **{name: value}).id for name, value in changes.items()}
    assert len(numbers | {stamp.id}) == len(changes) + 1


def test_order_and_kind_of_sequence_do_not_count():
    asked = [{"a": 1, "b": ("x", "y")}, {"b": ["x", "y"], "a": 1}]
    numbers = {Stamp("list", ".csv", "id", date(2026, 11, 23), "ab", asked=one).id for one in asked}
    assert len(numbers) == 1
    assert params_sha256({"a": 1, "b": 2}) == params_sha256({"b": 2, "a": 1}) != params_sha256({"a": 1, "b": 3})


@pytest.mark.parametrize(
    "change",
    [{"plan": "other"}, {"id": "DSP-0000000000000000"}, {"smallest": "5"}, {"made_on": "soon"}, {"more": 1}],
)
def test_a_record_that_was_changed_is_no_stamp(change):
    stamp = Stamp("list", ".xlsx", "id", date(2026, 11, 23), "ab", plan="OKI")
    with pytest.raises(ValueError, match=r"."):
        Stamp.of({**stamp.record(), **change})
    with pytest.raises(ValueError, match=r"."):
        Stamp.of({})
