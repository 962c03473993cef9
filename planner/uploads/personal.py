"""Personal data is refused before anything of a file is kept (Law 27 of 2022, UU PDP): counts only, nobody's data."""

import re
from collections.abc import Iterator
from typing import Final

import pandas as pd

from planner.uploads.apart.exchange import Cell
from planner.uploads.columns import plain
from planner.uploads.errors import UploadError, listed
from planner.uploads.kinds import ENTRY_KEY_FORM
from planner.uploads.layout import Table
from planner.uploads.table_file import Sheet, Sheets

IDENTITY, PHONE, EMAIL, NAME = "identity", "phone", "email", "name"

_HEADINGS: Final = {
    IDENTITY: re.compile(
        r"((no|nomor|nmr) )?(nik|ktp|e ktp|kk|kartu keluarga|kpj|npwp|paspor|passport|rekening|induk kependudukan)"
        r"( (peserta|tenaga kerja|pekerja|tk|agen|orang|kepala keluarga|number|ktp|kk))?"
        r"|(no|nomor|nmr) (bpjs|bpjs tk|jkn|kartu( peserta)?|peserta|induk kependudukan( nik)?)|id number"
    ),
    PHONE: re.compile(
        r"((no|nomor|nmr) )?(hp|wa|whatsapp|telp|telepon|telpon|tlp|tel|phone|handphone|ponsel|kontak|seluler)"
        r"( (number|peserta|agen|no))?"
    ),
    EMAIL: re.compile(r"(alamat )?(e ?mail|surel)( address)?"),
    NAME: re.compile(
        r"(nama|name|nm) (peserta|lengkap|tenaga kerja|pekerja|tk|orang|kepala keluarga|kk|ibu( kandung)?|anak|pemilik"
        r"|agen|agent|perisai|kader|petugas|perangkat|penduduk|warga|pendaftar|ahli waris|kades|kepala desa|lurah|pic)"
        r"|(full|participant|member|worker|person|mother|agent|first|last|contact) name|(name|nama) of .*"
        r"|alamat( (rumah|lengkap|peserta|tinggal|domisili))?|(home )?address|(tanggal|tgl|tempat|ttl)[a-z ]* lahir"
        r"|(date of )?birth( ?date)?|(nama )?ahli waris|ttl"
    ),
}
_BARE_NAME: Final = re.compile(r"nama|name|nm")
_VILLAGE: Final = re.compile(r"(nama |kode |id )?(desa|kelurahan|village)\b.*")
_COUNTED: Final = re.compile(r"\b(jumlah|jml|total|count|number of|banyak)\b")

_DATE: Final = re.compile(r"(?<![\d.])(\d{4}-\d\d-\d\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?![\d.])")
_DECIMAL: Final = re.compile(r"[+-]?(0|[1-9]\d*)[.,]\d+")
_GROUPING: Final = re.compile(r"(?<=\d)[ .\-/](?=\d)")
# NIK and family card: province, regency, district, day (women + 40), month, year, serial number.
_NIK: Final = re.compile(r"(?<![\d.,])[1-9]\d{5}(?:[0-2]\d|3[01]|[4-6]\d|7[01])(?:0\d|1[0-2])\d{6}(?![\d])")
_SIXTEEN: Final = re.compile(r"\d{16}")
_ROUNDED: Final = re.compile(r"\d[.,]\d{2,}E\+?15", re.IGNORECASE)
_MOBILE: Final = re.compile(r"(?<![\d.,])(?:\+?62[ -]?|0)8[1-9]\d{7,10}(?!\d)")
_ENTRY_KEY: Final = re.compile(ENTRY_KEY_FORM)
_MAIL: Final = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[a-z]{2,}", re.IGNORECASE)


def refuse_personal(sheets: Sheets, table: Table) -> None:
    """Refuse a file with personal data: headings of its table, and every cell of every sheet, hidden ones too.

    Parameters
    ----------
    sheets
        All that the file holds.
    table
        Its table.

    Raises
    ------
    UploadError
        If a column is headed like identity numbers, phones, e-mail, names of people or addresses and is not empty,
        or a cell anywhere holds an identity number, a mobile number or an e-mail address. The text names the places,
        never the values.
    """
    for why, heading in _headed(table):
        raise UploadError(f"upload.personal.{why}", file=sheets.file, place=listed([heading]))
    for sheet in sheets.sheets:
        found = next(_cells(sheet), None)
        if found is not None:
            why, row = found
            raise UploadError(f"upload.personal.cell_{why}", file=sheets.file, row=row, sheet=sheet.name or "CSV")


def _headed(table: Table) -> Iterator[tuple[str, str]]:
    frame = table.frame
    has_village = any(_VILLAGE.fullmatch(plain(str(name))) for name in frame.columns)
    for name in frame.columns:
        heading = plain(str(name))
        if _COUNTED.search(heading):
            continue
        if has_village and _BARE_NAME.fullmatch(heading) and _has_words(frame[name]):
            yield NAME, str(name)
        for why, pattern in _HEADINGS.items():
            if pattern.fullmatch(heading) and (_has_words(frame[name]) if why == NAME else _is_filled(frame[name])):
                yield why, str(name)


def _is_filled(column: pd.Series) -> bool:
    """Whether a column holds anything but counts: a column KK may count families."""
    return bool((~column.dropna().astype(str).str.fullmatch(r"[\d.,]{1,6}|-")).any())


def _has_words(column: pd.Series) -> bool:
    """Whether a column holds words or dates rather than counts."""
    return bool(column.dropna().astype(str).str.contains(r"[^\W\d_]{2}|\d{4}-\d\d-\d\d|\d/\d").any())


def _cells(sheet: Sheet) -> Iterator[tuple[str, int]]:
    for number, row in sheet.rows.items():
        for cell in row:
            why = _of_cell(cell)
            if why:
                yield why, number


def _of_cell(cell: Cell) -> str | None:
    """Name the personal data in a cell."""
    if not isinstance(cell, str):
        return IDENTITY if isinstance(cell, int) and _SIXTEEN.fullmatch(str(cell)) else None
    if "@" in cell and _MAIL.search(cell):
        return EMAIL
    if len(cell) <= 5 or _ENTRY_KEY.fullmatch(cell.strip()):  # random digits, which may look like a phone number
        return None
    return _of_digits(cell.strip())


def _of_digits(cell: str) -> str | None:
    """Name the personal data in the digits of a text."""
    digits = sum(c.isdigit() for c in cell)
    if _ROUNDED.fullmatch(cell):
        return IDENTITY
    if digits < 9 or _DECIMAL.fullmatch(cell):
        return None
    joined = _GROUPING.sub("", _DATE.sub(" ", cell))
    if _NIK.search(joined) or _SIXTEEN.fullmatch(joined.strip()):
        return IDENTITY
    return PHONE if _MOBILE.search(joined) else None
