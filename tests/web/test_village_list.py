import numpy as np
import pandas as pd
import pytest

from geodata import schema
from planner.measure_catalogue import MEASURES
from planner.measures import BASIS, CLUSTER, HIGH, LOW, VALUE
from planner.web.village_list import LONGEST, ORDERS, joined, listed, matching, ordered, table

GAP = MEASURES["gap_workers"]


def rows(n: int, measure=GAP, **columns) -> pd.DataFrame:
    figures = pd.DataFrame(
        {
            schema.VILLAGE_CODE: [f"16.01.01.{2000 + i}" for i in range(n)],
            schema.VILLAGE_NAME: [f"Desa {i}" for i in range(n)],
            schema.DISTRICT_NAME: ["Lempur"] * (n - 1) + ["a.b"],
            schema.REGENCY_NAME: "Kabupaten",
            schema.ELIGIBLE: 1000 * n,
            "gap_workers": [1000 * n - i for i in range(n)],
            "rank": 0.0,
        }
    )
    values = {VALUE: figures["gap_workers"].astype(float), LOW: 1.0, HIGH: 2000.0, BASIS: "assumed"} | columns
    return joined(figures, pd.DataFrame(values, index=figures.index), measure).sample(frac=1, random_state=1)


def codes(frame: pd.DataFrame) -> list[str]:
    return frame[schema.VILLAGE_CODE].to_list()


def ask(frame: pd.DataFrame, *, search="", selected="", on_top="", order="dark") -> pd.DataFrame:
    shown = pd.Series(data=True, index=frame.index)
    return listed(frame, shown, matching(frame, search), order=order, selected=selected, on_top=on_top)


def test_the_darkest_stand_first_and_the_list_ends() -> None:
    assert ask(rows(LONGEST + 50))["rank"].to_list() == list(range(1, LONGEST + 1))


def test_a_selected_village_further_down_stands_above_the_list() -> None:
    found = ask(rows(LONGEST + 50), selected=f"16.01.01.{2000 + LONGEST + 9}")
    assert found["rank"].to_list()[:2] == [LONGEST + 10, 1]
    assert len(found) == LONGEST + 1


def test_a_village_from_the_map_comes_to_the_top_once() -> None:
    found = ask(rows(20), selected="16.01.01.2007", on_top="16.01.01.2007")
    assert found["rank"].to_list()[:3] == [8, 1, 2]
    assert found[schema.VILLAGE_CODE].is_unique


def test_a_village_picked_in_the_list_stays_in_its_row() -> None:
    assert ask(rows(20), selected="16.01.01.2007")["rank"].to_list() == list(range(1, 21))


@pytest.mark.parametrize(("search", "found"), [("desa 7", 1), ("  DESA   7 ", 1), ("lempur", 19), ("a.b", 1), ("(", 0)])
def test_search_is_by_part_of_a_name_not_by_pattern(search: str, found: int) -> None:
    assert len(ask(rows(20), search=search)) == found


def test_the_selected_village_is_listed_though_it_was_not_searched_for() -> None:
    assert codes(ask(rows(20), search="desa 7", selected="16.01.01.2003")) == ["16.01.01.2003", "16.01.01.2007"]


def test_only_what_is_shown_is_listed() -> None:
    frame = rows(20)
    shown = frame["rank"] > 15
    found = listed(frame, shown, shown, order="dark", selected="16.01.01.2000", on_top="16.01.01.2000")
    assert found["rank"].to_list() == [16, 17, 18, 19, 20]


def test_orders_turn_each_other_round_and_keep_missing_figures_last() -> None:
    frame = rows(9, value=[5.0, 3, 3, np.nan, 9, 1, 0, 2, 8])
    dark, light, name, down = (ordered(frame, order) for order in ORDERS)
    assert dark[VALUE].to_list()[:4] == [9, 8, 5, 3]
    assert codes(light)[:-1] == codes(dark)[-2::-1]
    assert dark[VALUE].isna().iloc[-1]
    assert light[VALUE].isna().iloc[-1]
    assert name[schema.VILLAGE_NAME].to_list() == [f"Desa {i}" for i in range(9)]
    assert codes(down) == codes(name)[::-1]


def test_the_lowest_stand_first_where_they_are_dark() -> None:
    frame = rows(4, MEASURES["coverage_pct"], value=[4.0, 1.0, 3.0, 2.0])
    assert ordered(frame, "dark")[VALUE].to_list() == [1, 2, 3, 4]


def test_hot_spots_come_kind_by_kind() -> None:
    kinds = ["none", "low_low", "high_high", "high_high"]
    frame = rows(4, MEASURES["hot_gap"], cluster=kinds)
    assert ordered(frame, "dark")[CLUSTER].to_list() == ["high_high", "high_high", "low_low", "none"]
    assert ordered(frame, "dark")["rank"].to_list() == [3, 4, 2, 1]
    assert "Tinggi, tetangganya juga tinggi" in table(frame, MEASURES["hot_gap"], "id").data["Jenis"].to_list()


def test_the_table_shows_numbers_as_the_language_does_and_keeps_them_numbers() -> None:
    styled = table(ask(rows(3)), GAP, "id")
    assert styled.data["Belum terlindungi"].to_list() == [3000, 2999, 2998]
    assert "3.000" in styled.to_html()
    assert styled.data["Rentang"].iloc[0] == "1–2.000"
    assert "Not covered" in table(ask(rows(3)), GAP, "en").data


def test_another_measure_has_its_own_column_beside_the_gap() -> None:
    certainty = table(ask(rows(3, MEASURES["in_top_pct"], value=[97.0, 1.0, 2.0])), MEASURES["in_top_pct"], "id")
    assert "97%" in certainty.to_html()
    assert "Rentang peringkat (90%)" in certainty.data
    assert certainty.data["Belum terlindungi"].to_list() == [3000, 2998, 2999]
    without = table(ask(rows(3, MEASURES["iks"], low=np.nan, high=np.nan)), MEASURES["iks"], "id")
    assert "Rentang" not in without.data
