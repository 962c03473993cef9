"""Rows without a code in force: matched by name, by an old code, or held with suggestions; none is lost."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.layer import load
from geodata.names_old_codes import replaced
from planner.uploads import Known, Table, check, known_of, reason_text
from tests.conftest import assert_unchanged
from tests.uploads.conftest import TODAY


@pytest.fixture(scope="module")
def real() -> Known:
    return known_of(load())


def made(known: Known, rows: list[dict[str, object]]):
    plain = {"Kode Desa": None, "Desa": None, "Kecamatan": None, "Kabupaten": None, "Tanggal": "2026-01-31"}
    told = [{**plain, "Terdaftar": 1, "Jumlah perangkat": 8, **row} for row in rows]
    frame = pd.DataFrame(told, dtype=object)
    source = Table("a.xlsx", "Data", frame.set_axis(pd.Index(range(2, len(frame) + 2), name="row")))
    return check(source, "officials", known, today=TODAY)


def only(found) -> tuple[str | None, str | None]:
    """Code and way of the one row, or nothing and why it is held."""
    if len(found.accepted):
        return found.accepted["village_code"].iloc[0], found.accepted["matched_by"].iloc[0]
    return None, found.problems["reason"].iloc[0]


def test_names_in_another_spelling_are_taken_and_told(known):
    row = {"Desa": "Ds. TANJUNGSARI", "Kecamatan": "Kec. Tj. Lubuk", "Kabupaten": "Kab. OKI"}
    found = made(known, [row, {"Kode Desa": "16.02.03.2001"}, {"Kode Desa": "1671010001"}])
    assert found.accepted["village_code"].tolist() == ["16.02.03.2002", "16.02.03.2001", "16.71.01.1001"]
    assert found.accepted["matched_by"].tolist() == ["name", "code", "bridge"]
    assert any("1 rows without a village code were matched" in note.text("en") for note in found.notes)


def test_a_row_that_is_not_sure_is_held_with_up_to_five_suggestions(real):
    found = made(real, [{"Desa": "Sukajadi Raya Baru", "Kabupaten": "Lampung Tengah"}])
    assert len(found.held) == 1
    assert found.suggestions["row"].tolist() == [2] * len(found.suggestions)
    assert 1 <= len(found.suggestions) <= 5
    assert found.suggestions["score"].is_monotonic_decreasing
    (reason,) = found.problems["reason"]
    assert reason.startswith("upload.held.names.")
    assert reason_text(reason, "id") != reason_text(reason, "en")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"Desa": "Tanjung Sari"}, "upload.held.names.no_parent"),
        ({"Desa": "Qqqq", "Kabupaten": "OKI"}, "upload.held.names.not_found"),
        ({"Desa": "Bumi Agung", "Kecamatan": "Tanjung Lubuk", "Kabupaten": "OKI"}, "upload.held.names.other_district"),
        ({"Desa": "Bumi Agung", "Kecamatan": "Qqqq", "Kabupaten": "OKI"}, "upload.held.names.district_unknown"),
        ({"Kode Desa": "16.02.03.2999", "Desa": "Qqqq"}, "upload.held.unknown_code"),
    ],
)
def test_why_a_row_is_held(known, row, reason):
    assert only(made(known, [row])) == (None, reason)


def test_ten_digits_of_two_systems_are_told_apart_by_the_name(known):
    mixed = [{"Kode Desa": "16.02.03.2002"}, {"Kode Desa": "1671010001"}]
    place = {"Kecamatan": "Tanjung Lubuk", "Kabupaten": "OKI"}
    found = made(known, [{"Kode Desa": "1602031001", "Desa": "Kota Raya", **place}, *mixed])
    assert found.accepted["village_code"].tolist()[0] == "16.02.03.1001"
    held = made(known, [{"Kode Desa": "1602031001", "Desa": "Tanjung Sari", **place}, *mixed])
    assert held.problems["reason"].tolist() == ["upload.held.code_system"]


def test_replaced_codes_lead_to_the_village_unless_the_name_says_another(real):
    old, new = next(iter(replaced().items()))
    official = real.villages.set_index("village_code").loc[new]
    assert only(made(real, [{"Kode Desa": old}])) == (new, "old_code")
    row = {"Kode Desa": old.replace(".", ""), "Desa": official["village_name"], "Kabupaten": official["regency_name"]}
    found = made(real, [row])
    assert only(found) == (new, "old_code")
    assert any(f"({new})" in note.text("id") for note in found.notes)
    assert only(made(real, [{**row, "Desa": "Qqqq"}])) == (None, "upload.held.names.code_differs")


def test_every_replaced_code_that_is_known_is_taken(real):
    pairs = replaced()
    found = made(real, [{"Kode Desa": old} for old in pairs])
    assert found.accepted["village_code"].tolist() == list(pairs.values())


def test_a_village_of_a_regency_that_was_split_is_found_in_the_new_one(real):
    moved = real.villages[real.villages["village_code"].str.startswith("18.13.")]
    village = moved[~moved["village_name"].duplicated(keep=False)].iloc[0]
    row = {"Kode Desa": f"18.04.97.{village['village_code'][-4:]}", "Desa": village["village_name"]}
    row["Kabupaten"] = "Lampung Barat"
    code, why = only(made(real, [row]))
    assert (code, why) == (None, "upload.held.unknown_code")
    suggested = made(real, [row]).suggestions
    assert village["village_code"] in suggested["village_code"].tolist()
    sure = made(real, [{**row, "Kecamatan": village["district_name"]}])
    assert only(sure) == (village["village_code"], "old_code")


@pytest.fixture(scope="module")
def few(real) -> Known:
    district = real.villages["district_code"].isin(["16.02.03", "16.02.04", "18.13.01", "18.04.01"])
    return Known(real.villages[district])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_row_is_lost_whatever_its_names(few, data):
    codes = [*few.villages["village_code"], *replaced(), "16.02.99.2001", "abc", None]
    names = [*few.villages["village_name"], "Sk. Maju", "Xyz {{7*7}}", "<b>", None]
    letters = st.text("abcdefgijklmnoprstuy .'", max_size=12)
    rows = data.draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "Kode Desa": st.sampled_from(codes),
                    "Desa": st.sampled_from(names) | letters,
                    "Kecamatan": st.sampled_from([*few.villages["district_name"].unique(), None]) | letters,
                    "Kabupaten": st.sampled_from([*few.villages["regency_name"].unique(), None]) | letters,
                }
            ),
            min_size=1,
            max_size=8,
        )
    )
    before = few.villages.copy(deep=True)
    found = made(few, rows)
    assert_unchanged(few.villages, before)
    ends = [*found.accepted.index, *found.held.index, *found.refused.index]
    assert sorted(ends) == list(range(2, len(rows) + 2))
    assert len(found.accepted) + len(found.held) + len(found.refused) == found.total == len(rows)
    assert found.accepted["village_code"].isin(few.codes).all()
    assert found.accepted["matched_by"].notna().all()
    assert set(found.suggestions["row"]) <= set(found.held.index)
    assert set(found.suggestions["village_code"]) <= few.codes
