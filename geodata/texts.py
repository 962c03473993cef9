"""The catalogue of texts: every sentence a user reads, in Bahasa Indonesia and in English.

The sentences stand in ``texts/*.toml`` beside the package that says them, both languages side by side::

    ["fetch.hash_wrong"]
    id = "Isi berkas {file} tidak sesuai ..."
    en = "File {file} is not what was published ..."
"""

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from babel.numbers import format_decimal

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")
_LOCALES: Mapping[Language, str] = {"id": "id_ID", "en": "en_US"}


@cache
def load(folder: Path) -> Mapping[str, Mapping[Language, str]]:
    """Read all texts of a folder of TOML files.

    Raises
    ------
    ValueError
        If a key stands twice or lacks a language.
    """
    texts: dict[str, Mapping[Language, str]] = {}
    for path in sorted(folder.glob("*.toml")):
        for key, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if key in texts or set(entry) != set(LANGUAGES):
                msg = f"{path.name}: {key} must stand once, with exactly the languages {LANGUAGES}"
                raise ValueError(msg)
            texts[key] = entry
    return texts


def number(value: float, language: Language, decimals: int = 0) -> str:
    """Write a number as people of the language do: 1.234.567 or 1,234,567."""
    return _number(value + 0, language, decimals)  # no negative zero, which is equal to zero for a cache


def percentage(value: float, language: Language, decimals: int = 0) -> str:
    """Write a percentage, in both languages with its sign right behind the number: 43,3% and 43.3%."""
    return f"{number(value, language, decimals)}%"


@lru_cache(maxsize=16_384)
def _number(value: float, language: Language, decimals: int) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=_LOCALES[language]))


def render(folder: Path, key: str, language: Language, values: Mapping[str, object]) -> str:
    """Return the text of a key with its values filled in; whole numbers are grouped as the language does.

    Raises
    ------
    KeyError
        If the key or one of the values it needs is missing.
    """
    shown = {name: number(v, language) if type(v) is int else v for name, v in values.items()}
    return load(folder)[key][language].format_map(shown)
