"""Hostile tables: refused with a sentence in both languages, or cleaned and told; never followed, never run."""

import os
import socket
import tempfile
import threading
import zlib
from contextlib import closing

import pytest

from planner.uploads import Limits, UploadError, check, open_table, read_table
from planner.uploads.table_file import FORMATS
from tests.uploads import files
from tests.uploads.conftest import TODAY

SMALL = Limits(seconds=20)


@pytest.fixture(scope="module")
def listener():
    """A server on loopback that counts who calls."""
    calls = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0.2)
        stop = threading.Event()

        def listen():
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                calls.append(1)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", calls
        stop.set()
        thread.join()


def shared_strings(text: str):
    return {"xl/sharedStrings.xml": text.encode()}


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><sst><si><t>&i;</t></si></sst>"
)
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "{address}/x">]><sst><si><t>&e;</t></si></sst>'
XXE_FILE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst><si><t>&e;</t></si></sst>'
GOOD = files.participants()


def zip_bomb() -> bytes:
    return files.replaced(GOOD, {"xl/media/image1.png": b"\0" * 50_000_000})


def far_apart() -> bytes:
    """Two cells, one at each end of the sheet: 17 thousand million cells for a reader that lays them all out."""
    return files.workbook([["Kode Desa"]], formulas={"XFD1048576": ("=1", 1)})


def many_members() -> bytes:
    return files.replaced(GOOD, {f"xl/extra/{i}.bin": b"x" for i in range(1100)})


REFUSED = {
    "xxe_http.xlsx": (lambda a: files.replaced(GOOD, shared_strings(XXE.replace("{address}", a))), "DOCTYPE"),
    "xxe_file.xlsx": (lambda _: files.replaced(GOOD, shared_strings(XXE_FILE)), "DOCTYPE"),
    "billion_laughs.xlsx": (lambda _: files.replaced(GOOD, shared_strings(LAUGHS)), "DOCTYPE"),
    "entities.ods": (lambda _: files.ods(files.ROWS, entities='<!DOCTYPE a [<!ENTITY x "y">]>'), "DOCTYPE"),
    "zip_bomb.xlsx": (lambda _: zip_bomb(), "swells beyond reason"),
    "lying_bomb.xlsx": (lambda _: files.lying_sizes(zip_bomb()), "swells beyond reason|damaged"),
    "far_apart.xlsx": (lambda _: far_apart(), "without a result"),
    "nested.xlsx": (lambda _: files.replaced(GOOD, {"xl/inner.zip": GOOD}), "holds another archive"),
    "many_members.xlsx": (lambda _: many_members(), "made of"),
    "climbs.xlsx": (lambda _: files.replaced(GOOD, {"../../etc/cron.d/x": b"x"}), "points outside"),
    "absolute.xlsx": (lambda _: files.replaced(GOOD, {"/etc/passwd": b"x"}), "points outside"),
    "windows.xlsx": (lambda _: files.replaced(GOOD, {"C:\\Windows\\x.dll": b"x"}), "points outside"),
    "password_flag.xlsx": (lambda _: files.flagged_encrypted(GOOD), "password"),
    "encrypted.xlsx": (lambda _: files.old_excel("EncryptedPackage"), "password"),
    "encrypted.ods": (
        lambda _: files.ods(files.ROWS, manifest_extra='<manifest:encryption-data manifest:checksum="x"/>'),
        "password",
    ),
    "cut.xlsx": (lambda _: GOOD[: len(GOOD) // 2], "damaged"),
    "only_zip.xlsx": (lambda _: files.zipped({"desa.csv": "a,b"}), "ordinary ZIP"),
    "noise.xlsx": (lambda _: b"PK\x03\x04" + bytes(range(256)) * 40, "damaged"),
    "broken_sheet.xlsx": (
        lambda _: files.replaced(GOOD, {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row><c></row>"}),
        "damaged",
    ),
    "nonsense.xls": (lambda _: files.old_excel("Workbook"), "damaged"),
    "excel.csv": (lambda _: files.old_excel("Workbook"), "not what its ending"),
    "workbook.csv": (lambda _: GOOD, "not what its ending"),
    "page.xls": (lambda _: b"<html><body><table><tr><td>16.02.03.2001</td></tr></table></body></html>", "found HTML"),
    "page.csv": (lambda _: b"\xef\xbb\xbf <!DOCTYPE html><html>", "found HTML"),
    "vrt.csv": (lambda _: b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', "found XML"),
    "spreadsheet2003.xls": (lambda _: b'<?xml version="1.0"?><Workbook/>', "found XML"),
    "pdf.xlsx": (lambda _: b"%PDF-1.7 ...", "found PDF"),
    "script.exe": (lambda _: b"MZ", "ending that is not known"),
    "table.csv.gz": (lambda _: b"\x1f\x8b", "ending that is not known"),
    "binary.xlsb": (lambda _: GOOD, "ending that is not known"),
    "empty.csv": (lambda _: b"", "is empty"),
    "empty.xlsx": (lambda _: b"", "is empty"),
    "blank.csv": (lambda _: b"\n\n;;\n", "is empty"),
    "no_cells.xlsx": (lambda _: files.workbook([]), "is empty"),
    "headings.csv": (lambda _: files.delimited([files.HEADINGS]), "headings only"),
    "headings.xlsx": (lambda _: files.workbook([files.HEADINGS]), "headings only"),
    "numbers_only.csv": (lambda _: b"1,2,3\n4,5,6\n", "No row of headings"),
    "nul.csv": (lambda _: files.delimited([files.HEADINGS, *files.ROWS]).replace(b"Suka", b"Su\0a"), "zero bytes"),
    "noise.csv": (lambda _: bytes(range(256)) * 20, "zero bytes"),
    "undefined.csv": (lambda _: b"Kode Desa,Bulan\n\x81\x8d\x8f,x\n", "neither UTF-8"),
    "open_quote.csv": (lambda _: b'Kode Desa,Bulan\n"16.02,x\n', "quote is not closed"),
    "million_columns.csv": (lambda _: b"Kode Desa" + b",x" * 1_000_000, "columns"),
    "million_rows.csv": (lambda _: b"Kode Desa,Bulan\n" + b"1,2\n" * 300_000, "more than 200,000 rows"),
    "long_cell.csv": (lambda _: b"Kode Desa,Bulan\n" + b"x" * 5_000_000 + b",1\n", "one cell has"),
    "long_cell.xlsx": (lambda _: files.workbook([files.HEADINGS, ["x" * 30_000]]), "one cell has"),
    "huge.csv": (lambda _: b"x" * 20_000_001, "too large"),
    "only_hidden.xlsx": (lambda _: files.workbook([], hidden=[files.HEADINGS, *files.ROWS]), "are hidden"),
    "sixty_sheets.ods": (lambda _: sheets(60), "60 sheets"),
}


def sheets(count: int) -> bytes:
    table = "</table:table><table:table table:name="
    content = files.ods([["Kode Desa"]])
    names = "".join(f'{table}"S{i}">' for i in range(count - 1))
    return files.replaced(
        content, {"content.xml": lambda old: old.replace(b"</table:table>", f"{names}</table:table>".encode())}
    )


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_sentence(name, listener):
    address, calls = listener
    make, said = REFUSED[name]
    content = make(address)
    with pytest.raises(UploadError, match=said) as caught:
        open_table(content, name, "participants", limits=SMALL)
    for language in ("id", "en"):
        text = caught.value.text(language)
        assert text.strip()
        assert "Traceback" not in text
        assert tempfile.gettempdir() not in text
    assert calls == []


def test_at_least_forty_kinds_of_harm():
    assert len(REFUSED) + len(CLEANED) >= 60


NAMES = {
    "jinja": "{{7*7}}",
    "jinja_statement": "{% import os %}",
    "script": "<script>alert(1)</script>",
    "template_literal": "${alert(1)}",
    "image": '<img src=x onerror="alert(1)">',
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("code", ["16.02.03.2001", None])
def test_a_name_that_is_program_code_is_refused_and_stands_in_no_sentence(name, code, known):
    rows = [[code, NAMES[name], "OKI", "2026-03", "BPU", 5, 1]]
    content = files.workbook([[NAMES[name], *files.HEADINGS], *([NAMES[name], *row] for row in rows)])
    found = check(open_table(content, "a.xlsx", "participants"), "participants", known, today=TODAY)
    assert len(found.refused) == 1
    assert set(found.problems["reason"]) == {"upload.refused.village_name"}
    for note in found.notes:
        assert not set(note.text("id")) & set("<>{}$")


def with_name(text: str) -> bytes:
    return files.participants([["16.02.03.2001", text, "OKI", "2026-03", "BPU", 5, 1]])


MACRO = files.old_excel("VBA")
RELATED = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"'
    ' Target="{address}/x.xlsx" TargetMode="External"/></Relationships>'
)
CLEANED = {
    "macro.xlsm": (lambda _: files.workbook([files.HEADINGS, *files.ROWS], macro=MACRO), "Macros in the file"),
    "links.xlsx": (
        lambda a: files.replaced(
            GOOD,
            {
                "xl/externalLinks/externalLink1.xml": b"<x/>",
                "xl/externalLinks/_rels/externalLink1.xml.rels": RELATED.replace("{address}", a),
            },
        ),
        "are not opened",
    ),
    "hidden.xlsx": (lambda _: files.workbook([files.HEADINGS, *files.ROWS], hidden=[["x"]]), "Hidden sheets"),
    "controls.xlsx": (lambda _: with_name("Su\x07ka\u202e Maju\u200b"), "Signs that are not seen"),
    "controls.csv": (
        lambda _: files.delimited([files.HEADINGS, ["16.02.03.2001", "Su\x1bka\u202e", "OKI", "2026-03", "BPU", 5, 1]]),
        "Signs that are not seen",
    ),
    "utf16.csv": (
        lambda _: files.delimited([files.HEADINGS, *files.ROWS], delimiter="\t", encoding="utf-16"),
        "utf-16",
    ),
    "utf16_bare.csv": (lambda _: files.delimited([files.HEADINGS, *files.ROWS], encoding="utf-16-le"), "utf-16-le"),
    "mark.csv": (lambda _: files.delimited([files.HEADINGS, *files.ROWS], encoding="utf-8-sig"), "utf-8-sig"),
    "windows.csv": (
        lambda _: files.delimited([[*files.HEADINGS, "Kendála"], *files.ROWS], delimiter=";", encoding="cp1252"),
        "cp1252",
    ),
    "excel_says.csv": (lambda _: b"sep=;\r\n" + files.delimited([files.HEADINGS, *files.ROWS], delimiter=";"), "by ;"),
    "twice.xlsx": (
        lambda _: files.workbook([[*files.HEADINGS, "Bulan"], *([*row, "x"] for row in files.ROWS)]),
        "stand twice",
    ),
    "formula_value.xlsx": (
        lambda _: files.workbook([files.HEADINGS, files.ROWS[0]], formulas={"F2": ("=60+60", 120)}),
        None,
    ),
}


@pytest.mark.parametrize("name", CLEANED)
def test_cleaned_and_told(name, listener):
    address, calls = listener
    make, said = CLEANED[name]
    table = open_table(make(address), name, "participants", limits=SMALL)
    notes = " ".join(note.text("en") for note in table.notes)
    assert said is None or said in notes
    assert all(note.text("id") for note in table.notes)
    first = table.frame.iloc[0]
    assert first["Kode Desa"] == "16.02.03.2001"
    assert str(first["Peserta Aktif"]) in {"120", "5"}
    assert str(first["Nama Desa"]).isprintable()
    assert calls == []


def test_a_formula_as_text_stays_text_and_is_not_computed():
    words = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", '=HYPERLINK("http://x","y")']
    table = open_table(
        files.workbook([["Kode Desa", "Bulan", "Segmen", "Catatan"], *(["16", "2026-03", "PU", w] for w in words)]),
        "a.xlsx",
        "participants",
    )
    assert list(table.frame["Catatan"]) == words


@pytest.mark.parametrize("path", ["../../etc/passwd.csv", "..\\..\\x.csv", "a\n<b>.csv", "{{7*7}}.csv"])
def test_the_name_of_a_file_is_only_words(path):
    with pytest.raises(UploadError) as caught:
        read_table(b"", path)
    text = caught.value.text("en")
    assert not set(text) & set("<>{}\n\\")
    assert "/" not in text


def test_a_folder_a_pipe_and_a_missing_file_are_refused(tmp_path):
    folder, pipe = tmp_path / "folder.csv", tmp_path / "pipe.csv"
    folder.mkdir()
    os.mkfifo(pipe)
    device = tmp_path / "device.csv"
    device.symlink_to("/dev/zero")
    for path in (folder, pipe, device):
        with pytest.raises(UploadError, match="not a regular file"):
            read_table(path, path.name)
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    for path in (tmp_path / "none.csv", loop):
        with pytest.raises(UploadError, match=r"not found|may not be read"):
            read_table(path, path.name)


def test_a_link_to_a_file_is_read_as_that_file(tmp_path):
    (tmp_path / "real.csv").write_bytes(files.delimited([files.HEADINGS, *files.ROWS]))
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real.csv")
    assert len(read_table(link, link.name).sheets[0].rows) == 3


def test_memory_of_the_child_is_capped():
    with pytest.raises(UploadError, match="300 MB of memory"):
        read_table(far_apart(), "a.xlsx", limits=Limits(memory_bytes=300_000_000))


def test_time_of_the_child_is_capped():
    wide = files.delimited([["x"] * 100] * 95_000)
    with pytest.raises(UploadError, match="after 1 seconds"):
        read_table(wide, "a.csv", limits=Limits(seconds=1, cells=10**9))


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read_table(GOOD, "a.xlsx")
    with pytest.raises(UploadError):
        read_table(zip_bomb(), "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_member_is_unpacked_into_nothing_and_counted_as_it_is():
    content = files.lying_sizes(files.zipped({"[Content_Types].xml": b"a" * 9_000_000}))
    assert len(zlib.compress(b"a" * 9_000_000)) < 10_000
    with pytest.raises(UploadError, match=r"larger than 5 MB|damaged"):
        read_table(content, "a.xlsx", limits=Limits(unpacked_bytes=5_000_000))


def test_every_format_is_read():
    made = {
        ".csv": files.delimited([files.HEADINGS, *files.ROWS]),
        ".txt": files.delimited([files.HEADINGS, *files.ROWS], delimiter="\t"),
        ".xlsx": GOOD,
        ".xlsm": GOOD,
        ".ods": files.ods([files.HEADINGS, *files.ROWS]),
    }
    for ending, content in made.items():
        frame = open_table(content, f"a{ending}", "participants").frame
        assert list(frame.columns) == files.HEADINGS
        assert [str(v) for v in frame["Peserta Aktif"]] == ["120", "40"]
    assert set(made) | {".xls"} == set(FORMATS)
