"""Rupiah as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.texts import LANGUAGES
from planner.errors import PlanError
from planner.rupiah import MOST, parse, spoken, written


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("500jt", 500_000_000),
        ("500 juta", 500_000_000),
        ("1,86 miliar", 1_860_000_000),
        ("1.86bn", 1_860_000_000),
        ("1,5M", 1_500_000_000),
        ("1.500jt", 1_500_000_000),
        ("1,500jt", 1_500_000),
        ("1.500.000jt", 1_500_000_000_000),
        ("Rp16.800", 16_800),
        ("Rp. 16,800", 16_800),
        ("16800", 16_800),
        ("IDR 2.500.000", 2_500_000),
        ("750rb", 750_000),
        ("2 t", 2 * 10**12),
        ("0", 0),
        ("1.234.567,5 rb", 1_234_567_500),
    ],
)
def test_amounts_people_write(text, amount):
    assert parse(text) == amount


@pytest.mark.parametrize(
    "text", ["", "-5jt", "five", "5 lima", "1,2,3", "5.5", "1..5jt", "Rp", "NaN", "1e9", "jt", "5,jt", "1,000.00.0jt"]
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(PlanError, match="is no amount of rupiah"):
        parse(text)


def test_far_too_much_is_refused():
    with pytest.raises(PlanError, match="thousand trillion"):
        parse("2000t")


@given(st.integers(0, MOST))
def test_what_is_written_is_read_back(amount):
    for language in LANGUAGES:
        assert parse(written(amount, language)) == amount


@given(st.integers(0, MOST))
def test_what_is_spoken_is_read_back_to_three_digits(amount):
    assert parse(spoken(amount, "id")) == pytest.approx(amount, rel=0.006)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(1_856_400_000, "Rp1,86 miliar"), (500_000_000, "Rp500 juta"), (16_800, "Rp16.800"), (-2_000_000, "-Rp2 juta")],
)
def test_spoken(amount, text):
    assert spoken(amount, "id") == text
