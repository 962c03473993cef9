"""Names meet official places below a known parent, or wait for a person."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import matching
from geodata.errors import DataError
from geodata.layer import EMBEDDED, load
from geodata.matching import MATCH_REASON, MATCH_SCORE, MATCH_STATUS, MATCHED_CODE, SUGGESTED_CODES, match
from geodata.readers.bridge import read_bridge
from geodata.texts import LANGUAGES, render
from tests.conftest import assert_aligned, assert_unchanged

OFFICIAL = pd.Series(
    {
        "16.05.12.2003": "Megang Sakti II",
        "16.05.12.2004": "Megang Sakti III",
        "16.05.12.2005": "Sumber Rejo",
        "16.05.12.2006": "Tegalsari",
        "16.05.13.2001": "Sumber Rejo",
        "16.05.13.2002": "Desa Baru",
        "16.05.13.2003": "Terusan",
        "16.05.13.1004": "Terusan",
        "16.05.13.2005": "Karang Barat",
        "16.06.01.2001": "Mayang",
    }
)
DISTRICT, OTHER, REGENCY, PROVINCE = "16.05.12", "16.05.13", "16.05", "16"
CASES = {
    "same in another spelling": ("MEGANG SAKTI 2", DISTRICT, "16.05.12.2003", matching.SAME),
    "with a title": ("Desa Tegal Sari", DISTRICT, "16.05.12.2006", matching.SAME),
    "a title that is the name": ("Desa Baru", OTHER, "16.05.13.2002", matching.SAME),
    "a typing error": ("Tegalsri", DISTRICT, "16.05.12.2006", matching.ALIKE),
    "other numeral": ("Megang Sakti IV", DISTRICT, None, matching.UNSURE),
    "numeral left out": ("Megang Sakti", DISTRICT, None, matching.UNSURE),
    "other direction": ("Karang Barat Timur", OTHER, None, matching.UNSURE),
    "twice in the district": ("Terusan", OTHER, None, matching.SEVERAL),
    "twice in the regency": ("Sumber Rejo", REGENCY, None, matching.SEVERAL),
    "once in the regency": ("Tegal Sari", REGENCY, "16.05.12.2006", matching.SAME),
    "likeness that suffices in a district only": ("Tegalseri", REGENCY, None, matching.UNSURE),
    "another regency": ("Mayang", REGENCY, None, matching.NOT_FOUND),
    "province only": ("Mayang", PROVINCE, None, matching.NO_PARENT),
    "unknown parent": ("Mayang", None, None, matching.NO_PARENT),
    "parent without places": ("Mayang", "17.01", None, matching.NOT_FOUND),
    "no name": (None, DISTRICT, None, matching.NO_NAME),
    "blank name": ("  ", DISTRICT, None, matching.NO_NAME),
}


@pytest.fixture(scope="module")
def villages():
    return pd.DataFrame(load(EMBEDDED).frame.drop(columns="geometry"))


@pytest.mark.parametrize(("name", "parent", "code", "reason"), CASES.values(), ids=CASES)
def test_match(name, parent, code, reason):
    result = match(pd.Series([name]), OFFICIAL, parents=pd.Series([parent])).iloc[0]
    assert result[MATCH_REASON] == reason
    assert (None if pd.isna(result[MATCHED_CODE]) else result[MATCHED_CODE]) == code
    assert (result[MATCH_STATUS] == "matched") == (code is not None)


def test_review_has_suggestions_best_first():
    result = match(pd.Series(["Megang Sakti"]), OFFICIAL, parents=pd.Series([DISTRICT])).iloc[0]
    assert result[SUGGESTED_CODES].split()[:2] == ["16.05.12.2003", "16.05.12.2004"]
    assert 60 < result[MATCH_SCORE] < 100


def test_frame_is_aligned_and_arguments_stay():
    names = pd.Series(["Tegalsari", None, "Mayang"], index=[7, 3, 5])
    before = names.to_frame().copy()
    result = match(names, OFFICIAL, parents=pd.Series([DISTRICT, DISTRICT, "16.06"], index=[7, 3, 5]))
    assert_aligned(result, names)
    assert_unchanged(names.to_frame(), before)
    assert result[MATCHED_CODE].tolist()[::2] == ["16.05.12.2006", "16.06.01.2001"]


@given(st.permutations(range(len(CASES))), st.permutations(range(len(OFFICIAL))))
def test_order_of_names_and_candidates_does_not_matter(rows, places):
    table = pd.DataFrame(list(CASES.values())).astype("str").where(lambda frame: frame.ne("None") & frame.ne("nan"))
    whole = match(table[0], OFFICIAL, parents=table[1])
    shuffled = table.iloc[rows]
    again = match(shuffled[0], OFFICIAL.iloc[list(places)], parents=shuffled[1])
    pd.testing.assert_frame_equal(again.sort_index(), whole)


def test_regencies_are_found_in_the_country_and_kinds_are_kept_apart():
    regencies = pd.Series(
        {"15.71": "Kota Jambi", "15.05": "Kabupaten Muaro Jambi", "32.01": "Kabupaten Bogor", "32.71": "Kota Bogor"}
    )
    names = pd.Series(["Jambi", "Kab. Jambi", "Bogor", "Kota Bogor"])
    result = match(names, regencies, parents=pd.Series(["00"] * 4))
    assert result[MATCHED_CODE].fillna("").tolist() == ["15.71", "", "", "32.71"]
    assert result[MATCH_REASON].tolist()[2] == matching.SEVERAL


def test_candidates_of_two_levels_are_refused():
    with pytest.raises(ValueError, match="codes of one level"):
        match(pd.Series(["x"]), pd.Series({"16.05": "a", "16.05.12": "b"}), parents=pd.Series(["16"]))


def test_review_queue_holds_what_is_open_likeliest_first():
    table = pd.DataFrame(list(CASES.values()))
    result = match(table[0], OFFICIAL, parents=table[1])
    queue = matching.review_queue(result)
    assert set(queue.index) == set(result.index[result[MATCHED_CODE].isna()])
    waiting = queue[queue[MATCH_STATUS] == "review"]
    assert waiting[MATCH_SCORE].is_monotonic_decreasing
    assert queue[MATCH_STATUS].is_monotonic_increasing


def test_every_reason_is_told_in_both_languages():
    reasons = {reason for *_, reason in CASES.values()} | {matching.DISTRICT_UNKNOWN, matching.OTHER_DISTRICT}
    for reason in reasons:
        assert all(render(DataError.folder, reason, language, {}).endswith(".") for language in LANGUAGES)


def _rows(*rows):
    return pd.DataFrame(rows, columns=["village_name", "district_name", "regency_name", "province_code"])


def test_villages_are_found_through_regency_and_district(villages):
    rows = _rows(
        ("MEGANG SAKTI 2", "Kec. Megang Sakti", "Kab. Musi Rawas", "16"),
        ("Lawang Agung", None, "Seluma", None),
        ("Tanjung Kemala", "Baturaja Tmr", "OKU", None),
        ("Tanjung Kemala", "Baturaja Barat", "OKU", None),
        ("Mayang", None, None, "19"),
        ("Mayang", "Kelapa Kampit", "Belitung Timur", "16"),
        ("Sumber Jaya", None, "Muara Enim", "16"),
    )
    result = matching.match_villages(rows, villages)
    assert_aligned(result, rows)
    assert result[MATCHED_CODE].fillna("").tolist()[:2] == ["16.05.12.2003", "17.05.06.2012"]
    assert result[MATCHED_CODE].isna().tolist()[2:] == [True] * 5
    assert result[MATCH_REASON].tolist()[3:6] == [matching.OTHER_DISTRICT, matching.NO_PARENT, matching.NO_PARENT]
    assert result.loc[3, SUGGESTED_CODES] == "16.01.14.2007"


def test_unknown_district_is_not_accepted_though_the_regency_has_the_village(villages):
    result = matching.match_villages(_rows(("Lawang Agung", "Kecamatan Khayalan", "Seluma", "17")), villages)
    assert result[MATCH_REASON].tolist() == [matching.DISTRICT_UNKNOWN]
    assert result[MATCHED_CODE].isna().all()
    assert result[SUGGESTED_CODES].tolist() == ["17.05.06.2012"]


def test_every_village_is_found_by_its_own_official_names(villages):
    result = matching.match_villages(villages, villages)
    wrong = result[MATCHED_CODE].notna() & (result[MATCHED_CODE] != villages["village_code"])
    assert not wrong.any()
    assert (result[MATCH_STATUS] != "matched").sum() == 4  # Terusan and Merlung: desa and kelurahan of one name


@pytest.mark.real
@pytest.mark.parametrize(
    ("parent", "at_least", "wrong_at_most"), [(8, 0.995, 2), (5, 0.92, 4)], ids=["district", "regency"]
)
def test_bps_names_meet_their_kemendagri_village(shared_data, villages, parent, at_least, wrong_at_most):
    """The bridge knows the true pair. What is wrong are names that BPS gives to another village than Kemendagri."""
    bridge = read_bridge(shared_data / "layers" / "bps_kemendagri_bridge_indonesia.parquet").frame
    official = villages.set_index("village_code")["village_name"]
    bridge = bridge[bridge["village_code"].isin(official.index)].reset_index(drop=True)
    result = match(bridge["village_name"], official, parents=bridge["village_code"].str[:parent])
    accepted = result[MATCH_STATUS] == "matched"
    right = result[MATCHED_CODE] == bridge["village_code"]
    assert accepted.mean() >= at_least
    assert (accepted & ~right).sum() <= wrong_at_most
    assert right[result[MATCH_REASON] == matching.ALIKE].all()
