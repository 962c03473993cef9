"""Addresses of the pages below the root, in Bahasa Indonesia, by their names in code."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ADDRESSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "map": "peta",
        "weights": "bobot",
        "select": "pilih",
        "village": "desa",
        "scenarios": "skenario",
        "launches": "peluncuran",
        "target": "target",
        "uploads": "unggah",
        "about": "tentang-data",
    }
)
