"""The page of uploads: from a file to the records and back, and nothing of a file is run or kept unasked."""

import json
import threading
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox, TextInput

from geodata import schema
from planner.errors import PlanError
from planner.rights import Principal
from planner.store.aliases import decided_names
from planner.store.engine import Engine, connect, reading
from planner.store.intake import listed
from planner.store.migrate import upgrade
from planner.store.participants import latest
from planner.uploads import Sheets, read_table, template
from planner.web import uploads_draft, uploads_work, visitor, waiting
from planner.web.jobs import Key
from planner.web.uploads_columns import examples
from planner.web.uploads_draft import KINDS, shown_name
from planner.web.uploads_effect import effect
from planner.web.uploads_held import names_file
from tests.uploads import files
from tests.web.conftest import HOSTILE
from tests.web.pages import opening, page, words

ANA = Principal(None, "ana", "Ana", "manager")
SOON = 60.0


class Visit:
    """The page as a visitor with an address opens it."""

    def __init__(self, static: Path, **query: str) -> None:
        self.app = opening(page, "uploads_page", str(static))(**query)

    def settle(self, changed: AppTest | None = None) -> None:
        """Run what changed, and on until no work is under way."""
        (changed or self.app).run()
        until = time.monotonic() + SOON
        while 'class="waiting"' in words(self.app):
            assert time.monotonic() < until
            time.sleep(0.05)
            self.app.run()
        assert not self.app.exception

    def send(self, content: bytes, name: str = "peserta.xlsx") -> None:
        self.settle(self.app.file_uploader[0].set_value((name, content, "")))

    def press(self, key: str) -> None:
        self.settle(self.app.button(key=key).click())

    def go(self, section: str) -> None:
        self.settle(self.app.button_group(key="unggahan").set_value(section))

    @property
    def words(self) -> str:
        return unescape(words(self.app))

    @property
    def html(self) -> str:
        return "\n".join(element.proto.body for element in self.app.get("html"))

    @property
    def draft(self) -> uploads_draft.Draft | None:
        return self.app.session_state.get("upload-draft")


@pytest.fixture
def visit(tmp_path: Path, layer: gpd.GeoDataFrame, layer_file) -> Callable[..., Visit]:
    layer_file(layer)
    return lambda **query: Visit(tmp_path / "static", **query)


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The records of an office, where Ana works."""
    engine = connect(None, tmp_path / "records.sqlite")
    upgrade(engine)
    monkeypatch.setattr(visitor, "records", lambda: engine)
    monkeypatch.setattr(visitor, "current", lambda: ANA)
    return engine


def row(code: str, active: object, month: str = "Oktober 2026", segment: str = "BPU", name: str = "") -> list:
    return [code, name, "", month, segment, active, 1]


def workbook(layer: gpd.GeoDataFrame, villages: int = 20, *more: list) -> bytes:
    """Participants of the first villages after the hostile names, and rows of our choice."""
    codes = layer[schema.VILLAGE_CODE].iloc[len(HOSTILE) : len(HOSTILE) + villages]
    return files.participants([*(row(code, i % 9) for i, code in enumerate(codes)), *more])


def counted(engine: Engine) -> int:
    with reading(engine) as connection:
        return len(latest(connection))


def uploads_in(engine: Engine) -> pd.DataFrame:
    with reading(engine) as connection:
        return listed(connection)


def test_a_file_is_checked_kept_and_taken_back(visit, records: Engine, layer: gpd.GeoDataFrame) -> None:
    opened = visit(lang="en")
    opened.send(workbook(layer, 20, row("16.01.01.9999", 5), row("", 4, name="Desa 30")))
    assert "<li>0</li><li>1</li><li>2</li>" in opened.html
    opened.press("upload-check")
    assert "22 rows in = 20 accepted + 1 held + 1 refused" in opened.words
    assert "get counted BPU participants: 20; for the first time, with an estimate only until now: 20" in opened.words
    assert opened.html.count('data-label="Official name"') == 20
    assert "October 2026" in opened.words
    assert counted(records) == 0
    opened.press("upload-keep")
    assert "Kept as upload number 1. Rows accepted: 20; rows waiting for a decision: 1." in opened.words
    assert counted(records) == 20
    assert opened.draft is not None
    assert opened.draft.content is opened.draft.table is opened.draft.sheets is None
    opened.go("daftar")
    assert '<td data-label="State">counts</td>' in opened.html
    opened.settle(opened.app.selectbox(key="upload-undo").set_value(1))
    opened.press("upload-undo-ask")
    opened.press("upload-undo-leave")
    assert counted(records) == 20
    opened.press("upload-undo-ask")
    opened.press("upload-undo-do")
    assert "Upload number 1 (peserta.xlsx) was taken back" in opened.words
    assert counted(records) == 0
    assert uploads_in(records)["status"].to_list() == ["undone"]


def test_the_same_file_is_recognised_before_it_is_kept(visit, records: Engine, layer: gpd.GeoDataFrame) -> None:
    opened = visit(lang="en")
    content = workbook(layer)
    for _ in range(2):
        opened.send(content)
        opened.press("upload-check")
        if "upload-keep" in keys(opened):
            opened.press("upload-keep")
            opened.press("upload-leave")
    assert "upload-keep" not in keys(opened)
    assert "upload number 1" in opened.words
    assert len(uploads_in(records)) == 1


def test_a_later_month_stays_and_the_page_says_so(visit, records: Engine, layer: gpd.GeoDataFrame) -> None:
    opened = visit(lang="en")
    later, earlier = (files.participants([row("16.02.01.2020", 9, month)]) for month in ("2026-10", "2026-03"))
    for content in (later, earlier):
        opened.send(content)
        opened.press("upload-check")
        said = opened.words
        opened.press("upload-keep")
        opened.press("upload-leave")
    assert "as a count of a later month is there already: 1." in said
    with reading(records) as connection:
        assert latest(connection)["month"].astype(str).to_list() == ["2026-10-01"]


def test_without_records_a_file_is_checked_and_not_kept(visit, layer: gpd.GeoDataFrame) -> None:
    opened = visit(lang="en")
    assert len(opened.app.get("download_button")) == 1
    opened.send(workbook(layer))
    opened.press("upload-check")
    assert "20 rows in = 20 accepted + 0 held + 0 refused" in opened.words
    assert "cannot be kept yet" in opened.words
    assert "upload-keep" not in keys(opened)
    for section in ("tunggu", "daftar"):
        opened.go(section)
        assert "There are no records of the office yet" in opened.words


def test_every_kind_says_what_it_is_for_and_has_its_template(visit) -> None:
    opened = visit(lang="en")
    told = set()
    for kind in KINDS:
        opened.settle(opened.app.selectbox(key="jenis").set_value(kind))
        assert len(opened.app.get("download_button")) == (kind != "outlines")
        told.add(opened.html.split('<div class="about"><p>')[1].split("</p>")[0])
    assert len(told) == len(KINDS)


@pytest.mark.parametrize("kind", ["participants", "criteria"])
def test_a_template_is_read_again(visit, kind: str) -> None:
    opened = visit(lang="en", jenis=kind)
    opened.send(template(kind, "en"))
    assert "has headings only" in opened.words
    assert box(opened, "upload-sheet").options == ["Entries", "Explanations"]
    assert "upload-check" not in keys(opened)


def test_nonsense_in_the_address_is_the_default(visit) -> None:
    opened = visit(jenis="<b>", unggahan="x")
    assert opened.app.selectbox(key="jenis").value == "participants"
    assert dict(opened.app.query_params) == {}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"%PDF-1.7", "The content of file a.xlsx is not what its ending"),
        ("a.exe", b"MZ", "has an ending that is not known"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"Kode Desa,NIK,Bulan\n16.02.01.2020,3171010101900001,2026-03\n", "column NIK looks like identity"),
        ("a.csv", b"Kode Desa,Nama Peserta\n16.02.01.2020,Ana\n", "column Nama Peserta looks like names of people"),
        ("a.csv", b"Kode Desa,Kendala\n16.02.01.2020,HP 081234567890\n", "looks like a phone number"),
    ],
)
def test_a_file_that_is_refused_as_a_whole_leaves_nothing(visit, name: str, content: bytes, said: str) -> None:
    opened = visit(lang="en")
    opened.send(content, name)
    assert said in opened.words
    draft = opened.draft
    assert draft is not None
    assert draft.step == "refused"
    assert draft.content is draft.sheets is draft.table is draft.checked is None
    opened.press("upload-leave")
    assert opened.draft is None
    assert len(opened.app.file_uploader) == 1


def test_a_file_that_is_too_large_is_told(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads_draft, "most_mb", lambda: 0)
    opened = visit(lang="en")
    opened.send(b"x", "besar.csv")
    assert "File besar.csv is too large. At most 0 MB." in opened.words
    assert opened.draft is not None
    assert opened.draft.content is None


def test_a_file_that_is_left_is_gone(visit, layer: gpd.GeoDataFrame) -> None:
    opened = visit(lang="en")
    opened.send(workbook(layer))
    assert opened.draft is not None
    assert opened.draft.content is None  # read, and from then on its cells only
    token = opened.draft.token
    opened.press("upload-check")
    opened.press("upload-leave")
    assert opened.draft is None
    assert not [what for _, what in waiting.st_jobs()._running if token in what]
    assert not [what for what in waiting.st_jobs()._results if token in what]


def test_work_can_be_ended(visit, layer: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    def slow(content: bytes, name: str) -> Sheets:
        assert go_on.wait(SOON)
        return read_table(content, name)

    monkeypatch.setattr(uploads_work, "read_table", slow)
    opened = visit(lang="en")
    opened.app.file_uploader[0].set_value(("peserta.xlsx", workbook(layer), "")).run()
    assert "Reading the file" in opened.words
    opened.app.button(key="stop-upload-open").click().run()
    assert "Stopping" in opened.words
    go_on.set()
    opened.settle()
    assert "Stopped. Nothing was kept." in opened.words


def test_work_that_ends_just_as_the_page_looks_is_told_as_ended(
    visit, layer: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, looked_again, result_of = threading.Event(), threading.Event(), waiting.result_of

    def slow(content: bytes, name: str) -> Sheets:
        assert go_on.wait(SOON)
        return read_table(content, name)

    def ends_first(key: Key, *args: Any, **options: Any) -> Any:
        if looked_again.is_set():
            go_on.set()
            (job,) = [job for (_, what), job in waiting.st_jobs()._running.items() if what == key]
            assert job.done.wait(SOON)
        return result_of(key, *args, **options)

    monkeypatch.setattr(uploads_work, "read_table", slow)
    monkeypatch.setattr(waiting, "result_of", ends_first)
    opened = visit(lang="en")
    opened.app.file_uploader[0].set_value(("peserta.xlsx", workbook(layer), "")).run()
    looked_again.set()
    opened.app.button(key="stop-upload-open").click().run()
    assert "Stopped. Nothing was kept." in opened.words
    assert opened.words.count("Stopped") == 1


def test_columns_are_corrected_and_remembered(visit, records: Engine, layer: gpd.GeoDataFrame) -> None:
    codes = layer[schema.VILLAGE_CODE].iloc[20:23]
    rows = [["Wilayah X", "Org", "Cadangan"], *([code, 5 + i, 70 + i] for i, code in enumerate(codes))]
    opened = visit(lang="en")
    opened.send(files.workbook(rows))
    opened.press("upload-check")
    assert "These columns were not recognised" in opened.words
    choices = {"village_code": "Wilayah X", "active": "Org"}
    for name, heading in choices.items():
        opened.settle(box(opened, f"upload-column-{name}").set_value(heading))
    assert "<li>5</li><li>6</li><li>7</li>" in opened.html
    opened.settle(text(opened, "upload-constant-month").set_value("Maret 2026"))
    opened.settle(text(opened, "upload-constant-segment").set_value("BPU"))
    opened.press("upload-check")
    assert "3 rows in = 3 accepted" in opened.words
    opened.press("upload-back")
    assert {box(opened, f"upload-column-{name}").value for name in choices} == {"Wilayah X", "Org"}
    opened.settle(box(opened, "upload-column-active").set_value("Cadangan"))
    opened.press("upload-check")
    opened.press("upload-keep")
    with reading(records) as connection:
        assert latest(connection)["active"].to_list() == [70, 71, 72]
    again = visit(lang="en")
    again.send(files.workbook([*rows[:-1], [codes.iloc[2], 8, 79]]))
    assert box(again, "upload-column-active").value == "Cadangan"
    assert text(again, "upload-constant-month").value == "Maret 2026"


def test_a_column_that_is_not_wanted_stays_out(visit, layer: gpd.GeoDataFrame) -> None:
    opened = visit(lang="en")
    opened.send(workbook(layer, 3))
    opened.settle(box(opened, "upload-column-inactive").set_value(""))
    opened.press("upload-check")
    checked = opened.draft and opened.draft.checked
    assert checked is not None
    assert checked.accepted["inactive"].isna().all()
    assert "inactive" not in checked.columns.headings


def test_another_sheet_can_be_chosen(visit, layer: gpd.GeoDataFrame) -> None:
    hidden = [files.HEADINGS, row("16.02.01.2020", 4), row("16.02.01.2021", 4)]
    opened = visit(lang="en")
    opened.send(files.workbook([files.HEADINGS, row("16.02.01.2022", 3)], hidden=hidden))
    chosen = box(opened, "upload-sheet")
    assert chosen.value == "Data"
    assert chosen.options == ["Data", "Rahasia (hidden)"]
    opened.settle(chosen.set_value("Rahasia"))
    opened.press("upload-check")
    assert "2 rows in = 2 accepted" in opened.words


def test_outlines_are_checked(visit, records: Engine) -> None:
    square = {"type": "Polygon", "coordinates": [[[103, -3], [103.1, -3], [103.1, -2.9], [103, -3]]]}
    wanted = [("16.02.01.2020", "Desa 19"), ("16.01.99.2001", "Tidak Ada")]
    features = [
        {"type": "Feature", "properties": {"kode_desa": code, "nama_desa": name}, "geometry": square}
        for code, name in wanted
    ]
    opened = visit(lang="en", jenis="outlines")
    opened.send(json.dumps({"type": "FeatureCollection", "features": features}).encode(), "batas{{7*7}}.geojson")
    opened.settle(text(opened, "upload-column-village_name").set_value("tidak_ada"))
    opened.press("upload-check")
    assert "File batas{{7*7}}.geojson has no column tidak_ada" in opened.words
    opened.settle(text(opened, "upload-column-village_name").set_value(""))
    opened.press("upload-check")
    assert "2 rows in = 1 accepted + 0 held + 1 refused" in opened.words
    opened.press("upload-keep")
    assert uploads_in(records)["kind"].to_list() == ["outlines"]


@pytest.mark.parametrize("role", ["agent", "planner"])
def test_rights_are_asked_at_every_deed(
    visit, records: Engine, role: str, layer: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    if role == "agent":
        monkeypatch.setattr(visitor, "current", lambda: Principal(None, "budi", "Budi", "agent"))
        opened = visit(lang="en")
        assert "Your account (budi) may not do this" in opened.words
        assert not opened.app.file_uploader
        return
    opened = visit(lang="en")
    opened.send(workbook(layer))
    opened.press("upload-check")
    monkeypatch.setattr(visitor, "require", refusing("upload.commit"))
    opened.press("upload-keep")
    assert "may not do this" in opened.words
    assert uploads_in(records).empty


# --- rows that wait


def held_file(layer: gpd.GeoDataFrame) -> bytes:
    """Two rows without a code, and two that say the same thing."""
    code = layer[schema.VILLAGE_CODE].iloc[20]
    headings = ["Kode Desa", "Nama Desa", "Kecamatan", "Bulan", "Segmen", "Peserta Aktif"]
    rows = [
        ["", "Desa 31x", HOSTILE[1], "2026-10", "BPU", 3],
        ["", HOSTILE[5], HOSTILE[0], "2026-10", "BPU", 4],
        [code, "", "", "2026-10", "BPU", 5],
        [code, "", "", "2026-10", "BPU", 6],
    ]
    return files.workbook([headings, *rows])


@pytest.fixture
def waiting_rows(visit, records: Engine, layer: gpd.GeoDataFrame) -> Visit:
    opened = visit(lang="en")
    opened.send(held_file(layer))
    opened.press("upload-check")
    assert "4 rows in = 0 accepted + 4 held + 0 refused" in opened.words
    opened.press("upload-keep")
    opened.press("upload-to-held")
    return opened


def test_waiting_rows_are_decided_one_by_one(waiting_rows: Visit, records: Engine, layer: gpd.GeoDataFrame) -> None:
    opened = waiting_rows
    assert "Rows waiting for a decision: 4." in opened.words
    assert "Row 1 of 4" in opened.words
    assert "<img" not in opened.html
    assert HOSTILE[1] in opened.words
    opened.press("upload-held-aside")
    assert "Rows waiting for a decision: 4." in opened.words  # a reason is needed
    opened.settle(opened.app.text_input(key="upload-held-search").set_value("Desa 31"))
    code = layer[schema.VILLAGE_CODE].iloc[31]
    assert opened.app.radio(key="upload-held-village").value == code
    opened.press("upload-held-take")
    assert "Row 2 was taken for Desa 31." in opened.words
    assert "Rows waiting for a decision: 3." in opened.words
    assert counted(records) == 1
    opened.settle(opened.app.text_input(key="upload-held-why").set_value("di luar wilayah {{7*7}}"))
    opened.press("upload-held-aside")
    assert "Row 3 was set aside" in opened.words
    assert "Rows waiting for a decision: 2." in opened.words
    opened.press("upload-held-take")  # one of two rows that say the same thing
    assert counted(records) == 2
    assert "Row 1 of 1" in opened.words
    opened.press("upload-held-take")
    assert "counts already" in opened.words
    opened.settle(opened.app.text_input(key="upload-held-why").set_value("ganda"))
    opened.press("upload-held-aside")
    assert "No row waits for a decision." in opened.words


def test_first_suggestions_are_taken_as_a_list(waiting_rows: Visit, records: Engine) -> None:
    opened = waiting_rows
    opened.settle(opened.app.button_group(key="upload-held-mode").set_value("list"))
    listing = opened.app.dataframe[0].value
    assert len(listing) == 4
    assert HOSTILE[5] in listing["As written"].iloc[1]
    assert opened.app.button(key="upload-take-first").disabled


def test_a_decision_holds_for_all_rows_written_the_same_and_for_the_next_file(
    visit, records: Engine, layer: gpd.GeoDataFrame
) -> None:
    village = layer.iloc[20]
    opened = visit(lang="en")

    def send(*months: str) -> None:
        place = ["", "Sukamulya Raya", village[schema.REGENCY_NAME]]
        opened.send(files.participants([[*place, month, "BPU", 7, 0] for month in months]))
        opened.press("upload-check")

    send("2026-07", "2026-08", "2026-09")
    opened.press("upload-keep")
    opened.press("upload-to-held")
    opened.settle(opened.app.text_input(key="upload-held-search").set_value(village[schema.VILLAGE_CODE]))
    assert opened.app.checkbox(key="upload-held-same").label.endswith("(2)")
    opened.press("upload-held-take")
    assert "This name is remembered" in opened.words
    assert "Other rows written the same that were taken: 2." in opened.words
    assert "No row waits for a decision." in opened.words
    with reading(records) as connection:
        decided = decided_names(connection)
        assert latest(connection)["month"].astype(str).to_list() == ["2026-09-01"]
    assert names_file(decided).decode().splitlines()[0] == "parent_code,name,village_code"
    assert len(opened.app.get("download_button")) == 1
    opened.go("baru")
    opened.press("upload-leave")
    send("2026-10")
    assert "1 rows in = 1 accepted" in opened.words
    assert "name decided before" in opened.words


# --- what is shown


def test_hostile_headings_cells_and_names_are_text(visit, records: Engine) -> None:
    headings = [*files.HEADINGS, *HOSTILE]
    rows = [[*row("16.02.01.2020", text), *HOSTILE] for text in HOSTILE]
    opened = visit()
    opened.send(files.workbook([headings, *rows]), f"../{HOSTILE[1]}\0.xlsx")
    assert opened.draft is not None
    assert opened.draft.step == "columns", opened.words
    opened.settle(box(opened, "upload-column-inactive").set_value(HOSTILE[8]))
    opened.press("upload-check")
    opened.press("upload-back")
    opened.press("upload-check")
    tame = opened.html.replace('<script>document.documentElement.lang = "id"</script>', "")
    assert "<img" not in tame
    assert "<script" not in tame
    assert "<svg" not in tame
    markdown = (*opened.app.error, *opened.app.markdown, *opened.app.info, *opened.app.warning, *opened.app.success)
    assert not [element.value for element in markdown if any(name in element.value for name in HOSTILE)]


def test_the_name_of_a_file_is_one_short_line() -> None:
    assert shown_name("../../etc/x\ny\u202e.csv") == "x y .csv"
    assert shown_name("C:\\data\\peserta.xlsx") == "peserta.xlsx"
    assert shown_name("a" * 200 + ".xlsx").endswith("….xlsx")
    assert len(shown_name("a" * 200 + ".xlsx")) <= 60
    assert shown_name("/") == "-"


def test_examples_are_the_first_different_values_escaped() -> None:
    html = examples(pd.Series([None, "<b>", "<b>", 5, "x" * 80, "y"]), "en")
    assert "<li>&lt;b&gt;</li><li>5</li>" in html
    assert f"{'x' * 39}…" in html
    assert "y</li>" not in html
    assert "empty" in examples(pd.Series([None, float("nan")]), "en")


def test_the_effect_counts_last_months_of_the_segment_of_the_map() -> None:
    figures = pd.DataFrame(
        {"village_code": ["a", "b", "c"], "active_bpu": [10.0, None, 7.0], "active_bpu_basis": ["assumed"] * 3}
    )
    rows = [("a", "2026-01-01", "BPU", 1), ("a", "2026-02-01", "BPU", 4), ("b", "2026-02-01", "PU", 50)]
    rows += [("b", "2026-02-01", "BPU", 5), ("c", "2026-02-01", "BPU", 9), ("x", "2026-02-01", "BPU", 9)]
    accepted = pd.DataFrame(rows, columns=["village_code", "month", "segment", "active"])
    counted = pd.DataFrame({"village_code": ["c"], "month": ["2026-03-01"]})
    found = effect(figures, accepted, counted)
    assert found == effect(figures, accepted[::-1], counted)
    assert (found.villages, found.first, found.before, found.after, found.older) == (2, 2, 10, 9, 1)
    assert effect(figures, accepted.iloc[:0]).villages == 0


def keys(opened: Visit) -> set[str]:
    return {button.key for button in opened.app.button if button.key}


def box(opened: Visit, name: str) -> Selectbox:
    return next(one for one in opened.app.selectbox if str(one.key).startswith(f"{name}-"))


def text(opened: Visit, name: str) -> TextInput:
    return next(one for one in opened.app.text_input if str(one.key).startswith(f"{name}-"))


def refusing(deed: str) -> Callable[[str], Principal]:
    def require(action: str) -> Principal:
        if action == deed:
            raise PlanError("rights.not_allowed", login="ana")
        return ANA

    return require


def test_groups_somebody_pays_for_are_previewed_in_words(visit, layer: gpd.GeoDataFrame) -> None:
    opened = visit(jenis="funded")
    assert "jumlah bulan atau bulan terakhir" in opened.words
    code = layer[schema.VILLAGE_CODE].iloc[0]
    lines = ["Kode desa;Sumber dana;Jumlah orang;Bulan pertama;Jumlah bulan", f"{code};dbh sawit;40;2026-06;6"]
    opened.send("\n".join(lines).encode(), "iuran.csv")
    opened.press("upload-check")
    assert "1 baris masuk = 1 diterima + 0 ditahan + 0 ditolak" in opened.words
    assert all(word in opened.words.split("<tbody>")[-1] for word in ("DBH sawit", "Juni 2026", "November 2026"))
