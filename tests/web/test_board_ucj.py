"""The page of boards and its section of coverage targets."""

import io
import re
from collections.abc import Iterator
from datetime import date
from html import escape
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa

from geodata import texts
from geodata.layer import load, make_layer, save
from geodata.paths import Paths
from planner import ucj
from planner.export.plain_sheet import PlainSheet
from planner.export.sheets import numbered_csv, numbered_xlsx
from planner.rights import CONSOLE, Principal
from planner.store.engine import VARIABLE, connect
from planner.store.intake import keep
from planner.store.migrate import upgrade
from planner.texts import t
from planner.web import board_files, board_ucj_tables, visitor
from planner.web.board_page import SECTIONS
from planner.web.board_ucj_data import Standing, standing
from tests.store.kept import checked
from tests.web.conftest import HOSTILE, RECORDS, grid_layer
from tests.web.pages import opening, page, words

OWN = "16.06,Musi Banyuasin,bpu,2026,60,220000,observed,110000,observed,2026-09,,,https://example.org/a,2026-10-05,A,"


@pytest.fixture
def open_board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The page over the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    return opening(page, "board_page")


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """Records beside the small layer, and a planner in front of the screen."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    save(make_layer(grid_layer(10, 6), RECORDS, {}), Paths.of().villages)
    engine = connect(None, Paths.of().records)
    upgrade(engine)
    monkeypatch.setattr(visitor, "records", lambda: engine)
    monkeypatch.setattr(visitor, "current", lambda: Principal(1, "ana", "Ana", "planner"))
    yield engine
    engine.dispose()


def own_file(folder: Path, row: str) -> None:
    (folder / "ucj_targets.csv").write_text(f"{','.join(ucj.COLUMNS)}\n{row}\n", encoding="utf-8")


def count(engine: sa.Engine, month: date, active: dict[str, int]) -> None:
    rows = pd.DataFrame({"village_code": list(active), "active": list(active.values())})
    rows = rows.assign(month=month, segment="BPU", inactive=1)
    keep(engine, checked("participants", rows), f"{month}.xlsx", month.isoformat() * 6 + "abcd", by=CONSOLE)


def row_of(app, name: str) -> str:
    """The row of a region in the first table of the page."""
    return words(app).split("<table", 1)[1].split(f'<th scope="row">{name}</th>', 1)[1].split("</tr>", 1)[0]


def test_every_section_has_a_name_in_both_languages() -> None:
    for name, module in SECTIONS.items():
        names = {t(f"web.board.section.{name}", language) for language in texts.LANGUAGES}
        assert all(names)
        assert callable(module.show)


def test_each_gap_stands_with_its_base_and_date(open_board) -> None:
    app = open_board(lang="en")
    assert app.title[0].value == "Boards"
    assert "135,000" in row_of(app, "Jambi")
    assert "88,840 †" in row_of(app, "Bengkulu")
    babel = row_of(app, "Kepulauan Bangka Belitung")
    assert "158,297 ≠" in babel
    assert "another base: 528,891 workers, 1 June 2025" in babel
    assert "do not fit" in row_of(app, "Jambi")


def test_numbers_are_written_as_the_language_does(open_board) -> None:
    app = open_board()
    assert "88.840 †" in row_of(app, "Bengkulu")
    assert "naik 3,9 poin sejak September 2024" in row_of(app, "Sumatera Selatan")
    assert "not published" not in words(app)


def test_a_region_shows_itself_and_its_province(open_board) -> None:
    app = open_board(lang="en", provinsi="16", kabupaten="16.06")
    assert "8,304" in row_of(app, "Kabupaten Musi Banyuasin")
    shown = words(app)
    assert "Lampung" not in shown
    assert "21,311" in shown
    segments = shown.split("PU, BPU and Jakon</caption>")[1].split("</table>")[0]
    assert segments.count("not published") == 6


def test_a_region_without_any_figure_is_told_as_such(open_board) -> None:
    app = open_board(lang="en", provinsi="17", kabupaten="17.04")
    assert row_of(app, "Kabupaten Kaur").count("not published") == 2
    assert "No percentage of coverage is published" in words(app)


def test_both_languages_have_the_same_tables(open_board) -> None:
    assert len({words(open_board(lang=language)).count("<tr>") for language in texts.LANGUAGES}) == 1


def test_the_own_file_comes_first(open_board, tmp_path: Path) -> None:
    own_file(tmp_path, OWN)
    app = open_board(lang="en", provinsi="16", kabupaten="16.06")
    assert "22,000 ≠" in row_of(app, "Kabupaten Musi Banyuasin")
    assert "Targets of the office&#x27;s file ucj_targets.csv come first (1 rows)." in words(app)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_broken_own_file_is_told_and_the_rest_still_stands(open_board, tmp_path: Path, language) -> None:
    own_file(tmp_path, OWN.replace("220000", "banyak"))
    app = open_board(lang=language)
    told = words(app)
    assert "ucj_targets.csv" in told
    assert "base_workers (1)" in told
    assert t("web.ucj.own_refused", language) in told
    assert "Bengkulu" in told


def test_hostile_names_and_addresses_are_text(open_board, tmp_path: Path) -> None:
    layer = grid_layer(10, 6)
    for code, name in zip(sorted(layer["regency_code"].unique()), HOSTILE[1:], strict=False):
        layer.loc[layer["regency_code"] == code, "regency_name"] = name
    layer["province_name"] = HOSTILE[3]
    save(make_layer(layer, RECORDS, {}), Paths.of(tmp_path).villages)
    own_file(tmp_path, OWN.replace("16.06", "16.02").replace("org/a", "org/'><script>alert(1)</script>"))
    told = words(open_board(provinsi="16"))
    assert told.count("<script") == 1  # the language of the page
    assert "&lt;script&gt;alert(1)" in told
    for name in (HOSTILE[2], HOSTILE[3]):
        assert escape(name) in told


def here_of() -> Standing:
    def never(error: Exception) -> None:
        raise error

    return standing(never)


def test_counted_coverage_is_shown_on_one_base_and_small_counts_stay(records: sa.Engine) -> None:
    layer = load(Paths.of().villages).frame
    codes = layer["village_code"][layer["regency_code"] == "16.01"].iloc[1:4]
    count(records, date(2026, 9, 1), {codes.iloc[0]: 1, codes.iloc[1]: 1, codes.iloc[2]: 1})
    count(records, date(2026, 10, 1), {codes.iloc[0]: 50, codes.iloc[1]: 60})
    here = here_of()
    found = here.counted[here.counted["region_code"] == "16.01"]
    assert found["active"].tolist() == [2, 110]
    shown = board_ucj_tables.counted(here, found, "en").rows
    assert [row[3] for row in shown] == [2, 110]
    app = opening(page, "board_page")(lang="en", provinsi="16", kabupaten="16.01")
    assert "Active BPU counted by office" in words(app)
    left = board_ucj_tables.counted(here, found, "en", leaving=True).rows
    assert [row[3] for row in left] == ["hidden", 110]


def test_files_hold_numbers_and_another_register_is_another_export(records: sa.Engine, tmp_path: Path) -> None:
    asked = {"fingerprint": "f", "section": "ucj", "region": "16", "on": date(2026, 11, 23), "language": "id"}

    def board() -> PlainSheet:
        here = here_of()
        return board_ucj_tables.numbers(here, here.within("16"), "id").plain()

    sheet = board()
    stamp = board_files.stamp_of([sheet], ".csv", **asked)
    text = numbered_csv(sheet, stamp, "id").decode("utf-8-sig")
    assert all(line.endswith(stamp.id) for line in text.splitlines()[1:])
    assert re.search(r"Sumatera Selatan;36,67;", text)
    book = openpyxl.load_workbook(io.BytesIO(numbered_xlsx([sheet], [], stamp, title="Catatan", language="id")))
    assert [cell.value for cell in book.worksheets[0][2]][:2] == ["Sumatera Selatan", 36.67]
    own_file(tmp_path, OWN.replace("16.06", "16.02"))
    assert board_files.stamp_of([board()], ".csv", **asked).id != stamp.id
