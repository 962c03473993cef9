"""Administrative codes: what is accepted, what is refused and why, and the way across the bridge."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import codes
from geodata.codes import BPS, KEMENDAGRI
from geodata.errors import DataError
from geodata.readers.bridge import read_bridge
from tests.conftest import assert_aligned

GOOD = {
    "16": "province",
    "16.02": "regency",
    "16.02.03": "district",
    "16.02.03.2001": "village",
    "91.03.01.3007": "village",
}
BAD = {
    "": codes.EMPTY,
    "  ": codes.EMPTY,
    "16.02.O3.2001": codes.NOT_DIGITS,
    "-1602": codes.NOT_DIGITS,
    "16.2": codes.LENGTH,
    "160203200": codes.LENGTH,
    "16020320010": codes.LENGTH,
    "1602.03.2001": codes.DOTS,
    "16.02.": codes.DOTS,
    "16..02": codes.DOTS,
    "16.00.03.2001": codes.ZERO_PART,
    "06.02": codes.ZERO_PART,
    "99.01.01.0002": codes.VILLAGE_KIND,
    "16.02.03.4001": codes.VILLAGE_KIND,
}


def _code(parts: tuple[int, int, int, int, int]) -> str:
    province, regency, district, kind, village = parts
    return f"{province}.{regency:02}.{district:02}.{kind}{village:03}"


village_codes = st.tuples(
    st.integers(10, 99), st.integers(1, 99), st.integers(1, 99), st.integers(1, 3), st.integers(0, 999)
).map(_code)


@pytest.mark.parametrize(("code", "level"), GOOD.items())
def test_good_code_has_no_problem_and_a_level(code, level):
    for written in (code, code.replace(".", ""), f" {code} "):
        assert codes.problems(pd.Series([written])).isna().all()
        assert codes.normalise(written) == code
        assert codes.level_of(written) == level


@pytest.mark.parametrize(("code", "reason"), BAD.items())
def test_bad_code_says_why_in_both_languages(code, reason):
    assert codes.problems(pd.Series([code])).tolist() == [reason]
    assert codes.normalised(pd.Series([code])).isna().all()
    with pytest.raises(DataError, match=code.strip() or "empty") as refused:
        codes.normalise(code)
    assert refused.value.key == reason
    assert len(refused.value.text("id")) > len(code) + 20


def test_missing_code_is_a_reason_not_an_exception():
    found = codes.problems(pd.Series([None, "16"], index=["a", "b"], dtype="str"))
    assert found["a"] == codes.EMPTY
    assert pd.isna(found["b"])


def test_whole_numbers_are_codes_without_dots():
    assert codes.normalised(pd.Series([1602032001])).tolist() == ["16.02.03.2001"]


def test_village_problems_refuse_other_levels_and_keep_other_reasons():
    found = codes.village_problems(pd.Series(["16.02", "16.02.03.2001", "x", "16.02.03"]))
    assert found.fillna("").tolist() == [codes.NOT_A_VILLAGE, "", codes.NOT_DIGITS, codes.NOT_A_VILLAGE]


@settings(deadline=None, max_examples=40)
@given(st.lists(village_codes, min_size=1, max_size=20))
def test_dots_come_and_go_without_loss(written):
    dotted = pd.Series(written, index=range(7, 7 + len(written)))
    result = codes.normalised(dotted.str.replace(".", "", regex=False))
    assert_aligned(result, dotted)
    assert result.tolist() == written
    assert codes.problems(dotted).isna().all()


@settings(deadline=None, max_examples=40)
@given(village_codes, st.sampled_from(codes.LEVELS))
def test_parent_is_a_start_of_the_code_at_its_level(code, level):
    above = codes.parent(code, level)
    assert code.startswith(above)
    assert codes.level_of(above) == level
    assert codes.parents(pd.Series([code]), level).tolist() == [above]


def test_parent_above_the_own_level_is_missing_or_refused():
    assert codes.parents(pd.Series(["16.02"]), "district").isna().all()
    with pytest.raises(DataError, match=r"16\.02: This area stands above") as refused:
        codes.parent("1602", "district")
    assert "induk" in refused.value.text("id")


@pytest.mark.parametrize(
    ("code", "kind"), [("16.02.03.1001", "kelurahan"), ("16.02.03.2001", "desa"), ("91.03.01.3007", "desa")]
)
def test_village_type_is_in_the_fourth_part(code, kind):
    assert codes.village_type(code) == kind
    assert codes.village_types(pd.Series([code, "16"])).tolist()[0] == kind


def test_only_villages_have_a_type():
    assert codes.village_types(pd.Series(["16.02.03", "x"])).isna().all()
    with pytest.raises(DataError, match="not of a village"):
        codes.village_type("16.02.03")


def test_bps_codes_have_other_parts():
    written = pd.Series(["1608010001", "1608010", "1608", "160801", "1608000001"])
    assert codes.levels(written, system=BPS).fillna("").tolist() == ["village", "district", "regency", "", ""]
    assert codes.parents(written, "district", system=BPS).iloc[0] == "1608010"
    assert codes.problems(written, system=BPS).iloc[3:].tolist() == [codes.LENGTH, codes.ZERO_PART]


def test_systems_know_their_lengths():
    assert dict(KEMENDAGRI.length) == {"province": 2, "regency": 5, "district": 8, "village": 13}
    assert dict(BPS.length) == {"province": 2, "regency": 4, "district": 7, "village": 10}


BRIDGE = pd.DataFrame({"bps_code": ["1608010001", "1609010002"], "village_code": ["16.09.01.2004", "16.08.01.2001"]})


def test_bridge_does_not_insert_dots():
    asked = pd.Series(["1609010002", "1608010001", "1608010999", None], index=list("abcd"), dtype="str")
    crossed = codes.to_kemendagri(asked, BRIDGE)
    assert_aligned(crossed.codes, pd.DataFrame(index=asked.index))
    assert crossed.codes.iloc[:2].tolist() == ["16.08.01.2001", "16.09.01.2004"]
    assert crossed.codes.iloc[2:].isna().all()
    assert crossed.unmatched == 2


def test_bridge_leads_back():
    there = codes.to_kemendagri(BRIDGE["bps_code"], BRIDGE)
    back = codes.to_bps(there.codes, BRIDGE)
    assert back.codes.tolist() == BRIDGE["bps_code"].tolist()
    assert back.unmatched == 0


def test_bridge_with_a_code_twice_is_refused():
    twice = pd.concat([BRIDGE, BRIDGE.assign(village_code="16.01.01.2001")])
    with pytest.raises(DataError, match="more than once: 1608010001, 1609010002") as refused:
        codes.to_kemendagri(BRIDGE["bps_code"], twice)
    assert "padanan" in refused.value.text("id")


@pytest.mark.real
def test_oku_selatan_is_1608_for_bps_and_1609_for_kemendagri(shared_data):
    bridge = read_bridge(shared_data / "layers" / "bps_kemendagri_bridge_indonesia.parquet").frame
    of_bps = bridge.loc[bridge["bps_code"].str.startswith("1608"), "bps_code"]
    crossed = codes.to_kemendagri(of_bps, bridge)
    assert crossed.unmatched == 0
    assert codes.parents(crossed.codes, "regency").unique().tolist() == ["16.09"]
