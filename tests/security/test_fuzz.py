"""Whatever is written into a file or a name: it is taken, or refused with a sentence; no other end is there.

``PLANNER_FUZZ=50`` looks at fifty times as many examples (``make fuzz``). What was found once stands at the end.
"""

import io
import os
import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import DataError
from geodata.names import normalise, readings
from geodata.names_match import MATCH_STATUS, MATCHED_CODE, match
from geodata.names_words import ABBREVIATIONS, NUMBERS, TITLES
from geodata.readers.vector.columns import counts, map_columns, refuse_personal_data, words
from geodata.readers.vector.limits import Limits as OutlineLimits
from geodata.readers.vector.rows import check_rows
from geodata.readers.vector.sandbox import Source
from geodata.readers.vector.shapes import place_shapes
from geodata.readers.vector.staging import FORMATS, stage
from planner.uploads import Limits, Sheet, Sheets, UploadError, check, find_table, read_table, refuse_personal
from planner.uploads.apart.delimited import read_delimited
from planner.uploads.apart.exchange import RefusedError, Request
from planner.uploads.apart.packed import look_through
from planner.uploads.known import Known
from planner.uploads.written_dates import read_dates
from planner.uploads.written_numbers import read_counts, read_numbers
from tests.uploads import files
from tests.uploads.conftest import TODAY
from tests.uploads.conftest import known as _known

TIMES = int(os.environ.get("PLANNER_FUZZ", "1"))
KINDS = ("participants", "visits")


def examples(count: int) -> settings:
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    return settings(max_examples=count * TIMES, deadline=None, suppress_health_check=quiet)


def is_told(error: DataError) -> None:
    """A refusal is a sentence in each language, and no program shows through it."""
    said = {error.text("id"), error.text("en")}
    assert len(said) == 2
    assert all(text.endswith(".") and "Traceback" not in text for text in said)


def request(file: Path) -> Request:
    return Request("csv", str(file), "", 5_000_000, 100, 200, 5, 1000, 50, 10_000, 500, 10**9, 10)


# --- bytes


@st.composite
def damaged(draw, content: bytes):
    """A file in which something was changed, left out, put in, or cut off."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        new = draw(st.binary(max_size=8))
        content = content[:at] + new + content[at + draw(st.sampled_from([0, 0, len(new), 1, 64, 10**6])) :]
    return content


TEXTS = [
    files.delimited([files.HEADINGS, *files.ROWS]),
    files.delimited([files.HEADINGS, *files.ROWS], delimiter=";", encoding="utf-16"),
    b'sep=;\r\n"Kode Desa";"a\nb"\r\n1;"2""3"\r\n',
]


@given(st.one_of(st.binary(max_size=400), st.sampled_from(TEXTS).flatmap(damaged)))
@examples(60)
def test_bytes_of_a_text_file_are_rows_or_a_refusal(content):
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.csv"
        file.write_bytes(content)
        try:
            about, rows = read_delimited(request(file))
            numbers = [number for _, number, row in rows if row[-1] is not None]
        except RefusedError as error:
            is_told(UploadError(error.key, **{"file": "a", "megabytes": 1, **error.values}))
            return
    assert numbers == sorted(set(numbers))
    assert about["delimiter"] in {";", ",", "\t"}


@given(damaged(files.participants()))
@examples(40)
def test_bytes_of_a_workbook_are_looked_through_or_refused(content):
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.xlsx"
        file.write_bytes(content)
        try:
            assert set(look_through(request(file))) == {"macros", "links"}
        except RefusedError as error:
            is_told(UploadError(error.key, **{"file": "a", "megabytes": 1, **error.values}))


@st.composite
def rewritten(draw, content: bytes):
    """A sound archive, one member of which is damaged."""
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    return files.replaced(content, {draw(st.sampled_from(names)): lambda old: draw(damaged(old))})


@given(st.one_of(rewritten(files.participants()), rewritten(files.ods([files.HEADINGS, *files.ROWS]))))
@examples(3)
def test_a_workbook_with_a_damaged_member_is_read_or_refused(content):
    name = "a.ods" if b"opendocument" in content[:200] else "a.xlsx"
    try:
        found = read_table(content, name, limits=Limits(seconds=10, rows=1000))
    except UploadError as error:
        is_told(error)
    else:
        assert all(cell is None or isinstance(cell, str | int | float) for cell in cells(found))


def cells(sheets: Sheets):
    return [cell for sheet in sheets.sheets for row in sheet.rows.values() for cell in row]


ARCHIVE = files.zipped(
    {"a/x.shp": b"\0\0\x27\x0a" * 40, "a/x.dbf": b"\3" * 80, "a/x.shx": b"\0\0\x27\x0a" * 30, "k": "x"}
)
KML = b'<?xml version="1.0"?><kml><Document><Placemark><name>x</name></Placemark></Document></kml>'


@given(
    st.sampled_from(sorted(FORMATS)),
    st.one_of(st.binary(max_size=300), damaged(ARCHIVE), damaged(KML), damaged(files.zipped({"doc.kml": KML}))),
)
@examples(60)
def test_bytes_of_outlines_are_staged_inside_or_refused(ending, content):
    with TemporaryDirectory() as outer:
        inner = Path(outer) / "inner"
        inner.mkdir()
        file = Path(outer) / f"a{ending}"
        file.write_bytes(content)
        try:
            staged = stage(file, inner, None, OutlineLimits(unpacked_bytes=10**6))
        except DataError as error:
            is_told(error)
        else:
            assert staged.file.parent == inner
        assert set(Path(outer).iterdir()) == {file, inner}


# --- cells

WRITTEN = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.sampled_from(
        ["1.250", "1,250", "12,5%", "1 Maret 2026", "03/2026", "2026-13", "31/02/2026", "٣", "²", "-", "1e9"]
    ),
    st.from_regex(r"[+\-−]?[0-9., ]{1,9}( orang|%)?", fullmatch=True),
    st.from_regex(r"[0-9]{1,5}[-/. ][0-9a-z]{1,4}[-/. ][0-9]{0,5}", fullmatch=True),
)


@given(st.lists(WRITTEN, max_size=8))
@examples(10)
def test_each_cell_is_a_figure_or_has_a_reason_or_is_empty(written):
    column = pd.Series(written, index=range(10, 10 + len(written)), dtype=object)
    for read in (read_counts, read_numbers):
        found = read(column)
        assert found.numbers.index.equals(column.index)
        assert not (found.numbers.notna() & found.problems.notna()).any()
    for part in ("day", "month"):
        dates = read_dates(column, today=TODAY, part=part)
        assert not (dates.days.notna() & dates.problems.notna()).any()
        assert (dates.days.dropna() <= pd.Timestamp(TODAY)).all()


@cache
def five() -> Known:
    return _known.__wrapped__() if hasattr(_known, "__wrapped__") else _known._get_wrapped_function()()


LIKELY = st.sampled_from(
    [
        *("16.02.03.2001", "1602032002", "1602030001", 1602032001, "Sukaraja", "Tanjung Lubuk", "OKI", "Maret 2026"),
        *("2026-03", 46082, "PU", "BPU", "bpu", 12, "1.250", "85%", -3, 1.5, "Jumlah", "Total", "", " ", "\u200b"),
    ]
)
CELL = st.one_of(LIKELY, LIKELY, WRITTEN)


@given(
    st.sampled_from(KINDS),
    st.lists(st.lists(CELL, min_size=1, max_size=8).map(tuple), max_size=6),
    st.permutations(files.HEADINGS),
    st.integers(1, 7),
)
@examples(12)
def test_each_row_is_accepted_held_or_refused(kind, rows, headings, width):
    numbered = {number: row for number, row in enumerate([tuple(headings[:width]), *rows], start=1) if any(row)}
    sheets = Sheets("a.xlsx", (Sheet("Data", False, numbered),))
    try:
        table = find_table(sheets, kind)
        refuse_personal(sheets, table)
        found = check(table, kind, five(), today=TODAY)
    except DataError as error:
        is_told(error)
        return
    ends = [*found.accepted.index, *found.held.index, *found.refused.index]
    assert sorted(ends) == sorted(table.frame.index)
    told = set(found.problems["row"])
    assert set(found.refused.index) | set(found.held.index) <= told
    assert not told & set(found.accepted.index)


# --- outlines

SQUARE = shapely.to_wkb(shapely.box(104, -3, 104.1, -2.9))
WKB = st.one_of(
    st.none(),
    st.just(SQUARE),
    damaged(SQUARE),
    st.tuples(*[st.floats(width=32)] * 4).map(lambda b: shapely.to_wkb(shapely.box(*b))),
    st.sampled_from(["POINT (104 -3)", "POLYGON EMPTY", "GEOMETRYCOLLECTION (POINT (1 1))"]).map(
        lambda text: shapely.to_wkb(shapely.from_wkt(text))
    ),
)
CRS = st.one_of(
    st.none(), st.sampled_from(["EPSG:4326", "EPSG:32748", "EPSG:23830", "OGC:CRS84", "+proj=utm +zone=48"]), st.text()
)


@given(
    st.lists(st.tuples(WKB, CELL, CELL, CELL), min_size=1, max_size=5),
    CRS,
    st.sampled_from([None, ["16"], ["16.02"]]),
)
@examples(12)
def test_each_outline_is_taken_or_has_a_reason(rows, crs, regions):
    shapes = np.array([wkb for wkb, *_ in rows], dtype=object)
    frame = pd.DataFrame([row for _, *row in rows], columns=["kode_desa", "nama_desa", "population"])
    try:
        placed = place_shapes(Source("a", ("a",), crs, frame, shapes), "geojson", "a.geojson", OutlineLimits())
        mapping = map_columns(frame, {"population": "population"}, file="a.geojson")
        taken, reasons = check_rows(frame, placed, mapping, regions, OutlineLimits())
    except DataError as error:
        is_told(error)
        return
    good = taken[reasons.isna()]
    assert len(taken) == len(frame)
    assert shapely.is_valid_input(good.geometry.to_numpy()).all()
    assert np.isfinite(shapely.bounds(good.geometry.to_numpy())).all()
    assert good["village_code"].is_unique
    assert good["village_code"].str.fullmatch(r"\d\d\.\d\d\.\d\d\.\d{4}").all()


@given(st.dictionaries(st.text(max_size=10), st.lists(CELL, min_size=2, max_size=2), max_size=4))
@examples(15)
def test_columns_of_any_name_are_read_or_refused(columns):
    frame = pd.DataFrame(columns)
    try:
        refuse_personal_data(frame, file="a.gpkg")
    except DataError as error:
        is_told(error)
    for name in frame.columns:
        number, bad = counts(frame[name])
        assert (number[~bad].dropna() >= 0).all()
        assert words(frame[name]).notna().all()


# --- names

PIECES = [
    *sorted(ABBREVIATIONS),
    *sorted(NUMBERS),
    *sorted(TITLES["village"]),
    "XIV",
    "D",
    "2",
    "Oe",
    "dj",
    "ll",
    "99999999999",
]
NAME = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
    st.tuples(st.sampled_from(PIECES), st.integers(1, 3000)).map(lambda of: f"{of[0]} " * of[1]),
)


@given(NAME, st.sampled_from(["village", "district", "regency", "province"]))
@examples(80)
def test_any_name_has_one_spelling_that_stays(name, level):
    once = normalise(name, level)
    assert once.isascii()
    assert 1 <= len(readings(name, level)) <= 32
    if level == "village":
        assert normalise(once) == once


@given(st.lists(st.tuples(NAME, CELL, CELL, CELL), max_size=4))
@examples(25)
def test_any_row_is_matched_to_a_village_that_is_there_or_to_none(rows):
    written = pd.DataFrame(rows, columns=["village_name", "village_code", "district_name", "regency_name"])
    found = match(written, five().villages).rows
    taken = found[MATCH_STATUS] == "accepted"
    assert found.loc[taken, MATCHED_CODE].isin(five().villages["village_code"]).all()
    assert found.loc[~taken, MATCHED_CODE].isna().all()


# --- found by fuzzing


@pytest.mark.parametrize("word", ["dua", "satu", "sebelas"])
def test_a_name_of_thousands_of_number_words_is_read(word):
    """Took one call of a function for each word, and so came to an end after a thousand."""
    assert normalise(f"{word} " * 5000).split() == [word] * 5000
