"""The audit trail in words: every deed that is written down anywhere, and the values of each kind of thing."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from geodata.texts import LANGUAGES, load
from planner import store
from planner.store import schema, trail
from planner.store.engine import writing
from planner.store.trail import Deed
from planner.texts import FOLDER
from planner.web import trail_words
from planner.web.trail_words import Words

STORE = Path(store.__file__).parent
NAME = re.compile(r"[a-z_]+\.[a-z_]+")
PLACES = {"16": "Sumatera Selatan", "16.02.03.2001": "Lempur", "16.02.03": "Pedamaran", "16.02": "Ogan Komering Ilir"}
AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


# --- every deed and thing of the program


def parameters(node: ast.FunctionDef) -> list[str]:
    return [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


def given(call: ast.Call, names: list[str], wanted: str) -> ast.expr | None:
    """What a call gives for a parameter, by name or by place; a starred tuple counts as what it holds."""
    for keyword in call.keywords:
        if keyword.arg == wanted:
            return keyword.value
    places: list[ast.expr] = []
    for one in call.args:
        places += one.value.elts if isinstance(one, ast.Starred) and isinstance(one.value, ast.Tuple) else [one]
    if isinstance(call.func, ast.Attribute) and names[:1] == ["self"]:
        names = names[1:]
    return dict(zip(names, places, strict=False)).get(wanted)


def texts_of(value: ast.expr, within: list[ast.AST]) -> set[str]:
    """All texts an expression may be; a name is whatever is assigned to it in the function or the module."""
    if isinstance(value, ast.Constant):
        return {value.value}
    if isinstance(value, ast.IfExp):
        return texts_of(value.body, within) | texts_of(value.orelse, within)
    if isinstance(value, ast.Attribute) and value.attr == "name":  # a table of the schema
        return {ast.unparse(value.value)}
    assert isinstance(value, ast.Name), f"write the deed down as a text: {ast.unparse(value)}"
    found: set[str] = set()
    for scope in within:
        for node in ast.walk(scope):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            for target in targets if isinstance(node, ast.Assign | ast.AnnAssign) and node.value else []:
                if isinstance(target, ast.Name) and target.id == value.id:
                    found |= texts_of(node.value, within)
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = zip(target.elts, node.value.elts, strict=True)
                    for each, what in pairs:
                        found |= texts_of(what, within) if ast.unparse(each) == value.id else set()
        if found:
            return found
    return found


@cache
def recorded(wanted: str) -> set[str]:
    """Everything the records give for ``what`` or ``entity`` where they write something into the audit trail."""
    modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(STORE.rglob("*.py"))}
    takers: dict[tuple[Path | None, str], list[str]] = {}
    found: set[str] = set()
    grown = -1
    while grown < len(takers):  # those that write, those that call them with what they are given, and so on
        grown = len(takers)
        for path, tree in modules.items():
            for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
                own = None if not function.name.startswith("_") else path
                if function.name == "record" and path.name == "audit.py":
                    takers[own, function.name] = parameters(function)
                for value in given_by(function, path, takers, wanted):
                    if isinstance(value, ast.Name) and value.id in parameters(function):
                        takers[own, function.name] = parameters(function)
                        assert value.id == wanted, f"{function.name}: call it {wanted}"
                    else:
                        said = texts_of(value, [function, tree])
                        assert said, f"{function.name}: write {ast.unparse(value)} down as a text"
                        found |= said
    return found


def given_by(
    function: ast.FunctionDef, path: Path, takers: dict[tuple[Path | None, str], list[str]], wanted: str
) -> Iterator[ast.expr]:
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        names = takers.get((path, name)) or takers.get((None, name))
        value = given(call, names, wanted) if names else None
        if value is not None:
            yield value


def by_triggers() -> set[tuple[str, str]]:
    """Deeds and things of the triggers, which write into the audit trail themselves."""
    told = [
        rule.partition("INSERT INTO audit")[2].partition("RETURN")[0]
        for path in sorted(STORE.rglob("*.py"))
        for rule in re.findall(r'"""(.*?)"""', path.read_text(encoding="utf-8"), re.DOTALL)
        if "INSERT INTO audit (" in rule
    ]
    assert told
    words = {word for rule in told for word in re.findall(r"'([a-z_.]+)'", rule)}
    return {("what" if NAME.fullmatch(word) else "entity", word) for word in words}


def test_the_scan_finds_deeds_however_they_are_given() -> None:
    found = recorded("what")
    assert {"user.disabled", "held.set_aside", "agent.added", "alias.decided", "launch.dusun", "plan.saved"} <= found
    assert ("what", "visit.changed") in by_triggers()
    assert all(NAME.fullmatch(deed) for deed in found)


def test_every_deed_has_words() -> None:
    deeds = recorded("what") | {word for kind, word in by_triggers() if kind == "what"}
    assert sorted(deed for deed in deeds if f"web.audit.deed.{deed}" not in load(FOLDER)) == []


def test_everything_that_is_changed_has_words() -> None:
    things = recorded("entity") | {word for kind, word in by_triggers() if kind == "entity"}
    assert sorted(thing for thing in things if f"web.audit.of.{thing}" not in load(FOLDER)) == []
    assert things <= schema.metadata.tables.keys()


def test_columns_that_name_a_row_are_told_by_its_name() -> None:
    for table in schema.metadata.tables.values():
        for column in table.columns:
            for key in column.foreign_keys:
                if key.column.name == "id" and column.name in trail.MEANT:
                    assert trail.MEANT[column.name] == key.column.table.name


# --- values

VISIT = {"agent_id": 4, "village_code": "16.02.03.2001", "visited_on": "2026-11-20", "met": 1240}
HELD = {
    "reasons": ["upload.held.unknown_code", "upload.held.names.unsure"],
    "values": {"village_name": "Lempur", "month": "2026-10-01", "active": 12.5},
}
SAID = [
    (VISIT, "Agen: A-1|Desa: Lempur (16.02.03.2001)|Dikunjungi pada: 20 November 2026|Orang ditemui: 1.240"),
    ({"interested": None, "registered": None}, "Berminat: tidak disebut|Mendaftar: tidak ada"),
    ({"role": "manager", "agent": ""}, "Peran: Manajer|Kode agen: tidak ada"),
    ({"left_on": None, "office_id": 2, "upload": 9}, "Berhenti pada: tidak ada|Kantor: Cabang|Berkas: nomor 9"),
    ({"linked": True}, "Terhubung: ya"),
    ({"linked": False}, "Terhubung: tidak"),
    ({"disabled_at": "2026-11-23T06:30:00+00:00"}, "Nonaktif sejak: 23 Nov 2026 13:30 WIB"),
    ({"kind": "officials", "status": "undone"}, "Jenis: Perangkat desa terdaftar|Keadaan: dibatalkan"),
    ({"kind": "ranking", "layer": "f" * 64}, "Jenis: peringkat|Sidik data desa: ffffffffffff…"),
    ({"step": "mou", "status": "open", "owner_id": 3}, "Langkah: MoU|Keadaan: Berjalan|Penanggung jawab: siti"),
    ({"villages": []}, "Desa: tidak ada"),
    (
        {"villages": 12, "days": ["2026-12-01", "2026-12-08"]},
        "Desa: 12|Hari kunjungan: 1 Desember 2026, 8 Desember 2026",
    ),
    ({"regency_code": "16.02", "earliest_on": "soon"}, "Kabupaten/kota: Ogan Komering Ilir|Paling awal: soon"),
    ({"purpose": "set_up", "sector": "fishery"}, "Untuk: akun baru|Sektor: Perikanan"),
    ({"sessions_ended": 0, "names": ["a", "b"]}, "Sesi yang diakhiri: 0|Nama lain: a, b"),
    (
        {"document": "regency_brief", "format": ".pdf", "plan": "", "regions": ["16.02", "18"]},
        "Dokumen: ringkasan kabupaten/kota|Bentuk berkas: .pdf|Rencana: tidak ada|Wilayah: Ogan Komering Ilir, 18",
    ),
    ({"new_thing": [{"a": 1}]}, 'New thing: {"a": 1}'),
    (None, ""),
    ("a text", "a text"),
]


@pytest.fixture
def words() -> Words:
    number = {("exports", 7): "DSP-0123456789ABCDEF"}
    names = {("users", 3): "siti", ("agents", 4): "A-1", ("offices", 2): "Cabang", ("uploads", 1): "a.xlsx"}
    return Words({**number, **names, ("launches", 5): "16.02.03.2001", ("visits", 6): "16.02.03.2009"}, PLACES, "id")


@pytest.mark.parametrize(("values", "said"), SAID)
def test_values_are_said_as_people_say_them(words: Words, values: object, said: str) -> None:
    assert words.values(values).split("\n") == said.split("|")


def test_a_row_that_waited_says_why_and_what_was_in_it(words: Words) -> None:
    why, *values = words.values(HELD).split("\n")
    assert why.startswith("Alasan menunggu: Kode desa tidak ada")
    assert "upload." not in why
    assert values == ["Nama desa: Lempur", "Bulan: Oktober 2026", "Peserta aktif: 12,50"]


def test_a_long_list_is_cut_and_says_so(words: Words) -> None:
    said = words.values({"villages": [f"16.02.03.20{i:02}" for i in range(40)]})
    assert said.startswith("Desa: 16.02.03.2000, Lempur (16.02.03.2001), ")
    assert said.endswith(", dan 28 lagi")


STAMPING = ("Stamp", "stamp_of_content", "stamped")


def exported() -> set[str]:
    """All that any file says of what was asked for, by the stamps of the program."""
    names = set()
    for file in STORE.parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in STAMPING:
                asked = next((one.value for one in node.keywords if one.arg == "asked"), None)
                keys = asked.keys if isinstance(asked, ast.Dict) else []
                names |= {key.value for key in keys if isinstance(key, ast.Constant)}
    return names


def test_all_that_was_asked_of_an_export_has_a_name() -> None:
    names = exported()
    assert {"section", "regency", "measure", "against", "content", "agents"} <= names
    assert [name for name in sorted(names) if f"web.audit.field.{name}" not in load(FOLDER)] == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"section": "ucj", "region": "16"}, "Bagian papan: Cakupan (UCJ)\nWilayah: Sumatera Selatan"),
        ({"measure": "gap_workers", "region": ["16.02"]}, "Pekerja belum terlindungi\nWilayah: Ogan Komering Ilir"),
        ({"classes": ["own", "100", "250"]}, "Kelas warna: Batas sendiri, 100, 250"),
        ({"regency": ["16.02"], "villages": "plan"}, "Ogan Komering Ilir\nDesa: dari rencana"),
        ({"against": "agent_days"}, "Dibandingkan dengan: hari kerja agen"),
        ({"agents": 44}, "Banyak agen: 44"),
        ({"known": "0123456789abcdef"}, "Sidik catatan yang dipakai: 0123456789ab…"),
    ],
)
def test_an_export_is_told_in_words(words: Words, values: dict, said: str) -> None:
    assert words.values(values).endswith(said)


THINGS = [
    ("users", "3", "Akun siti"),
    ("users", "77", "Akun nomor 77"),
    ("agents", "4", "Agen A-1"),
    ("uploads", "1", "Berkas a.xlsx (unggahan nomor 1)"),
    ("held_rows", "1/17", "Baris 17 dari berkas a.xlsx"),
    ("aliases", "16.02.03 suka maju", "Nama “suka maju” di Pedamaran"),
    ("launches", "5", "Peluncuran di Lempur (16.02.03.2001)"),
    ("visits", "6", "Kunjungan di 16.02.03.2009"),
    ("declared", "published", "Daftar desa sadar yang diterbitkan"),
    ("assignment_changes", "1200", "Pembagian wilayah nomor 1200"),
    ("exports", "7", "Ekspor DSP-0123456789ABCDEF"),
    ("new_table", "8", "New table 8"),
]


@pytest.mark.parametrize(("entity", "key", "said"), THINGS)
def test_what_was_changed_is_called_by_its_name(words: Words, entity: str, key: str, said: str) -> None:
    assert words.thing(Deed(AT, "siti", "x.y", entity, key, None, None)) == said


def test_a_group_that_was_held_is_told_in_words(words: Words) -> None:
    told = words.values({"kind": "funded", "fund": "dbh_sawit", "people": 40, "months": 6})
    assert told.split("\n") == [
        "Jenis: Kelompok yang iurannya dibayari",
        "Sumber dana: DBH sawit",
        "Orang: 40",
        "Jumlah bulan: 6",
    ]


def test_what_is_gone_is_called_as_it_was(words: Words) -> None:
    gone = Deed(AT, "siti", "plan.removed", "plans", "12", {"name": "OKI 2027", "owner_id": 3}, None)
    assert words.thing(gone) == "Rencana OKI 2027"


def test_an_unknown_deed_is_readable_and_parts_of_the_program_are_named() -> None:
    for language in LANGUAGES:
        assert trail_words.deed("route.moved_over", language) == "Route: moved over"
        assert trail_words.person("siti", language) == "siti"
    assert trail_words.person("console", "id") == "perintah di server"


def test_names_behind_numbers_are_looked_up(office) -> None:
    with writing(office.engine) as connection:
        sent = {"kind": "visits", "file_name": "b.csv", "sha256": "b" * 64, "status": "committed", "committed_at": AT}
        counts = dict.fromkeys(("rows_in", "accepted", "held", "refused"), 0)
        (upload,) = connection.execute(sa.insert(schema.uploads).values(**sent, **counts)).inserted_primary_key
        (agent,) = connection.execute(sa.select(schema.agents.c.id).where(schema.agents.c.code == "A-2")).one()
        begun = {"village_code": "16.02.03.2001", "status": "open", "step": "usulan", "due_on": date(2026, 12, 1)}
        made = connection.execute(sa.insert(schema.launches).values(**begun, created_at=AT, changed_at=AT))
        (launch,) = made.inserted_primary_key
        deeds = [
            Deed(AT, "a", "launch.owner", "launches", str(launch), None, {"owner_id": office.ids["planner"]}),
            Deed(AT, "a", "held.taken", "held_rows", f"{upload}/3", {"agent_id": agent}, {"upload": 999}),
            Deed(AT, "a", "x.y", "aliases", "16.02.03 x", "a text", {"owner_id": None}),
        ]
        found = trail.names_behind(connection, deeds)
    assert found == {
        ("launches", launch): "16.02.03.2001",
        ("users", office.ids["planner"]): "planner",
        ("uploads", upload): "b.csv",
        ("agents", agent): "A-2",
    }
