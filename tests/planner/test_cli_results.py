"""``planner results`` and ``planner target --own``."""

import json

import pytest

from geodata.paths import Paths
from planner.store.engine import VARIABLE, connect
from planner.store.migrate import upgrade
from tests.planner.command_line import layer, read_once, run
from tests.store import happened

CODES = layer().frame.loc[layer().frame["regency_code"] == "16.02", "village_code"].tolist()
CODE, PEERS = CODES[0], tuple(CODES[1:7])


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    read_once(monkeypatch)
    return tmp_path


@pytest.fixture
def records(data_dir):
    engine = connect(None, Paths.of(data_dir).records)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def filled(records):
    happened.fill(records, CODE, PEERS)


def told(capsys, *arguments):
    code, out, _ = run(capsys, *arguments, "--json")
    assert code == 0
    return json.loads(out)


@pytest.mark.parametrize("command", [("results", "rates"), ("results", "launches"), ("target", "--net", "9", "--own")])
def test_without_records_there_are_no_results(capsys, command):
    code, out, err = run(capsys, *command, "--lang", "en")
    assert (code, out) == (1, "")
    assert "There are no records of the office yet" in err


def test_with_empty_records_the_published_figures_stay(capsys, records):
    code, out, err = run(capsys, "results", "rates", "--lang", "en")
    assert code == 0
    assert "published figure; no own results yet" in out
    assert "There are no own results yet" in err
    assert told(capsys, "results", "rates")["own"] is False
    assert told(capsys, "target", "--net", "9", "--own") == told(capsys, "target", "--net", "9")
    assert run(capsys, "results", "launches")[2].startswith("Belum ada desa yang dicanangkan")


def test_rates_stand_beside_the_published_ones(capsys, filled):
    code, out, err = run(capsys, "results", "rates", "--lang", "en", "--region", "16.02")
    assert code == 0
    for words in ("Starting figure", "30 of 60 people", "1 visits in 1 villages", "20 of 100 people", "1 launched"):
        assert words in out
    assert "drawn towards that of its sector" in err
    rates = told(capsys, "results", "rates")["rates"]
    assert set(rates) == {"registered", "active_12"}
    whole = rates["registered"][0]
    assert (whole["people"], whole["successes"], whole["level"]) == (60, 30, "all")
    assert 0.4 < whole["rate"] < 0.5
    asked = told(capsys, "results", "rates", "--region", "18.01", "--sector", "other")["rates"]["registered"]
    assert [row["level"] for row in asked] == ["all", "sector", "regency"]
    assert asked[-1]["people"] == 0


def test_parameters_with_own_results_are_used_by_other_commands(capsys, filled, data_dir):
    file = data_dir / "own.toml"
    assert run(capsys, "results", "rates", "--out", file)[0] == 0
    own = told(capsys, "target", "--net", "2000", "--own", "--lang", "en")
    assert own == told(capsys, "target", "--net", "2000", "--params", file, "--lang", "en")
    assert own["registrations"]["source"].startswith("Own results: 1 launched villages")
    assert own["reached"]["source"].startswith("Own results: 1 visits in 1 villages")
    assert own["reached"] != told(capsys, "target", "--net", "2000", "--lang", "en")["reached"]


def test_parameters_are_not_written_to_another_kind_of_file(capsys, filled, data_dir):
    code, _, err = run(capsys, "results", "rates", "--out", data_dir / "own.csv", "--lang", "en")
    assert code == 1
    assert "not own.csv" in err


def test_launches_in_lines_and_in_full(capsys, filled):
    code, out, _ = run(capsys, "results", "launches", "--lang", "en")
    assert code == 0
    assert CODE in out
    assert "240 (30 - 630)" in out
    code, out, err = run(capsys, "results", "launches", CODE, "--lang", "en")
    assert code == 0
    assert "Launched on 2025-08-20" in out
    assert 'The plan "Rencana" (2025-06-04) expected 240 registrations' in out
    assert out.count("unknown") == 8  # nothing was counted after three and six months
    assert "Segment BPU" in err
    (launch,) = told(capsys, "results", "launches")["launches"]
    last = launch["delivered"][-1]
    assert (last["active"], last["change_active"], last["registered_at_visits"]) == (30, 20, 30)
    assert len(last["beside_similar"]["matches"]) == 5


def test_a_village_without_launch_is_refused(capsys, filled):
    code, _, err = run(capsys, "results", "launches", PEERS[0], "--lang", "en")
    assert code == 1
    assert f"Launched are: {CODE}" in err
