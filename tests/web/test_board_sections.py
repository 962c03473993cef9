"""The sections of the boards that are read from the records: what they tell, and what to do while there is nothing."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from geodata.layer import make_layer, save
from geodata.office_day import today
from geodata.paths import Paths
from planner.export.plain_sheet import PlainSheet
from planner.export.sheets import numbered_csv, numbered_xlsx
from planner.provenance import PATTERN
from planner.rights import Principal
from planner.store import schema
from planner.store.engine import VARIABLE, connect, reading, writing
from planner.store.funded import funded
from planner.store.migrate import upgrade
from planner.web import board_files, target_upload, visitor
from tests.store import boards
from tests.store.happened import add
from tests.web.conftest import HOSTILE, RECORDS, grid_layer
from tests.web.pages import opening, page, words
from tests.web.server import PATIENCE_S

LAYER = grid_layer(10, 6)
CODES = [*LAYER["village_code"][:4], *LAYER["village_code"][20:30]]
SECTIONS = ("janji", "tahap", "masa", "agen")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    save(make_layer(LAYER, RECORDS, {}), Paths.of().villages)
    return tmp_path


@pytest.fixture
def records(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    engine = connect(None, Paths.of(folder).records)
    upgrade(engine)
    monkeypatch.setattr(visitor, "records", lambda: engine)
    monkeypatch.setattr(visitor, "current", lambda: Principal(1, "ana", "Ana", "manager"))
    yield engine
    engine.dispose()


@pytest.fixture
def filled(records: sa.Engine) -> sa.Engine:
    with writing(records) as connection:
        numbers = [add(connection, schema.agents, code=code) for code in ("A-1", "A-2")]
    boards.fill(records, CODES, today(), agents=numbers, plan=HOSTILE[3])
    return records


@pytest.fixture
def open_board(folder: Path) -> Callable[..., AppTest]:
    return opening(page, "board_page")


def buttons(app: AppTest) -> list[str]:
    return [one.proto.label for one in app.get("download_button")]


def test_without_records_a_section_says_what_to_do(open_board) -> None:
    for section in SECTIONS:
        app = open_board(lang="en", bagian=section)
        first = (
            "Groups whose contributions somebody pays"
            if section == "masa"
            else "There are no records of the office yet"
        )
        assert first in words(app)
        assert buttons(app) == []


def test_empty_records_say_where_to_begin(open_board, records) -> None:
    told = (
        "no village has been launched yet",
        "There are no launches yet",
        "hold no groups of workers",
        "There are no agents in the records yet",
    )
    for section, sentence in zip(SECTIONS, told, strict=True):
        app = open_board(lang="en", bagian=section)
        assert sentence in words(app)
        assert buttons(app) == []


def test_what_was_promised_and_what_came(open_board, filled) -> None:
    app = open_board(lang="en", bagian="janji")
    content = words(app)
    assert "<b>72%</b>195 of 270 people (34 to 709); villages: 3" in content
    assert "<b>200%</b>30 of 15 people" in content
    assert "195 people, within the range of the plans" in content
    assert content.count("<figure") == 1
    assert all(escaped in content for escaped in ("&lt;img src=x", "{{7*7}}"))
    assert "<img src=x" not in content
    assert buttons(app) == ["Download all tables (Excel)", "Download CSV: By regency", "Download CSV: By village"]
    elsewhere = words(open_board(lang="en", bagian="janji", provinsi="18"))
    assert "No village of this region has been launched yet" in elsewhere


def test_late_stages(open_board, filled) -> None:
    content = words(open_board(lang="en", bagian="tahap"))
    assert "<dt>Launches going on</dt><dd><b>9</b>0 others are finished" in content
    assert "<dt>Late</dt><dd><b>7</b>the longest for 370 days" in content
    table = content.split("<caption>Late launches")[-1]
    days = re.findall(r'data-label="Days late">(\d+)<', table.split("</table>")[0])
    assert days == ["370", "170", "70", "45", "12", "10", "3"]
    assert "9 launches go on, 7 of them late." in content


def test_paid_months_that_end(open_board, filled) -> None:
    content = words(open_board(lang="en", bagian="masa"))
    assert "From the records of the office: 6 groups" in content
    assert "<dt>In arrears, still active</dt><dd><b>120</b>" in content
    assert "<dt>Fallen out</dt><dd><b>40</b>" in content
    assert "DBH palm oil" in content or "DBH sawit" in content
    assert "nobody is counted twice" in content


def test_a_file_of_the_visit_is_told_where_the_records_have_no_groups(open_board, records) -> None:
    start = (today().replace(day=1) - timedelta(days=40)).replace(day=1)  # paid until the end of this month
    text = f"group,village_code,workers,start,months,fund\nNelayan <b>,16.01.01.2001,50,{start},3,apbd\n"
    app = AppTest.from_function(page, args=("board_page",), default_timeout=PATIENCE_S)
    app.session_state["calendar-groups"] = target_upload.read_upload("daftar.csv", text.encode())
    app.query_params["lang"], app.query_params["bagian"] = "en", "masa"
    content = words(app.run())
    assert "From the file of this visit, daftar.csv: 1 groups" in content
    assert "Nelayan &lt;b&gt;" in content
    assert "nobody is counted twice" not in content


def test_results_of_agents_with_those_without_result_first(open_board, filled) -> None:
    content = words(open_board(bagian="agen"))
    assert "A-2: ▲▲ 80 hari" in content
    table = content.split("<caption>Agen,")[-1]
    assert table.index(">A-2<") < table.index(">A-1<")
    assert 'data-label="Kurang menuju 50">42<' in table.split(">A-1<")[1]
    assert 'data-label="Berminat"><' in table.split(">A-1<")[1]  # nobody wrote it down


def test_charts_have_their_table_behind(open_board, filled) -> None:
    for section in SECTIONS:
        (chart,) = re.findall(r'<figure class="chart">.*?</figure>', words(open_board(bagian=section)), re.DOTALL)
        assert 'alt="' in chart
        assert "<details><summary>Angka grafik ini sebagai tabel</summary><table" in chart


def test_of_uploads_that_were_undone_nothing_is_told(filled) -> None:
    with writing(filled) as connection:
        undone = {"status": "undone", "undone_at": boards.NOW}
        number = add(connection, schema.uploads, **boards.upload(sha="c" * 64, **undone))
        row = {"village_code": CODES[0], "fund": "apbd", "people": 999}
        days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
        add(connection, schema.funded_groups, **row, **days, upload_id=number)
    with reading(filled) as connection:
        found = funded(connection)
    assert len(found) == 6
    assert 999 not in found["people"].tolist()


def test_files_hide_few_people_and_what_gives_them_away(open_board, filled, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(filled) as connection:
        agent = connection.execute(sa.select(schema.agents.c.id).where(schema.agents.c.code == "A-2")).scalar()
        visit = {"village_code": CODES[5], "visited_on": today(), "met": 30, "interested": 9, "registered": 3}
        add(connection, schema.visits, agent_id=agent, **visit, written_at=boards.NOW)
        days = {"starts_on": today() - timedelta(days=40), "ends_on": today() - timedelta(days=1)}
        add(connection, schema.funded_groups, village_code=CODES[7], fund="apbd", people=4, **days)
        row = {"village_code": CODES[3], "visited_on": today() - timedelta(days=43), "met": 5, "registered": 4}
        connection.execute(sa.delete(schema.visits).where(schema.visits.c.village_code == CODES[3]))
        add(connection, schema.visits, agent_id=agent, **row, written_at=boards.NOW)
    left: dict[str, tuple] = {}
    monkeypatch.setattr(
        board_files, "downloads", lambda sheets, notes, **of: left.update({of["section"]: (sheets, notes)})
    )
    shown = {section: words(open_board(lang="en", bagian=section)) for section in SECTIONS}
    (_, agents), notes = left["agen"]
    assert [row[5:7] for row in agents.rows] == [["hidden", "hidden"]] * 2
    assert notes[0].startswith("Counts of fewer than 5 people are hidden")
    assert 'data-label="Registered">3<' in shown["agen"]
    (_, launches), notes = left["janji"]
    assert {str(row[0])[-14:-1]: row[3] for row in launches.rows}[CODES[3]] == "hidden"
    assert sum("hidden" in map(str, row) for row in launches.rows) == 1
    (_, places, urgent), notes = left["masa"]
    assert notes[0] == "Groups of fewer than 5 people are left out of this file: 1."
    assert [row[-1] for row in places.rows] == [295, 30]
    assert 4 not in [row[2] for row in urgent.rows]
    assert ">4<" in shown["masa"]


def test_files_carry_the_number_of_their_export(filled) -> None:
    sheet = PlainSheet("Tabel", ["Desa", "Orang"], [["=1+1", 7], ["B", None]])
    asked = {"fingerprint": "f", "section": "janji", "region": "", "on": date(2026, 11, 23), "language": "id"}
    stamp = board_files.stamp_of([sheet], ".csv", **asked)
    text = numbered_csv(sheet, stamp, "id").decode("utf-8-sig")
    assert [line.split(";")[-1] for line in text.splitlines()] == ["Nomor ekspor", stamp.id, stamp.id]
    assert PATTERN.fullmatch(stamp.id)
    other = PlainSheet("Tabel", ["Desa", "Orang"], [["=1+1", 8], ["B", None]])
    assert board_files.stamp_of([other], ".csv", **asked).id != stamp.id
    content = numbered_xlsx([sheet], ["Catatan"], stamp, title="Catatan", language="id")
    assert numbered_xlsx([sheet], ["Catatan"], stamp, title="Catatan", language="id") == content
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.properties.keywords == stamp.id
    assert [cell.value for cell in book["Tabel"][2]] == ["=1+1", 7]
    assert book["Tabel"]["A2"].data_type == "s"
    assert [row[0].value for row in book.worksheets[-1]] == ["Catatan", f"Nomor ekspor: {stamp.id}"]
