"""What every reader refuses, and that each reason can be told in both languages."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import texts
from geodata.errors import DataError, MachineError
from geodata.readers import (
    Reading,
    boundaries,
    bridge,
    bumdes,
    fields,
    files,
    icraf,
    idm,
    mills,
    official,
    polling,
    ports,
    rings,
    sieve,
    sql,
    towns,
)
from tests.conftest import assert_aligned, assert_unchanged

FOLDER = DataError.folder

READERS = {
    "boundaries": (lambda path: boundaries.read_boundaries([path]), "x_kel_16.02.sql"),
    "places": (official.read_places, "wilayah.sql"),
    "population": (official.read_population, "wilayah_penduduk.sql"),
    "area": (official.read_area, "wilayah_luas.sql"),
    "polling": (polling.read_polling_stations, "tps2.json"),
    "idm": (lambda path: idm.read_idm([path]), "16.json"),
    "mills": (mills.read_mills, "universal_mill_list.csv"),
    "ports": (ports.read_ports, "indonesia.csv"),
    "towns": (towns.read_towns, "towns_geonames.csv"),
    "bumdes": (bumdes.read_bumdes, "18_bumdes.csv"),
    "icraf": (icraf.read_icraf, "main_df_sumsel.csv"),
    "bridge": (bridge.read_bridge, "bridge.parquet"),
}


@pytest.fixture(params=READERS)
def reader(request, tmp_path):
    """A reader, and the path of a file that is not there yet."""
    read, name = READERS[request.param]
    return read, tmp_path / name


def parquet_bytes(folder):
    path = folder / "other.parquet"
    pd.DataFrame({"x": [1]}).to_parquet(path)
    return path.read_bytes()


def assert_refused(read, path, *, keys, kind=DataError):
    with pytest.raises(kind, match=path.name) as refused:
        read(path)
    assert refused.value.key in keys
    assert path.name in refused.value.text("id")
    return refused.value


def test_missing_file(reader):
    error = assert_refused(*reader, keys={"readers.missing"})
    assert "planner data fetch" in str(error)


def test_folder(reader):
    read, path = reader
    path.mkdir()
    assert_refused(read, path, keys={"readers.folder"})


@pytest.mark.parametrize("content", [b"", b" \n\n"])
def test_empty_file(reader, content):
    read, path = reader
    path.write_bytes(content)
    assert_refused(read, path, keys={"readers.empty"})


def test_file_that_may_not_be_read(reader, monkeypatch):
    read, path = reader
    path.write_text("x")

    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    error = assert_refused(read, path, keys={"readers.unreadable"}, kind=MachineError)
    assert "Permission denied" in str(error)


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html>\n<html><body>404: Not Found</body></html>",
        b"\xef\xbb\xbf <HTML>",
        b"PK\x03\x04rest",
        b"\x1f\x8brest",
        b"SQLite format 3\0rest",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0",
        "INSERT".encode("utf-16"),
        b"404: Not Found",
        b'{"message": "Not Found"}',
        b"[1, 2]",
        b"a,b\n1,2\n",
        b"\xff\xfe\xfd",
    ],
)
def test_file_of_another_kind(reader, content):
    read, path = reader
    path.write_bytes(content)
    kinds = {"wrong_kind", "no_inserts", "json_broken", "json_shape", "columns_missing", "parquet_broken"}
    error = assert_refused(read, path, keys={f"readers.{kind}" for kind in kinds})
    assert "xpected" in str(error) or "not" in str(error)


def test_parquet_under_another_name(reader, tmp_path):
    read, path = reader
    path.write_bytes(parquet_bytes(tmp_path))
    assert_refused(read, path, keys={"readers.wrong_kind", "readers.columns_missing"})


def test_cut_off_parquet(tmp_path):
    path = tmp_path / "bridge.parquet"
    path.write_bytes(parquet_bytes(tmp_path)[:-10])
    assert_refused(bridge.read_bridge, path, keys={"readers.parquet_broken"})


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"tps": {"1602032001": [4', "readers.json_broken"),
        ("[" * 200_000, "readers.json_shape"),
        ('{"tps": [1]}', "readers.json_shape"),
        ('{"tps": {}}', "readers.no_rows"),
    ],
)
def test_broken_json(tmp_path, text, key):
    path = tmp_path / "tps2.json"
    path.write_text(text)
    assert_refused(polling.read_polling_stations, path, keys={key})


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ('iso3,label,latitude,longitude\nIDN,"Muntok,-2,105\n', "readers.csv_broken", "quotation mark"),
        ("iso3,label,lat\nIDN,Muntok,-2\n", "readers.columns_missing", "lacks the columns latitude, longitude"),
        ("iso3;label;latitude;longitude\n", "readers.columns_missing", "first line"),
        ("iso3,label,latitude,longitude\n\n", "readers.no_rows", "no row of data"),
    ],
)
def test_broken_csv(tmp_path, text, key, told):
    path = tmp_path / "indonesia.csv"
    path.write_text(text)
    assert told in str(assert_refused(ports.read_ports, path, keys={key}))


def test_csv_rows_of_another_width_are_reported(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'\xef\xbb\xbfb, a ,c\r\n1,"2\r\n""x""",3\r\n\r\n4,5\r\n6,7,8,9\r\n10,11,12')
    reading = files.read_csv(path, ("a", "b"))
    assert reading.frame.to_numpy().tolist() == [['2\r\n"x"', "1"], ["11", "10"]]
    assert reading.frame.index.tolist() == [("a.csv", 1), ("a.csv", 4)]
    assert reading.rejected["row"].tolist() == [2, 3]
    assert set(reading.rejected["reason"]) == {files.ROW_WIDTH}


def test_all_texts_of_readers_render_in_both_languages():
    found = texts.load(FOLDER)
    values = dict.fromkeys(("file", "expected", "why", "found", "line", "column", "missing"), 7)
    values |= dict.fromkeys(("district", "listed", "said", "count", "codes", "code"), 7)
    ours = [key for key in found if key.startswith(("readers.", "codes."))]
    for key in ours:
        for language in texts.LANGUAGES:
            assert texts.render(FOLDER, key, language, values).endswith(".")
    assert len(ours) > 40


def test_every_reason_a_module_names_has_a_text():
    found = texts.load(FOLDER)
    modules = [boundaries, bumdes, fields, files, icraf, idm, mills, official, rings, sieve, sql]
    named = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, str) and value.startswith("readers.")
    ]
    assert len(named) > 20
    assert set(named) <= set(found)


def raw(rows):
    index = pd.MultiIndex.from_product([["a.csv"], range(1, rows + 1)], names=["file", "row"])
    frame = pd.DataFrame({"key": range(rows)}, index=index)
    return Reading(frame=frame, rejected=pd.DataFrame(columns=["file", "row", "reason"]), total=rows)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 3)), min_size=1))
def test_sieve_accounts_for_every_row(rows):
    source = raw(len(rows))
    keys = pd.Series([key for *_, key in rows], index=source.frame.index)
    first = sieve.flag(pd.Series([a for a, *_ in rows], index=keys.index), "first")
    second = sieve.flag(pd.Series([b for _, b, _ in rows], index=keys.index), "second")
    before = source.frame.copy()
    reasons = sieve.repeats(keys, sieve.first_reason(first, second))
    assert_aligned(reasons, source.frame)
    reading = sieve.sift(source, source.frame, reasons)
    assert_unchanged(source.frame, before)
    assert reading.total == len(rows)
    usable = [key for a, b, key in rows if not a and not b]
    assert keys.to_numpy()[reading.frame["key"]].tolist() == list(dict.fromkeys(usable))
    assert (reading.rejected["reason"] == "first").sum() == sum(a for a, *_ in rows)


@pytest.mark.parametrize(
    ("written", "number", "count"),
    [
        (" 12 ", 12, 12),
        ("-3", -3, None),
        ("2.5", 2.5, None),
        ("1e3", 1000, 1000),
        ("inf", None, None),
        ("x", None, None),
    ],
)
def test_numbers_and_counts(written, number, count):
    field = pd.Series([written])
    assert fields.numbers(field).tolist() == pytest.approx(
        [number if number is not None else float("nan")], nan_ok=True
    )
    assert fields.counts(field).isna().tolist() == [count is None]
    assert fields.unreadable(field, fields.counts(field)).tolist() == [count is None]


def test_blank_fields_are_missing_not_unreadable():
    field = pd.Series(["", " ", "NA", "-", None], dtype="str")
    assert fields.blank(field).all()
    assert not fields.unreadable(field, fields.numbers(field)).any()
    assert fields.names(pd.Series([" a\u00a0\n b ", "\u200b", None])).fillna("?").tolist() == ["a b", "?", "?"]
