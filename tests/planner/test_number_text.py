"""Numbers, filters and bounds as people type them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlanError
from planner.number_text import Span, bounds_of, bounds_written, figure_of, span_of, span_written

numbers = st.integers(0, 10**9).map(lambda n: n / 1000)
languages = st.sampled_from(["id", "en"])


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("1.234,5", "id", 1234.5),
        ("1,234.5", "en", 1234.5),
        ("1.500", "id", 1500),
        ("1.500", "en", 1.5),
        ("1500", "id", 1500),
        (" 12,5 % ", "id", 12.5),
        ("12.345.678", "id", 12_345_678),
    ],
)
def test_a_number_is_read_as_its_language_writes_it(text: str, language, number: float) -> None:
    assert figure_of(text, language) == number


@pytest.mark.parametrize("text", ["", "x", "1.5", "12.34,5", "1e5", "nan", "-3", "1 000", "١٢", "9" * 20, "=1", "1,"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="is not a number") as refused:
        figure_of(text, "id")
    assert "bukan angka" in refused.value.text("id")


@pytest.mark.parametrize(
    ("text", "passing"),
    [
        ("> 20", [30]),
        (">= 20", [20, 30]),
        ("≥20", [20, 30]),
        ("<20", [10]),
        ("<= 20", [10, 20]),
        ("10-20", [10, 20]),
        ("10 – 20", [10, 20]),
    ],
)
def test_a_filter_lets_figures_through_and_never_a_missing_one(text: str, passing: list[int]) -> None:
    figures = pd.Series([10.0, 20.0, 30.0, None])
    assert figures[span_of(text, "id").holds(figures)].to_list() == passing


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("500", "as a filter"),
        ("10-", "as a filter"),
        ("1-2-3", "as a filter"),
        (">", "not a number"),
        ("50-10", "larger"),
    ],
)
def test_a_filter_that_asks_for_nothing_is_refused(text: str, why: str) -> None:
    with pytest.raises(PlanError, match=why) as refused:
        span_of(text, "id")
    assert "misalnya" in refused.value.text("id") or "Tulis" in refused.value.text("id")


def test_bounds_rise_and_are_at_most_four() -> None:
    assert bounds_of("10; 50;100;", "id") == (10, 50, 100)
    for text, why in (("1;2;3;4;5", "at most 4"), ("3;2", "must rise"), ("2;2", "must rise"), ("a", "not a number")):
        with pytest.raises(PlanError, match=why) as refused:
            bounds_of(text, "id")
        assert refused.value.text("id") != str(refused.value)


@given(numbers, numbers, st.booleans(), languages)
def test_what_is_written_is_read_again(one: float, other: float, is_open: bool, language) -> None:
    low, high = sorted((one, other))
    for span in (Span(low=low, open_low=is_open), Span(high=high, open_high=is_open), Span(low, high)):
        assert span_of(span_written(span, language), language) == span
    if low < high:
        assert bounds_of(bounds_written((low, high), language), language) == (low, high)
