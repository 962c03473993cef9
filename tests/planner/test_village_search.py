import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import schema
from planner.village_search import search, search_index


def villages(*names: str, district: str = "Gunung Raya", regency: str = "Kabupaten Kerinci") -> pd.DataFrame:
    return pd.DataFrame(
        {
            schema.VILLAGE_CODE: [f"15.01.01.{2001 + i}" for i in range(len(names))],
            schema.VILLAGE_NAME: names,
            schema.DISTRICT_NAME: district,
            schema.REGENCY_NAME: regency,
            schema.PROVINCE_NAME: "Jambi",
        },
        index=[f"row {i}" for i in range(len(names))],
    )


FIVE = villages("Dusun Lempur", "Lempur Hilir", "Lempur", "a.b", "Siulak")


def found(text: str, **options) -> list[str]:
    return [FIVE.loc[label, schema.VILLAGE_NAME] for label in search(search_index(FIVE), text, **options)]


def test_the_name_itself_comes_first_then_names_that_begin_so() -> None:
    assert found("lempur") == ["Lempur", "Lempur Hilir", "Dusun Lempur"]


@pytest.mark.parametrize(
    ("text", "first", "count"),
    [
        ("  LEMPUR   kerinci ", "Lempur Hilir", 3),
        ("hilir lempur", "Lempur Hilir", 1),
        ("15.01.01.2005", "Siulak", 1),
        ("1501012005", "Siulak", 1),
        ("a.b", "a.b", 1),
        ("gunung raya", "Dusun Lempur", 5),
    ],
)
def test_names_of_the_place_and_the_code_are_searched_too(text: str, first: str, count: int) -> None:
    assert len(found(text)) == count
    assert first in found(text)


@pytest.mark.parametrize("text", ["", "   ", "palembang", "(", "[a-z]", "lempur palembang"])
def test_nothing_is_found_without_words_or_for_patterns(text: str) -> None:
    assert found(text) == []


def test_the_list_ends() -> None:
    many = villages(*["Suka Maju"] * 50)
    assert len(search(search_index(many), "suka")) == 20
    assert found("lempur", most=2) == ["Lempur", "Lempur Hilir"]


def test_a_missing_name_is_no_obstacle() -> None:
    lacking = villages("Lempur", "Siulak")
    lacking[schema.DISTRICT_NAME] = None
    assert len(search(search_index(lacking), "lempur")) == 1


@given(st.permutations(range(5)), st.text(alphabet="lempurhi 12.\n", max_size=8))
def test_the_order_of_the_villages_does_not_matter(order: list[int], text: str) -> None:
    one, other = (search(search_index(frame), text) for frame in (FIVE, FIVE.iloc[order]))
    assert one.tolist() == other.tolist()
