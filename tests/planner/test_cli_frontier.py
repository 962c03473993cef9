"""``planner frontier``: what each size of the plan brings."""

import json
import signal

import pandas as pd
import pytest

from planner.cli.session import Session
from planner.selection.curve import curve
from tests.planner import command_line
from tests.planner.command_line import run

BELITUNG = ("frontier", "--region", "19")


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    """An empty data folder: the commands work on the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    command_line.read_once(monkeypatch)


def drawn(capsys, *options):
    code, out, err = run(capsys, *BELITUNG, *options, "--json")
    assert code == 0, err
    return json.loads(out, parse_constant=pytest.fail)


def test_more_never_brings_less(capsys):
    told = drawn(capsys, "--budget", "200jt", "--points", 5)
    assert told["against"] == "budget"
    brought = [point["objective"] for point in told["points"]]
    assert brought == sorted(brought)
    assert told["points"][-1]["limit"] == 200_000_000
    assert all(point["objective"] <= point["bound"] * (1 + 1e-9) for point in told["points"])


def test_the_last_point_is_the_plan(capsys):
    last = drawn(capsys, "--launches", 6, "--max-per-regency", 1, "--points", 3)["points"][-1]
    plan = json.loads(run(capsys, "select", "--region", "19", "--launches", 6, "--max-per-regency", 1, "--json")[1])
    assert last["objective"] == pytest.approx(plan["objective"], rel=0.001)
    assert last["launches"] == 6


def test_parts_add_up(capsys):
    told = drawn(capsys, "--launches", 8, "--points", 3)
    parts = pd.DataFrame(told["parts"])
    brought = [point["objective"] for point in told["points"]]
    for group in ("all", "regency", "sector"):
        sums = parts[parts["group"] == group].groupby("limit")["benefit"].sum()
        assert sums.reindex(parts["limit"].unique(), fill_value=0).tolist() == pytest.approx(brought)


@pytest.mark.parametrize(
    ("options", "against"),
    [
        (["--launches", 4], "launches"),
        (["--agent-days", 100], "agent_days"),
        (["--budget", "90jt", "--launches", 4], "budget"),
        (["--budget", "90jt", "--launches", 4, "--against", "launches"], "launches"),
        (["--budget", "90jt", "--agent-days", 100, "--against", "agent-days"], "agent_days"),
    ],
)
def test_it_is_drawn_against_the_limit_given(capsys, options, against):
    told = drawn(capsys, *options, "--points", 2)
    assert told["against"] == against
    limits = {"launches": 4, "agent_days": 100, "budget": 90_000_000}
    assert told["points"][-1]["limit"] == limits[against]


@pytest.mark.parametrize(
    ("option", "changes"),
    [
        (["--objective", "score"], "points"),
        (["--sector", "fishery"], "points"),
        (["--max-per-district", 1], "points"),
        (["--never", "19.01.01.1001"], "points"),
        (["--points", 2], "points"),
        (["--target", 300], "reached_at"),
        (["--region", "19.02"], "points"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_every_option_acts(capsys, option, changes):
    before = drawn(capsys, "--launches", 3, "--points", 3)
    region = () if option[0] == "--region" else ("--region", "19")
    replaced = () if option[0] == "--points" else ("--points", 3)
    after = json.loads(run(capsys, "frontier", *region, "--launches", 3, *replaced, *option, "--json")[1])
    assert before[changes] != after[changes]


@pytest.mark.parametrize(
    ("language", "reached", "missed"),
    [
        ("id", "tercapai dengan 4 pencanangan", "tidak tercapai sampai batas ini"),
        ("en", "is reached with 4 launches", "is not reached up to this limit"),
    ],
)
def test_a_target_for_people(capsys, language, reached, missed):
    options = ("--launches", 4, "--points", 3, "--lang", language)
    code, out, err = run(capsys, *BELITUNG, *options, "--target", 500)
    assert code == 0
    assert reached in out
    assert ("peserta aktif baru" if language == "id" else "new participants active") in out
    assert len(out.splitlines()) == 5
    assert ("titik 3 dari 3" if language == "id" else "point 3 of 3") in err
    assert missed in run(capsys, *BELITUNG, *options, "--target", 9_000)[1]
    assert drawn(capsys, *options, "--target", 9_000)["reached_at"] is None


def test_money_is_told_in_words(capsys):
    out = run(capsys, *BELITUNG, "--budget", "100jt", "--points", 2, "--target", 300)[1]
    assert "Rp100 juta" in out
    assert "anggaran Rp100 juta" in out


def test_sizes_that_are_too_small_are_told(capsys):
    options = ("--launches", 8, "--min-per-regency", 1, "--points", 3)
    code, out, err = run(capsys, *BELITUNG, *options)
    assert code == 0
    assert "tidak mungkin" in out
    assert "planner select" in err
    first, *_, last = drawn(capsys, *options)["points"]
    assert (first["status"], first["objective"]) == ("infeasible", None)
    assert last["objective"] > 0


def test_files(capsys, tmp_path):
    table, record = tmp_path / "kurva.csv", tmp_path / "kurva.json"
    for path in (table, record):
        code, out, err = run(capsys, *BELITUNG, "--launches", 4, "--points", 3, "--out", path)
        assert (code, out) == (0, "")
        assert str(path) in err
    parts = pd.read_csv(table, dtype={"name": str})
    assert list(parts.columns) == ["limit", "group", "name", "benefit", "villages", "export"]
    assert set(parts["group"]) == {"all", "regency", "sector"}
    assert "19.01" in set(parts["name"])
    told = json.loads(record.read_text(encoding="utf-8"))
    for path, number in ((table, parts["export"].iloc[0]), (record, told["export"]["id"])):
        code, out, _ = run(capsys, "verify", path, "--json")
        assert (code, json.loads(out)["exports"][0]["id"]) == (0, number)
    assert [point["limit"] for point in told["points"]] == sorted(parts["limit"].unique())


MISTAKES = [
    ([], 1, "--budget", {"id": "Berikan anggaran", "en": "Give a budget"}),
    (["--launches", 3, "--against", "money"], 1, "--against", {"id": "Pakai salah satu", "en": "Use one of"}),
    (["--launches", 3, "--against", "budget"], 1, "--against", {"id": "Berikan juga --budget", "en": "Give --budget"}),
    (["--launches", 3, "--points", 1], 2, "--points", {"id": "dari 2", "en": "from 2"}),
    (["--launches", 3, "--target=-1"], 2, "--target", {"id": "bilangan", "en": "number"}),
    (["--launches", 3, "--target", "inf"], 1, "--target", {"id": "tulis bilangan", "en": "write an ordinary number"}),
    (["--launches", 3, "--out", "x.xlsx"], 1, "x.xlsx", {"id": "salah satu dari: .csv", "en": "one of: .csv"}),
    (["--launches", 3, "--out", "none/x.csv"], 1, "x.csv", {"id": "Buat foldernya", "en": "Create it first"}),
    (["--launches", 3, "--limit", "x"], 1, "--limit", {"id": "tidak terbaca", "en": "cannot be read"}),
]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("mistake", MISTAKES, ids=[" ".join(map(str, row[0])) or "-" for row in MISTAKES])
def test_mistakes_name_the_option_and_what_to_do(capsys, mistake, language):
    options, expected, names, remedy = mistake
    code, out, err = run(capsys, *BELITUNG, *options, "--lang", language)
    assert code == expected
    assert out == ""
    assert names in err
    assert remedy[language] in err


def test_ctrl_c_is_told(capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.cli.frontier.curve", interrupted)
    code, _, err = run(capsys, *BELITUNG, "--launches", 3)
    assert code == 1
    assert "Ctrl-C" in err


def test_ctrl_c_keeps_the_points_that_are_done(capsys, monkeypatch, tmp_path):
    tell = Session.say

    def say(session, key, **values):
        tell(session, key, **values)
        if key == "cli.frontier.step" and values["done"] == 2:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Session, "say", say)
    path = tmp_path / "kurva.json"
    code, _, err = run(capsys, *BELITUNG, "--launches", 6, "--points", 6, "--out", path)
    assert code == 0, err
    told = json.loads(path.read_text(encoding="utf-8"))
    assert (len(told["points"]), told["whole"]) == (2, False)
    assert "titik yang sudah selesai dipakai dan disimpan" in err
    assert "hanya 2 titik pertama yang dihitung" in err


def test_ctrl_c_before_the_first_point_says_that_nothing_is_kept(capsys, monkeypatch, tmp_path):
    def stopped_at_once(found, kind, **asked):
        signal.raise_signal(signal.SIGINT)
        return curve(found, kind, **asked)

    monkeypatch.setattr("planner.cli.frontier.curve", stopped_at_once)
    code, _, err = run(capsys, *BELITUNG, "--launches", 6, "--points", 6, "--out", tmp_path / "kurva.csv")
    assert code == 1
    assert "tidak ada yang disimpan" in err
    assert not (tmp_path / "kurva.csv").exists()
