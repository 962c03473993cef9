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
        "agents": "agen",
        "target": "target",
        "board": "papan",
        "uploads": "unggah",
        "territories": "wilayah-agen",
        "area": "wilayah",
        "as_agent": "lihat-agen",
        "people": "pengguna",
        "audit": "jejak",
        "about": "tentang-data",
    }
)

SIGN_IN: Final = "/masuk"
SIGN_OUT: Final = "/keluar"
SET_UP: Final = "/akun-pertama"
PASSWORD: Final = "/sandi"  # noqa: S105 (an address)
OFFICE: Final = "/masuk-kantor"
OFFICE_BACK: Final = "/oauth2callback"
BEFORE: Final = frozenset({SIGN_IN, SIGN_OUT, SET_UP, PASSWORD, OFFICE, OFFICE_BACK})
"""Addresses by which people sign in and out; the last is the one that operators register for ``st.login``."""
VISIT: Final = "/catat-kunjungan"
"""Address that takes a visit of an agent; it looks at the session itself."""
READY: Final = "/siap"
"""Address that tells whoever watches the server whether it is ready; anybody may ask."""
KEY: Final = "kunci"
"""Name of the key in the address of a one-time link."""

PUBLIC_URL: Final = "PLANNER_PUBLIC_URL"
"""Variable with the address by which people reach the server, where that is not its own: https://planner.example."""
