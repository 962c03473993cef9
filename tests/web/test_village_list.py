import pandas as pd
import pytest

from geodata import schema
from planner.web.village_list import LONGEST, listed, table


def figures(n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            schema.VILLAGE_CODE: [f"16.01.01.{2000 + i}" for i in range(n)],
            schema.VILLAGE_NAME: [f"Desa {i}" for i in range(n)],
            schema.DISTRICT_NAME: ["Lempur"] * (n - 1) + ["a.b"],
            schema.REGENCY_NAME: "Kabupaten",
            schema.ELIGIBLE: 1000 * n,
            "gap_workers": [1000 * n - i for i in range(n)],
            "gap_workers_low": 1,
            "gap_workers_high": 2000,
            "gap_workers_basis": "assumed",
            "rank": [float(i + 1) for i in range(n)],
        }
    ).sample(frac=1, random_state=1)


def codes(rows: pd.DataFrame) -> list[str]:
    return rows[schema.VILLAGE_CODE].to_list()


def ask(frame: pd.DataFrame, *, search="", selected="", on_top="") -> pd.DataFrame:
    shown = pd.Series(data=True, index=frame.index)
    return listed(frame, shown, search=search, selected=selected, on_top=on_top)


def test_the_most_uncovered_stand_first_and_the_list_ends() -> None:
    rows = ask(figures(LONGEST + 50))
    assert rows["rank"].to_list() == list(range(1, LONGEST + 1))


def test_a_selected_village_further_down_stands_above_the_list() -> None:
    rows = ask(figures(LONGEST + 50), selected=f"16.01.01.{2000 + LONGEST + 9}")
    assert rows["rank"].to_list()[:2] == [LONGEST + 10, 1]
    assert len(rows) == LONGEST + 1


def test_a_village_from_the_map_comes_to_the_top_once() -> None:
    rows = ask(figures(20), selected="16.01.01.2007", on_top="16.01.01.2007")
    assert rows["rank"].to_list()[:3] == [8, 1, 2]
    assert rows[schema.VILLAGE_CODE].is_unique


def test_a_village_picked_in_the_list_stays_in_its_row() -> None:
    assert ask(figures(20), selected="16.01.01.2007")["rank"].to_list() == list(range(1, 21))


@pytest.mark.parametrize(("search", "found"), [("desa 7", 1), ("  DESA   7 ", 1), ("lempur", 19), ("a.b", 1), ("(", 0)])
def test_search_is_by_part_of_a_name_not_by_pattern(search: str, found: int) -> None:
    assert len(ask(figures(20), search=search)) == found


def test_only_the_region_is_listed() -> None:
    frame = figures(20)
    rows = listed(frame, frame["rank"] > 15, search="", selected="16.01.01.2000", on_top="16.01.01.2000")
    assert rows["rank"].to_list() == [16, 17, 18, 19, 20]


def test_the_table_shows_numbers_as_the_language_does_and_keeps_them_numbers() -> None:
    styled = table(ask(figures(3)), "id")
    assert styled.data["Belum terlindungi"].to_list() == [3000, 2999, 2998]
    assert "3.000" in styled.to_html()
    assert styled.data["Rentang"].iloc[0] == "1–2.000"
    assert "Not covered" in table(ask(figures(3)), "en").data
