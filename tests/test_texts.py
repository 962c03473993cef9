"""Every text stands in both languages, is used, and no page says anything that is not in the catalogue."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from geodata.errors import DataError
from geodata.texts import load
from planner.texts import FOLDER

ROOT = Path(__file__).parent.parent
CATALOGUES = {"geodata": DataError.folder, "planner": FOLDER}
FIELD = re.compile(r"\{(\w+)")
WORD = re.compile(r"[A-Za-z]{4,}")
SAME = {"admin", "desa", "jakon", "kelurahan", "label", "parameter", "rupiah", "sadar", "sawit", "sertakan", "target"}
"""Words that both languages share."""
FREE = {"explain.uncertain.gate"}
"""Texts that need not say the same things: only Indonesian names the kind of place here."""
SHOWING = {
    *("button", "caption", "checkbox", "download_button", "error", "expander", "file_uploader", "form_submit_button"),
    *("header", "html", "info", "link_button", "markdown", "metric", "multiselect", "number_input", "page_link"),
    *("pills", "popover", "radio", "segmented_control", "select_slider", "selectbox", "slider", "spinner", "success"),
    *("subheader", "tabs", "text", "text_area", "text_input", "title", "toast", "toggle", "warning", "write"),
}
"""What of Streamlit shows its first argument."""
OWN_NAMES = {"Bahasa / Language"}


@cache
def texts(package: str) -> dict[str, dict[str, str]]:
    return dict(load(CATALOGUES[package]))


@cache
def parsed(folder: str) -> tuple[tuple[Path, ast.Module], ...]:
    paths = sorted((ROOT / folder).rglob("*.py"))
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        yield from parsed(folder)


@pytest.mark.parametrize("package", CATALOGUES)
def test_every_text_stands_in_both_languages_with_the_same_fields(package: str) -> None:
    for key, text in texts(package).items():
        assert set(text) == {"id", "en"}, key
        assert all(words.strip() for words in text.values()), key
        fields = [sorted(set(FIELD.findall(words))) for words in text.values()]
        assert fields[0] == fields[1] or key in FREE, key


@pytest.mark.parametrize("package", ["geodata", "planner"])
def test_a_percent_sign_stands_right_behind_its_number(package: str) -> None:
    apart = re.compile(r"[\d}?]\s%")
    assert not [key for key, entry in texts(package).items() if any(apart.search(text) for text in entry.values())]


@pytest.mark.parametrize("package", CATALOGUES)
def test_no_text_was_left_untranslated(package: str) -> None:
    left = {
        key: text["id"]
        for key, text in texts(package).items()
        if text["id"] == text["en"] and set(WORD.findall(FIELD.sub("", text["id"]).lower())) - SAME
    }
    assert left == {}


def literals() -> Iterator[str]:
    """Patterns of all strings of the program that may be keys."""
    for _, tree in sources("geodata", "planner"):
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                yield "".join(
                    re.escape(part.value) if isinstance(part, ast.Constant) else r"[\w.+\-]*" for part in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
                yield re.escape(node.value)


def test_every_text_is_used() -> None:
    patterns = {pattern for pattern in literals() if re.search(r"\\\.\w|\\\.\[", pattern)}
    made = {pattern for pattern in patterns if "]*" in pattern}
    whole = {re.sub(r"\\(.)", r"\1", pattern) for pattern in patterns - made}
    known = re.compile("|".join(sorted(made)))
    keys = [key for package in CATALOGUES for key in texts(package)]
    assert [key for key in keys if key not in whole and not known.fullmatch(key)] == []


def test_every_key_that_stands_in_the_program_is_in_a_catalogue() -> None:
    keys = {key for package in CATALOGUES for key in texts(package)}
    for path, tree in sources("geodata", "planner"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", "")
                if name == "t" or name.endswith(("Error", "Fault")):
                    key = node.args[0].value
                    assert not isinstance(key, str) or "." not in key or key in keys, f"{path.name}: {key}"


def said_by(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Lines and fixed words of everything a module of the pages shows."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") not in SHOWING or not node.args:
            continue
        if ast.unparse(node.func).startswith("logging."):
            continue
        said = node.args[0]
        parts = said.values if isinstance(said, ast.JoinedStr) else [said]
        yield node.lineno, " ".join(p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str))


def test_pages_show_words_of_the_catalogue_only() -> None:
    for path, tree in sources("planner/web"):
        for line, said in said_by(tree):
            words = re.sub(r"<script>.*</script>|<[^>]*>?|[^<]*>|style=.*", " ", said)
            assert not re.search(r"[A-Za-z]{3,}", words) or said in OWN_NAMES, f"{path.name}:{line}: {said}"
