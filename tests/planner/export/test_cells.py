"""Text survives, or is changed in the documented way, and never becomes a formula."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.export.cells import EXCEL_CELL, clean, for_excel, without_formula

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=[]), max_size=60)
SIGNS = "=+-@＝＋－＠"


@given(ANY_TEXT)
def test_clean_keeps_length_and_leaves_nothing_a_format_refuses(text):
    result = clean(text)
    assert len(result) == len(text)
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in result)
    assert clean(result) == result


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs", "M"]), max_size=60))
def test_clean_changes_no_ordinary_text(text):
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\r\nc\x00d\x85", "a b  c d "),
        ("lone \ud800", "lone \ufffd"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
        ("\u202eterbalik", " terbalik"),
        ("Désa 🏝 \U0001fffe", "Désa 🏝 \U0001fffe"),
    ],
    ids=["controls", "surrogate", "noncharacters", "direction", "kept"],
)
def test_clean(text, expected):
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+62", "'+62"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("  =1", "'  =1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("Desa,=1", "Desa,'=1"),
        ('Desa;"=1"', 'Desa;\'"=1"'),
        ("Desa 2/II", "Desa 2/II"),
        ("Alang-alang Lebar", "Alang-alang Lebar"),
        ("", ""),
    ],
)
def test_without_formula(text, expected):
    assert without_formula(text) == expected


@given(ANY_TEXT, st.sampled_from(["", " ", "\t", "\r", "\n", '"', "\ufeff"]), st.sampled_from(SIGNS))
def test_no_sign_starts_a_cell(text, before, sign):
    result = without_formula(clean(f"{before}{sign}{text}"))
    assert result.startswith("'")
    assert not any(part.startswith(tuple(SIGNS)) for separator in ",;|" for part in result.split(separator))


@given(ANY_TEXT)
def test_without_formula_only_adds_apostrophes(text):
    cleaned = clean(text)
    assert without_formula(cleaned).replace("'", "") == cleaned.replace("'", "")


def test_for_excel_shortens_to_what_a_cell_holds():
    assert for_excel("a" * EXCEL_CELL) == "a" * EXCEL_CELL
    assert for_excel("a" * (EXCEL_CELL + 1)) == "a" * (EXCEL_CELL - 1) + "…"
    islands = for_excel("🏝" * EXCEL_CELL)
    assert islands.endswith("🏝…")
    assert len(islands.encode("utf-16-le")) // 2 <= EXCEL_CELL


def test_for_excel_lets_no_text_pass_as_markup():
    assert for_excel("<r><t>x</t></r>") == "'<r><t>x</t></r>"
    assert for_excel("<r>") == "<r>"
