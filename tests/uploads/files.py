"""Files that offices bring, and files that no office should, made in code."""

import io
import struct
import zipfile

import xlsxwriter

HEADINGS = ["Kode Desa", "Nama Desa", "Kabupaten", "Bulan", "Segmen", "Peserta Aktif", "Peserta Tidak Aktif"]
ROWS = [
    ["16.02.03.2001", "Suka Maju", "Kabupaten Ogan Komering Ilir", "Maret 2026", "BPU", 120, 15],
    ["16.02.03.2002", "Tanjung Sari", "OKI", "2026-03", "PU", 40, 3],
]


def workbook(rows, *, name="Data", hidden=None, merged=(), formulas=None, macro=None) -> bytes:
    """An XLSX of rows; ``hidden`` are rows of a second, hidden sheet; text is written as text."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if cell is not None:
                    sheet.write(i, j, cell)
        for area in merged:
            sheet.merge_range(*area)
        for cell, (formula, value) in (formulas or {}).items():
            sheet.write_formula(cell, formula, None, value)
        if hidden is not None:
            other = book.add_worksheet("Rahasia")
            for i, row in enumerate(hidden):
                other.write_row(i, 0, row)
            other.hide()
        if macro is not None:
            book.add_vba_project(io.BytesIO(macro), is_stream=True)
    return target.getvalue()


def participants(rows=ROWS) -> bytes:
    return workbook([HEADINGS, *rows])


def delimited(rows, *, delimiter=",", encoding="utf-8") -> bytes:
    return "\r\n".join(delimiter.join(str(cell) for cell in row) for row in rows).encode(encoding)


def zipped(members, *, compression=zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def replaced(content: bytes, members) -> bytes:
    """A workbook with members added or put in the place of others; a function is given the old content."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        for name in names:
            given = members.get(name)
            before = old.read(name)
            new.writestr(name, before if given is None else given(before) if callable(given) else given)
        for name, given in members.items():
            if name not in names:
                new.writestr(name, given)
    return target.getvalue()


def flagged_encrypted(content: bytes) -> bytes:
    """A zip whose entries say that they need a password."""
    changed = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(signature, at + 4)
    return bytes(changed)


def lying_sizes(content: bytes, size: int = 10) -> bytes:
    """A zip whose directory says that every member is tiny."""
    changed = bytearray(content)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 24 : at + 28] = struct.pack("<I", size)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def old_excel(stream: str) -> bytes:
    """A compound file (MS-CFB) with the name of one stream in its directory, and nothing that Excel could read."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    return head + stream.encode("utf-16-le") + b"\0" * 512


def ods(rows, *, manifest_extra="", entities="") -> bytes:
    """An ODS of text and numbers."""

    def cell(value) -> str:
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    lines = "".join(f"<table:table-row>{''.join(cell(v) for v in row)}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{entities}<office:document-content {spaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="Data">{lines}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        f'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{manifest_extra}'
        "</manifest:file-entry></manifest:manifest>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        archive.writestr("META-INF/manifest.xml", manifest)
    return target.getvalue()
