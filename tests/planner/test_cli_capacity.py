"""The command capacity on the embedded default: from a file, from the records, into files."""

import json

import pytest

from geodata import office_day
from geodata.paths import Paths
from planner.rights import CONSOLE
from planner.store import assigning
from planner.store.engine import connect, writing
from planner.store.migrate import upgrade
from tests.planner.command_line import layer, read_once, run


@pytest.fixture(autouse=True)
def data(monkeypatch, tmp_path):
    read_once(monkeypatch)
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def owners():
    villages = layer().frame[layer().frame["regency_code"] == "16.72"].sort_values("village_code")
    districts = {code: f"A-{i}" for i, code in enumerate(sorted(set(villages["district_code"])), start=1)}
    named = zip(villages["village_code"], villages["district_code"].map(districts), strict=True)
    return {code: agent for code, agent in named if agent != "A-1"}


@pytest.fixture
def current(tmp_path):
    path = tmp_path / "kini.csv"
    lines = [f"{code},{agent}" for code, agent in owners().items()]
    path.write_text("\n".join(["village_code,agent_code", *lines]), encoding="utf-8")
    return path


def test_a_file_of_an_assignment_as_json(capsys, current):
    code, out, _ = run(capsys, "capacity", "--current", current, "--total", "333", "--hours", "100", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["total"] == sum(row["target"] for row in found["targets"]) == 333
    assert [row["agent_code"] for row in found["agents"]] == sorted(set(owners().values()))
    assert found["params"]["hours_per_month"] == 100
    (alone,) = found["districts_without_agent"]
    assert alone["district_code"] == "16.72.01"
    assert alone["nearest_agent"] in set(owners().values())
    assert found["met_basis"] == "assumed"


def test_it_is_told_in_both_languages_and_written(capsys, current, tmp_path):
    ask = ("capacity", "--current", current, "--region", "16.72")
    sheet, book = tmp_path / "agen.csv", tmp_path / "agen.xlsx"
    english, indonesian = run(capsys, *ask, "--lang", "en"), run(capsys, *ask, "--out", sheet)
    assert indonesian[0] == english[0] == run(capsys, *ask, "--out", book)[0] == 0
    assert "Diasumsikan: 160 jam" in indonesian[2]
    assert "Districts without an agent" in english[1]
    assert "Assumed: 160 hours" in english[2]
    assert len(sheet.read_text(encoding="utf-8-sig").splitlines()) == 1 + len(set(owners().values()))
    assert book.read_bytes()[:2] == b"PK"
    for path in (sheet, book):
        told = json.loads(run(capsys, "verify", path, "--json")[1])
        assert (told["status"], told["exports"][0]["kind"]) == ("unchanged", "capacity")
        assert told["numbers"] == [told["exports"][0]["id"]]


def test_the_records_are_used_where_no_file_is_given(capsys, data):
    assert "planner" not in run(capsys, "capacity")[1]
    engine = connect(None, Paths.of(data).records)
    upgrade(engine)
    empty = run(capsys, "capacity", "--lang", "en")
    assert empty[0] == 1
    assert "No agent has a village in the records" in empty[2]
    with writing(engine) as connection:
        for agent in sorted(set(owners().values())):
            assigning.add_agent(connection, agent, office="Prabumulih", by=CONSOLE)
        assigning.assign(connection, owners(), from_on=office_day.today(), by=CONSOLE)
    engine.dispose()
    code, out, _ = run(capsys, "capacity", "--json")
    assert code == 0
    assert len(json.loads(out)["targets"]) == len(set(owners().values()))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--region", "19.01"), "None of the villages of that assignment lies in the region"),
        (("--region", "16.72", "--branch", "palembang"), "--branch"),
        (("--out", "agen.pdf"), "ending is not known"),
    ],
)
def test_what_cannot_be_is_refused(capsys, current, more, told):
    code, _, err = run(capsys, "capacity", "--current", current, *more, "--lang", "en")
    assert code == 1
    assert told in err
