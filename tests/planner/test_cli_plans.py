"""Saved plans: names, list, ``--like``, ``planner compare``, ``planner replay``, records that were tampered with."""

import json

import pytest

from planner.cli.session import printable
from tests.planner import command_line
from tests.planner.command_line import run

BELITUNG = ("select", "--region", "19")
HOSTILE = ["=1+1", "{{7*7}}", "{0.__class__}", "<script>alert(1)</script>", "${x}", "a;b", "@SUM(1)", "\x1b[31mred"]
ESCAPING = [
    "../x",
    "..",
    "a/b",
    "/tmp/x",
    "a\\b",
    "",
    " ",
    ".hidden",
    "-x",
    "a.",
    "a ",
    "x.json",
    "n" * 61,
    "a\nb",
    "a\0b",
]


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    """An empty data folder: the commands work on the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    command_line.read_once(monkeypatch)
    return tmp_path / "data"


@pytest.fixture(scope="module")
def kept():
    """What the two plans hold once they were made."""
    return {}


@pytest.fixture
def two(capsys, data_dir, kept):
    """Two saved plans; their files."""
    files = [data_dir / "plans" / "rencana a.json", data_dir / "plans" / "b.json"]
    for path, options in zip(files, (["--launches", 3], ["--launches", 4, "--max-per-regency", 1]), strict=True):
        if path.stem in kept:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(kept[path.stem])
            continue
        code, _, err = run(capsys, *BELITUNG, *options, "--save", path.stem)
        assert code == 0, err
        assert str(path) in err
        kept[path.stem] = path.read_bytes()
    return files


# --- names


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_plans_yet(capsys, language, data_dir):
    code, out, err = run(capsys, "plans", "--lang", language)
    assert (code, out) == (0, "")
    assert "planner select --save" in err
    assert json.loads(run(capsys, "plans", "--json")[1]) == {"plans": []}
    assert not data_dir.exists()


@pytest.mark.parametrize("name", [*ESCAPING, *HOSTILE], ids=ascii)
def test_names_that_cannot_be_used(capsys, monkeypatch, tmp_path, name):
    monkeypatch.setattr("planner.cli.select.answer", lambda *_: pytest.fail("searched first"))
    for language, remedy in (("id", "Pakai huruf"), ("en", "Use letters")):
        code, out, err = run(capsys, *BELITUNG, "--launches", 1, "--save", name, "--lang", language)
        assert (code, out) == (1, "")
        assert "--save" in err
        assert remedy in err
        assert printable(name[:60]) in err
        assert "\x1b" not in err
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize("name", [*ESCAPING, *HOSTILE], ids=ascii)
def test_names_of_no_plan(capsys, name, tmp_path):
    (tmp_path / "x.json").write_text("{}")
    for command in (["compare", name or " ", "b"], ["select", "--launches", 1, f"--like={name}"]):
        code, out, err = run(capsys, *command)
        assert code in (1, 2)
        assert out == ""
        assert err.strip()
        assert "\x1b" not in err
        assert "49" not in err


@pytest.mark.parametrize("name", ["Rencana 2026 (v2)".replace("(", "").replace(")", ""), "é_ü.v-1", "1"])
def test_names_that_can_be_used(capsys, name, data_dir):
    assert run(capsys, *BELITUNG, "--launches", 1, "--save", name)[0] == 0
    assert [path.stem for path in (data_dir / "plans").iterdir()] == [name]
    assert json.loads(run(capsys, "plans", "--json")[1])["plans"][0]["name"] == name


@pytest.mark.parametrize("name", ["b", "B", "RENCANA A"])
def test_a_taken_name_keeps_its_plan(capsys, two, name):
    before = [path.read_bytes() for path in two]
    for language, remedy in (("id", "Pilih nama lain"), ("en", "Choose another name")):
        code, out, err = run(capsys, *BELITUNG, "--launches", 1, "--save", name, "--lang", language)
        assert (code, out) == (1, "")
        assert remedy in err
    assert [path.read_bytes() for path in two] == before


# --- list


@pytest.mark.parametrize(
    ("language", "unit", "proof"),
    [("id", "peserta aktif baru", "terbukti terbaik"), ("en", "new participants active", "proved the best")],
)
def test_plans_are_listed_with_unit_and_proof(capsys, two, language, unit, proof):
    code, out, _ = run(capsys, "plans", "--lang", language)
    assert code == 0
    assert [line.split("  ")[0].strip() for line in out.splitlines()[1:]] == ["b", "rencana a"]
    assert out.count(unit) == out.count(proof) == len(two)


def test_a_broken_file_does_not_break_the_list(capsys, two):
    folder = two[0].parent
    told = json.loads(two[1].read_text(encoding="utf-8"))
    told["result"]["objective"] = float("nan")
    (folder / "nan.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "rusak.json").write_text("[" * 100_000, encoding="utf-8")
    (folder / "biner.json").write_bytes(b"\x00\xff")
    code, out, _ = run(capsys, "plans", "--json")
    assert code == 0
    plans = json.loads(out, parse_constant=pytest.fail)["plans"]
    assert {plan["name"]: plan["status"] for plan in plans} == {
        "b": "optimal",
        "rencana a": "optimal",
        **dict.fromkeys(("nan", "rusak", "biner"), "unreadable"),
    }
    assert "tidak terbaca" in run(capsys, "plans")[1]


# --- like


def test_like_takes_rules_regions_and_parameters(capsys, two):
    same = json.loads(run(capsys, "select", "--like", "b", "--json")[1])
    assert same["chosen"] == [row["village_code"] for row in json.loads(two[1].read_text(encoding="utf-8"))["chosen"]]
    assert same["regions"] == ["19"]
    more = json.loads(
        run(capsys, "select", "--like", two[1], "--launches", 5, "--never", same["chosen"][0], "--json")[1]
    )
    assert len(more["chosen"]) == 5
    assert more["rules"]["max_per_regency"] == 1
    assert same["chosen"][0] not in more["chosen"]
    other = json.loads(run(capsys, "select", "--like", "b", "--region", "19.02", "--json")[1])
    assert {code[:5] for code in other["chosen"]} == {"19.02"}


def test_like_takes_the_sector_and_the_parameter_file(capsys, tmp_path):
    path = tmp_path / "skor.toml"
    run(capsys, "params", "init", path)
    text = path.read_text(encoding="utf-8").replace("most_registrations = 1000", "most_registrations = 100")
    path.write_text(text, encoding="utf-8")
    run(capsys, *BELITUNG, "--launches", 2, "--sector", "fishery", "--params", path, "--save", "nelayan")
    like = json.loads(run(capsys, "select", "--like", "nelayan", "--json")[1])
    assert like["sector"] == "fishery"
    assert like["objective"] <= 2 * 100 / 6 + 1e-9


# --- compare


@pytest.mark.parametrize("language", ["id", "en"])
def test_compare_for_people(capsys, two, language):
    code, out, _ = run(capsys, "compare", "rencana a", "b", "--lang", language)
    assert code == 0
    assert "--max-per-regency" in out
    assert "--launches: 3 | 4" in out
    assert "None" not in out
    assert "Teladan" in out
    assert out.splitlines()[0].split("  ")[-1].strip() == "b"
    priced = run(capsys, "compare", "rencana a", two[1], "--priced", "--lang", language)[1]
    assert len(priced) > len(out)


def test_compare_as_json(capsys, two):
    told = json.loads(run(capsys, "compare", *two, "--json")[1], parse_constant=pytest.fail)
    a, b = ({row["village_code"] for row in json.loads(path.read_text(encoding="utf-8"))["chosen"]} for path in two)
    assert {row["village_code"] for row in told["only_a"]} == a - b
    assert {row["village_code"] for row in told["only_b"]} == b - a
    assert told["both"] == len(a & b)
    assert told["parameters"] == {"launches": [3, 4], "max_per_regency": [None, 1]}
    assert [side["villages"] for side in told["totals"]] == [3, 4]


def test_plans_of_other_objectives_and_regions(capsys, two):
    assert two
    run(capsys, "select", "--region", "19.02", "--launches", 2, "--objective", "score", "--save", "skor")
    told = run(capsys, "compare", "b", "skor", "--lang", "en")[1]
    assert "objective in the chosen villages" not in told  # points and people are not set side by side
    assert "--objective: new participants active after 12 months (estimate) | points of the score" in told
    assert "--region: 19 | 19.02" in told
    assert "outside the regions of the plan" in told


def test_a_plan_is_the_same_as_itself(capsys, two):
    told = json.loads(run(capsys, "compare", "b", two[1], "--json")[1])
    assert (told["only_a"], told["only_b"], told["parameters"]) == ([], [], {})


# --- replay


def test_replay_gives_the_same_bytes(capsys, two, tmp_path):
    again = tmp_path / "again.json"
    code, out, err = run(capsys, "replay", two[0], "--json", "--out", again)
    assert code == 0
    assert json.loads(out) == {"same": True, "differing_villages": 0, "villages": 3}
    assert "sama persis" in err
    assert again.read_bytes() == two[0].read_bytes()
    assert run(capsys, "replay", "b")[0] == 0


def test_a_record_of_out_replays(capsys, tmp_path):
    path = tmp_path / "=1+1{{7*7}}<script>.json"
    options = ("--budget", "150jt", "--spillover-km", 5, "--limit", "fishery=1..", "--must", "19.02.01.1006")
    assert run(capsys, *BELITUNG, *options, "--out", path)[0] == 0
    assert run(capsys, "replay", path)[0] == 0
    assert run(capsys, "compare", path, path)[0] == 0


def changed(path, change):
    told = json.loads(path.read_text(encoding="utf-8"))
    change(told)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def test_another_village_in_the_record_is_seen(capsys, two):
    changed(two[0], lambda told: told["chosen"][0].update(village_code="19.01.01.1002"))
    code, out, err = run(capsys, "replay", two[0], "--json")
    assert code == 1
    assert json.loads(out) == {"same": False, "differing_villages": 1, "villages": 3}
    assert "berbeda pada 1 desa" in err


def test_versions_from_elsewhere_cannot_act_on_the_terminal(capsys, two):
    changed(two[0], lambda told: told["made_with"].update(numpy="\x1b[2J{{7*7}}"))
    changed(two[0], lambda told: told["chosen"].pop())
    _, _, err = run(capsys, "replay", two[0])
    assert "\x1b" not in err
    assert "{{7*7}}" in err


def test_a_stopped_plan_is_told_apart(capsys, two):
    changed(two[0], lambda told: told["result"].update(status="stopped"))
    code, _, err = run(capsys, "replay", two[0], "--lang", "en")
    assert code == 1
    assert "stopped before it was proved" in err
    assert "planner compare" in err


TAMPERED = {
    "another layer": lambda told: told["layer"].update(fingerprint="0000"),
    "another register": lambda told: told["registers"].update(x="y"),
    "another format": lambda told: told.update(format=99),
    "a ranking": lambda told: told.update(kind="ranking"),
    "unknown kind": lambda told: told.update(kind=["x"]),
    "no rules": lambda told: told.pop("selection"),
    "rules are a list": lambda told: told.update(selection=[]),
    "negative budget": lambda told: told["selection"].update(budget_idr=-1),
    "unknown rule": lambda told: told["selection"].update(rule=1),
    "unknown village": lambda told: told["selection"].update(must=["99.99.99.9999"]),
    "impossible rules": lambda told: told["selection"].update(launches=1, min_per_regency=1, max_per_regency=None),
    "regions are a number": lambda told: told.update(regions=5),
    "regions are numbers": lambda told: told.update(regions=[19]),
    "unknown region": lambda told: told.update(regions=["99"]),
    "unknown sector": lambda told: told.update(sector="x"),
    "sector is a list": lambda told: told.update(sector=[]),
    "no parameters": lambda told: told.update(parameters=None),
    "unknown parameter": lambda told: told["parameters"].update(x=1),
    "made with a list": lambda told: told.update(made_with=["x"]),
    "name is a number": lambda told: told.update(name=7),
    "result is missing": lambda told: told.pop("result"),
    "result is text": lambda told: told.update(result="x"),
    "chosen is missing": lambda told: told.pop("chosen"),
    "chosen is text": lambda told: told.update(chosen=["19.01.01.1001"]),
    "chosen is unknown": lambda told: told["chosen"][0].update(village_code="99.99.99.9999"),
    "chosen without code": lambda told: told["chosen"][0].pop("village_code"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampered_records_are_refused_without_breaking(capsys, two, name):
    changed(two[0], TAMPERED[name])
    codes = []
    for command in (
        ["replay", two[0], "--lang", "en", "--json"],
        ["compare", two[0], "b"],
        ["select", "--like", two[0], "--launches", 2],
    ):
        code, out, err = run(capsys, *command)
        assert code == 0 or err.strip()
        if "--json" in command and out:
            json.loads(out, parse_constant=pytest.fail)
        codes.append(code)
    assert set(codes) <= {0, 1}
    assert codes[0] == 1
    assert run(capsys, "plans", "--json")[0] == 0


@pytest.mark.parametrize("content", [b"", b"[]", b"5", b"null", b'{"kind": "selection"}', b"\x00\xff", b"[" * 100_000])
def test_what_is_no_record_is_refused(capsys, two, content):
    two[0].write_bytes(content)
    for command in (["replay", two[0]], ["compare", two[0], "b"], ["select", "--like", two[0], "--launches", 2]):
        code, out, err = run(capsys, *command)
        assert (code, out) == (1, "")
        assert "rencana a.json" in err
        assert "planner select --out" in err


@pytest.mark.parametrize("command", [["replay", "none"], ["compare", "b", "none"], ["replay", "none.json"]])
def test_what_is_not_there(capsys, two, command):
    assert two
    code, out, err = run(capsys, *command)
    assert (code, out) == (1, "")
    assert "none" in err


def test_a_folder_is_no_record(capsys, tmp_path):
    code, _, err = run(capsys, "replay", tmp_path)
    assert code == 1
    assert tmp_path.name in err
