"""The rules of incentives: dated, sourced, and told as old."""

import datetime as dt

import pytest

from geodata.errors import DataError
from planner.errors import PlanError
from planner.field.incentive import BUILT_IN, COLUMNS, incentive_on, incentives, office_rules, read_incentives

DAY = dt.date(2026, 11, 23)
ROW = {
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
    "bonus_idr": "600000",
    "bonus_participants": "40",
    "contribution_pct": "8.5",
    "agent_pct": "95",
    "closed_after_months": "4",
    "back_after_months": "5",
    "source_url": "Surat edaran 12",
    "source_date": "2026-01",
    "confidence": "A",
    "note": "",
}


def written(path, *rows):
    file = path / "insentif.csv"
    lines = [",".join(COLUMNS), *(",".join(row[name] for name in COLUMNS) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_the_shipped_rules_are_those_that_were_said_in_public():
    rule = incentive_on(DAY)
    assert (rule.bonus_idr, rule.bonus_participants, rule.contribution_pct) == (500_000, 50, 7.5)
    assert (rule.closed_after_months, rule.back_after_months, rule.agent_pct) == (3, 6, 90)
    assert rule.valid_to is None
    assert incentives() == read_incentives(BUILT_IN)
    addresses, days, marks = (text.split(" | ") for text in (rule.source_url, rule.source_date, rule.confidence))
    assert len(addresses) == len(days) == len(marks) == len(rule.source.addresses)


def test_rules_of_2017_and_2018_are_told_as_such_and_todays_rates_as_unknown():
    said = incentive_on(DAY).standing(DAY)
    assert "2017–2018" in said.text("id")
    assert "tidak diketahui" in said.text("id")
    assert "not known" in said.text("en")
    assert not incentive_on(DAY).is_old(dt.date(2019, 6, 1))


def test_an_office_may_have_rules_of_its_own(tmp_path):
    later = {**ROW, "valid_from": "2027-01-01", "valid_to": "", "bonus_idr": "0"}
    rules = read_incentives(written(tmp_path, later, ROW))
    assert [rule.valid_from.year for rule in rules] == [2026, 2027]
    assert incentive_on(DAY, rules).bonus_participants == 40
    assert incentive_on(dt.date(2030, 1, 1), rules).bonus_idr == 0
    assert incentive_on(DAY, rules).source.addresses == ()
    assert incentive_on(DAY, rules).source.text("en") == "Surat edaran 12, January 2026, confidence A"
    assert "2026" in incentive_on(DAY, rules).standing(DAY).text("id")
    assert "not known" not in incentive_on(DAY, rules).standing(DAY).text("en")


def test_the_rules_of_an_office_hold_where_it_has_some(tmp_path):
    assert office_rules(tmp_path / "insentif.csv", DAY) is incentives()
    own = written(tmp_path, ROW)
    assert [rule.bonus_participants for rule in office_rules(own, DAY)] == [40]
    with pytest.raises(PlanError, match="no rule for 2027-01-01"):
        office_rules(own, dt.date(2027, 1, 1))
    own.write_text("bonus\n1\n")
    with pytest.raises(DataError, match=r"insentif\.csv"):
        office_rules(own, DAY)


def test_rules_without_a_dated_source_are_told(tmp_path):
    rules = read_incentives(written(tmp_path, {**ROW, "source_date": "n.d."}))
    assert "undated" in rules[0].standing(DAY).text("en")
    assert "tanpa tanggal" in rules[0].source.text("id")
    assert rules[0].is_old(DAY)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("valid_from", "1 Januari 2026"),
        ("valid_from", "2026-02-30"),
        ("valid_to", "2025-12-31"),
        ("valid_to", "2026-02-30"),
        ("bonus_idr", "500.000"),
        ("bonus_participants", "0"),
        ("contribution_pct", "101"),
        ("agent_pct", "-1"),
        ("closed_after_months", "3 bulan"),
        ("back_after_months", "25"),
        ("source_url", ""),
        ("source_date", "kemarin"),
        ("confidence", "E"),
    ],
)
def test_a_wrong_cell_is_told_with_row_and_field(tmp_path, name, cell):
    other = {**ROW, "valid_from": "2025-01-01", "valid_to": "2025-06-30"}
    with pytest.raises(PlanError, match=rf"insentif\.csv cannot be used yet.*{name} \(2\)") as caught:
        read_incentives(written(tmp_path, other, {**ROW, name: cell}))
    assert "belum dapat dipakai" in caught.value.text("id")


@pytest.mark.parametrize("end", ["", "2026-12-31", "2026-06-01"])
def test_two_rules_of_one_day_are_told(tmp_path, end):
    second = {**ROW, "valid_from": "2026-06-01", "valid_to": "2027-12-31"}
    with pytest.raises(PlanError, match="data rows 1 and 2 hold on the same day") as caught:
        read_incentives(written(tmp_path, second, {**ROW, "valid_to": end}))
    assert "berlaku pada hari yang sama" in caught.value.text("id")


def test_a_file_without_rules_and_a_day_without_rule_are_told(tmp_path):
    with pytest.raises(DataError, match="holds no row of data"):
        read_incentives(written(tmp_path))
    with pytest.raises(PlanError, match=r"no rule for 2017-12-31.*from 2018-01-01") as caught:
        incentive_on(dt.date(2017, 12, 31))
    assert "tidak memuat aturan" in caught.value.text("id")
