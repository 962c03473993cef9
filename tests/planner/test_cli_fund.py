"""``planner fund``: matching, published budgets, calendar; mistakes are told."""

import json
from datetime import date

import pytest

from geodata import office_day
from planner.cli import main
from planner.cli.fund import _next_month


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    """An empty data folder: the commands work on the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    return tmp_path / "data"


CALENDAR = """group,village_code,regency_code,workers,start,months,fund
Sawit,17.06.01.2006,,1200,2026-09-01,3,dbh_sawit
Nelayan,,17.06,1500,2026-01-01,12,apbd
Karet,,17.06,80,2026-05-01,6,bkbk
Kopi,,99.01,40,2025-01-01,6,apbd
"""


@pytest.fixture
def groups(tmp_path):
    path = tmp_path / "masa.csv"
    path.write_text(CALENDAR, encoding="utf-8")
    return path


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


MUKOMUKO = ["fund", "--region", "17.06", "--fund", "dbh_sawit=5,79M", "--fund", "apbd=1M", "--start", "2026-12-01"]


def test_money_of_a_regency_is_matched(capsys):
    told = json.loads(run(capsys, *MUKOMUKO, "--months", 12, "--json")[1])
    by_fund = {row["fund"]: row for row in told["funds"]}
    sawit, apbd = by_fund["dbh_sawit"], by_fund["apbd"]
    assert (sawit["available_idr"], sawit["paid_workers"], sawit["left_idr"]) == (1_158_000_000, 5_744, 9_600)
    assert (apbd["paid_workers"], apbd["cost_idr"]) == (4_960, 999_936_000)
    assert {s for s, n in sawit["by_sector"].items() if n} == {"plantation"}
    assert (sawit["paid_until"], sawit["active_until"]) == ("2027-11-30", "2028-02-29")
    assert told["need"]["basis"] == "assumed"
    assert told["paid"] == 5_744 + 4_960
    assert told["paid"] + told["unpaid"] == told["need"]["workers"]
    assert sum(told["unpaid_by_sector"].values()) == told["unpaid"]
    assert told["unpaid_low"] < told["unpaid"] < told["unpaid_high"]


def test_matched_money_is_told_in_words(capsys):
    code, out, err = run(capsys, *MUKOMUKO, "--fund", "bkbk=100jt", "--fund", "sertakan=500")
    assert code == 0
    assert "Kabupaten Mukomuko" in out
    assert "perkiraan" in out
    assert "Rp1.158.000.000" in out
    assert "2027-11-30" in out
    assert "membayar sendiri perlu Rp193.200 per orang untuk 12 bulan" in out  # December 2026 still at half
    assert "batas atas" in err
    assert "151 desa/kelurahan" in err
    english = run(capsys, *MUKOMUKO, "--lang", "en")[1]
    assert "Palm oil revenue" in english
    assert "{" not in out + english


def test_months_programme_and_lapse_can_be_changed(capsys, tmp_path):
    params = tmp_path / "p.toml"
    params.write_text("[renewal]\nlapse_months = 1\n", encoding="utf-8")
    options = ["--months", 6, "--programme", "jkk_jkm_jht", "--params", params, "--json"]
    told = json.loads(run(capsys, *MUKOMUKO, *options)[1])
    row = next(r for r in told["funds"] if r["fund"] == "apbd")
    assert (row["months"], row["per_worker_idr"]) == (6, 6 * 36_800)
    assert (row["paid_until"], row["active_until"]) == ("2027-05-31", "2027-06-30")


def test_funds_from_a_file(capsys, tmp_path):
    path = tmp_path / "dana.toml"
    code, _, err = run(capsys, "fund", "init", path)
    assert code == 0
    assert "dana.toml" in err
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("allocation_idr = 0", "allocation_idr = 5_790_000_000", 1), encoding="utf-8")
    told = json.loads(run(capsys, "fund", "--region", "17.06", "--funds", path, "--start", "2026-12-01", "--json")[1])
    assert [(row["fund"], row["paid_workers"]) for row in told["funds"]] == [("dbh_sawit", 5_744)]
    both = ["fund", "--region", "17.06", "--funds", path, "--fund", "self_pay=1.000", "--start", "2026-12-01", "--json"]
    assert [row["fund"] for row in json.loads(run(capsys, *both)[1])["funds"]] == ["dbh_sawit", "self_pay"]
    assert run(capsys, "fund", "init", path)[0] == 1


def test_all_regions_and_the_month_after_this_one(capsys):
    told = json.loads(run(capsys, "fund", "--fund", "apbd=1M", "--json")[1])
    assert told["start"] == _next_month(office_day.today()).isoformat()
    assert told["regions"] is None
    assert "Semua wilayah" in run(capsys, "fund", "--fund", "apbd=1M")[1]
    assert _next_month(date(2026, 12, 31)) == date(2027, 1, 1)
    assert _next_month(date(2026, 1, 1)) == date(2026, 2, 1)


def test_published_budgets_are_shown(capsys):
    code, out, err = run(capsys, "fund", "published")
    assert code == 0
    assert "Rp1.856.400.000" in out
    assert "Rp1.860.000.000" in out
    assert "-Rp3.600.000" in out
    assert "5.744" in out
    assert "- Lampung 2024: https://" in out
    assert "Hasil rumus" in err
    told = json.loads(run(capsys, "fund", "published", "--json")[1])["budgets"]
    assert [row["reproduced_idr"] for row in told][-1] is None
    assert told[0]["difference_idr"] == -3_600_000


def test_calendar_lists_what_ends_and_what_stays(capsys, groups):
    code, out, err = run(capsys, "fund", "calendar", groups, "--on", "2026-11-22")
    assert code == 0
    assert "masa iuran 1.200 orang habis dalam 30 hari, 2.700 dalam 60 hari, 2.700 dalam 90 hari" in out
    assert "80 orang menunggak tetapi masih aktif; 40 orang sudah nonaktif" in out
    assert out.index("Karet") < out.index("Sawit") < out.index("Nelayan")
    assert "menunggak 1 bulan" in out
    assert "Lubuk Pinang, Kabupaten Mukomuko" in out
    assert "33 persen melanjutkan sendiri (rentang 17 sampai 80 persen)" in err
    assert "99.01" in err
    english = run(capsys, "fund", "calendar", groups, "--on", "2026-11-22", "--lang", "en")[1]
    assert "unpaid months: 1" in english
    assert "{" not in out + english


def test_calendar_as_json(capsys, groups, tmp_path):
    told = json.loads(run(capsys, "fund", "calendar", groups, "--on", "2026-11-22", "--json")[1])
    assert told["workers"] == {"ends_30": 1200, "ends_60": 1500, "out": 40, "unpaid": 80}
    assert told["unknown_places"] == ["99.01"]
    assert [row["group"] for row in told["ending"]] == ["Karet", "Sawit", "Nelayan"]
    assert told["ending"][1]["paid_until"] == "2026-11-30"
    last = told["months"][-1]
    assert (last["active"], last["active_with_renewal"]) == (0, round(2820 * 0.33))
    assert all(m["waiting"] + m["active"] + m["fallen"] == 2820 for m in told["months"])
    params = tmp_path / "p.toml"
    params.write_text("[renewal]\nrenewed_share = 0.5\n", encoding="utf-8")
    more = json.loads(run(capsys, "fund", "calendar", groups, "--on", "2026-11-22", "--params", params, "--json")[1])
    assert more["months"][-1]["active_with_renewal"] == 1410
    assert more["renewal"]["renewed_share"] == 0.5


def test_nothing_is_urgent(capsys, groups):
    code, out, _ = run(capsys, "fund", "calendar", groups, "--on", "2030-01-01")
    assert code == 0
    assert "2.820 orang sudah nonaktif" in out
    assert "Karet" not in out


def test_calendar_without_a_day_looks_from_today(capsys, groups):
    assert json.loads(run(capsys, "fund", "calendar", groups, "--json")[1])["on"] == office_day.today().isoformat()


@pytest.mark.parametrize("language", ["id", "en"])
def test_bad_rows_of_a_calendar_are_all_named(capsys, tmp_path, language):
    path = tmp_path / "masa.csv"
    path.write_text(CALENDAR.replace("1200", "-5").replace(",6,bkbk", ",99,bkbk"), encoding="utf-8")
    code, out, err = run(capsys, "fund", "calendar", path, "--lang", language)
    assert code == 1
    assert out == ""
    row = "baris" if language == "id" else "row"
    assert f"workers, {row} 1:" in err
    assert f"months, {row} 3:" in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--fund", "zakat=1M"], 1, "Sumber dana zakat tidak dikenal. Pilih salah satu: dbh_sawit, apbd"),
        (["--fund", "apbd=banyak"], 1, "banyak"),
        (["--fund", "apbd=-5jt"], 1, "-5jt"),
        (["--fund", "apbd=9000t"], 1, "9000t"),
        (["--fund", "apbd"], 1, 'Dana "apbd" tidak terbaca'),
        (["--fund", "sertakan=500jt"], 1, "sertakan dihitung dalam orang"),
        (["--fund", "sertakan=99.999.999"], 1, "sampai 10.000.000"),
        (["--fund", "apbd=1M", "--fund", "apbd=2M"], 1, "apbd tertulis dua kali"),
        ([], 1, "Belum ada dana"),
        (["--fund", "apbd=1M", "--region", "99"], 1, "Wilayah 99"),
        (["--fund", "apbd=1M", "--programme", "jp"], 1, "Program jp tidak dikenal"),
        (["--fund", "apbd=1M", "--start", "2035-01-01"], 1, "2035-01-01"),
        (["--fund", "apbd=1M", "--months", "-3"], 2, "--months"),
        (["--fund", "apbd=1M", "--months", "61"], 2, "--months"),
        (["--fund", "apbd=1M", "--start", "besok"], 2, "--start"),
        (["--funds", "none.toml"], 1, "planner fund init none.toml"),
        (["calendar", "none.csv"], 1, "none.csv"),
        (["calendar", "none.csv", "--on", "1/2/26"], 2, "--on"),
        (["calendar"], 2, "FILE"),
        (["init", "dana.doc"], 1, "dana.doc"),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, list) else None,
)
def test_mistakes_are_told(capsys, arguments, code, message):
    found, out, err = run(capsys, "fund", *arguments)
    assert found == code
    assert message in err
    assert out == ""
    assert "Traceback" not in err
