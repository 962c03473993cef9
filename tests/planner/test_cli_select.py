"""``planner select``: every option acts, every format is written, every mistake is told with its way out."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from planner.cli.session import Session
from planner.cli.stopping import interruptible
from tests.planner import command_line
from tests.planner.command_line import run

BELITUNG = ("select", "--region", "19")
TWO_OF_ONE_DISTRICT = "19.03.01.1001,19.03.01.1002"
DECLARED = "19.04.02.2018"


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    """An empty data folder: the commands work on the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    command_line.read_once(monkeypatch)
    return tmp_path / "data"


def chosen(capsys, *options):
    """Return what is told as JSON of a plan of region 19."""
    code, out, err = run(capsys, *BELITUNG, *options, "--json")
    assert code == 0, err
    return json.loads(out, parse_constant=pytest.fail)


def test_the_answer_and_its_proof(capsys):
    told = chosen(capsys, "--launches", 3)
    assert {"chosen", "objective", "bound", "gap", "status", "greedy_objective", "seconds"} <= set(told)
    assert (told["status"], told["gap"], told["bound"]) == ("optimal", 0, told["objective"])
    assert told["greedy_objective"] <= told["objective"]
    assert told["chosen"] == [village["village_code"] for village in told["villages"]]
    assert told["objective"] == pytest.approx(sum(village["expected_active"] for village in told["villages"]))
    assert told["regions"] == ["19"]
    assert [village["rank"] for village in told["villages"]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("language", "proof", "total"),
    [
        ("id", "Terbukti: tidak ada pilihan yang lebih baik", "3 desa, sekitar 2.505 pendaftaran"),
        ("en", "Proved: no better choice exists", "3 villages, about 2,505 registrations"),
    ],
)
def test_a_plan_for_people(capsys, language, proof, total):
    code, out, err = run(capsys, *BELITUNG, "--launches", 3, "--lang", language)
    assert code == 0
    assert proof in out
    assert total in out
    assert "Sungailiat" in out
    assert ("perkiraan" if language == "id" else "estimates") in err


# (option, without it, with it, what of the answer changes)
EFFECTS = [
    ("--budget", ["--launches", 5], ["--budget", "60jt"], "chosen"),
    ("--launches", ["--budget", "100jt"], ["--launches", 2], "chosen"),
    ("--launches-min", ["--agent-days", 100], ["--launches-min", 8], "chosen"),
    ("--agent-days", ["--launches", 5], ["--agent-days", 60], "chosen"),
    ("--max-per-district", ["--launches", 3], ["--max-per-district", 1], "chosen"),
    ("--min-per-regency", ["--launches", 7], ["--min-per-regency", 1], "chosen"),
    ("--max-per-regency", ["--launches", 3], ["--max-per-regency", 1], "chosen"),
    ("--min-per-branch", ["--launches", 3], ["--min-per-branch", 1], "chosen"),
    ("--max-per-branch", ["--launches", 5], ["--max-per-branch", 2], "chosen"),
    ("--limit regency", ["--launches", 3], ["--limit", "19.71=1..2"], "chosen"),
    ("--limit sector", ["--launches", 3], ["--limit", "fishery=3.."], "chosen"),
    ("--limit office", ["--launches", 3], ["--limit", "Kantor Cabang Pangkal Pinang=..1"], "chosen"),
    ("--limit twice", ["--launches", 3, "--limit", "1901=0"], ["--limit", "19.03=0"], "chosen"),
    ("--spacing-km", ["--launches", 3], ["--spacing-km", 20], "chosen"),
    ("--spillover-km", ["--launches", 3], ["--spillover-km", 5], "objective"),
    ("--spillover-share", ["--launches", 3, "--spillover-km", 5], ["--spillover-share", 0.9], "objective"),
    ("--must", ["--launches", 3], ["--must", "1904012008"], "chosen"),
    ("--never", ["--launches", 3], ["--never", "19.01.01.1001"], "chosen"),
    ("--again", ["--launches", 393], ["--again"], "chosen"),
    ("--gap", ["--budget", "300jt", "--gap", 0], ["--gap", 30], "status"),
    ("--objective gap_workers", ["--launches", 3], ["--objective", "gap_workers"], "objective"),
    ("--objective score", ["--launches", 3], ["--objective", "score"], "chosen"),
    ("--region", ["--launches", 3], ["--region", "19.02"], "chosen"),
    ("--sector", ["--launches", 3], ["--sector", "fishery"], "chosen"),
    ("--price", ["--launches", 3], ["--price", "19.01.01.1001"], "told"),
    ("--given-up", ["--launches", 3, "--max-per-regency", 1], ["--given-up"], "told"),
    ("--seed", ["--launches", 3, "--worlds", 10, "--seed", 1], ["--seed", 2], "villages"),
]


@pytest.mark.parametrize(("name", "without", "more", "changes"), EFFECTS, ids=[row[0] for row in EFFECTS])
def test_every_option_acts(capsys, name, without, more, changes):
    replaced = [*without]
    if more[0] in without and more[0] != "--limit":
        place = without.index(more[0])
        replaced = without[:place] + without[place + 2 :]
    region = () if more[0] == "--region" else ("--region", "19")
    answers = []
    for options in (["--region", "19", *without], [*region, *replaced, *more]):
        code, out, err = run(capsys, "select", *options, "--json")
        assert code == 0, err
        answers.append(json.loads(out))
    before, after = answers
    assert before[changes] != after[changes]
    if name.startswith("--limit") or name in ("--max-per-regency", "--must", "--never", "--spacing-km"):
        assert after["objective"] <= before["objective"] + 1e-9  # a rule never brings more


def test_parameters_act(capsys, tmp_path):
    path = tmp_path / "skor.toml"
    assert run(capsys, "params", "init", path)[0] == 0
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("most_registrations = 1000", "most_registrations = 100"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    assert chosen(capsys, "--launches", 3, "--params", path)["objective"] == pytest.approx(300 / 6)


def test_time_ends_the_search_and_its_bound_holds(capsys):
    short = chosen(capsys, "--launches", 20, "--spacing-km", 12, "--gap", 0, "--time", 0.1)
    long = chosen(capsys, "--launches", 20, "--spacing-km", 12, "--gap", 1, "--time", 60)
    assert short["rules"]["seconds"] == 0.1
    assert short["seconds"] < 2
    assert short["objective"] <= long["bound"] + 1e-6
    assert long["objective"] <= short["bound"] + 1e-6
    assert short["gap"] == pytest.approx((short["bound"] - short["objective"]) / short["objective"])


def test_chosen_villages_follow_the_rules(capsys):
    told = chosen(capsys, "--launches", 12, "--max-per-district", 1, "--limit", "19.02=2..3", "--spacing-km", 10)
    villages = gpd.GeoDataFrame(told["villages"])
    assert villages["district_code"].is_unique
    assert 2 <= (villages["regency_code"] == "19.02").sum() <= 3
    points = gpd.points_from_xy(villages["longitude"], villages["latitude"], crs=4326).to_crs(32748)
    apart = [one.distance(other) for i, one in enumerate(points) for other in points[:i]]
    assert min(apart) > 9_900


def test_worlds_are_told(capsys):
    options = ("--budget", "60jt", "--worlds", 12, "--seed", 3)
    told = chosen(capsys, *options)
    assert told["worlds"] == 12
    assert 0 < told["broken_pct"] < 100
    assert {village["group"] for village in told["villages"]} <= {"core", "swing", "out"}
    assert all(0 <= village["in_plan_pct"] <= 100 for village in told["villages"])
    assert {village["chosen"] for village in told["villages"]} == {"chosen", "not_chosen"}
    _, out, _ = run(capsys, *BELITUNG, *options, "--lang", "en")
    assert "In 12 simulations" in out
    assert "more than the budget" in out
    assert "more than the budget" not in run(capsys, *BELITUNG, "--launches", 3, "--worlds", 10, "--lang", "en")[1]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_price_of_a_no(capsys, language):
    options = ("--launches", 3, "--max-per-regency", 1, "--given-up", "--lang", language)
    villages = f"19.01.01.1001,{DECLARED},16.02.03.2002,1903011002"
    code, out, _ = run(capsys, *BELITUNG, *options, "--price", villages)
    assert code == 0
    lines = out.splitlines()[-5:]
    assert lines[0].startswith("Sungailiat (19.01.01.1001): ")
    assert "Desa Sadar" in lines[1]
    assert lines[2].startswith("16.02.03.2002: ")
    assert "Toboali" in lines[3]  # which village stands in its place
    assert ("batas atas per kabupaten/kota" if language == "id" else "most launches per regency") in lines[4]


def test_nothing_is_given_up_without_rules(capsys):
    assert "--given-up" in run(capsys, *BELITUNG, "--launches", 3, "--given-up")[1]


@pytest.mark.parametrize("options", [["--budget", "0"], ["--launches", "0"], ["--budget", "500"], ["--agent-days", 3]])
def test_an_empty_plan_says_what_a_launch_takes(capsys, options):
    code, out, _ = run(capsys, *BELITUNG, *options, "--lang", "en")
    assert code == 0
    assert "No village is chosen. A launch takes at least Rp18" in out
    assert chosen(capsys, *options)["chosen"] == []


# --- files

NEW = {"chosen", "expected_registrations", "expected_active_low", "launch_cost_idr", "agent_days", "branch"}


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "parquet"])
def test_files_for_maps(capsys, tmp_path, ending):
    path = tmp_path / f"rencana.{ending}"
    code, out, err = run(capsys, *BELITUNG, "--launches", 3, "--worlds", 10, "--out", path)
    assert code == 0
    assert str(path) in err
    assert "Terbukti" in out
    frame = (
        gpd.read_parquet(path)
        if ending == "parquet"
        else gpd.read_file(path, layer=None if ending == "geojson" else "villages")
    )
    assert NEW | {"in_plan_pct", "group", "branch_basis"} <= set(frame.columns)
    assert (frame["chosen"] == "chosen").sum() == 3
    assert frame.crs.to_epsg() == 4326
    assert not frame.geometry.is_empty.any()


def test_tables_for_people(capsys, tmp_path):
    book, table = tmp_path / "rencana.xlsx", tmp_path / "rencana.csv"
    for path in (book, table):
        assert run(capsys, *BELITUNG, "--launches", 3, "--max-per-regency", 1, "--out", path)[0] == 0
    sheets = openpyxl.load_workbook(book).worksheets
    rows = list(sheets[0].iter_rows(values_only=True))
    start = next(i for i, row in enumerate(rows) if row[0] == "Peringkat")
    headings = [cell for cell in rows[start] if cell]
    assert {"Terpilih", "Perkiraan pendaftaran", "Biaya pencanangan (Rp)", "Hari kerja agen", "Kantor"} <= set(headings)
    assert [row[1] for row in rows[start + 1 : start + 4]] == ["Sungailiat", "Toboali", "Belo Laut"]
    about = " ".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert "Rencana pencanangan Desa Sadar" in about
    assert "Terbukti" in about
    assert "max_per_regency" in about
    listed = pd.read_csv(table, sep=None, engine="python", comment="#", encoding="utf-8-sig")
    assert len(listed) == 3


def test_an_empty_plan_is_written_too(capsys, tmp_path):
    for ending in ("xlsx", "csv", "gpkg", "geojson", "parquet", "json"):
        path = tmp_path / f"kosong.{ending}"
        code, _, err = run(capsys, *BELITUNG, "--budget", 0, "--out", path)
        assert (code, path.is_file()) == (0, True), err


# --- mistakes

UNREADABLE = {"id": "tidak terbaca", "en": "cannot be read"}
MISTAKES = [
    (["--budget=-5jt"], 1, "--budget", {"id": "Tulis misalnya 500jt", "en": "Write for example 500jt"}),
    (["--budget", "banyak"], 1, "--budget", {"id": "Tulis misalnya", "en": "Write for example"}),
    (["--budget", "9999999t"], 1, "--budget", {"id": "Periksa nol", "en": "Check its zeros"}),
    ([], 1, "--budget", {"id": "Berikan anggaran", "en": "Give a budget"}),
    (["--launches=-1"], 2, "--launches", {"id": "bilangan bulat dari 0", "en": "whole number from 0"}),
    (["--launches", "3.5"], 2, "--launches", {"id": "bilangan bulat", "en": "whole number"}),
    (["--launches", 3, "--region", "99"], 1, "99", {"id": "Pakai kode provinsi", "en": "Use the code"}),
    (["--launches", 3, "--region", "19.99"], 1, "19.99", {"id": "Pakai kode", "en": "Use the code"}),
    (["--launches", 3, "--limit", "19.99=1.."], 1, "--limit", {"id": "Yang ada: 19.01", "en": "There are: 19.01"}),
    (["--launches", 3, "--limit", "16.02=1.."], 1, "--limit", {"id": "Yang ada: 19.01", "en": "There are: 19.01"}),
    (["--launches", 3, "--limit", "Kantor X=1.."], 1, "Kantor X", {"id": "Kantor yang ada", "en": "Offices are"}),
    (["--launches", 3, "--limit", "fishry=1.."], 1, "fishry", {"id": "sektor seperti", "en": "a sector as for"}),
    (["--launches", 3, "--limit", "fishery"], 1, "--limit", UNREADABLE),
    (["--launches", 3, "--limit", "fishery=.."], 1, "--limit", UNREADABLE),
    (["--launches", 3, "--limit", "fishery=1..x"], 1, "--limit", UNREADABLE),
    (["--launches", 3, "--limit", f"fishery={'9' * 5000}.."], 1, "--limit", UNREADABLE),
    (["--launches", 3, "--limit", "=3"], 1, "--limit", UNREADABLE),
    (
        ["--launches", 3, "--limit", "19.01=3..1"],
        1,
        "--limit 19.01",
        {"id": "angka yang kecil", "en": "smaller number"},
    ),
    (
        ["--launches", 3, "--limit", "19.01=1..", "--limit", "1901=..2"],
        1,
        "--limit: 19.01",
        {"id": "Gabungkan", "en": "Join them"},
    ),
    (["--launches", 3, "--launches-min", 4], 1, "--launches-min", {"id": "Kecilkan", "en": "Lower"}),
    (
        ["--launches", 9, "--min-per-regency", 2, "--max-per-regency", 1],
        1,
        "--min-per-regency",
        {"id": "besarkan --max-per-regency", "en": "raise --max-per-regency"},
    ),
    (
        ["--launches", 9, "--min-per-branch", 2, "--max-per-branch", 1],
        1,
        "--min-per-branch",
        {"id": "besarkan --max-per-branch", "en": "raise --max-per-branch"},
    ),
    (["--launches", 3, "--must", DECLARED], 1, "--must", {"id": "--again", "en": "--again"}),
    (
        ["--launches", 3, "--must", "19.01.01.1001", "--never", "1901011001"],
        1,
        "--must",
        {"id": "Hapus", "en": "Remove"},
    ),
    (["--launches", 3, "--must", "16.02.03.2002"], 1, "--must", {"id": "periksa --region", "en": "check --region"}),
    (["--launches", 3, "--never", "19.01.01.9999"], 1, "--never", {"id": "periksa --region", "en": "check --region"}),
    (
        ["--launches", 3, "--price", "abc"],
        1,
        "--price",
        {"id": "Tulis kode Kemendagri", "en": "Write whole Kemendagri"},
    ),
    (["--launches", 3, "--objective", "money"], 1, "--objective", {"id": "Pakai salah satu", "en": "Use one of"}),
    (["--launches", 3, "--sector", "fish"], 1, "fish", {"id": "Pilih salah satu", "en": "Choose one"}),
    (["--launches", 3, "--worlds", 9], 2, "--worlds", {"id": "dari 10", "en": "from 10"}),
    (["--launches", 3, "--seed", 1], 1, "--seed", {"id": "Berikan --worlds", "en": "Give --worlds"}),
    (
        ["--launches", 3, "--spillover-share", 1],
        1,
        "--spillover-share",
        {"id": "--spillover-km", "en": "--spillover-km"},
    ),
    (["--launches", 3, "--spillover-share", 2], 2, "--spillover-share", {"id": "dari 0 sampai 1", "en": "from 0 to 1"}),
    (["--launches", 3, "--gap", 101], 2, "--gap", {"id": "dari 0 sampai 100", "en": "from 0 to 100"}),
    (["--launches", 3, "--time", "nan"], 2, "--time", {"id": "dari 0", "en": "from 0"}),
    (["--launches", 3, "--spacing-km", 501], 2, "--spacing-km", {"id": "sampai 500", "en": "to 500"}),
    (["--launches", 3, "--out", "none/x.csv"], 1, "x.csv", {"id": "Buat foldernya", "en": "Create it first"}),
    (["--launches", 3, "--out", "x.doc"], 1, ".json", {"id": "Gunakan salah satu", "en": "Use one of"}),
    (
        ["--launches", 3, "--params", "none.toml"],
        1,
        "none.toml",
        {"id": "planner params init", "en": "planner params init"},
    ),
    (["--launches", 3, "--like", "none"], 1, "none", {"id": "Sebutkan nama", "en": "Give such a name"}),
    (["--launches", 3, "--save", "../x"], 1, "--save", {"id": "Pakai huruf", "en": "Use letters"}),
]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("options", "expected", "names", "remedy"),
    MISTAKES,
    ids=[" ".join(map(str, row[0]))[:60] or "-" for row in MISTAKES],
)
def test_mistakes_name_the_option_and_what_to_do(capsys, options, expected, names, remedy, language):  # noqa: PLR0917
    region = () if "--region" in options else ("--region", "19")
    code, out, err = run(capsys, "select", *region, *options, "--lang", language)
    assert code == expected
    assert out == ""
    assert names in err
    assert remedy[language] in err
    assert "{" not in err


def test_an_output_that_cannot_be_written_is_refused_before_the_search(capsys, monkeypatch):
    monkeypatch.setattr("planner.cli.select.answer", lambda *_: pytest.fail("searched first"))
    assert run(capsys, *BELITUNG, "--launches", 3, "--out", "none/x.csv")[0] == 1
    assert run(capsys, *BELITUNG, "--launches", 3, "--save", "a/b")[0] == 1


# --- rules that clash: what is told, and a rule without which it goes (empty: the change that is told)

CLASHES = {
    "regencies above launches": (
        ["--launches", 3],
        ["--min-per-regency", 1],
        {"id": ["paling banyak 3 pencanangan", "menjadi 7"], "en": ["launches: at most 3", "to 7"]},
    ),
    "quota above supply": (
        ["--launches", 200],
        ["--limit", "19.02=60.."],
        {"id": ["paling sedikit 60", "ada 49 desa"], "en": ["at least 60", "there are 49 candidates"]},
    ),
    "sector above supply": (
        ["--launches", 100],
        ["--limit", "fishery=90.."],
        {"id": ["paling sedikit 90", "menjadi 47"], "en": ["at least 90", "to 47"]},
    ),
    "money for the fewest launches": (
        ["--budget", "50jt"],
        ["--launches-min", 5],
        {"id": ["Rp50 juta", "paling sedikit 5"], "en": ["Rp50 million", "at least 5"]},
    ),
    "agent days": (
        ["--agent-days", 20],
        ["--launches-min", 5],
        {"id": ["20 hari kerja agen"], "en": ["days of agents: at most 20"]},
    ),
    "two musts in a district": (
        ["--launches", 5, "--must", TWO_OF_ONE_DISTRICT],
        ["--max-per-district", 1],
        {"id": ["Kecamatan Toboali", "harus dipilih"], "en": ["district Toboali", "must be chosen"]},
    ),
    "two musts near each other": (
        ["--launches", 5, "--must", TWO_OF_ONE_DISTRICT],
        ["--spacing-km", 40],
        {"id": ["lebih dari 40", "Teladan"], "en": ["more than 40", "Teladan"]},
    ),
    "a must above the budget": (
        ["--budget", "10jt"],
        ["--must", "19.01.01.1001"],
        {"id": ["Rp10 juta", "Sungailiat"], "en": ["Rp10 million", "Sungailiat"]},
    ),
    "office above its regencies": (
        ["--launches", 20, "--max-per-regency", 1],
        ["--limit", "Kantor Belitung=3.."],
        {"id": ["Kantor Belitung"], "en": ["Kantor Belitung"]},
    ),
}


@pytest.mark.parametrize("name", CLASHES)
def test_clashing_rules_are_a_true_conflict(capsys, name):
    rules, dropped, words = CLASHES[name]
    explained = {}
    for language in ("id", "en"):
        code, out, err = run(capsys, *BELITUNG, *rules, *dropped, "--json", "--lang", language)
        assert code == 1
        told = json.loads(out, parse_constant=pytest.fail)
        assert (told["status"], told["chosen"], told["objective"]) == ("infeasible", [], None)
        assert err.strip().endswith("\n".join(told["explanation"]))
        assert all(word in err for word in words[language]), err
        explained[language] = told["explanation"]
    assert len(explained["id"]) == len(explained["en"])
    assert chosen(capsys, *rules)["status"] in ("optimal", "within_gap")


def test_the_change_that_is_told_is_enough(capsys):
    rules = ("--launches", 3, "--min-per-regency", 1)
    _, _, err = run(capsys, *BELITUNG, *rules, "--lang", "en")
    needed = re.search(r"at most 3 -> change the limit to (\d+)", err)[1]
    assert len(chosen(capsys, "--launches", needed, "--min-per-regency", 1)["chosen"]) == int(needed)
    code, _, _ = run(capsys, *BELITUNG, "--launches", int(needed) - 1, "--min-per-regency", 1)
    assert code == 1


def test_without_time_and_without_a_first_choice(capsys, monkeypatch):
    monkeypatch.setattr("planner.selection.solve.greedy", lambda _problem: None)
    code, out, err = run(capsys, *BELITUNG, "--launches", 3, "--time", 1e-9, "--json", "--lang", "en")
    assert code == 1
    assert json.loads(out, parse_constant=pytest.fail)["status"] == "stopped"
    assert "--time" in err


# --- Ctrl-C


def test_ctrl_c_gives_the_best_so_far(tmp_path):
    slow = ("select", "--region", "18", "--spacing-km", "15", "--launches", "60", "--gap", "0", "--time", "0")
    process = subprocess.Popen(
        [sys.executable, "-c", "from planner.cli import run; run()", *slow, "--json", "--lang", "en"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert "Searching" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    told = json.loads(out, parse_constant=pytest.fail)
    assert told["status"] == "stopped"
    assert len(told["chosen"]) > 20
    assert 0 < told["gap"] < 1
    assert told["bound"] > told["objective"]
    assert "Ctrl-C once more" in err


def test_a_second_ctrl_c_breaks_off(capsys):
    before = signal.getsignal(signal.SIGINT)
    with interruptible(Session("en"), "cli.select.stopping") as stopped:
        assert not stopped
        signal.raise_signal(signal.SIGINT)
        assert stopped
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is before
    assert "Ctrl-C once more" in capsys.readouterr().err
