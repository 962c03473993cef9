"""``planner agent-pack``: packs from a file of an assignment, or from the records through each agent's own rows."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from geodata.layer import make_layer, save
from geodata.paths import Paths
from planner.cli import main
from planner.export_folder import ExportFolder
from planner.rights import CONSOLE
from planner.store import assigning, passwords, people
from planner.store import schema as tables
from planner.store.engine import connect, writing
from planner.store.migrate import upgrade
from planner.store.staff import add_agent
from tests.pack import sample
from tests.web.conftest import RECORDS

OTHERS = sample.FOREIGN["village_code"].tolist()[:5]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    save(make_layer(sample.LAYER, RECORDS, {}), Paths.of(tmp_path).villages)
    return tmp_path


@pytest.fixture
def assignment(tmp_path: Path) -> Path:
    rows = [f"{code};A-1" for code in sample.OWN[:3]] + [f"{code};A/2" for code in OTHERS]
    path = tmp_path / "areas.csv"
    path.write_text("\n".join(["village_code;agent_code", *rows]), encoding="utf-8")
    return path


def run(home: Path, *words: str) -> int:
    return main(["agent-pack", *words, "--data-dir", str(home), "--lang", "en"])


def test_all_of_a_file(home: Path, assignment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = home / "packs"
    given = ("--all", "--current", str(assignment), "--month", "2026-12", "--format", "gpx,html", "--out", str(out))
    assert run(home, *given) == 0
    assert sorted(path.name for path in out.iterdir()) == ["A%2F2.gpx", "A%2F2.html", "A-1.gpx", "A-1.html"]
    own = (out / "A-1.html").read_text(encoding="utf-8")
    assert "December 2026" in own
    assert not [code for code in OTHERS if code in own]
    said = capsys.readouterr()
    assert "1 of 2: A-1" in said.err
    assert "2 agent packs (html, gpx) written" in said.err
    assert said.out == ""
    for path in out.iterdir():
        assert main(["verify", str(path), "--data-dir", str(home), "--json"]) == 0
        (entry,) = json.loads(capsys.readouterr().out)["exports"]
        assert (entry["kind"], entry["format"]) == ("pack", path.suffix)


def test_one_of_the_records_as_the_agent_sees_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine = connect(None, Paths.of(home).records)
    upgrade(engine)
    with writing(engine) as connection:
        for code in ("A-1", "A-2"):
            add_agent(connection, code, office="Palembang", by=CONSOLE)
        given = dict.fromkeys(sample.OWN[:3], "A-1") | dict.fromkeys(OTHERS, "A-2")
        assigning.assign(connection, given, from_on=sample.DAY.replace(month=8), by=CONSOLE, note="")
        number = connection.execute(sa.select(tables.agents.c.id).where(tables.agents.c.code == "A-2")).scalar_one()
    passwords.first_admin(engine, "admin", "Bu Admin", "kuda biru di sawah")
    people.add(engine, CONSOLE, people.NewPerson("dua", "Dua", "agent", "", "A-2"))
    with writing(engine) as connection:
        account = tables.users.c.login == "dua"
        connection.execute(sa.update(tables.users).where(account).values(disabled_at=datetime.now(UTC)))
        assert connection.execute(sa.select(tables.agents.c.user_id).where(tables.agents.c.id == number)).scalar_one()
    engine.dispose()
    assert run(home, "--all", "--format", "gpx", "--out", str(home / "all")) == 0
    assert [path.name for path in (home / "all").iterdir()] == ["A-1.gpx"]
    assert "Agent A-2 was left out. Agent A-2 no longer works" in capsys.readouterr().err
    assert run(home, "--agent", "a-1", "--format", "kml") == 0
    (made,) = (home / "exports" / "agent-packs").iterdir()
    content = made.read_text(encoding="utf-8")
    assert all(code in content for code in sample.OWN[:3])
    assert not [code for code in OTHERS if code in content]
    assert run(home, "--agent", "A-9") == 1
    assert "A-9" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Name one agent with --agent, or all agents with --all"),
        (("--all", "--agent", "A-1"), "Name one agent with --agent, or all agents with --all"),
        (("--all", "--format", "docx"), "Format docx is not known"),
        (("--all", "--month", "2026-13"), "2026-13"),
        (("--all",), "no records of the office yet"),
    ],
)
def test_what_cannot_be_done_is_told(home: Path, words: tuple[str, ...], said: str, capsys) -> None:
    assert run(home, *words) == 1
    assert said in capsys.readouterr().err


def test_a_file_in_place_of_the_folder_stays(home: Path, assignment: Path, capsys) -> None:
    given = ("--agent", "A-1", "--current", str(assignment), "--format", "gpx", "--out", str(assignment))
    assert run(home, *given) == 1
    assert "is not a folder" in capsys.readouterr().err
    assert assignment.read_text(encoding="utf-8").startswith("village_code")


def booklets(home: Path, *words: str) -> int:
    return main(["export", "booklet", *words, "--data-dir", str(home), "--lang", "en"])


def test_a_booklet_is_the_pdf_of_the_pack(home: Path, assignment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = ("--agent", "a-1", "--current", str(assignment), "--month", "2026-12")
    out = home / "packs"
    assert run(home, *own, "--format", "pdf", "--out", str(out)) == 0
    assert booklets(home, *own, "--out", str(home / "own.pdf")) == 0
    assert (home / "own.pdf").read_bytes() == (out / "A-1.pdf").read_bytes()
    entry, first = ExportFolder(Paths.of(home).exports, "").last()
    assert (entry.stamp.id, entry.sha256) == (first.stamp.id, first.sha256)
    assert entry.stamp.kind == "booklet"
    assert entry.stamp.asked["agent"] == "A-1"
    assert entry.stamp.id.encode() in (home / "own.pdf").read_bytes()
    assert "own.pdf: 1." in capsys.readouterr().err


def test_booklets_of_all_go_to_a_folder(home: Path, assignment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = ("--all", "--current", str(assignment))
    assert booklets(home, *every, "--out", str(home / "all.pdf")) == 1
    assert "are not one file" in capsys.readouterr().err
    assert booklets(home, *every, "--out", str(home / "nowhere")) == 1
    assert "is not a folder" in capsys.readouterr().err
    out = home / "booklets"
    out.mkdir()
    assert booklets(home, *every, "--out", str(out)) == 0
    assert sorted(path.name for path in out.iterdir()) == ["A%2F2.pdf", "A-1.pdf"]
    assert "2 of 2: A/2" in capsys.readouterr().err
    assert booklets(home, "--out", str(out)) == 1
    assert "Name one agent with --agent" in capsys.readouterr().err
