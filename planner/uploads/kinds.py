"""What may be uploaded: the kinds, their columns, and how offices head these columns."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from geodata.schema import REGENCY_NAME, SECTORS, VILLAGE_CODE, VILLAGE_NAME
from planner.funds import FUNDS, MOST_MONTHS

Kind = Literal["participants", "agents", "visits", "workers", "officials", "funded", "criteria", "outlines"]
Type = Literal["code", "place", "month", "date", "count", "number", "choice", "text"]

MONTH, SEGMENT, ACTIVE, INACTIVE = "month", "segment", "active", "inactive"
AGENT, OFFICE, DATE, DUSUN = "agent_code", "office", "date", "dusun"
MET, INTERESTED, REGISTERED, OBSTACLE = "met", "interested", "registered", "obstacle"
ENTRY_KEY = "entry_key"
SECTOR, COUNT, TOTAL = "sector", "count", "total"
FUND, PEOPLE, STARTS, MONTHS, ENDS = "fund", "people", "starts_on", "months", "ends_on"
VALUE, UNIT, SOURCE, CRITERION = "value", "unit", "source", "criterion"

MOST_PEOPLE: Final = 100_000  # in one village; the largest kelurahan of Indonesia have about as many
MOST_TEXT: Final = 200
LONGEST_AGENT_CODE: Final = 30
AGENT_CODE_FORM: Final = rf"(?=.*\d)[A-Za-z0-9][A-Za-z0-9._/\-]{{0,{LONGEST_AGENT_CODE - 1}}}"
"""Form of the code of an agent: no name of a person."""
ENTRY_KEY_FORM: Final = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
"""Form of the key that a phone gives an entry, a UUID: the same entry is kept once, however often it is sent."""


@dataclass(frozen=True)
class Column:
    """One column of a kind.

    Attributes
    ----------
    name
        Internal name, also what a mapping names.
    type
        How its cells are read.
    headings
        How offices head it, in Bahasa Indonesia and English, small letters; the first of each stands in templates.
    required
        Whether a file without it is refused; of village code and name one must be there.
    least, most
        Range of numbers, both ends included.
    unit
        Unit of numbers.
    choices
        Words of a choice, each with the internal value it means.
    example
        What the template shows.
    months_ahead
        How many months after today a month may lie.
    reason
        Key of the one reason for a number that cannot be used, where it counts no people.
    """

    name: str
    type: Type
    headings: tuple[str, ...]
    required: bool = True
    least: float = 0
    most: float = MOST_PEOPLE
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""
    months_ahead: int = 0
    reason: str = ""


SEGMENTS: Final = ("PU", "BPU", "JAKON")
_SEGMENT_WORDS: Final = (
    *((name.lower(), name) for name in SEGMENTS),
    *((word, "PU") for word in ("penerima upah", "formal", "wage earner", "wage earners")),
    *((word, "BPU") for word in ("bukan penerima upah", "informal", "non penerima upah", "mandiri", "non wage earner")),
    *((word, "JAKON") for word in ("jasa konstruksi", "konstruksi", "construction")),
)
_SECTOR_WORDS: Final = (
    *((name.replace("_", " "), name) for name in SECTORS),
    *((word, "plantation") for word in ("perkebunan", "kebun", "sawit", "karet", "kopi")),
    *((word, "food_crop") for word in ("tanaman pangan", "pangan", "padi", "petani", "pertanian", "hortikultura")),
    *((word, "livestock") for word in ("peternakan", "ternak", "peternak")),
    *((word, "fishery") for word in ("perikanan", "nelayan", "ikan", "pembudidaya ikan")),
    *((word, "home_industry") for word in ("industri rumah tangga", "industri rumahan", "irt", "pengrajin", "perajin")),
    *((word, "trade_services") for word in ("perdagangan dan jasa", "perdagangan", "jasa", "dagang", "pedagang")),
    *((word, "other") for word in ("lainnya", "lain lain", "lain")),
)
_FUND_WORDS: Final = (
    *((name.replace("_", " "), name) for name in FUNDS),
    *((word, "dbh_sawit") for word in ("dbh", "dana bagi hasil sawit", "dana bagi hasil kelapa sawit")),
    *((word, "dbh_sawit") for word in ("bagi hasil sawit", "palm oil revenue", "palm oil revenue dbh sawit")),
    *((word, "apbd") for word in ("apbd kabupaten", "apbd kab", "apbd kota", "apbd kabupaten kota", "apbd ii")),
    *((word, "apbd") for word in ("apbd provinsi", "apbd prov", "apbd i", "regional budget", "regional budget apbd")),
    *((word, "bkbk") for word in ("bantuan keuangan bersifat khusus", "bantuan keuangan khusus")),
    *((word, "bkbk") for word in ("bkbk provinsi", "grant to villages", "grant to villages bkbk")),
    *((word, "add_apbdes") for word in ("add", "apbdes", "apb desa", "alokasi dana desa", "dana desa", "apbdesa")),
    *((word, "add_apbdes") for word in ("apbdes add", "anggaran desa", "village budget", "village budget add apbdes")),
    *((word, "sertakan") for word in ("program sertakan", "sejahterakan pekerja sekitar anda")),
    *((word, "self_pay") for word in ("bayar sendiri", "iuran sendiri", "mandiri", "self paid", "paid by themselves")),
)

_CODE = Column(
    VILLAGE_CODE,
    "code",
    (
        *("kode desa", "village code", "kode desa kelurahan", "kode kelurahan", "kode wilayah", "kode kemendagri"),
        *("kode", "kd desa", "id desa", "kode bps", "kode desa bps", "kdepum", "bps code", "code", "kemendagri code"),
    ),
    required=False,
    example="16.02.03.2001",
)
_VILLAGE = Column(
    VILLAGE_NAME,
    "place",
    (
        *("desa", "village", "nama desa", "desa kelurahan", "nama desa kelurahan", "kelurahan", "nama kelurahan"),
        *("village name", "kelurahan desa", "nama kelurahan desa", "desa kel", "nama"),
    ),
    required=False,
)
_DISTRICT = Column(
    "district_name", "place", ("kecamatan", "district", "nama kecamatan", "kec", "district name"), required=False
)
_REGENCY = Column(
    REGENCY_NAME,
    "place",
    (
        *("kabupaten kota", "regency", "kabupaten", "nama kabupaten", "kab kota", "kab", "nama kabupaten kota"),
        *("kota", "regency name", "kota kabupaten", "regency or city"),
    ),
    required=False,
)
_PLACE: Final = (_CODE, _VILLAGE, _DISTRICT, _REGENCY)
_DATE = Column(DATE, "date", ("tanggal", "date", "tgl", "tanggal data", "per tanggal", "as of"), example="2026-03-31")
_AGENT = Column(
    AGENT,
    "text",
    ("kode agen", "agent code", "kode perisai", "kode agen perisai", "id agen", "agent", "agen", "agent id"),
    example="AG-014",
)


def _people(name: str, *headings: str, required: bool = True, example: str = "") -> Column:
    return Column(name, "count", headings, required=required, unit="people", example=example)


COLUMNS: Final[Mapping[Kind, tuple[Column, ...]]] = {
    "participants": (
        *_PLACE,
        Column(
            MONTH, "month", ("bulan", "month", "periode", "bulan data", "bln", "period", "tanggal"), example="2026-03"
        ),
        Column(
            SEGMENT,
            "choice",
            ("segmen", "segment", "segmen kepesertaan", "kepesertaan", "jenis kepesertaan", "program"),
            choices=_SEGMENT_WORDS,
            example="BPU",
        ),
        _people(
            ACTIVE,
            *("peserta aktif", "active", "aktif", "jumlah peserta aktif", "tk aktif", "tenaga kerja aktif"),
            *("jumlah aktif", "active participants", "jml aktif"),
            example="120",
        ),
        _people(
            INACTIVE,
            *("peserta tidak aktif", "inactive", "tidak aktif", "nonaktif", "non aktif", "jumlah peserta tidak aktif"),
            *("tk nonaktif", "tk tidak aktif", "inactive participants", "peserta nonaktif", "jumlah tidak aktif"),
            required=False,
            example="15",
        ),
    ),
    "agents": (
        _AGENT,
        Column(OFFICE, "text", ("kantor cabang", "office", "kantor", "kacab", "cabang", "branch", "branch office")),
        *_PLACE,
        Column(
            DATE,
            "date",
            ("berlaku sejak", "from", "sejak", "mulai", "mulai tanggal", "tanggal", "tgl", "date", "since", "tmt"),
            required=False,
            example="2026-11-01",
        ),
    ),
    "visits": (
        _AGENT,
        Column(DATE, "date", ("tanggal kunjungan", "visit date", "tanggal", "tgl kunjungan", "tgl", "date")),
        *_PLACE,
        Column(DUSUN, "text", ("dusun", "hamlet", "dusun rw", "rw", "lingkungan"), required=False),
        _people(MET, "ditemui", "met", "jumlah ditemui", "orang ditemui", "hadir", "jumlah hadir", "people met"),
        _people(INTERESTED, "berminat", "interested", "minat", "jumlah berminat", required=False),
        _people(REGISTERED, "mendaftar", "registered", "terdaftar", "jumlah mendaftar", "daftar", "pendaftar"),
        Column(OBSTACLE, "text", ("kendala", "obstacle", "hambatan", "catatan kendala", "obstacles"), required=False),
        Column(ENTRY_KEY, "text", ("kunci catatan", "entry key", "kunci entri", "entry id"), required=False),
    ),
    "workers": (
        *_PLACE,
        Column(
            SECTOR,
            "choice",
            ("sektor", "sector", "lapangan usaha", "jenis pekerjaan", "pekerjaan"),
            choices=_SECTOR_WORDS,
            example="plantation",
        ),
        _people(COUNT, "jumlah pekerja", "count", "jumlah", "pekerja", "jumlah tenaga kerja", "workers", "jml"),
        replace(_DATE, required=False),
    ),
    "officials": (
        *_PLACE,
        _people(
            REGISTERED,
            *("perangkat terdaftar", "registered", "terdaftar", "jumlah terdaftar", "perangkat desa terdaftar"),
        ),
        _people(TOTAL, "jumlah perangkat", "total", "perangkat desa", "total perangkat", "jumlah perangkat desa"),
        _DATE,
    ),
    "funded": (
        *_PLACE,
        Column(
            FUND,
            "choice",
            (
                *("sumber dana", "fund", "dana", "sumber iuran", "sumber", "dibayari oleh", "dibayar oleh"),
                *("penanggung iuran", "pembayar iuran", "source of funds", "funding", "paid by"),
            ),
            choices=_FUND_WORDS,
            example="DBH sawit",
        ),
        _people(
            PEOPLE,
            *("jumlah orang", "people", "jumlah peserta", "jumlah pekerja", "jumlah tenaga kerja", "jumlah tk"),
            *("jumlah", "orang", "peserta", "pekerja", "tk", "jml", "workers", "count", "participants"),
            example="40",
        ),
        Column(
            STARTS,
            "month",
            (
                *("bulan pertama", "first month", "bulan mulai", "mulai", "mulai bulan", "mulai tanggal", "sejak"),
                *(
                    "tanggal mulai",
                    "mulai dibayar",
                    "mulai iuran",
                    "iuran mulai",
                    "tmt",
                    "start",
                    "start month",
                    "from",
                ),
            ),
            example="2026-12",
            months_ahead=MOST_MONTHS,
        ),
        Column(
            MONTHS,
            "count",
            (
                *("jumlah bulan", "months", "lama bulan", "lama", "lama iuran", "lamanya", "masa iuran"),
                *("bulan dibayar", "jumlah bulan dibayar", "jangka waktu", "jangka waktu bulan", "months paid"),
            ),
            required=False,
            least=1,
            most=MOST_MONTHS,
            unit="months",
            example="6",
            reason="upload.refused.months",
        ),
        Column(
            ENDS,
            "month",
            (
                *(
                    "bulan terakhir",
                    "last month",
                    "sampai",
                    "sampai bulan",
                    "sampai dengan",
                    "s d",
                    "sd",
                    "sampai tanggal",
                ),
                *(
                    "berakhir",
                    "iuran sampai",
                    "akhir",
                    "tanggal akhir",
                    "selesai",
                    "until",
                    "end",
                    "end month",
                    "paid until",
                ),
            ),
            required=False,
            example="2027-05",
            months_ahead=2 * MOST_MONTHS,
        ),
    ),
    "criteria": (
        *_PLACE,
        Column(VALUE, "number", ("nilai", "value", "skor", "angka", "score"), least=-1e12, most=1e12, example="12,5"),
        Column(UNIT, "text", ("satuan", "unit"), example="km"),
        Column(SOURCE, "text", ("sumber", "source", "sumber data", "data source")),
        _DATE,
    ),
    "outlines": (_CODE, _VILLAGE),
}
KEYS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "participants": (VILLAGE_CODE, MONTH, SEGMENT),
    "agents": (AGENT, VILLAGE_CODE),
    "visits": (AGENT, DATE, VILLAGE_CODE, DUSUN),
    "workers": (VILLAGE_CODE, SECTOR, DATE),
    "officials": (VILLAGE_CODE, DATE),
    "funded": (VILLAGE_CODE, FUND, STARTS),
    "criteria": (VILLAGE_CODE, CRITERION, DATE),
    "outlines": (VILLAGE_CODE,),
}
"""Columns that together may stand once only."""

ENDINGS: Final = (MONTHS, ENDS)
"""Columns that say how long contributions are paid; one is enough."""

NOT_MORE_THAN: Final[Mapping[Kind, tuple[tuple[str, str], ...]]] = {
    "visits": ((INTERESTED, MET), (REGISTERED, MET)),
    "officials": ((REGISTERED, TOTAL),),
}
"""Counts that cannot be larger than another count of the row."""


def column(kind: Kind, name: str) -> Column:
    """Return a column of a kind by its internal name.

    Raises
    ------
    KeyError
        If the kind has no such column.
    """
    found = {c.name: c for c in COLUMNS[kind]}
    return found[name]
