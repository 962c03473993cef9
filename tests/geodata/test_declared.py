"""The register of declared villages: read, found in the layer, counted beside others."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import declared, names_match
from geodata.declared import declared_codes, match_declared, neighbours_declared, read_declared
from geodata.errors import DataError
from geodata.layer import EMBEDDED, load
from geodata.names_match import MATCH_REASON, MATCH_STATUS, MATCHED_CODE
from tests.conftest import assert_aligned, assert_unchanged

GOOD = dict.fromkeys(declared.COLUMNS, "") | {
    "village_name": "Mayang",
    "regency_name": "Belitung Timur",
    "province_code": "19",
    "status": "declared",
    "earliest_date": "2019-11-19",
    "latest_date": "2019-11-19",
    "date_precision": "day",
    "source_url": "https://example.org/a",
    "source_date": "2019-11-20",
    "confidence": "B",
}


@pytest.fixture(scope="module")
def villages():
    return pd.DataFrame(load(EMBEDDED).frame.drop(columns="geometry"))


@pytest.fixture(scope="module")
def register():
    return read_declared()


def _written(folder, *rows):
    path = folder / "register.csv"
    pd.DataFrame([GOOD | row for row in rows]).to_csv(path, index=False)
    return path


def test_register_holds_fifteen_named_and_three_unnamed_declared_villages(register):
    is_declared = register["status"] == "declared"
    assert is_declared.sum() == 18
    assert register.loc[is_declared, "village_name"].notna().sum() == 15
    assert (register["earliest_date"] <= register["latest_date"]).all()
    assert not register[register["village_name"].notna()].duplicated(["village_name", "regency_name"]).any()


def test_one_day_is_called_a_day(register):
    same = register["earliest_date"] == register["latest_date"]
    assert (register.loc[same, "date_precision"] == "day").all()
    assert (register.loc[~same, "date_precision"] != "day").all()


def test_each_source_has_its_date_and_confidence(register):
    counts = register[["source_url", "source_date", "confidence"]].apply(lambda c: c.str.count(r" \| "))
    assert counts.eq(counts["source_url"], axis="index").all(axis=None)


def test_every_named_declared_village_is_found_and_no_row_is_lost(register, villages):
    before = register.copy()
    matches = match_declared(register, villages)
    assert_aligned(matches, register)
    assert_unchanged(register, before)
    assert len(declared_codes(matches)) == 15
    unnamed = matches[matches["village_name"].isna()]
    assert unnamed[MATCH_REASON].tolist() == [names_match.NO_NAME] * 3
    kurau = matches[matches["village_name"] == "Kurau"].iloc[0]
    assert (kurau[MATCH_STATUS], kurau[MATCH_REASON]) == ("review", names_match.UNSURE)


def test_names_alone_lead_to_the_codes_of_the_register(register, villages):
    by_name = match_declared(register.assign(village_code=None), villages)
    assert by_name[MATCHED_CODE].fillna("").tolist() == register["village_code"].fillna("").tolist()
    assert names_match.BY_CODE not in set(by_name[MATCH_REASON])


def test_a_code_whose_village_has_another_name_is_not_believed(register, villages):
    row = register[register["village_name"] == "Mayang"].assign(village_code="16.05.12.2003")
    assert match_declared(row, villages)[MATCHED_CODE].tolist() == ["19.06.04.2006"]


def test_a_code_of_another_village_and_a_name_found_nowhere_wait_for_a_person(register, villages):
    row = register[register["village_name"] == "Mayang"].assign(village_name="Khayalan", village_code="16.05.12.2003")
    found = match_declared(row, villages).iloc[0]
    assert (found[MATCH_STATUS], found[MATCH_REASON]) == ("review", names_match.CODE_DIFFERS)


def test_order_of_the_rows_does_not_matter(register, villages):
    turned = register[::-1]
    pd.testing.assert_frame_equal(match_declared(turned, villages)[::-1], match_declared(register, villages))


def test_an_alias_helps_where_the_name_does_not(register, villages):
    row = register[register["village_name"] == "Mayang"].assign(
        village_name="Nama Lama", alias="Mayang", village_code=None
    )
    assert match_declared(row, villages)[MATCHED_CODE].tolist() == ["19.06.04.2006"]


def test_related_programmes_do_not_count_as_declared(register, villages):
    matches = match_declared(register, villages)
    assert not declared_codes(matches[matches["status"] != "declared"])


def test_neighbours_are_counted_from_both_ends():
    villages = pd.DataFrame({"village_code": ["c", "a", "b", "d"]}, index=[4, 3, 2, 1])
    pairs = pd.DataFrame({"village_code_a": ["a", "a", "b"], "village_code_b": ["b", "c", "c"]})
    result = neighbours_declared(villages, pairs, declared=frozenset({"a", "b"}))
    assert_aligned(result, villages)
    assert result.tolist() == [2, 1, 1, 0]


def test_nobody_is_beside_a_declared_village_when_there_is_none():
    villages = pd.DataFrame({"village_code": ["a", "b"]})
    pairs = pd.DataFrame({"village_code_a": ["a"], "village_code_b": ["b"]})
    assert neighbours_declared(villages, pairs, declared=frozenset()).tolist() == [0, 0]


@given(
    st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda p: p[0] < p[1])), st.sets(st.integers(0, 6))
)
def test_sum_over_villages_is_the_borders_of_declared_ones(edges, chosen):
    villages = pd.DataFrame({"village_code": [str(i) for i in range(7)]})
    pairs = pd.DataFrame(
        [(str(a), str(b)) for a, b in edges], columns=["village_code_a", "village_code_b"], dtype="str"
    )
    result = neighbours_declared(villages, pairs, declared=frozenset(map(str, chosen)))
    assert result.sum() == sum((a in chosen) + (b in chosen) for a, b in edges)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"regency_name": ""}, "regency_name"),
        ({"status": "Declared"}, "status"),
        ({"earliest_date": "19-11-2019"}, "earliest_date"),
        ({"village_code": "19.06.04"}, "village_code"),
        ({"source_url": "bangka.tribunnews.com"}, "source_url"),
        ({"earliest_date": "2019-12-01"}, "earliest_date > latest_date"),
    ],
)
def test_wrong_fields_are_named_with_their_rows(tmp_path, row, column):
    with pytest.raises(DataError, match=rf"register.csv cannot be used yet.*{column} \(2\)") as caught:
        read_declared(_written(tmp_path, {}, row))
    assert f"{column} (2)" in caught.value.text("id")


def test_all_wrong_fields_are_named_at_once(tmp_path):
    path = _written(tmp_path, {"status": "x"}, {"confidence": "E"}, {"status": "y"})
    path.write_text(path.read_text() + "torn,row\n")
    with pytest.raises(DataError, match=r"CSV \(4\); status \(1, 3\); confidence \(2\)"):
        read_declared(path)
