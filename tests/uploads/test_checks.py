"""Every row is accepted, held or refused; nothing disappears."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.uploads import COLUMNS, Columns, Known, Table, UploadError, check, reason_text
from planner.uploads.entries import entry_of
from planner.uploads.written_dates import read_dates
from planner.uploads.written_numbers import read_counts
from tests.conftest import assert_unchanged
from tests.uploads.conftest import TODAY

CODE = "16.02.03.2001"
PLAIN = {
    "Kode Desa": "16.02.03.2001",
    "Desa": "Suka Maju",
    "Kabupaten": "OKI",
    "Bulan": "2026-03",
    "Segmen": "BPU",
    "Aktif": 12,
    "Tidak Aktif": 3,
}


def table(rows, **extra) -> Table:
    frame = pd.DataFrame([{**PLAIN, **row, **extra} for row in rows], dtype=object)
    return Table("a.xlsx", "Data", frame.set_axis(pd.Index(range(2, len(frame) + 2), name="row"), axis=0))


def made(known, rows, kind="participants", **options):
    return check(table(rows), kind, known, today=TODAY, **options)


def test_a_plain_row_is_accepted_in_internal_columns(known):
    found = made(known, [{}])
    assert found.accepted.iloc[0].to_dict() == {
        "village_code": "16.02.03.2001",
        "month": pd.Timestamp("2026-03-01"),
        "segment": "BPU",
        "active": 12,
        "inactive": 3,
        "matched_by": "code",
    }
    assert list(found.accepted.index) == [2]
    assert found.accepted["active"].dtype == "Int64"


WRITTEN = {
    "1.250": 1250, "1,250": 1250, "1 250": 1250, "1\u00a0250": 1250, "12,0": 12, "12 orang": 12, "+7": 7, "0": 0,
    "1.250,00": 1250, "1,250.0": 1250, "12.345.678": 12345678, "12,5": None, "12.5": None, "85%": None, "abc": None,
    "-3": None, "1e3": None, "0x1F": None, "inf": None, "nan": None, "1..2": None, "": None, "-": None,
}  # fmt: skip


def test_counts_as_offices_write_them():
    read = read_counts(pd.Series(list(WRITTEN), dtype=object))
    good = read.numbers.where(read.numbers >= 0)  # what is below zero is refused later
    assert [None if value is pd.NA else value for value in good] == list(WRITTEN.values())
    assert read.problems[good.isna()].isna().sum() == 3  # -3, and the two that are empty


REASONS = {
    "percent": ({"Aktif": "85%"}, "upload.refused.percent"),
    "half": ({"Aktif": 1.25}, "upload.refused.not_whole"),
    "word": ({"Aktif": "banyak"}, "upload.refused.not_number"),
    "negative": ({"Tidak Aktif": -1}, "upload.refused.negative"),
    "large": ({"Tidak Aktif": 100_001}, "upload.refused.too_large"),
    "empty": ({"Aktif": None}, "upload.refused.empty"),
    "workers": ({"Aktif": 501}, "upload.refused.more_than_workers"),
    "future": ({"Bulan": "2026-12"}, "upload.refused.future"),
    "early": ({"Bulan": "1999-12"}, "upload.refused.early"),
    "month": ({"Bulan": "kemarin"}, "upload.refused.not_month"),
    "year": ({"Bulan": "Maret"}, "upload.refused.no_year"),
    "thirteen": ({"Bulan": "2026-13"}, "upload.refused.not_month"),
    "american": ({"Bulan": "03/25/2026"}, "upload.refused.american_date"),
    "segment": ({"Segmen": "XYZ"}, "upload.refused.segment"),
    "unknown": ({"Kode Desa": "16.02.03.2999", "Desa": None}, "upload.refused.unknown_code"),
    "short": ({"Kode Desa": "16.02.03"}, "codes.not_a_village"),
    "letters": ({"Kode Desa": "16.02.O3.2001"}, "codes.not_digits"),
    "zero": ({"Kode Desa": "16.00.03.2001"}, "codes.zero_part"),
    "nowhere": ({"Kode Desa": None, "Desa": None}, "upload.refused.no_village"),
    "jinja": ({"Kode Desa": None, "Desa": "{{7*7}}"}, "upload.refused.village_name"),
    "script": ({"Desa": "<script>alert(1)</script>"}, "upload.refused.village_name"),
    "literal": ({"Desa": "${alert(1)}"}, "upload.refused.village_name"),
    "regency": ({"Kabupaten": "Kota Palembang"}, "upload.refused.other_regency"),
    "regency_code": ({"Kabupaten": "16.71"}, "upload.refused.other_regency"),
    "regency_odd": ({"Kabupaten": "Entah Berantah"}, "upload.held.regency_unclear"),
    "name": ({"Kode Desa": None}, "upload.held.names.unsure"),
    "old_code": ({"Kode Desa": "16.02.03.2999"}, "upload.held.unknown_code"),
}


@pytest.mark.parametrize("case", REASONS)
def test_reason(known, case):
    row, reason = REASONS[case]
    found = made(known, [row])
    assert reason in set(found.problems["reason"])
    assert len(found.held if reason.startswith("upload.held.") else found.refused) == 1
    assert all(reason_text(reason, language).strip() for language in ("id", "en"))
    assert reason_text(reason, "id") != reason_text(reason, "en")


def test_a_reason_names_row_column_and_value_as_written(known):
    problem = made(known, [{}, {"Kode Desa": "16.02.03.2002", "Aktif": "85%"}]).problems.iloc[0]
    assert problem.tolist() == [3, "Aktif", "85%", "upload.refused.percent"]


MONTHS = ["Maret 2026", "mar-26", "Mar 26", "03/2026", "2026-03", "202603", 202603, "31/03/2026", "1 Maret 2026"]
MONTHS += ["March 2026", "2026-03-15", "2026-03-15 00:00:00", 46082, "46082", "2026 Maret", "Bulan Maret 2026"]


def test_months_as_offices_write_them():
    read = read_dates(pd.Series(MONTHS, dtype=object), today=TODAY, part="month")
    assert read.days.tolist() == [pd.Timestamp("2026-03-01")] * len(MONTHS)
    assert read.problems.isna().all()


SEGMENTS = {"bpu": "BPU", "Bukan Penerima Upah": "BPU", "P.U.": None, "Jasa Konstruksi": "JAKON", "penerima upah": "PU"}


@pytest.mark.parametrize(("written", "segment"), SEGMENTS.items())
def test_segments(known, written, segment):
    found = made(known, [{"Segmen": written}])
    assert (found.accepted["segment"].tolist() or [None]) == [segment]


CODES = {"1602032001": "16.02.03.2001", 1602032001: "16.02.03.2001", "1602030001": "16.02.03.2001"}


@pytest.mark.parametrize(("written", "code"), CODES.items(), ids=str)
def test_codes_without_points_and_of_bps(known, written, code):
    assert made(known, [{"Kode Desa": written}]).accepted["village_code"].tolist() == [code]


def test_ten_digits_of_two_villages_are_held_unless_the_file_shows_its_system(known):
    either = {"Kode Desa": "1602031001"}  # Kemendagri 16.02.03.1001, BPS of 16.02.04.2001
    assert made(known, [either]).problems["reason"].tolist() == ["upload.held.code_system"]
    bps = made(known, [either, {"Kode Desa": "1602030002"}])
    assert bps.accepted["village_code"].tolist() == ["16.02.04.2001", "16.02.03.2002"]
    assert "2 BPS village codes" in bps.notes[0].text("en")
    ours = made(known, [either, {"Kode Desa": "16.02.03.2002"}])
    assert ours.accepted["village_code"].tolist() == ["16.02.03.1001", "16.02.03.2002"]
    mixed = made(known, [either, {"Kode Desa": "16.02.03.2002"}, {"Kode Desa": "1671010001"}])
    assert "upload.held.code_system" in set(mixed.problems["reason"])


def test_an_old_code_that_is_another_village_for_bps_is_never_taken_for_it(known):
    fewer = Known(known.villages[known.villages["village_code"] != "16.02.03.1001"], known.bridge)
    found = made(fewer, [{"Kode Desa": "1602031001"}, {"Kode Desa": "16.02.03.2002"}])
    assert found.problems["reason"].tolist() == ["upload.held.unknown_code"]
    assert made(fewer, [{"Kode Desa": "1602031001"}]).accepted["village_code"].tolist() == ["16.02.04.2001"]


def test_the_same_village_month_and_segment_twice_is_held(known):
    found = made(known, [{}, {"Aktif": 14, "Segmen": "bpu"}, {"Bulan": "2026-02"}])
    assert found.held.index.tolist() == [2, 3]
    assert set(found.problems["reason"]) == {"upload.held.duplicate"}


def test_segments_together_above_the_workers_are_held(known):
    found = made(known, [{"Aktif": 300}, {"Aktif": 300, "Segmen": "PU"}])
    assert set(found.problems["reason"]) == {"upload.held.sum_more_than_workers"}
    assert len(found.held) == 2


def test_constants_stand_for_columns_the_file_lacks(known):
    source = table([{}])
    shorter = Table(source.file, source.sheet, source.frame.drop(columns=["Bulan", "Segmen"]))
    with pytest.raises(UploadError, match=r"not recognised in file a\.xlsx: month, segment") as caught:
        check(shorter, "participants", known, today=TODAY)
    assert "bulan, segmen" in caught.value.text("id")
    columns = Columns({}, {"month": "Maret 2026", "segment": "PU"})
    found = check(shorter, "participants", known, columns=columns, today=TODAY)
    assert found.accepted[["segment"]].to_numpy().tolist() == [["PU"]]


def checked(known, kind, row):
    frame = pd.DataFrame([row], dtype=object, index=pd.Index([2], name="row"))
    return check(Table("a.csv", "", frame), kind, known, today=TODAY)


VISIT = {"Kode agen": "AG-014", "Tanggal": "5/3/2026", "Kode Desa": "16.02.03.2001", "Ditemui": 20, "Berminat": 9}
VISIT |= {"Mendaftar": 4, "Dusun": "II", "Kendala": "belum panen"}
WORKERS = {"Kode Desa": "16.02.03.2001", "Sektor": "Nelayan", "Jumlah": "40 orang"}
OFFICIALS = {"Kode Desa": "16.02.03.2001", "Terdaftar": 3, "Jumlah perangkat": 12, "Tanggal": "2026-01-31"}
OTHERS = [
    ("visits", VISIT, None),
    ("visits", VISIT | {"Mendaftar": 21}, "upload.refused.registered_more_than_met"),
    ("visits", VISIT | {"Berminat": 21}, "upload.refused.interested_more_than_met"),
    ("visits", VISIT | {"Kendala": "x" * 201}, "upload.refused.text_long"),
    ("visits", VISIT | {"Kendala": "{{ config }}"}, "upload.refused.markup"),
    ("visits", VISIT | {"Dusun": "<b>II</b>"}, "upload.refused.markup"),
    ("visits", VISIT | {"Kode agen": "Budi Santoso"}, "upload.refused.agent_code"),
    ("visits", VISIT | {"Tanggal": "2026-03"}, "upload.refused.no_day"),
    ("visits", VISIT | {"Tanggal": "31/02/2026"}, "upload.refused.not_date"),
    ("visits", VISIT | {"Tanggal": "23/11/2026"}, "upload.refused.future"),
    ("visits", VISIT | {"Kunci catatan": "0F8FAD5B-D9CB-469F-A165-70867728950E"}, None),
    ("visits", VISIT | {"Kunci catatan": "Budi 1"}, "upload.refused.entry_key"),
    ("agents", {"Kode agen": "P7", "Kantor cabang": "Palembang", "Kode Desa": "16.71.01.1001"}, None),
    ("workers", WORKERS | {"Sektor": "Kelapa Sawit"}, "upload.refused.sector"),
    ("workers", WORKERS, None),
    ("workers", WORKERS | {"Jumlah": 501}, "upload.held.list_more_than_workers"),
    ("officials", OFFICIALS, None),
    ("officials", OFFICIALS | {"Terdaftar": 13}, "upload.refused.registered_more_than_total"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "row", "reason"), OTHERS)
def test_other_kinds(known, kind, row, reason):
    found = checked(known, kind, row)
    assert found.problems["reason"].tolist() == ([] if reason is None else [reason])
    if reason is None:
        assert set(found.accepted.columns) <= {c.name for c in COLUMNS[kind]} | {"matched_by"}
    else:
        assert reason_text(reason, "id") != reason_text(reason, "en")


KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize("turned", [False, True])
def test_entries_of_one_key_are_one_visit_and_must_say_the_same(known, turned):
    """Two files of a phone overlap, and a page may have brought an entry before: that is no double."""
    rows = [
        VISIT | {"Kunci catatan": KEY},
        VISIT | {"Kunci catatan": KEY.upper(), "Dusun": " ii", "Kendala": "Belum  panen"},
        VISIT | {"Dusun": "III", "Kunci catatan": KEY.replace("0", "1")},
        VISIT | {"Dusun": "III", "Kunci catatan": KEY.replace("0", "1"), "Ditemui": 21},
        VISIT | {"Dusun": "IV", "Kunci catatan": KEY.replace("0", "2")},
        VISIT | {"Dusun": "IV", "Kunci catatan": KEY.replace("0", "3")},
        VISIT | {"Dusun": "V"},
    ]
    frame = pd.DataFrame(rows, dtype=object, index=pd.Index(range(2, 9), name="row"))
    source = Table("a.csv", "", frame[::-1] if turned else frame)
    agents = frozenset({"ag-014"})
    found = check(source, "visits", replace(known, agents=agents), today=TODAY)
    assert sorted(found.accepted.index) == [2, 3, 8]
    assert sorted(found.refused.index) == [4, 5]
    assert sorted(found.held.index) == [6, 7]
    reasons = found.problems.groupby("row")["reason"].agg(set).to_dict()
    assert reasons[4] == reasons[5] == {"upload.refused.other_entry"}
    entry = entry_of(date(2026, 3, 5), CODE, dusun="ii", met=20, interested=9, registered=4, obstacle="belum panen")
    kept = frozenset({("ag-014", "2026-03-05", CODE, "ii"), ("ag-014", "2026-03-05", CODE, "v")})
    again = replace(known, agents=agents, visits=kept, entries={("ag-014", KEY): entry})
    found = check(source, "visits", again, today=TODAY)
    assert sorted(found.accepted.index) == [2, 3]
    assert "upload.held.visit_kept" in found.problems.loc[found.problems["row"] == 8, "reason"].tolist()
    (note,) = (note for note in found.notes if note.key == "upload.note.entries_kept")
    assert "2 rows" in note.text("en")
    assert "2 baris" in note.text("id")
    other = replace(again, entries={("ag-014", KEY): (*entry[:3], 19, *entry[4:])})
    found = check(source, "visits", other, today=TODAY)
    assert sorted(found.refused.index) == [2, 3, 4, 5]
    assert "visit_kept" not in "".join(found.problems.loc[found.problems["row"] == 3, "reason"])


def numbers(known, written):
    codes = ["16.02.03.2001", "16.02.03.2002", "16.71.01.1001"]
    frame = pd.DataFrame({"Kode Desa": codes[: len(written)], "Jarak": written}, dtype=object)
    source = Table("a.csv", "", frame.set_axis(pd.Index(range(2, len(frame) + 2), name="row"), axis=0))
    columns = Columns({"value": "Jarak"}, {"unit": "km", "source": "Dinas PU", "date": "2026-01-31"})
    return check(source, "criteria", known, columns=columns, today=TODAY)


def test_numbers_follow_what_the_column_shows(known):
    assert numbers(known, ["12,5", "1.250"]).accepted["value"].tolist() == [12.5, 1250]
    assert numbers(known, ["12.5", "1,250"]).accepted["value"].tolist() == [12.5, 1250]
    assert numbers(known, [12.5, "85%"]).accepted["value"].tolist() == [12.5, 85]
    mixed = numbers(known, ["12,5", "1.250", "12.5"])
    assert mixed.problems["reason"].tolist() == ["upload.held.ambiguous_number"]
    assert mixed.held.index.tolist() == [3]


def test_numbers_that_nothing_explains_are_read_the_indonesian_way_and_told(known):
    found = numbers(known, ["1.250", "3"])
    assert found.accepted["value"].tolist() == [1250, 3]
    assert found.accepted["criterion"].unique().tolist() == ["Jarak"]
    assert any("Indonesian way" in note.text("en") for note in found.notes)


CELLS = st.one_of(st.none(), st.integers(-5, 2000), st.floats(allow_nan=False), st.text(max_size=8),
                  st.sampled_from([*WRITTEN, *map(str, [*MONTHS, *CODES]), *SEGMENTS, "16.02.03.2002"]))  # fmt: skip
TABLES = st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(PLAIN, CELLS)), min_size=1, max_size=8)


@settings(max_examples=15)
@given(rows=TABLES, seed=st.randoms(use_true_random=False))
def test_no_row_is_lost_and_order_does_not_matter(known, rows, seed):
    source = table(rows)
    before = source.frame.copy(deep=True)
    found = check(source, "participants", known, today=TODAY)
    assert_unchanged(source.frame, before)
    assert sorted([*found.accepted.index, *found.held.index, *found.refused.index]) == source.frame.index.tolist()
    assert set(found.problems["row"]) == {*found.held.index, *found.refused.index}
    order = source.frame.index.tolist()
    seed.shuffle(order)
    again = check(Table("a.xlsx", "Data", source.frame.loc[order]), "participants", known, today=TODAY)
    pd.testing.assert_frame_equal(again.accepted.sort_index(), found.accepted)
    pd.testing.assert_frame_equal(again.problems, found.problems)
