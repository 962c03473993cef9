"""``planner launch`` as an office types it."""

import json
from datetime import timedelta

import pytest

from geodata import office_day
from geodata.paths import Paths
from planner.cli import launch, launch_declared, launch_print, main
from planner.cli.session import Session
from planner.cli.villages import with_launched
from planner.rights import CONSOLE
from planner.store.engine import opened, writing
from planner.store.plans import PlanRecords
from tests.planner import command_line
from tests.planner.small_plans import made

WHY = "Bupati meminta tanggal ini lewat surat"
TODAY = office_day.today()


@pytest.fixture(autouse=True)
def office(tmp_path, monkeypatch, capsys):
    """Records in an empty data folder over the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PLANNER_LANG", "en")
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    command_line.read_once(monkeypatch)
    for module in (launch, launch_declared, launch_print):
        monkeypatch.setattr(module, "layer_of", lambda _session: command_line.layer())
    assert main(["db", "upgrade"]) == 0
    capsys.readouterr()


@pytest.fixture(scope="module")
def code():
    known = command_line.surroundings().declared["matched_code"]
    codes = command_line.layer().frame["village_code"]
    return str(codes[~codes.isin(known)].iloc[0])


def run(capsys, *arguments):
    return command_line.run(capsys, "launch", *arguments)


def told(capsys, *arguments):
    done, out, err = run(capsys, *arguments, "--json")
    assert (done, err) == (0, "")
    return json.loads(out)


def test_the_way_of_a_launch(capsys, code):
    begun = (TODAY - timedelta(days=40)).isoformat()
    done, out, err = run(capsys, "propose", code.replace(".", ""), "--on", begun, "--evidence", "ND 7/2026")
    assert (done, "1 villages proposed" in err, out.startswith(f"1  {code}  ")) == (0, True, True)
    (row,) = told(capsys, "list")["launches"]
    assert (row["step"], row["overdue_days"], row["next_step"]) == ("usulan", 10, "perangkat_terdaftar")
    assert "10 days late" in run(capsys, "list", "--overdue")[1]
    assert told(capsys, "list", "--step", "mou")["launches"] == []
    assert run(capsys, "advance", "1", "perangkat_terdaftar", "--evidence", "BA 1", "--on", begun)[0] == 0
    done, out, _ = run(capsys, "dusun", "1", "Suka\x1b[31mMaju", "--met", "41", "--on", begun)
    assert (done, "(Suka\\x1b[31mMaju): 41 people came" in out) == (0, True)
    assert run(capsys, "advance", "1", "sosialisasi", "--evidence", "BA 2")[0] == 0
    done, _, err = run(capsys, "advance", "1", "mou", "--evidence", "MoU 3")
    assert (done, "not known how many village officials" in err) == (1, True)
    assert run(capsys, "advance", "1", "mou", "--evidence", "MoU 3", "--override", WHY)[0] == 0
    found = told(capsys, "advance", "1", "peresmian", "--evidence", "BA 4", "--override", WHY)
    assert found["launch"]["due_on"] == (TODAY + timedelta(days=30)).isoformat()
    assert [step["override_reason"] for step in found["history"]][-2:] == [WHY, WHY]
    assert told(capsys, "show", "1") == found
    assert with_launched(Session(), command_line.surroundings()).added == {code}  # what scores and plans see
    found = told(capsys, "declared", "list")["declared"]
    own = found[-1]
    assert (own["village_code"], own["origin"], own["earliest_on"]) == (code, "own", TODAY.isoformat())
    assert len(found) == 19
    done, _, err = run(capsys, "propose", code)
    assert (done, "have a launch that goes on" in err) == (0, True)


def test_all_villages_of_a_saved_plan_are_proposed(capsys, code, tmp_path):
    plan = {**json.loads(made("Satu")), "chosen": [{"village_code": code}]}
    with opened(None, Paths.of().records) as engine:
        PlanRecords(engine, CONSOLE).save("Satu", json.dumps(plan).encode())
    assert told(capsys, "propose", "--plan", "Satu")["proposed"] == {code: 1}
    file = tmp_path / "Dua.json"
    file.write_text(json.dumps({"kind": "ranking"}))
    done, _, err = run(capsys, "propose", "--plan", file)
    assert (done, "Dua.json" in err) == (1, True)


def test_declared_villages_are_left_out_unless_there_is_a_reason(capsys):
    code = "16.05.12.2003"
    done, _, err = run(capsys, "propose", code)
    assert (done, "declared already" in err) == (0, True)
    assert told(capsys, "propose", code, "--again", WHY)["proposed"] == {code: 1}


def test_owner_due_date_and_the_end(capsys, code):
    run(capsys, "propose", code)
    day = (TODAY + timedelta(days=5)).isoformat()
    assert told(capsys, "set", "1", "--due", day)["launch"]["due_on"] == day
    done, _, err = run(capsys, "set", "1", "--owner", "siapa")
    assert (done, "not there or is disabled" in err) == (1, True)
    with opened(None, Paths.of().records) as engine, writing(engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO users (login, name, role, created_at) VALUES ('budi', 'Budi', 'planner', '2026-01-01')"
        )
    assert told(capsys, "set", "1", "--owner", " Budi")["launch"]["owner"] == "Budi"
    done, _, err = run(capsys, "set", "1")
    assert (done, "--owner" in err) == (1, True)
    done, _, err = run(capsys, "cancel", "1", "--reason", "tidak")
    assert (done, "at least 20" in err) == (1, True)
    done, out, _ = run(capsys, "cancel", "1", "--reason", WHY)
    assert (done, "(Cancelled)" in out) == (0, True)


def test_the_published_list_comes_in_once(capsys):
    assert told(capsys, "declared", "import")["added"] == 18
    assert "0 villages added" in run(capsys, "declared", "import")[2]
    assert "Megang Sakti II" in run(capsys, "declared", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["propose"], "Name codes of villages"),
        (["propose", "99.99.99.9999"], "not in the layer: 99.99.99.9999"),
        (["propose", "16.05.12.2003", "--on", "besok"], '"besok" is no date'),
        (["propose", "--plan", "Tidak"], "Tidak"),
        (["advance", "1", "pesta", "--evidence", "x"], 'no step "pesta"'),
        (["show", "9"], "no launch number 9"),
        (["list", "--overdue"], "no such launches"),
        (["declared", "list"], "The register is empty"),
    ],
)
def test_what_cannot_be_is_told(capsys, arguments, said):
    done, _, err = run(capsys, *arguments)
    assert said in err
    assert done == (0 if "list" in arguments else 1)
