"""Uploads of groups whose contributions somebody pays: funds by their words, months or a last month, what is wrong."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.expiry import paid_until
from planner.funds import FUNDS
from planner.texts import t
from planner.uploads import COLUMNS, Table, UploadError, check, read_table, reason_text, template
from planner.uploads.columns import chosen, plain, suggest
from planner.uploads.paid_months import paid_months
from planner.uploads.read import open_table
from tests.uploads.conftest import TODAY

PLAIN = {
    "Kode Desa": "16.02.03.2001",
    "Sumber Dana": "DBH Sawit",
    "Jumlah Orang": "40 orang",
    "Bulan Pertama": "Desember 2026",
    "Jumlah Bulan": "6 bulan",
    "Bulan Terakhir": None,
}


def made(known, *rows):
    frame = pd.DataFrame([{**PLAIN, **row} for row in rows], dtype=object)
    frame = frame.set_axis(pd.Index(range(2, len(frame) + 2), name="row"), axis=0)
    return check(Table("a.xlsx", "Data", frame), "funded", known, today=TODAY)


def test_a_row_is_kept_with_its_first_and_last_paid_day(known):
    assert made(known, {}).accepted.iloc[0].drop("months").to_dict() == {
        "village_code": "16.02.03.2001",
        "fund": "dbh_sawit",
        "people": 40,
        "starts_on": pd.Timestamp("2026-12-01"),
        "ends_on": pd.Timestamp("2027-05-31"),
        "matched_by": "code",
    }


ENDS = {
    "last month": {"Jumlah Bulan": None, "Bulan Terakhir": "2027-05"},
    "last day": {"Jumlah Bulan": "-", "Bulan Terakhir": "31/05/2027"},
    "both": {"Jumlah Bulan": 6, "Bulan Terakhir": "Mei 2027"},
    "a dash": {"Jumlah Bulan": 6, "Bulan Terakhir": "–"},
    "a day": {"Bulan Pertama": "15/12/2026"},
}


@pytest.mark.parametrize("case", ENDS)
def test_months_and_last_month_say_the_same(known, case):
    found = made(known, ENDS[case])
    assert found.accepted[["starts_on", "ends_on"]].to_numpy().tolist() == [
        [pd.Timestamp("2026-12-01"), pd.Timestamp("2027-05-31")]
    ]


REASONS = {
    "fund": ({"Sumber Dana": "CSR"}, "upload.refused.fund"),
    "no fund": ({"Sumber Dana": None}, "upload.refused.empty"),
    "half": ({"Jumlah Orang": 2.5}, "upload.refused.not_whole"),
    "no end": ({"Jumlah Bulan": None}, "upload.refused.no_end"),
    "word": ({"Jumlah Bulan": "banyak"}, "upload.refused.months"),
    "no months": ({"Jumlah Bulan": 0}, "upload.refused.months"),
    "too many": ({"Jumlah Bulan": 61}, "upload.refused.months"),
    "end first": ({"Bulan Terakhir": "2026-11"}, "upload.refused.end_first"),
    "other end": ({"Bulan Terakhir": "2027-06"}, "upload.refused.other_end"),
    "too long": ({"Jumlah Bulan": None, "Bulan Terakhir": "2031-12"}, "upload.refused.too_many_months"),
    "far": ({"Bulan Pertama": "2031-12"}, "upload.refused.too_far_ahead"),
    "far end": ({"Jumlah Bulan": None, "Bulan Terakhir": "2062-05"}, "upload.refused.too_far_ahead"),
    "early": ({"Bulan Pertama": "2013-12"}, "upload.refused.before_bpjs"),
    "year": ({"Bulan Pertama": "Desember"}, "upload.refused.no_year"),
    "workers": ({"Jumlah Orang": 501}, "upload.held.list_more_than_workers"),
}


@pytest.mark.parametrize("case", REASONS)
def test_reason(known, case):
    row, reason = REASONS[case]
    found = made(known, row)
    assert found.problems["reason"].tolist() == [reason]
    assert len(found.held if reason.startswith("upload.held.") else found.refused) == 1
    assert reason_text(reason, "id") != reason_text(reason, "en")


def test_the_furthest_months_and_no_people_are_taken(known):
    rows = [{"Bulan Pertama": "2031-11", "Jumlah Bulan": 60}, {"Jumlah Orang": 0}, {"Bulan Pertama": "2014-01"}]
    assert len(made(known, *rows).accepted) == 3


def test_the_same_village_fund_and_month_twice_is_held(known):
    rows = [{}, {"Sumber Dana": "dbh", "Bulan Pertama": "2026-12-20", "Jumlah Orang": 3}, {"Sumber Dana": "APBD"}]
    found = made(known, *rows)
    assert (found.held.index.tolist(), found.accepted["fund"].tolist()) == ([2, 3], ["apbd"])
    assert set(found.problems["reason"]) == {"upload.held.duplicate"}


def test_every_fund_is_known_by_its_names():
    (column,) = (column for column in COLUMNS["funded"] if column.name == "fund")
    words = dict(column.choices)
    assert set(words.values()) == set(FUNDS)
    assert all(plain(word) == word for word in words)
    for fund in FUNDS:
        for written in (fund, t(f"funding.name.{fund}", "id"), t(f"funding.name.{fund}", "en")):
            assert words[plain(written)] == fund


def test_a_file_without_any_end_is_refused_with_what_it_lacks():
    headings = [name for name in PLAIN if name not in ("Jumlah Bulan", "Bulan Terakhir")]
    with pytest.raises(UploadError, match="number of months or last month") as caught:
        chosen(headings, "funded", file="a.xlsx")
    assert "jumlah bulan atau bulan terakhir" in caught.value.text("id")
    assert chosen([*headings, "Sampai"], "funded", file="a.xlsx").headings["ends_on"] == "Sampai"


def test_the_reason_names_the_heading_that_is_there(known):
    frame = pd.DataFrame([{**PLAIN, "Sampai": None}], dtype=object, index=pd.Index([2], name="row"))
    source = Table("a.xlsx", "Data", frame.drop(columns=["Jumlah Bulan", "Bulan Terakhir"]))
    assert check(source, "funded", known, today=TODAY).problems["column"].tolist() == ["Sampai"]


def test_the_file_of_the_calendar_is_read_as_it_is(known, tmp_path: Path):
    """The columns of `planner fund calendar`; the programme is not kept."""
    path = tmp_path / "masa.csv"
    lines = "group;village_code;regency_code;workers;start;months;fund;programme"
    path.write_text(f"{lines}\nNelayan;16.02.03.2002;;120;2026-10-01;3;sertakan;jkk_jkm\n", encoding="utf-8")
    found = check(open_table(path, path.name, "funded"), "funded", known, today=TODAY)
    assert found.accepted[["fund", "people"]].to_numpy().tolist() == [["sertakan", 120]]
    assert any("programme" in note.text("en") for note in found.notes)


@pytest.mark.parametrize(("language", "said"), [("id", "Bayar sendiri"), ("en", "Self-pay")])
def test_the_template_tells_funds_and_that_one_end_is_enough(language, said):
    rows = read_table(template("funded", language), "a.xlsx").sheets[1].rows.values()
    told = {str(row[0]): str(row[1]) for row in rows}
    months, last, fund = (
        next(words for heading, words in told.items() if suggest([heading], "funded").get(name))
        for name in ("months", "ends_on", "fund")
    )
    either = t("upload.template.either_end", language)
    assert months.startswith(either)
    assert last.startswith(either)
    assert "60" in months
    assert said in fund


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), min_size=1, max_size=6))
def test_months_or_last_month_give_the_last_day_of_the_calendar(drawn):
    first = pd.Series([pd.Timestamp(2014 + at // 12, at % 12 + 1, 1) for at, _ in drawn])
    months = pd.Series([many for _, many in drawn], dtype="Int64")
    nothing, written = pd.Series(pd.NaT, index=first.index), pd.Series(data=True, index=first.index)
    paid = paid_months(first, months, nothing, written=written)
    assert paid.last.dt.date.tolist() == [paid_until(day, many) for day, many in zip(first, months, strict=True)]
    last = paid.last.dt.to_period("M").dt.to_timestamp()
    unknown = pd.Series(pd.NA, index=first.index, dtype="Int64")
    pd.testing.assert_series_equal(paid_months(first, unknown, last, written=written).last, paid.last)
    assert not any(bad.fillna(value=False).any() for _, _, bad in paid.problems)
