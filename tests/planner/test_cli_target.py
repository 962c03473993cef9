"""``planner target``, and the worked example of the README."""

import json
from pathlib import Path

import pytest

from planner.cli import main
from tests.planner.own_targets import break_base, own_targets_in

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
EXAMPLE = README.split("## Worked example: from 800,000 to 1,000,000\n")[1].split("\n## ")[0]
COMMAND = EXAMPLE.split("```")[1].strip()
KEYS = (
    "net_active",
    "registrations",
    "reached",
    "launches",
    "visits",
    "agents",
    "launch_cost_idr",
    "contributions_idr_per_year",
    "contributions_state_idr_per_year",
)


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    """An empty data folder: the command works on the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_LANG", raising=False)


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def told(capsys, *arguments):
    code, out, _ = run(capsys, "target", *arguments, "--json")
    assert code == 0
    return json.loads(out)


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def table_rows(number):
    """Rows of a table of the example, without its headings."""
    tables = [part.splitlines() for part in EXAMPLE.split("\n\n") if part.startswith("|")]
    return [cells(line) for line in tables[number][2:]]


def test_figures_of_the_readme_are_those_of_the_command(capsys):
    assert COMMAND.startswith("planner target --from 800000 --to 1000000")
    code, out, _ = run(capsys, *COMMAND.split()[1:])
    assert code == 0
    printed = out.splitlines()
    rows = table_rows(0)
    assert len(rows) == len(KEYS)
    for name, value, interval, basis, _ in rows:
        line = next(line for line in printed if line.startswith(name))
        found = [part.strip() for part in line.removeprefix(name).split("  ") if part.strip()]
        assert found[: 3 if interval else 2] == [part for part in (value, interval, basis) if part]
    assert all(row[4] for row in rows)


def test_scenarios_of_the_readme_are_those_of_the_command(capsys):
    plan = told(capsys, *COMMAND.split()[2:])
    rows = table_rows(1)
    assert len(rows) == len(plan["scenarios"]) == 3
    for (ratio, registrations, launches, cost), scenario in zip(rows, plan["scenarios"], strict=True):
        assert float(ratio.split(",")[0]) == scenario["registrations_per_active"]
        assert registrations == f"{scenario['registrations']:,}"
        assert launches == f"{scenario['launches']:,}"
        assert cost == f"Rp{scenario['launch_cost_idr'] / 1e9:.1f} billion"


def test_words_of_the_readme_are_those_of_the_command(capsys):
    plan = told(capsys, *COMMAND.split()[2:])
    words = " ".join(EXAMPLE.split("What this says:")[1].split())
    active = plan["all_villages_active"]
    assert f"needed in {plan['launches']['value']:,} of the {plan['villages']:,} villages" in words
    assert f"{active['value']:,} active participants, anything from {active['low']:,} to {active['high']:,}" in words
    assert f"only in {round(plan['chance_of_enough_pct'])}% of the simulations" in words
    agents = plan["agents"]["value"]
    assert f"{agents:,} agents are {round(agents / 44)} times the 44 of Palembang" in words
    assert f"they are {-(-200_000 // 72):,}" in words
    assert f"the same target takes {plan['scenarios'][2]['launches']:,} villages" in words
    assert plan["contributions_idr_per_year"]["value"] < plan["launch_cost_idr"]["value"]


def test_json_has_what_others_rely_on(capsys):
    plan = told(capsys, "--net", 200_000, "--start", "2026-12-01", "--lang", "en")
    for key in KEYS:
        assert set(plan[key]) == {"value", "low", "high", "basis", "source", "source_date"}
        assert plan[key]["low"] <= plan[key]["value"] <= plan[key]["high"]
        assert plan[key]["source"]
    assert plan["registrations"]["value"] == 1_200_000
    assert plan["visits"]["value"] == 4 * plan["launches"]["value"]
    assert [stage["stage"] for stage in plan["funnel"]] == [
        "reached",
        "registered",
        "active_3",
        "active_6",
        "active_12",
    ]
    assert plan["funnel"][-1]["people"] == 200_000
    assert plan == told(capsys, "--from", 800_000, "--to", 1_000_000, "--start", "2026-12-01", "--lang", "en")


def test_today_is_the_start_if_none_is_given(capsys):
    plan = told(capsys, "--net", 10, "--region", "19")
    assert plan["start"]
    assert plan["regions"] == ["19"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", ["Pendaftaran", "asumsi", "atau lebih"]), ("en", ["Registrations", "assumed", "or more"])],
)
def test_table_speaks(capsys, language, words):
    arguments = ["--net", 200_000, "--start", "2026-12-01", "--lang", language]
    code, out, err = run(capsys, "target", *arguments)
    assert code == 0
    assert all(word in out for word in words)
    assert "675" in err
    assert "{" not in out + err


def test_where_all_villages_are_not_enough_it_says_so(capsys):
    arguments = ["--net", 200_000, "--region", "19", "--start", "2026-12-01"]
    code, out, err = run(capsys, "target", *arguments)
    assert code == 0
    assert "semua desa tidak cukup" in out
    assert "Pencanangan saja tidak cukup: di semua 393 desa" in err
    plan = told(capsys, *arguments)
    assert plan["enough"] is False
    assert plan["launches"]["value"] == plan["villages"] == 393
    assert plan["all_villages_active"]["value"] < 200_000


def test_parameters_of_a_file_are_used_and_named(capsys, tmp_path):
    path = tmp_path / "skor.toml"
    path.write_text("[funnel]\nregistrations_per_active = 5\n[costs]\nvisits = 3\n", encoding="utf-8")
    plan = told(capsys, "--net", 1_000, "--params", path, "--start", "2026-12-01")
    assert plan["registrations"]["value"] == 5_000
    assert plan["registrations"]["basis"] == "assumed"
    assert plan["registrations"]["source"] == "Berkas parameter"
    assert plan["visits"]["value"] == 3 * plan["launches"]["value"]
    assert [scenario["registrations_per_active"] for scenario in plan["scenarios"]] == [5.0, 3.0]


def test_programme_with_old_age_savings_costs_more(capsys):
    year = [
        told(capsys, "--net", 1_000, "--start", "2027-01-01", "--programme", name)["contributions_idr_per_year"][
            "value"
        ]
        for name in ("jkk_jkm", "jkk_jkm_jht")
    ]
    assert year == [201_600_000, 441_600_000]


def test_published_targets_are_listed(capsys):
    code, out, err = run(capsys, "target", "--ucj", "--region", "16")
    assert code == 0
    assert "tidak, selisih 13.007" in out
    assert "58,24" in out
    assert "Lampung" not in out
    assert "dasar sumbernya sendiri" in err
    rows = told(capsys, "--ucj")["targets"]
    assert len(rows) == 20
    muba = [row for row in rows if row["region_code"] == "16.06"]
    assert [row["ucj_gap_workers"] for row in muba] == [8_304, 21_311]
    assert [row["mismatch"] for row in muba] == [True, False]
    assert "differs by 67,000" in run(capsys, "target", "--ucj", "--lang", "en")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--net", "-5"], "Tambahan peserta aktif -5 tidak dapat direncanakan"),
        (["--net", "0"], "Tambahan peserta aktif 0 tidak dapat direncanakan"),
        (["--from", "1000000", "--to", "800000"], "Dari 1.000.000 ke 800.000 peserta aktif bukan kenaikan"),
        (["--from", "5", "--to", "5"], "bukan kenaikan"),
        ([], "Sasaran belum jelas"),
        (["--from", "5"], "Sasaran belum jelas"),
        (["--net", "5", "--to", "9"], "Sasaran belum jelas"),
        (["--net", "5", "--start", "2035-01-01"], "untuk tanggal 2035-01-01"),
        (["--net", "5", "--start", "2030-06-01"], "untuk tanggal 2031-01-01"),
        (["--net", "5", "--start", "besok"], '"besok" bukan tanggal'),
        (["--net", "5", "--programme", "jp"], "Program jp tidak dikenal"),
        (["--net", "5", "--region", "99"], "Wilayah 99"),
        (["--net", "5", "--params", "none.toml"], "none.toml"),
        (["--ucj", "--region", "99"], "Tidak ada target UCJ yang diketahui untuk 99"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_mistakes_are_told(capsys, arguments, message):
    code, out, err = run(capsys, "target", *arguments)
    assert code == 1
    assert message in err
    assert out == ""
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "5", "--to", "4"], "From 5 to 4 active participants is no growth"),
        (["--net", "5", "--start", "x"], '"x" is no date'),
        (["--net", "5", "--programme", "x"], "Programme x is not known"),
        ([], "The target is not clear"),
    ],
)
def test_mistakes_are_told_in_english_too(capsys, arguments, message):
    code, _, err = run(capsys, "target", *arguments, "--lang", "en")
    assert code == 1
    assert message in err


def test_targets_of_the_office_come_first_and_are_named(capsys, tmp_path):
    own = own_targets_in(tmp_path / "data")
    rows = told(capsys, "--ucj", "--region", "16.06")["targets"]
    assert (rows[0]["own_file"], rows[0]["ucj_gap_workers"]) == (True, 22_000)
    assert not any(row["own_file"] for row in rows[1:])
    _, out, err = run(capsys, "target", "--ucj", "--region", "16.06", "--lang", "en")
    assert "Musi Banyuasin (office's file)" in out
    assert "ucj_targets.csv come first (1 rows)" in err
    break_base(own)
    code, _, err = run(capsys, "target", "--ucj")
    assert code == 1
    assert "ucj_targets.csv belum dapat dipakai" in err
    assert "base_workers (1)" in err
