"""Whether a file is still what was exported: seen from its bytes, its number, its cells; hostile files stay inert."""

import io
import json
import os
import struct
import zipfile
import zlib
from datetime import date
from html import escape

import pytest
from xlsxwriter import Workbook

from geodata.paths import Paths
from planner import stated as reading
from planner.cell_changes import changes
from planner.cli.exports_kept import kept
from planner.cli.session import Session
from planner.errors import PlanError
from planner.export_folder import ExportFolder
from planner.export_shelf import Exported
from planner.provenance import Stamp
from planner.stated import stated
from planner.verification import original, verify
from tests.planner.command_line import run

STAMP = Stamp("list", ".xlsx", "id", date(2026, 11, 23), "ab12", plan="OKI", asked={"regions": ["16.02"]})
ROWS = [["16.02.03.2001", "Lempur", 120], ["16.02.03.2002", "Suka Maju", 0.1], ["16.02.03.2003", "Babel", 7]]


def book(rows=ROWS, *, sheet="Daftar", number=STAMP.id, more=()):
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as made:
        made.set_properties({"comments": number})
        page = made.add_worksheet(sheet)
        page.write_row(0, 0, ["Kode", "Desa", "Orang"])
        for place, row in enumerate(rows, start=1):
            page.write_row(place, 0, row)
        for name in more:
            made.add_worksheet(name).write(0, 0, name)
    return out.getvalue()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def shelf(home):
    return ExportFolder(home / "data" / "exports", "console")


@pytest.fixture
def put(home):
    def write(content, name="list.xlsx"):
        (home / name).write_bytes(content)
        return home / name

    return write


# --- what a file says of itself


TOLD = json.dumps(STAMP.record(), ensure_ascii=False)


def zipped(*members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TOLD.encode(),
        json.dumps({"about": {"export": STAMP.record()}}).encode(),
        json.dumps({"about": json.dumps({"export": STAMP.record()})}).encode(),
        f"<kml><description>{escape(TOLD)}</description></kml>".encode(),
        b"x" * ((1 << 20) - 9) + TOLD.encode(),
        b"x" * ((1 << 20) - 60) + TOLD.encode() + b"y" * (1 << 20),
        zipped(("a", "nothing"), ("b", b"x" * ((1 << 20) - 60) + TOLD.encode())),
    ],
    ids=["json", "inner", "json in json", "xml", "across parts", "across", "zip"],
)
def test_a_file_tells_what_it_was_made_from(put, content):
    found = stated(put(content))
    assert (found.numbers, found.stamp) == ((STAMP.id,), STAMP)
    assert found.sha256 == Exported.of(content).sha256


def test_what_a_file_says_of_itself_is_believed_only_with_its_number(put):
    found = stated(put(TOLD.replace("OKI", "OKU").encode()))
    assert (found.numbers, found.stamp) == ((STAMP.id,), None)
    found = stated(put(b"".join(f"DSP-{n:016X} ".encode() for n in range(100))))
    assert len(found.numbers) == 20
    assert stated(put(b"DSP-0123456789abcdef DSP-012")).numbers == ()


def central_directory_of(size):
    return b"PK\x03\x04" + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, size, 0, 0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"PK\x03\x04" + os.urandom(500),
        central_directory_of(2**31),
        b"PK" + b"PK\x06\x07" + b"\0" * 16 + central_directory_of(10),
        zipped(("a", STAMP.id), compression=zipfile.ZIP_LZMA),
        b'{"id": "' + b"DSP-0123456789ABCDEF" + b'", "x": ' + b"[" * 200_000,
        b'{"id": "DSP-0123456789ABCDEF", "made_on": 1e999}',
        zipped(*((f"{n}", "") for n in range(5_000))),
    ],
)
def test_a_hostile_file_says_nothing_and_does_no_harm(put, content):
    assert stated(put(content)).stamp is None


def test_a_bomb_is_left_when_it_has_unpacked_too_much(put, monkeypatch):
    monkeypatch.setattr(reading, "_UNPACKED", 3 << 20)
    bomb = zipped(("a", b"\0" * (20 << 20)), ("b", STAMP.id))
    assert len(bomb) < 50_000
    unpacked = []
    inflate = zlib.decompressobj

    class Counted:
        def __init__(self, *given):
            self.inner = inflate(*given)

        def decompress(self, *given):
            part = self.inner.decompress(*given)
            unpacked.append(len(part))
            return part

        def __getattr__(self, name):
            return getattr(self.inner, name)

    monkeypatch.setattr(zlib, "decompressobj", Counted)
    assert stated(put(bomb)).numbers == ()
    assert 3 << 20 <= sum(unpacked) < 6 << 20
    monkeypatch.undo()
    assert stated(put(bomb)).numbers == (STAMP.id,)


def test_what_is_no_file_is_refused(home):
    for path, english, indonesian in (
        (home, "no ordinary file", "bukan berkas biasa"),
        (home / "none.xlsx", "cannot be read", "tidak dapat dibaca"),
    ):
        with pytest.raises(PlanError, match=english) as caught:
            stated(path)
        assert indonesian in caught.value.text("id")
    os.mkfifo(home / "pipe")
    with pytest.raises(PlanError, match="no ordinary file"):
        stated(home / "pipe")


# --- verdicts


def test_verdicts(shelf, put):
    content = book()
    assert verify(put(content), shelf).status == "unknown"
    shelf.keep(STAMP, Exported.of(content))
    same = verify(put(content, "renamed.xlsx"), shelf)
    assert (same.status, same.original.stamp) == ("unchanged", STAMP)
    changed = verify(put(book([*ROWS[:2], ["16.02.03.2003", "Babel", 70]])), shelf)
    assert (changed.status, len(changed.entries)) == ("changed", 1)
    assert original(changed, shelf) == content
    unmarked = verify(put(b"other", "a.pdf"), shelf)
    assert unmarked.status == "unmarked"
    with pytest.raises(PlanError, match="not registered in") as caught:
        original(unmarked, shelf)
    assert "tidak ada dalam catatan" in caught.value.text("id")


def test_an_original_that_is_not_kept_is_told(shelf, put):
    content = b"x" * 8_000_001 + STAMP.id.encode()
    shelf.keep(STAMP, Exported.of(content))
    with pytest.raises(PlanError, match=r"\(9 MB\) is registered, but its content is not kept") as caught:
        original(verify(put(content), shelf), shelf)
    assert "isinya tidak disimpan" in caught.value.text("id")


# --- cells


def cells(found):
    return [(cell.sheet, cell.cell, cell.village_code, cell.before, cell.after) for cell in found.cells]


def test_changed_cells_are_named_with_their_village(put):
    rows = [ROWS[0], ["16.02.03.2002", "Suka Maju", 900], ["16.02.03.2003", None, 7]]
    found = changes(book(), put(book(rows)))
    assert cells(found) == [
        ("Daftar", "C3", "16.02.03.2002", 0.1, 900),
        ("Daftar", "B4", "16.02.03.2003", "Babel", None),
    ]
    assert (found.count, found.gone, found.added, found.reordered) == (2, (), (), False)


def test_sorted_removed_and_added_rows_are_told_and_others_stay_paired(put):
    rows = [ROWS[2], ["16.02.03.2009", "Baru", 1], ["16.02.03.2001", "Lempur", 121]]
    found = changes(book(), put(book(rows)))
    assert cells(found) == [("Daftar", "C4", "16.02.03.2001", 120, 121)]
    assert (found.gone, found.added, found.reordered) == (("16.02.03.2002",), ("16.02.03.2009",), True)


def test_a_file_saved_again_has_the_same_cells(put):
    other = book([ROWS[0], ["16.02.03.2002", "Suka Maju", 0.1 + 1e-17], ROWS[2]], number="x")
    assert not changes(book(), put(other)).any


def test_rows_without_villages_are_compared_by_place(put):
    before, after = [["a", 1], ["b", 2]], [["a", 1], ["b", 3], ["c", 4]]
    found = changes(book(before), put(book(after)))
    assert cells(found) == [("Daftar", "B3", "", 2, 3), ("Daftar", "A4", "", None, "c"), ("Daftar", "B4", "", None, 4)]


def test_a_village_copied_twice_is_compared_by_place(put):
    found = changes(book(), put(book([*ROWS, ROWS[0]])))
    assert [cell[1] for cell in cells(found)] == ["A5", "B5", "C5"]


def test_sheets_that_come_and_go_are_named(put):
    found = changes(book(more=["Tentang data"]), put(book(more=["Catatan"])))
    assert (found.sheets_gone, found.sheets_added) == (("Tentang data",), ("Catatan",))
    assert found.any


def test_no_more_than_fifty_cells_are_told_and_all_are_counted(put):
    before, after = ([[f"r{n}", n + step] for n in range(80)] for step in (0, 1))
    found = changes(book(before), put(book(after)))
    assert (len(found.cells), found.count) == (50, 80)


def test_a_text_file_is_compared_too(put):
    text = "Kode;Desa;Ekspor\r\n16.02.03.2001;Lempur;X\r\n16.02.03.2002;Suka;X\r\n"
    found = changes(text.encode("utf-8-sig"), put(text.replace("Suka", "Suka Maju").encode("utf-8-sig"), "a.csv"))
    assert cells(found) == [("", "B3", "16.02.03.2002", "Suka", "Suka Maju")]


# --- the command


def test_the_command_tells_and_restores(capsys, home, shelf, put):
    content = book()
    shelf.keep(STAMP, Exported.of(content))
    code, out, _ = run(capsys, "verify", put(content))
    assert code == 0
    assert f"list.xlsx masih utuh, sama sampai ke bita terakhir: ekspor {STAMP.id}, " in out
    assert "daftar prioritas, 23 November 2026; OKI; data desa ab12" in out
    put(book([["16.02.03.2001", "\x1b[31m=CMD()", 120], *ROWS[1:]]))
    code, out, err = run(capsys, "verify", home / "list.xlsx", "--out", home / "again.xlsx", "--lang", "en")
    assert code == 1
    assert "was CHANGED after its export" in out
    assert "Cells changed: 1.\n- Daftar!B2 (16.02.03.2001): Lempur → " in out
    assert "\x1b" not in out
    assert "The original was written to" in err
    assert (home / "again.xlsx").read_bytes() == content
    code, out, _ = run(capsys, "verify", home / "list.xlsx", "--json")
    told = json.loads(out)
    assert (code, told["status"], told["changes"]["count"], told["exports"][0]["id"]) == (1, "changed", 1, STAMP.id)


def test_the_command_says_why_it_does_not_compare(capsys, shelf, put):
    shelf.keep(STAMP, Exported.of(book()))
    told = {
        "list.pdf": (STAMP.id.encode(), "was not compared cell by cell: that is done for XLSX"),
        "list.ods": (book([["a", 1]]), "was not compared cell by cell: that is done for XLSX"),
        "list.xlsx": (b"PK" + STAMP.id.encode(), "could not be compared cell by cell"),
    }
    for name, (content, sentence) in told.items():
        code, out, _ = run(capsys, "verify", put(content, name), "--lang", "en")
        assert code == 1
        assert sentence in out, name


def test_the_command_tells_of_files_that_are_not_known(capsys, home, put):
    code, out, err = run(capsys, "verify", put(TOLD.encode(), "a.geojson"), "--lang", "en")
    assert code == 1
    assert f"names {STAMP.id}, but that export is not registered in" in out
    assert "By what stands in the file itself, which fits its number:\nMade from: priority list" in out
    code, out, _ = run(capsys, "verify", put(b"x", "b.csv"))
    assert code == 1
    assert "tidak memuat nomor ekspor" in out
    code, _, err = run(capsys, "verify", home / "b.csv", "--out", home / "c.csv", "--lang", "en")
    assert code == 1
    assert "The original was not written" in err


def test_the_file_that_is_looked_at_is_never_written_over(capsys, home, shelf, put):
    shelf.keep(STAMP, Exported.of(book()))
    put(book([["a", 1]]))
    code, _, err = run(capsys, "verify", home / "list.xlsx", "--out", home / "list.xlsx", "--lang", "en")
    assert (code, "may be evidence" in err) == (1, True)
    code, _, err = run(capsys, "verify", home / "list.xlsx", "--out", home / "list.pdf", "--lang", "en")
    assert (code, "its ending is not known. Use one of: .xlsx" in err) == (1, True)
    assert sorted(path.name for path in home.iterdir()) == ["data", "list.xlsx"]


def test_with_records_of_the_office_they_hold_the_register(capsys, home, put):
    assert run(capsys, "db", "upgrade")[0] == 0
    session = Session("en")
    session.paths = Paths.of(home / "data")
    kept(session, STAMP, put(book()))
    code, out, _ = run(capsys, "verify", home / "list.xlsx", "--lang", "en")
    assert (code, "is unchanged to the last byte" in out) == (0, True)
    assert not (home / "data" / "exports" / "register.jsonl").exists()
    assert json.loads(run(capsys, "export", "log", "--json")[1])["exports"][0]["by"] == "console"


def test_the_log_lists_what_was_exported(capsys, shelf):
    assert "Belum ada ekspor yang tercatat di" in run(capsys, "export", "log")[2]
    shelf.keep(STAMP, Exported.of(book()))
    shelf.keep(Stamp("map", ".png", "en", date(2026, 11, 23), "ab12"), Exported.of(b"png"))
    code, out, _ = run(capsys, "export", "log")
    assert code == 0
    assert STAMP.id in out
    assert "gambar peta" in out
    told = json.loads(run(capsys, "export", "log", "--json", "--top", "1")[1])["exports"]
    assert [(one["kind"], one["by"], one["size"]) for one in told] == [("map", "console", 3)]
