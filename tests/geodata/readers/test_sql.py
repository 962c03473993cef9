"""The tokenizer of SQL dumps: every way in which files are known to differ, and hostile ones."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geodata.errors import DataError
from geodata.readers import sql

COLUMNS = ("kode", "nama")
PLAIN = "INSERT INTO t(kode,nama) VALUES ('1','a'),('2','b');"

_ESCAPES = {"\\": "\\\\", "'": "\\'", '"': '\\"', "\0": "\\0", "\n": "\\n", "\r": "\\r", "\x1a": "\\Z", "\t": "\\t"}


@pytest.fixture
def read(tmp_path):
    def _read(text, columns=COLUMNS):
        path = tmp_path / "dump.sql"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return sql.read_inserts(path, columns)

    return _read


def rows(reading):
    return [tuple(None if isinstance(v, float) else v for v in row) for row in reading.frame.itertuples(index=False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PLAIN, [("1", "a"), ("2", "b")]),
        (PLAIN.replace(";", ""), [("1", "a"), ("2", "b")]),
        (PLAIN.replace(",(", "\r\n,\r\n("), [("1", "a"), ("2", "b")]),
        ("insert into `db`.`t` (`kode`, `nama`)\nvalues\n\t(1, 'a')", [("1", "a")]),
        ("INSERT IGNORE INTO t VALUES (1,'a')", [("1", "a")]),
        ("REPLACE INTO t(kode,nama) VALUE (1,'a')", [("1", "a")]),
        ("INSERT INTO t(nama,id,kode) VALUES ('a',7,'1')", [("1", "a")]),
        ("INSERT INTO t(kode,nama) VALUES ('1','Ba''u'),('2','Ba\\'u')", [("1", "Ba'u"), ("2", "Ba'u")]),
        ('INSERT INTO t(kode,nama) VALUES (\'1\',"Ba\'u ""x""")', [("1", 'Ba\'u "x"')]),
        ("INSERT INTO t(kode,nama) VALUES ('1','a\\\\'),('2','')", [("1", "a\\"), ("2", "")]),
        ("INSERT INTO t(kode,nama) VALUES ('1','two\nlines (and\n(more')", [("1", "two\nlines (and\n(more")]),
        ("INSERT INTO t(kode,nama) VALUES (NULL,'NULL'),(null,-1.5e-3)", [(None, "NULL"), (None, "-1.5e-3")]),
        ("INSERT INTO t(kode,nama) VALUES (1,'a'); INSERT INTO t(nama,kode) VALUES ('b',2);", [("1", "a"), ("2", "b")]),
        ("-- INSERT INTO t(kode,nama) VALUES (9,'x')\n/* it's ('9','x'); */" + PLAIN, [("1", "a"), ("2", "b")]),
        ("INSERT INTO t(kode,nama) VALUES -- it's\n(1,'a') /* , */, # it's\n(2,'-- c')", [("1", "a"), ("2", "-- c")]),
        ("DELETE FROM t WHERE kode LIKE 'INSERT INTO t(kode,nama) VALUES (9,9)';" + PLAIN, [("1", "a"), ("2", "b")]),
        ("INSERT INTO other(id) VALUES ('9'),('8');" + PLAIN, [("1", "a"), ("2", "b")]),
        ("INSERT INTO t(kode,nama) VALUES (1,'a') ON DUPLICATE KEY UPDATE nama='(2)';", [("1", "a")]),
        (b"\xef\xbb\xbf" + PLAIN.encode(), [("1", "a"), ("2", "b")]),
        ("INSERT INTO t(kode,nama) VALUES (1,'NANGGRÖ')".encode("latin-1"), [("1", "NANGGRÖ")]),
        ("INSERT INTO t(kode,nama) VALUES (1,'Regapu’u')", [("1", "Regapu’u")]),
    ],
)
def test_differences_between_files(read, text, expected):
    reading = read(text)
    assert rows(reading) == expected
    assert reading.rejected.empty
    assert reading.frame.index.get_level_values("row").tolist() == list(range(1, len(expected) + 1))


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ("('3','cut of", sql.TRUNCATED),
        ("('3',", sql.TRUNCATED),
        ("('3','c'", sql.TRUNCATED),
        ("('3',-12.", sql.TRUNCATED),
        ("('3','it''", sql.TRUNCATED),
        ("('3','Ba'u');", sql.MALFORMED),
        ("('3',POINT(1));", sql.MALFORMED),
        ("('3','c','d');", sql.ROW_WIDTH),
        ("('3');", sql.ROW_WIDTH),
    ],
)
def test_last_row_is_reported_and_the_rest_accepted(read, tail, reason):
    reading = read(PLAIN.replace(";", ",\n") + tail)
    assert rows(reading) == [("1", "a"), ("2", "b")]
    assert reading.rejected.to_dict("records") == [{"file": "dump.sql", "row": 3, "reason": reason}]
    assert reading.total == 3


@pytest.mark.parametrize("gap", [",\n", ", ", "; INSERT INTO t(kode,nama) VALUES "])
def test_reading_goes_on_after_a_row_with_a_single_quote_in_a_name(read, gap):
    reading = read(f"INSERT INTO t(kode,nama) VALUES ('1','Ba'u'){gap}('2','b'),('3','c')")
    assert rows(reading) == [("2", "b"), ("3", "c")]
    assert reading.rejected["row"].tolist() == [1]
    assert reading.rejected["reason"].tolist() == [sql.MALFORMED]


def test_rows_are_counted_over_statements(read):
    reading = read("INSERT INTO t(kode,nama) VALUES (1,'a'),(2);\nINSERT INTO t(kode,nama) VALUES (3,'c'),(4,x)")
    assert reading.frame.index.tolist() == [("dump.sql", 1), ("dump.sql", 3)]
    assert reading.rejected["row"].tolist() == [2, 4]


@pytest.mark.parametrize(
    "text", ["SELECT 1;", "INSERT INTO t(id) VALUES (1)", "kode,nama\n1,a\n", "INSERT INTO t(kode"]
)
def test_file_without_the_statement_is_refused(read, text):
    with pytest.raises(DataError, match=r"dump\.sql holds no INSERT .*kode, nama.*Make sure") as refused:
        read(text)
    assert "INSERT" in refused.value.text("id")


def test_statement_without_rows_is_refused(read):
    with pytest.raises(DataError, match="no row of data"):
        read("INSERT INTO t(kode,nama) VALUES ;")


def escaped(value, style):
    if style == "double":
        return value.replace("\\", "\\\\").replace("'", "''")
    return "".join(_ESCAPES.get(sign, sign) for sign in value)


texts = st.text(st.sampled_from("'\"\\\n\r\t\0\x1a%_(),;-#/* aZ0né’")) | st.text(
    st.characters(exclude_categories=["Cs"])
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(texts, st.none() | texts), min_size=1, max_size=6), st.sampled_from(["double", "backslash"]))
@example([("\\", "'"), ("''", "\\'")], "double")
def test_what_mysql_writes_is_read_back(values, style):
    tuples = ",\n".join(
        f"('{escaped(code, style)}',{'NULL' if name is None else chr(39) + escaped(name, style) + chr(39)})"
        for code, name in values
    )
    found = sql._parse(f"INSERT INTO t(kode,nama) VALUES\n{tuples};\n", list(COLUMNS))
    assert found.rejected == {}
    assert [tuple(row) for row in found.rows.values()] == values


@settings(deadline=None)
@given(st.text(st.sampled_from("(),;'\"\\\n -/*#1aNULL`")))
def test_any_text_is_read_to_the_end_and_every_row_is_accounted_for(noise):
    found = sql._parse(f"INSERT INTO t(kode,nama) VALUES {noise}", list(COLUMNS))
    numbers = sorted([*found.rows, *found.rejected])
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    "hostile",
    [
        "'" * 5_000_001,
        "'" + "\\" * 5_000_000,
        "'" + "\\'" * 2_500_000,
        "(" * 5_000_000,
        "/*" * 2_500_000,
        "\n" * 5_000_000,
        "-" * 5_000_000,
        ") " * 2_500_000,
        "INSERT INTO " * 420_000,
        "1" * 5_000_000,
    ],
    ids=["quotes", "backslashes", "pairs", "parentheses", "comments", "lines", "dashes", "ends", "inserts", "digits"],
)
def test_hostile_tuple_of_five_megabytes_is_one_refused_row(hostile):
    """Time that grows with the square of the length would never end here."""
    found = sql._parse(f"INSERT INTO t(kode,nama) VALUES ({hostile}", list(COLUMNS))
    assert list(found.rejected) == [1]


@pytest.mark.real
def test_all_real_boundary_files_are_read(mirror):
    paths = sorted(mirror.glob("cahyadsn/wilayah_boundaries/*/db/kel/*/*.sql"))
    readings = [sql.read_inserts(path, ("kode", "nama", "lat", "lng", "path")) for path in paths]
    assert sum(reading.total for reading in readings) == 9351
    assert all(reading.rejected.empty for reading in readings)
