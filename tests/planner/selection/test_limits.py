"""Limits of single regencies, sectors and offices as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlanError
from planner.selection.limits import by_field, of_rules, read, written
from planner.selection.params import SelectionParams

ENDS = st.tuples(st.integers(0, 999), st.none() | st.integers(0, 999)).filter(lambda ends: ends != (0, None))
NAMES = st.sampled_from(["16.02", "fishery", "Kantor Cabang Jambi", "Kantor = Pusat"])


@given(st.dictionaries(NAMES, ENDS, max_size=4))
def test_what_is_written_is_read_back(limits: dict[str, tuple[int, int | None]]) -> None:
    found = read(written(name, ends) for name, ends in limits.items())
    assert {name: ends for (_, name), ends in found.items()} == limits
    assert {name: ends for names in by_field(found).values() for name, ends in names.items()} == limits


@pytest.mark.parametrize(
    ("text", "field", "name", "ends"),
    [
        ("1602=1..3", "regencies", "16.02", (1, 3)),
        ("fishery=5..", "sectors", "fishery", (5, None)),
        (" Kantor Cabang Jambi = ..4 ", "branches", "Kantor Cabang Jambi", (0, 4)),
        ("19.01=2", "regencies", "19.01", (2, 2)),
    ],
)
def test_a_limit_is_read(text: str, field: str, name: str, ends: tuple[int, int | None]) -> None:
    assert by_field(read([text])) == {field: {name: ends}}


@pytest.mark.parametrize("text", ["", "=3", "16.02=", "16.02=..", "16.02=-1..2", "16.02=a", "1..3", "x=1234567"])
def test_what_is_no_limit_is_told(text: str) -> None:
    with pytest.raises(PlanError, match="cannot be read") as caught:
        read([text])
    assert "tidak terbaca" in caught.value.text("id")


def test_a_name_twice_is_told() -> None:
    with pytest.raises(PlanError, match=r"16\.02 is written more than once"):
        read(["16.02=1..", "1602=..3"])


def test_the_limits_of_rules_are_told_by_their_fields() -> None:
    limits = {("regencies", "16.02"): (1, 3), ("branches", "Jambi"): (0, 4), ("sectors", "fishery"): (5, None)}
    assert of_rules(SelectionParams(launches=9, **by_field(limits))) == limits


def test_of_a_limit_that_cannot_be_read_sixty_signs_are_told() -> None:
    with pytest.raises(PlanError) as caught:
        read(["x" * 100])
    assert "x" * 60 in str(caught.value)
    assert "x" * 61 not in str(caught.value)
