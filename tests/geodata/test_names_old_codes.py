"""Codes that are no longer in force lead to the village of today, or say why not."""

import pandas as pd
import pytest

from geodata.codes import CodeError
from geodata.layer import EMBEDDED, load
from geodata.names_old_codes import current_code, pairs_by_name, related, replaced, splits
from geodata.readers.bridge import read_bridge


@pytest.fixture(scope="module")
def villages():
    return pd.DataFrame(load(EMBEDDED).frame.drop(columns="geometry"))


@pytest.mark.parametrize(
    ("code", "found", "reason"),
    [
        ("1605122003", "16.05.12.2003", "in_force"),
        ("15.03.06.2018", "15.03.11.2006", "replaced"),
        ("18.04.99.2001", None, "regency_split"),
        ("19.01.99.2001", None, "unknown"),
    ],
)
def test_current_code(villages, code, found, reason):
    assert current_code(code, villages["village_code"]) == (found, reason)


def test_bad_code_is_refused(villages):
    with pytest.raises(CodeError, match="x1"):
        current_code("x1", villages["village_code"])


def test_regencies_of_the_splits_are_official_and_of_one_province(villages):
    official = set(villages["regency_code"])
    for origin, successors in splits().items():
        assert {origin, *successors} <= official
        assert {one[:2] for one in successors} == {origin[:2]}
    assert related("18.13") == ("18.04",)
    assert related("18.11") == ("18.05", "18.12")
    assert related("19.01") == ()


def test_replaced_codes_lead_from_codes_not_in_force_to_one_village_each(villages):
    in_force = set(villages["village_code"])
    assert not set(replaced()) & in_force
    assert set(replaced().values()) <= in_force
    assert len(set(replaced().values())) == len(replaced())


def test_pairs_by_name_needs_exactly_one_free_village_of_the_regency():
    official = pd.DataFrame(
        {
            "village_code": ["15.03.11.2001", "15.03.11.2002", "15.03.12.2002", "15.04.01.2001", "15.03.06.2001"],
            "village_name": ["Guruh Baru", "Jati", "Jati", "Mayang", "Lama"],
        }
    )
    old = pd.DataFrame(
        {
            "village_code": ["15.03.06.2016", "15.03.06.2017", "15.03.06.2018", "15.03.06.2001"],
            "village_name": ["GURUH BARU", "JATI", "MAYANG", "LAMA"],
        }
    )
    found = pairs_by_name(old, official).set_index("old_code")["village_code"]
    assert found.fillna("").to_dict() == {"15.03.06.2016": "15.03.11.2001", "15.03.06.2017": "", "15.03.06.2018": ""}


@pytest.mark.real
def test_pairs_of_the_program_are_those_of_the_bridge(shared_data, villages):
    bridge = read_bridge(shared_data / "layers" / "bps_kemendagri_bridge_indonesia.parquet").frame
    here = bridge[bridge["village_code"].str[:2].isin(villages["province_code"])]
    found = pairs_by_name(here, villages)
    known = found.dropna(subset="village_code")
    assert dict(zip(known["old_code"], known["village_code"], strict=True)) == dict(replaced())
    assert found.loc[found["village_code"].isna(), "old_code"].tolist() == ["18.08.01.2023"]  # no village of its name
