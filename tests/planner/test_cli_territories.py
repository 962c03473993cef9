"""The commands territories, rebalance and routes on the embedded default."""

import csv
import json
from datetime import timedelta

import pytest

from geodata.office_day import today
from geodata.paths import Paths
from planner.cli import routes as routes_command
from planner.cli import territories as command
from planner.rights import CONSOLE
from planner.store import assigning
from planner.store.engine import connect, writing
from planner.store.migrate import upgrade
from planner.territories.tables import read_assignment
from tests.planner.command_line import layer, read_once, run, surroundings

QUICK = "moves_per_village = 100\n"
ASSIGNED: list[bytes] = []
"""The file of `assigned`, made by the first test that needs it."""


@pytest.fixture(autouse=True)
def _once(monkeypatch, tmp_path):
    read_once(monkeypatch)
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
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


def verified(capsys, path):
    """Kind of the one export that a file is, which it names itself."""
    code, out, _ = run(capsys, "verify", path, "--json")
    told = json.loads(out)
    (entry,) = told["exports"]
    assert (code, told["status"], told["numbers"]) == (0, "unchanged", [entry["id"]])
    return entry["kind"]


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
    assert "tersambung" in indonesian[1]
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
    assert verified(capsys, out) == "territories"
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
    assert verified(capsys, path) == verified(capsys, point) == "routes"
    assert json.loads(point.read_text(encoding="utf-8"))["features"][0]["geometry"]["type"] == "Point"


@pytest.fixture
def office(assigned):
    """Records in which A-01 to A-08 have the villages of `assigned`; A-01 lives in one, A-09 has none yet."""
    engine = connect(None, Paths.of().records)
    upgrade(engine)
    given = read_assignment(assigned)
    home = min(code for code, agent in given.items() if agent == "A-01")
    with writing(engine) as connection:
        for agent in sorted({*given.values(), "A-09"}):
            lives = home if agent in ("A-01", "A-09") else None
            assigning.add_agent(connection, agent, office="Kantor Contoh", by=CONSOLE, home=lives)
        assigning.assign(connection, given, from_on=today(), by=CONSOLE)
        assigning.set_visit_dates(connection, "A-01", home, next_month(8, 12), by=CONSOLE)
    engine.dispose()
    return given


def next_month(*days):
    """Days of the next month; one of each week is no Sunday."""
    first = (today().replace(day=1) + timedelta(days=32)).replace(day=1)
    return [first.replace(day=day) for day in days]


def test_agents_and_assignment_of_the_records(capsys, office, params):
    code, out, err = run(capsys, "territories", "--region", "16.02", "--params", params, "--json")
    found = json.loads(out)
    assert code == 0, err
    assert [row["agent_code"] for row in found["agents"]] == [f"A-0{i}" for i in range(1, 10)]  # A-09 lives there
    assert found["agents"][0]["home_km"] is not None
    assert found["changes"]
    code, out, err = run(capsys, "rebalance", "--leave", "A-02", "--arrive", "A-09", "--params", params, "--json")
    found = json.loads(out)
    assert code == 0, err
    assert (found["left"], found["arrived"]) == (["A-02"], ["A-09"])
    homes = {row["agent_code"]: row["home_km"] for row in found["agents"]}
    assert homes["A-09"] is not None
    assert homes["A-03"] is None


def test_routes_of_the_records_keep_home_and_dates(capsys, office):
    first, second = next_month(8, 12)
    ask = ("routes", "--agent", "a-01", "--month", f"{first:%Y-%m}")
    code, out, err = run(capsys, *ask, "--json")
    found = json.loads(out)
    home = min(code for code, agent in office.items() if agent == "A-01")
    assert code == 0, err
    assert (found["agent"], found["home"], found["home_is_known"]) == ("A-01", home, True)
    assert {row["village_code"] for row in found["stops"]} <= {c for c, agent in office.items() if agent == "A-01"}
    days = {row["date"] for row in found["stops"] if row["village_code"] == home}
    assert {day.isoformat() for day in (first, second) if day.weekday() < 5} <= days
    off = next(day for day in (first, second) if day.weekday() < 5)
    code, out, _ = run(capsys, *ask, "--off", off.isoformat(), "--json")
    assert code == 0
    assert off.isoformat() not in {row["date"] for row in json.loads(out)["stops"]}
    refused = run(capsys, *(word if word != "a-01" else "A-09" for word in ask), "--lang", "en")
    assert refused[0] == 1
    assert "A-09 has no village in the records today" in refused[2]


def test_a_file_of_areas_is_imported_as_a_file_of_agents(capsys, office, params, tmp_path):
    path = tmp_path / "baru.csv"
    for language in ("id", "en"):
        ask = ("territories", "--region", "16.02", "--params", params, "--out", path, "--lang", language)
        assert run(capsys, *ask)[0] == 0
        code, out, _ = run(capsys, "import", path, "--kind", "agents", "--json")
        found = json.loads(out)
        assert code == 0
        assert (found["accepted"], found["held"], found["refused"]) == (len(office), 0, 0)
        assert {"agent_code", "office", "village_code"} <= set(found["columns"])
    offices = {row["Branch office"] for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())}
    assert offices == {"Kantor Contoh"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("territories", "--region", "16.02"), "There are no agents in the records yet"),
        (("rebalance", "--leave", "A-01"), "No agent has a village in the records"),
        (("routes", "--agent", "A-01", "--month", "2026-12"), "There are no records of the office yet"),
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
