"""docs/columns.md says what the catalogue of columns says."""

from planner.export import WRITERS
from planner.export.columns import COLUMNS, NUMBER_FORMATS
from tests.columns_page import FORMATS, PAGE, page


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.columns_page"


def test_every_format_is_on_the_page():
    named = {ending.strip("` ") for row in FORMATS for ending in row[0].split(",")}
    assert named == set(WRITERS) - {".pdf"}


def test_every_column_has_a_meaning_and_every_number_a_unit():
    for column in COLUMNS:
        assert column.meaning("id").strip()
        assert column.meaning("en").strip()
        assert column.kind in NUMBER_FORMATS
        assert column.unit_text("id").strip()
        assert column.unit != "none" or not column.is_number or column.kind in {"index", "count"}, column.name
