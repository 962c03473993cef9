"""Funding proposed: by the rules of the funds, or from their money; whole people, months times tariff."""

import re
from datetime import date

import pandas as pd
import pytest

from geodata import schema
from planner.errors import PlanError
from planner.funds import AddApbdes, Apbd, DbhSawit, Funds
from planner.priority.funding import Offer, next_month, proposals
from tests.conftest import assert_aligned, assert_unchanged

START = date(2027, 1, 1)


def villages(people, *, plantation=50, other=50, kind="desa", province="16") -> pd.DataFrame:
    n = len(people)
    workers = {schema.sector_column(s): 0 for s in schema.SECTORS}
    workers |= {schema.sector_column("plantation"): plantation, schema.sector_column("other"): other}
    return pd.DataFrame(
        {
            schema.VILLAGE_CODE: [f"{province}.01.01.{2001 + i}" for i in range(n)],
            schema.VILLAGE_TYPE: kind,
            schema.PROVINCE_CODE: province,
            **workers,
            "expected_registrations": people,
        },
        index=range(10, 10 + n),
    )


def told(frame: pd.DataFrame, language="id", **offer) -> pd.DataFrame:
    return proposals(frame, Offer(START, **offer), language)


def test_by_their_rules() -> None:
    frame = villages([100.2, 1.0, 0.0])
    before = frame.copy()
    found = told(frame)
    assert_aligned(found, frame)
    assert_unchanged(frame, before)
    assert found["funding"].iloc[0] == (
        "DBH sawit untuk 50 pekerja perkebunan; APBD atau ADD/APBDes untuk 50 lainnya; 12 bulan x Rp16.800."
    )
    assert found["funding_idr"].tolist() == [100 * 12 * 16_800, 12 * 16_800, pd.NA]
    assert found["funding"].iloc[2] == "Belum ada pendaftaran yang diperkirakan."


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"province": "15"}, "APBD, ADD/APBDes, or BKBK for 50 others"),
        ({"kind": "kelurahan"}, "the regional budget (APBD) for 50 others"),
        ({"plantation": 0}, "APBD or ADD/APBDes for 100 people; 6 months x Rp16,800."),
        ({"other": 0}, "DBH sawit for 100 plantation workers; 6 months"),
        ({"plantation": 0, "other": 0}, "APBD or ADD/APBDes for 100 people"),
    ],
)
def test_who_may_pay(changes, words) -> None:
    assert words in told(villages([100.0], **changes), "en", months=6)["funding"].iloc[0]


def test_from_their_money() -> None:
    """100 plantation and 100 other workers; each fund pays 60 people for ten months."""
    money = 60 * 10 * 16_800
    funds = Funds(
        dbh_sawit=DbhSawit(allocation_idr=money, cap_share=1.0, months=10), apbd=Apbd(allocation_idr=money, months=10)
    )
    found = told(villages([100.0, 100.0]), "en", funds=funds)
    assert found["funding_idr"].sum() == 2 * money
    assert found["funding"].iloc[0] == (
        "Palm oil revenue (DBH sawit) for 30 people; Regional budget (APBD) for 30 people; 10 months x Rp16,800; "
        "no fund yet for 40 people."
    )


def test_funds_with_months_of_their_own_are_told_apart() -> None:
    funds = Funds(
        dbh_sawit=DbhSawit(allocation_idr=10**9, cap_share=1.0, months=6), apbd=Apbd(allocation_idr=10**9, months=12)
    )
    assert told(villages([100.0]), "id", funds=funds)["funding"].iloc[0] == (
        "DBH sawit untuk 50 orang (6 bulan x Rp16.800); APBD untuk 50 orang (12 bulan x Rp16.800)."
    )


def test_money_of_villages_goes_to_each() -> None:
    funds = Funds(add_apbdes=AddApbdes(village_allocation_idr=10 * 12 * 16_800, cap_share=1.0))
    found = told(villages([5.0, 30.0]), "en", funds=funds)
    assert [re.findall(r"budget \(.*\) for (\d+) people; 12", text) for text in found["funding"]] == [["5"], ["10"]]
    assert "no fund yet for 20 people." in found["funding"].iloc[1]
    assert "no fund" not in found["funding"].iloc[0]


def test_order_of_rows_does_not_matter() -> None:
    frame = villages([10.0, 30.0, 7.0])
    funds = Funds(apbd=Apbd(allocation_idr=20 * 12 * 16_800))
    pd.testing.assert_frame_equal(told(frame.iloc[::-1], funds=funds).iloc[::-1], told(frame, funds=funds))


def test_months_that_have_no_tariff_are_refused() -> None:
    with pytest.raises(PlanError):
        proposals(villages([1.0]), Offer(date(1950, 1, 1)), "id")


@pytest.mark.parametrize(("day", "first"), [((2026, 11, 23), (2026, 12, 1)), ((2026, 12, 1), (2027, 1, 1))])
def test_contributions_begin_next_month(day, first) -> None:
    assert next_month(date(*day)) == date(*first)
