"""Words of Indonesian place names: abbreviations, numbers, titles, directions."""

from collections.abc import Mapping
from typing import Final

from geodata.codes import Level

# Each with the words it may stand for, the usual one first; a name has as many readings as these leave open.
ABBREVIATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("sei", "sgi", "sng", "sungei"), ("sungai",)),
    **dict.fromkeys(("tj", "tjg", "tg", "tanj", "tnjg"), ("tanjung",)),
    **dict.fromkeys(("ma", "mr", "mra", "muaro"), ("muara",)),
    **dict.fromkeys(("lbk", "lubok"), ("lubuk",)),
    "lb": ("lubuk", "labuhan", "lebak"),
    **dict.fromkeys(("gn", "gng", "gunong"), ("gunung",)),
    "gd": ("gedung", "gading"),
    "gdg": ("gedung", "gedang", "gading"),
    **dict.fromkeys(("kp", "kpg", "kmp", "kampong"), ("kampung",)),
    **dict.fromkeys(("kt", "kuto", "koto"), ("kota",)),
    "tlg": ("talang",),
    "tl": ("talang", "teluk"),
    "tlk": ("teluk",),
    "krg": ("karang",),
    "bdr": ("bandar",),
    "dsn": ("dusun",),
    **dict.fromkeys(("ps", "psr"), ("pasar", "pasir")),
    **dict.fromkeys(("sb", "sbr"), ("sumber",)),
    "sk": ("suka",),
    **dict.fromkeys(("sp", "spg", "smp"), ("simpang",)),
    "bt": ("batu", "bukit", "batang"),
    "btg": ("batang",),
    "bkt": ("bukit",),
    "pdg": ("padang",),
    "rt": ("rantau", "ratu"),
    "pl": ("pulau",),
    "pkl": ("pangkalan",),
    "pmt": ("pematang",),
    "tb": ("tebing", "tebat"),
    "p": ("pulau", "padang", "pinang", "pematang"),
    "s": ("sungai", "suka", "sumber", "simpang"),
    "t": ("tanjung", "talang", "teluk"),
    **dict.fromkeys(("dlm", "dalem"), ("dalam",)),
    "brt": ("barat",),
    "utr": ("utara",),
    "slt": ("selatan",),
    "tgh": ("tengah",),
    "hulu": ("ulu",),
    "hilir": ("ilir",),
}

REGENCIES: Final[Mapping[str, str]] = {
    "oku": "ogan komering ulu",
    "okus": "ogan komering ulu selatan",
    "okut": "ogan komering ulu timur",
    "oki": "ogan komering ilir",
    "oi": "ogan ilir",
    "pali": "penukal abab lematang ilir",
    "muba": "musi banyuasin",
    "mura": "musi rawas",
    "muratara": "musi rawas utara",
    "tanjab": "tanjung jabung",
    "tanjabbar": "tanjung jabung barat",
    "tanjabtim": "tanjung jabung timur",
    "lamsel": "lampung selatan",
    "lamteng": "lampung tengah",
    "lamtim": "lampung timur",
    "lambar": "lampung barat",
    "lampura": "lampung utara",
    "tuba": "tulang bawang",
    "tubaba": "tulang bawang barat",
}

NUMBERS: Final[Mapping[str, int]] = {
    "satu": 1,
    "dua": 2,
    "tiga": 3,
    "empat": 4,
    "lima": 5,
    "enam": 6,
    "tujuh": 7,
    "delapan": 8,
    "sembilan": 9,
    "sepuluh": 10,
    "sebelas": 11,
}
AFTER_NUMBERS: Final = frozenset(("belas", "puluh", "ulu", "ilir"))

TITLES: Final[Mapping[Level, Mapping[str, str]]] = {
    "province": dict.fromkeys(("provinsi", "propinsi", "prov", "kepulauan", "kep"), ""),
    "regency": {
        **dict.fromkeys(("kabupaten", "kab"), "kabupaten"),
        **dict.fromkeys(("kota", "kotamadya", "kodya"), "kota"),
    },
    "district": dict.fromkeys(("kecamatan", "kec"), ""),
    "village": {},
}
VILLAGE_TITLES: Final = frozenset(("desa", "ds", "kelurahan", "kel", "dusun", "pekon", "tiyuh", "kampung", "nagari"))
LONG_TITLES: Final[Mapping[str, int]] = {"kelurahan": 2, "desa": 1}  # read with as many typing errors

# Names that differ in one of these are two places, however alike they look.
SET_APART: Final = frozenset(
    (
        *("barat", "timur", "utara", "selatan", "tengah", "ulu", "ilir", "atas", "bawah", "dalam", "luar"),
        *("kiri", "kanan", "darat", "laut", "lama", "baru", "besar", "kecil", "raya", "pasar", "seberang"),
    )
)
