"""The dated table of contributions."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import DataError
from planner import tariffs
from planner.errors import PlanError
from planner.tariffs import PAYER_SECTORS, PAYERS, PROGRAMMES, contribution_idr, monthly_idr, read_tariffs

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
what = st.fixed_dictionaries(
    {
        "programme": st.sampled_from(PROGRAMMES),
        "payer": st.sampled_from(PAYERS),
        "sector": st.sampled_from(PAYER_SECTORS),
    }
)


@pytest.mark.parametrize(
    ("on", "payer", "sector", "amount"),
    [
        ("2024-09-26", "self", "other", 16_800),
        ("2025-12-31", "self", "transport", 16_800),
        ("2026-01-01", "self", "transport", 8_400),
        ("2026-03-31", "self", "other", 16_800),
        ("2026-04-01", "self", "other", 8_400),
        ("2026-12-31", "self", "other", 8_400),
        ("2027-01-01", "self", "other", 16_800),
        ("2027-03-31", "self", "transport", 8_400),
        ("2027-04-01", "self", "transport", 16_800),
        ("2026-06-15", "state", "other", 16_800),
        ("2026-06-15", "state", "transport", 16_800),
    ],
)
def test_discount_by_date_payer_and_sector(on, payer, sector, amount):
    day = date.fromisoformat(on)
    assert monthly_idr(day, programme="jkk_jkm", payer=payer, sector=sector) == amount
    assert monthly_idr(day, programme="jkk_jkm_jht", payer=payer, sector=sector) == amount + 20_000


@given(days, what)
def test_every_day_of_the_table_has_its_tariff(on, said):
    assert monthly_idr(on, **said) in {8_400, 16_800, 28_400, 36_800}
    assert monthly_idr(on, **said) <= monthly_idr(on, **said | {"payer": "state"})


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(0, 12), st.integers(0, 12), what)
def test_months_add_up(start, first, second, said):
    number = start.year * 12 + start.month - 1 + first
    later = date(number // 12, number % 12 + 1, 1)
    whole = contribution_idr(start, first + second, **said)
    assert whole == contribution_idr(start, first, **said) + contribution_idr(later, second, **said)


def test_published_budgets_by_hand():
    lampung = contribution_idr(date(2024, 8, 1), 5, programme="jkk_jkm", payer="state")
    assert 22_100 * lampung == 1_856_400_000
    bangka = contribution_idr(date(2025, 1, 1), 12, programme="jkk_jkm", payer="state")
    assert 2_450 * bangka == 493_920_000


def test_a_year_over_the_end_of_the_discount():
    over = {"programme": "jkk_jkm", "payer": "self"}
    assert contribution_idr(date(2026, 12, 15), 12, **over) == 8_400 + 11 * 16_800
    assert contribution_idr(date(2026, 12, 1), 12, **over, sector="transport") == 4 * 8_400 + 8 * 16_800
    assert contribution_idr(date(2026, 12, 1), 0, **over) == 0


@pytest.mark.parametrize("on", [date(2023, 12, 31), date(2031, 1, 1)])
def test_a_day_outside_the_table_is_refused(on):
    with pytest.raises(PlanError, match=rf"no tariff of jkk_jkm for {on} .*from 2024-01-01 to 2030-12-31") as caught:
        monthly_idr(on, programme="jkk_jkm", payer="self")
    assert f"untuk tanggal {on}" in caught.value.text("id")
    with pytest.raises(PlanError, match="no tariff"):
        contribution_idr(on - timedelta(days=62), 5, programme="jkk_jkm", payer="self")


def test_negative_months_are_refused():
    with pytest.raises(PlanError, match="over -1 months") as caught:
        contribution_idr(date(2026, 1, 1), -1, programme="jkk_jkm", payer="self")
    assert "-1 bulan" in caught.value.text("id")


def test_the_table_says_what_is_uncertain():
    table = read_tariffs()
    assert table[["source_url", "source_date", "confidence"]].notna().all(axis=None)
    state = table[(table["payer"] == "state") & (table["valid_from"] == "2026-01-01")]
    assert state["confidence"].str.startswith("C").all()
    assert state["note"].str.contains("one source only").all()
    assert table.loc[table["amount_idr"] == 28_400, "note"].str.contains("taken as not discounted").all()
    assert table.loc[table["valid_to"] == "2030-12-31", "note"].str.contains("assumed").all()


def written(tmp_path, changes):
    table = pd.read_csv(tariffs.BUILT_IN, dtype="str", keep_default_na=False)
    for (row, column), value in changes.items():
        table.loc[row, column] = value
    path = tmp_path / "iuran.csv"
    table.to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("programme", "jp"),
        ("payer", "apbd"),
        ("sector", "fishery"),
        ("valid_from", "2026-02-31"),
        ("valid_to", "2025-02-30"),
        ("valid_to", "2020-01-01"),
        ("amount_idr", "-16800"),
        ("amount_idr", "0"),
        ("source_url", "antara"),
        ("confidence", ""),
    ],
)
def test_wrong_fields_are_named_with_their_rows(tmp_path, column, value):
    with pytest.raises(PlanError, match=rf"tariff table iuran.csv .*{column} \(3\)") as caught:
        read_tariffs(written(tmp_path, {(2, column): value}))
    assert f"{column} (3)" in caught.value.text("id")


@pytest.mark.parametrize("change", [{(1, "valid_to"): "2026-04-01"}, {(1, "sector"): "any"}])
def test_two_tariffs_of_one_day_are_refused(tmp_path, change):
    with pytest.raises(PlanError, match=r"data rows 2 and [34] both set") as caught:
        read_tariffs(written(tmp_path, change))
    assert "hari yang sama" in caught.value.text("id")


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"none.csv was not found"):
        read_tariffs(tmp_path / "none.csv")
