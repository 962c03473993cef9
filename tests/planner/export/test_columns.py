"""The catalogue of columns is complete, in order, and told in both languages."""

import pandas as pd
import pytest

from geodata import schema
from geodata.texts import LANGUAGES
from planner.coverage import COVERAGE, GAP
from planner.export.columns import COLUMNS, PRINTED, for_people, for_programs, in_words, values
from planner.ranking import RANK
from tests.conftest import assert_aligned, assert_unchanged
from tests.planner.export.frames import ranked

NOT_COLUMNS = {"CRS_STORED"}
NAMES = [column.name for column in COLUMNS]


def test_every_column_of_the_village_layer_is_in_the_catalogue():
    layer = {v for k, v in vars(schema).items() if k.isupper() and isinstance(v, str) and k not in NOT_COLUMNS}
    estimates = {part(e) for e in schema.ESTIMATES for part in (str, schema.low, schema.high, schema.basis)}
    assert layer | estimates | {RANK, GAP, COVERAGE} <= set(NAMES)


def test_names_stand_once():
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_unique_and_everything_has_words(language):
    assert len({column.heading(language) for column in COLUMNS}) == len(COLUMNS)
    assert all(column.meaning(language).endswith(".") and column.unit_text(language) for column in COLUMNS)


def test_numbers_have_a_unit_and_a_format_a_spreadsheet_localises():
    assert {c.number_format for c in COLUMNS if c.kind == "count"} == {"#,##0"}
    assert {c.name for c in COLUMNS if c.is_number and c.unit == "none" and c.kind != "index"} == {RANK}


def test_parts_of_a_range_are_told_with_their_figure():
    low = COLUMNS[NAMES.index(schema.low(GAP))]
    assert low.heading("id") == "Pekerja belum terlindungi: batas bawah"
    assert low.heading("en") == "Uncovered workers: low"
    assert "“Uncovered workers”" in low.meaning("en")


def test_readable_order():
    expected = [
        RANK,
        schema.VILLAGE_NAME,
        schema.VILLAGE_TYPE,
        schema.DISTRICT_NAME,
        schema.REGENCY_NAME,
        schema.PROVINCE_NAME,
        schema.VILLAGE_CODE,
        GAP,
        schema.low(GAP),
        schema.high(GAP),
        schema.basis(GAP),
        schema.ELIGIBLE,
        schema.ACTIVE_BPU,
        COVERAGE,
    ]
    assert NAMES[: len(PRINTED)] == expected
    assert NAMES.index(schema.sector_column("plantation")) > len(PRINTED)


def test_files_hold_only_columns_of_the_catalogue():
    frame = ranked()
    programs = {column.name for column in for_programs(frame)}
    people = {column.name for column in for_people(frame)}
    assert programs == set(frame.columns) - {"secret_note", "geometry"}
    assert programs - people == {schema.DISTRICT_CODE, schema.REGENCY_CODE, schema.PROVINCE_CODE}


def test_values_keep_rows_and_types():
    frame = ranked().assign(
        **{schema.ACTIVE_BPU: [1.0, float("inf"), float("nan")], schema.VILLAGE_NAME: ["a\tb", None, "c"]}
    )
    before = frame.copy()
    columns = for_programs(frame)
    result = values(frame, columns)
    assert_aligned(result, frame)
    assert_unchanged(frame, before)
    assert list(result.columns) == [column.name for column in columns]
    assert result[schema.ACTIVE_BPU].tolist() == [1, pd.NA, pd.NA]
    assert result[schema.ACTIVE_BPU].dtype == "Int64"
    assert result[schema.VILLAGE_NAME].tolist()[0] == "a b"
    assert result[schema.VILLAGE_NAME].isna().tolist() == [False, True, False]
    assert result[COVERAGE].tolist() == frame[COVERAGE].tolist()


def test_codes_are_told_in_words():
    frame = ranked().assign(**{schema.OUTLINE: ["official", "new kind", None]})
    columns = for_people(frame)
    table = values(frame, columns)
    told = in_words(table, columns, language="en")
    assert told[schema.basis(GAP)].tolist() == ["observed", "split from a total", "split from a total"]
    assert told[schema.OUTLINE].tolist()[:2] == ["official", "new kind"]
    assert told[schema.OUTLINE].isna().tolist() == [False, False, True]
    assert_aligned(told, table)
