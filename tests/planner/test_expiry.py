"""When paid months end: calendar, standing, forecast, and the file they come from."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from geodata.errors import DataError
from geodata.texts import LANGUAGES
from planner.errors import PlanError
from planner.expiry import (
    ACTIVE,
    ENDING,
    FALLEN,
    FALLING_OUT,
    RENEWED,
    STARTING,
    WAITING,
    calendar,
    ends,
    forecast,
    paid_until,
    select_urgent,
    standing,
)
from planner.expiry_file import CalendarError, read_groups
from planner.params import Renewal
from planner.params_file import ParamsError, parse
from tests.conftest import assert_aligned, assert_unchanged

ON = date(2026, 11, 22)


def groups_of(*rows):
    frame = pd.DataFrame(rows, columns=["group", "workers", "start", "months"])
    return frame.assign(start=pd.to_datetime(frame["start"]))


@st.composite
def some_groups(draw):
    days = st.dates(date(2023, 1, 1), date(2028, 12, 31))
    rows = draw(st.lists(st.tuples(st.integers(1, 5000), days, st.integers(1, 60)), min_size=1, max_size=8))
    return groups_of(*((f"g{i}", *row) for i, row in enumerate(rows)))


@st.composite
def some_renewal(draw):
    least, value, most = sorted(draw(st.tuples(*[st.floats(0, 1)] * 3)))
    return Renewal(
        lapse_months=draw(st.integers(0, 12)),
        renewed_share=value,
        renewed_share_low=least,
        renewed_share_high=most,
    )


@pytest.mark.parametrize(
    ("start", "months", "paid", "active"),
    [
        ("2025-10-01", 3, "2025-12-31", "2026-03-31"),  # Muara Enim: October to December 2025
        ("2025-08-15", 6, "2026-01-31", "2026-04-30"),  # Bangka Tengah: August 2025 to January 2026
        ("2024-10-01", 12, "2025-09-30", "2025-12-31"),  # Tanjung Jabung Timur: October 2024 to September 2025
        ("2024-02-29", 1, "2024-02-29", "2024-05-31"),
    ],
)
def test_the_first_month_counts_and_three_unpaid_ones_follow(start, months, paid, active):
    found = ends(groups_of(("a", 1, start, months))).iloc[0]
    assert [str(day.date()) for day in found] == [paid, active]
    assert paid_until(date.fromisoformat(start), months).isoformat() == paid


@given(some_groups(), st.integers(0, 12))
def test_every_worker_is_counted_once_in_each_month(groups, lapse_months):
    before = groups.copy()
    table = calendar(groups, lapse_months=lapse_months)
    everyone = groups["workers"].sum()
    assert (table[[WAITING, ACTIVE, FALLEN]].sum(axis=1) == everyone).all()
    assert [table[name].sum() for name in (STARTING, ENDING, FALLING_OUT)] == [everyone] * 3
    assert table[FALLEN].iloc[-1] == everyone
    assert table[FALLEN].is_monotonic_increasing
    steps = table[STARTING].shift(-1) - table[FALLING_OUT]
    assert (table[ACTIVE].diff().shift(-1).dropna() == steps.iloc[:-1]).all()
    assert_unchanged(groups, before)


@given(some_groups(), some_renewal(), st.randoms())
def test_the_order_of_rows_does_not_matter(groups, renewal, random):
    order = list(groups.index)
    random.shuffle(order)
    mixed = groups.loc[order]
    pd.testing.assert_frame_equal(forecast(mixed, ON, renewal), forecast(groups, ON, renewal))
    found = standing(mixed, ON)
    assert_aligned(found, mixed)
    pd.testing.assert_frame_equal(found.sort_index(), standing(groups, ON))
    assert list(select_urgent(mixed, ON)["group"]) == list(select_urgent(groups, ON)["group"])


@given(some_groups(), some_renewal(), some_renewal())
def test_more_renewal_never_leaves_fewer_active(groups, first, second):
    second = second.model_copy(update={"lapse_months": first.lapse_months})
    one, two = forecast(groups, ON, first), forecast(groups, ON, second)
    for share, column in (("", RENEWED), ("_low", f"{RENEWED}_low"), ("_high", f"{RENEWED}_high")):
        shares = [getattr(renewal, f"renewed_share{share}") for renewal in (first, second)]
        less, more = (one, two) if shares[0] <= shares[1] else (two, one)
        assert (less[column] <= more[column]).all()
    assert (one[ACTIVE] <= one[f"{RENEWED}_low"]).all()
    assert (one[f"{RENEWED}_low"] <= one[RENEWED]).all()
    assert (one[RENEWED] <= one[f"{RENEWED}_high"]).all()
    assert (one[f"{RENEWED}_high"] <= one[ACTIVE] + one[FALLEN]).all()


@given(some_groups(), st.dates(date(2022, 1, 1), date(2036, 12, 31)), st.integers(0, 6))
def test_standing_agrees_with_the_calendar(groups, on, lapse_months):
    groups = groups.assign(start=groups["start"].dt.to_period("M").dt.start_time)
    found = standing(groups, on, lapse_months=lapse_months)
    month = calendar(groups, pd.period_range(on, on, freq="M"), lapse_months=lapse_months).iloc[0]
    by = groups["workers"].groupby(found["standing"]).sum()
    assert by.get("waiting", 0) == month[WAITING]
    assert by.get("out", 0) == month[FALLEN]
    assert found["unpaid_months"].between(0, lapse_months).all()
    assert ((found["standing"] == "unpaid") <= (found["unpaid_months"] > 0)).all()


def test_standing_tells_windows_and_arrears():
    groups = groups_of(
        ("waits", 1, "2026-12-01", 3),
        ("in 8 days", 1, "2026-09-01", 3),
        ("in 39 days", 1, "2026-01-01", 12),
        ("in 70 days", 1, "2026-08-01", 6),
        ("later", 1, "2026-11-01", 12),
        ("one unpaid", 1, "2026-05-01", 6),
        ("three unpaid", 1, "2026-03-01", 6),
        ("gone", 1, "2026-02-01", 6),
    )
    found = standing(groups, ON)
    assert list(found["standing"]) == ["waiting", "ends_30", "ends_60", "ends_90", "paid", "unpaid", "unpaid", "out"]
    assert list(found["days_left"])[1:4] == [8, 39, 70]
    assert list(found["unpaid_months"]) == [0, 0, 0, 0, 0, 1, 3, 3]
    assert list(select_urgent(groups, ON)["group"]) == [
        "three unpaid",
        "one unpaid",
        "in 8 days",
        "in 39 days",
        "in 70 days",
    ]


def test_last_days_count():
    groups = groups_of(("a", 1, "2026-09-01", 3))
    days = {date(2026, 11, 30): "ends_30", date(2026, 12, 1): "unpaid", date(2027, 2, 28): "unpaid"}
    days |= {date(2027, 3, 1): "out", date(2026, 8, 31): "waiting", date(2026, 9, 1): "ends_90"}
    assert {day: standing(groups, day)["standing"].iloc[0] for day in days} == days


def test_forecast_of_one_group():
    groups = groups_of(("a", 600, "2026-09-01", 3))
    table = forecast(groups, ON, Renewal())
    assert [str(month) for month in table.index] == ["2026-11", "2026-12", "2027-01", "2027-02", "2027-03"]
    assert list(table[ACTIVE]) == [600, 600, 600, 600, 0]
    assert list(table[RENEWED])[-1] == 198
    assert list(table[f"{RENEWED}_low"])[-1] == 102
    assert list(table[f"{RENEWED}_high"])[-1] == 480
    assert set(table[f"{RENEWED}_basis"]) == {"assumed"}


def test_forecast_before_the_first_and_after_the_last_group():
    groups = groups_of(("a", 5, "2026-09-01", 3))
    assert forecast(groups, date(2026, 7, 1), Renewal())[WAITING].tolist()[:3] == [5, 5, 0]
    late = forecast(groups, date(2030, 1, 1), Renewal())
    assert late[[WAITING, ACTIVE, FALLEN]].to_numpy().tolist() == [[0, 0, 5]]


def test_no_groups_no_months():
    nothing = groups_of().astype({"workers": np.int64, "months": np.int64})
    assert calendar(nothing).empty
    assert forecast(nothing, ON, Renewal())[RENEWED].tolist() == [0]


def test_the_share_lies_in_its_range():
    with pytest.raises(ValidationError, match="outside its range"):
        Renewal(renewed_share=0.1)
    with pytest.raises(
        ParamsError, match=r"renewal\.renewed_share: this value must lie between renewed_share_low and"
    ) as caught:
        parse("[renewal]\nrenewed_share = 0.9\n", name="a.toml")
    assert "harus berada di antara" in caught.value.text("id")


GOOD = """group,village_code,regency_code,workers,start,months,fund,programme,note
Sawit A,17.06.01.2001,,"1,200",2026-09-01,3,dbh_sawit,,first
Nelayan,,17.06,1500,2026-01-01,12,apbd,jkk_jkm_jht,

Tani,1706012003,17.06,50,2026-05-01,5,add_apbdes,jkk_jkm,
"""


def written(tmp_path, text, name="masa.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_groups_are_read(tmp_path):
    groups = read_groups(written(tmp_path, GOOD))
    assert list(groups["group"]) == ["Sawit A", "Nelayan", "Tani"]
    assert list(groups["workers"]) == [1200, 1500, 50]
    assert list(groups["regency_code"]) == ["17.06"] * 3
    assert list(groups["village_code"].fillna("")) == ["17.06.01.2001", "", "17.06.01.2003"]
    assert list(groups["programme"]) == ["jkk_jkm", "jkk_jkm_jht", "jkk_jkm"]
    assert groups["start"].dt.strftime("%Y-%m-%d").tolist() == ["2026-09-01", "2026-01-01", "2026-05-01"]


def test_semicolons_and_order_of_columns_do_not_matter(tmp_path):
    head, *rows = GOOD.replace('"1,200"', "1.200").splitlines()
    turned = "\n".join(";".join(reversed(line.split(","))) for line in (head, *rows))
    pd.testing.assert_frame_equal(
        read_groups(written(tmp_path, turned, "b.csv")), read_groups(written(tmp_path, GOOD, "a.csv"))
    )


BAD = """group,village_code,regency_code,workers,start,months,fund,programme
A,17.06.01.2001,,12,2026-09-01,3,apbd,
a,17.06.01.2001,,0,01/10/2026,61,apbd,
,17.06,,1.5,2026-02-30,-3,,full
D,,,many,1999-01-01,0,apbd,
E,17.06.01.2001,16.02,5,2026-09-01,3,apbd,
F,,17,5,2026-09-01,3,apbd,
Tani 0812-3456-7890,,17.06,5,2026-09-01,3,apbd,
H,,17.06,5
I 1671 0123 4567 8901,,17.06,5,2026-09-01,3,apbd,
"""
TOLD = (
    "row 8: it has more or fewer fields than the header. Quote",
    "column group, row 3: enter the name of the group",
    "column group, row 1, 2: the same group stands more than once",
    "column village_code, row 3: enter a Kemendagri village code",
    "column regency_code, row 6: enter a Kemendagri regency code",
    "column village_code, row 4: the place is missing",
    "column regency_code, row 5: the village does not lie in this regency",
    "column workers, row 2, 3, 4: enter the number of people, a whole number from 1 to 10,000,000",
    "column start, row 2, 3, 4: enter the first day like 2026-12-01, from 2014-01-01 to 2100-12-31",
    "column months, row 2, 3, 4: enter the number of paid months, a whole number from 1 to 60",
    "column fund, row 3: enter the fund",
    "column programme, row 3: enter jkk_jkm or jkk_jkm_jht",
    "column group, row 7, 9: there is a long number like an NIK",
)


def test_columns_that_are_quite_empty_do_no_harm(tmp_path):
    path = tmp_path / "kelompok.csv"
    path.write_text("group,regency_code,workers,start,months,fund,,\na,17.06,5,2026-01-01,3,apbd,,\n")
    assert len(read_groups(path)) == 1


def test_all_bad_rows_are_named_at_once(tmp_path):
    with pytest.raises(CalendarError, match=r"file of paid months masa.csv cannot be used yet") as caught:
        read_groups(written(tmp_path, BAD))
    told = str(caught.value)
    assert len(told.splitlines()) == len(TOLD) + 1
    for sentence in TOLD:
        assert sentence in told
    assert "7890" not in told
    indonesian = caught.value.text("id")
    assert "- kolom workers, baris 2, 3, 4: isi dengan jumlah orang, bilangan bulat 1 sampai 10.000.000." in indonesian
    assert len(indonesian.splitlines()) == len(TOLD) + 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("group,workers\nA,1\n", r"lacks the columns start, months, fund, village_code \| regency_code"),
        ("group,group,fund\nA,1,2\n", "columns of the same name: group"),
        (GOOD.splitlines()[0], "has no data row"),
        (f'{GOOD}"open', "a quote is never closed"),
        (GOOD.replace("note", "NIK"), "look like personal data: NIK"),
        (GOOD.replace(",first", ",1671012345678901"), "look like personal data: .*note"),
        ("\n \n", "empty"),
        ("PK\x03\x04rest", "ZIP"),
    ],
    ids=["columns", "twice", "rows", "quote", "personal name", "personal values", "empty", "workbook"],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path, text, told):
    with pytest.raises(DataError, match=told) as caught:
        read_groups(written(tmp_path, text))
    for language in LANGUAGES:
        assert caught.value.text(language)
    assert "{" not in caught.value.text("id")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DataError, match=r"none\.csv") as caught:
        read_groups(tmp_path / "none.csv")
    assert not isinstance(caught.value, PlanError)
    assert "none.csv" in caught.value.text("id")
