"""The commands territories, rebalance and routes on the embedded default."""

import csv
import json

import pytest

from planner.cli import routes as routes_command
from planner.cli import territories as command
from tests.planner.command_line import layer, read_once, run, surroundings

QUICK = "moves_per_village = 100\n"
ASSIGNED: list[bytes] = []
"""The file of `assigned`, made by the first test that needs it."""


@pytest.fixture(autouse=True)
def _once(monkeypatch, tmp_path):
    read_once(monkeypatch)
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    for module in (command, routes_command):
        monkeypatch.setattr(module, "load_neighbours", lambda _layer, _file: surroundings().pairs)


@pytest.fixture
def params(tmp_path):
    path = tmp_path / "wilayah.toml"
    path.write_text(QUICK, encoding="utf-8")
    return path


@pytest.fixture
def assigned(tmp_path, params, capsys):
    path = tmp_path / "kini.csv"
    ask = ("territories", "--region", "16.02", "--agents", "8", "--params", params)
    if not ASSIGNED:
        assert run(capsys, *ask, "--out", path)[0] == 0
        ASSIGNED.append(path.read_bytes())
    path.write_bytes(ASSIGNED[0])
    return path


def test_territories_of_a_region_as_json(capsys, params):
    code, out, _ = run(capsys, "territories", "--region", "16.02", "--agents", "8", "--params", params, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["disconnected"] == 0
    assert found["max_deviation_pct"] <= 8
    assert len(found["agents"]) == 8
    villages = layer().frame[layer().frame["regency_code"] == "16.02"]["village_code"]
    assert sorted(row["village_code"] for row in found["villages"]) == sorted(villages)


def test_territories_are_told_in_both_languages(capsys, params):
    ask = ("territories", "--branch", "belitung", "--agents", "4", "--params", params)
    indonesian = run(capsys, *ask)
    english = run(capsys, *ask, "--lang", "en")
    assert indonesian[0] == english[0] == 0
    assert "menyambung" in indonesian[1]
    assert "are connected" in english[1]
    assert "assumed visits" in english[2]


def test_the_file_is_read_back_and_compared(capsys, assigned, params, tmp_path):
    out = tmp_path / "lagi.geojson"
    ask = (
        "territories",
        "--region",
        "16.02",
        "--agents",
        "8",
        "--params",
        params,
        "--current",
        assigned,
        "--lang",
        "en",
    )
    code, told, _ = run(capsys, *ask, "--out", out)
    assert code == 0
    assert "0 villages change hands" in told
    features = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert {"agent_code", "from_agent", "hours_per_month"} <= set(features[0]["properties"])
    again = run(capsys, *ask[:-4], "--current", out, "--json")
    assert json.loads(again[1])["changes"] == []


def test_a_lock_is_kept(capsys, params):
    ask = ("territories", "--region", "16.02", "--agents", "3", "--params", params, "--json")
    village = json.loads(run(capsys, *ask)[1])["villages"][0]["village_code"]
    found = json.loads(run(capsys, *ask, "--lock", f"{village}=A-03")[1])
    assert {row["village_code"]: row["agent_code"] for row in found["villages"]}[village] == "A-03"


def test_rebalance_after_an_agent_left_and_another_arrived(capsys, assigned, params):
    ask = ("rebalance", "--current", assigned, "--params", params)
    code, out, _ = run(capsys, *ask, "--leave", "A-02", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["left"] == ["A-02"]
    assert found["disconnected"] == 0
    assert found["max_deviation_pct"] <= 10
    assert "A-02" not in {row["agent_code"] for row in found["villages"]}
    home = found["villages"][0]["village_code"]
    code, told, _ = run(capsys, *ask, "--arrive", f"B-1={home}", "--lang", "en")
    assert code == 0
    assert "villages change hands" in told


def test_the_villages_of_a_plan(capsys, params, tmp_path):
    frame = layer().frame
    codes = frame.loc[frame["regency_code"] == "16.02", "village_code"].iloc[::40].tolist()
    path = tmp_path / "rencana.json"
    record = {
        "kind": "selection",
        "format": 1,
        "chosen": [{"village_code": code} for code in [*codes, "19.01.01.2001"]],
    }
    path.write_text(json.dumps(record), encoding="utf-8")
    ask = ("--region", "16.02", "--plan", path, "--params", params, "--lang", "en")
    out = tmp_path / "kini.csv"
    code, told, _ = run(capsys, "territories", "--agents", "3", *ask, "--out", out)
    assert code == 0
    assert f"{len(codes)} villages of the plan" in told
    assert "1 villages of the plan outside" in told
    assert "All 3 areas are connected" in told
    after = json.loads(run(capsys, "rebalance", "--current", out, "--leave", "A-01", *ask, "--json")[1])
    assert sorted(row["village_code"] for row in after["villages"]) == sorted(codes)
    assert {row["agent_code"] for row in after["villages"]} == {"A-02", "A-03"}


def test_routes_of_an_agent(capsys, assigned, tmp_path):
    ask = ("routes", "--territories", assigned, "--agent", "A-03", "--month", "2026-12", "--off", "2026-12-25")
    code, out, _ = run(capsys, *ask, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["working_days"] == 22
    assert max(day["hours"] for day in found["days"]) <= 8
    assert sum(day["visits"] for day in found["days"]) == len(found["stops"])
    village = found["stops"][0]["village_code"]
    path = tmp_path / "hari.csv"
    ask = (*ask, "--home", village, "--visit", f"{village}=2026-12-08", "--speed", "16.02=35")
    code, told, told_beside = run(capsys, *ask, "--out", path, "--lang", "en")
    assert code == 0
    assert "working days" in told
    assert f"begins and ends in {village}" in told_beside
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert ("2026-12-08", village) in {(row["date"], row["village code"]) for row in rows}
    point = tmp_path / "hari.geojson"
    assert run(capsys, *ask, "--out", point)[0] == 0
    assert json.loads(point.read_text(encoding="utf-8"))["features"][0]["geometry"]["type"] == "Point"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("territories", "--region", "16.02", "--agents", "0"), "no agents"),
        (("territories", "--branch", "x", "--region", "16", "--agents", "2"), "not both"),
        (("territories", "--agents", "2", "--out", "a.docx"), "a.docx"),
        (("territories", "--agents", "2", "--lock", "a=b"), "--lock: a=b cannot be read"),
        (("territories", "--agents", "none.csv"), "none.csv"),
        (("rebalance", "--current", "KINI", "--leave", "Z"), "Agents Z are not"),
        (("rebalance", "--current", "KINI", "--arrive", "A-01"), "A-01 are there already"),
        (("routes", "--territories", "KINI", "--agent", "Z", "--month", "2026-12"), "no villages of agent Z"),
        (("routes", "--territories", "KINI", "--agent", "A-01", "--month", "12"), "12 is no month"),
        (
            ("routes", "--territories", "KINI", "--agent", "A-01", "--month", "2026-12", "--speed", "x"),
            "--speed: x cannot",
        ),
        (("routes", "--territories", "KINI", "--agent", "A-01", "--month", "2026-12", "--off", "x"), "--off: x cannot"),
        (("routes", "--territories", "KINI", "--agent", "A-01", "--month", "2026-12", "--out", "a.pdf"), "a.pdf"),
    ],
)
def test_what_is_refused_is_told(capsys, tmp_path, words, told):
    now = tmp_path / "kini.csv"
    village = layer().frame["village_code"].iloc[0]
    now.write_text(f"village_code,agent_code\n{village},A-01\n", encoding="utf-8")
    code, _, said = run(capsys, *(now if word == "KINI" else word for word in words), "--lang", "en")
    assert code == 1
    assert told in said
