"""Commands of the score: parameters, ranking by score, worlds, explanation, replay."""

import json

import geopandas as gpd
import openpyxl
import pytest

from planner.cli import main


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    """An empty data folder: the commands work on the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    return tmp_path / "data"


@pytest.fixture
def params(tmp_path, capsys):
    path = tmp_path / "skor.toml"
    assert main(["params", "init", str(path)]) == 0
    capsys.readouterr()
    return path


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_default_parameters_are_explained_and_valid(capsys, params):
    text = params.read_text(encoding="utf-8")
    assert "usulan" in text
    code, out, err = run(capsys, "params", "check", params)
    assert code == 0
    assert "sah" in err
    assert "Pengaruh total" in out
    told = json.loads(run(capsys, "params", "check", params, "--json", "--lang", "en")[1])
    assert {row["choice"] for row in told["influence"]} == {"weights", "normalisation", "aggregation", "figures"}


def test_rank_by_score(capsys, params, tmp_path):
    code, out, _ = run(capsys, "rank", "--params", params, "--region", "15", "--top", 5)
    assert code == 0
    assert "Kesiapan" in out
    listed = json.loads(run(capsys, "rank", "--params", params, "--region", "15", "--top", 5, "--json")[1])["villages"]
    scores = [v["score"] for v in listed]
    assert scores == sorted(scores, reverse=True)
    path = tmp_path / "skor.xlsx"
    assert run(capsys, "rank", "--params", params, "--top", 3, "--out", path)[0] == 0
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert "Skor" in next(row for row in rows if row[0] == "Peringkat")


def test_a_weight_moves_the_ranking(capsys, params):
    before = json.loads(run(capsys, "rank", "--params", params, "--top", 30, "--json")[1])["villages"]
    text = params.read_text(encoding="utf-8")
    changed = text.replace("cost = 0.15", "cost = 0.9", 1)
    assert changed != text
    params.write_text(changed, encoding="utf-8")
    after = json.loads(run(capsys, "rank", "--params", params, "--top", 30, "--json")[1])["villages"]
    assert [v["village_code"] for v in before] != [v["village_code"] for v in after]


def test_weights_from_people(capsys, params, tmp_path):
    answers = tmp_path / "jawaban.toml"
    answers.write_text(
        'about = "blocks"\n[[person]]\nrole = "perencana"\nmethod = "ahp"\n'
        'pairs = { "need/readiness" = 2, "need/cost" = 4, "readiness/cost" = 2 }\n'
    )
    new = tmp_path / "baru.toml"
    code, out, err = run(capsys, "params", "elicit", answers, "--params", params, "--out", new)
    assert code == 0
    assert "0.571" in out
    assert "konsisten" in err
    assert "need = 0.5714" in new.read_text(encoding="utf-8")
    told = json.loads(run(capsys, "params", "elicit", answers, "--json")[1])
    assert told["weights"]["cost"] == pytest.approx(1 / 7)


def test_a_record_replays(capsys, params, tmp_path):
    path = tmp_path / "peringkat.json"
    assert run(capsys, "rank", "--params", params, "--region", "19", "--out", path)[0] == 0
    code, out, err = run(capsys, "replay", path, "--json", "--out", tmp_path / "again.json")
    assert code == 0
    assert json.loads(out) == {"same": True, "differing_villages": 0, "villages": 393}
    assert "sama persis" in err
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()
    told = json.loads(path.read_text(encoding="utf-8"))
    told["villages"][4]["score"] += 1
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    code, _, err = run(capsys, "replay", path)
    assert code == 1
    assert "berbeda pada 1 desa" in err


def test_worlds_give_intervals_and_groups(capsys, tmp_path):
    arguments = ["robust", "--region", "17", "--worlds", 200, "--seed", 3, "--top", 20]
    code, out, err = run(capsys, *arguments)
    assert code == 0
    assert len(out.strip().splitlines()) == 21
    assert "200 simulasi" in err
    villages = json.loads(run(capsys, *arguments, "--json")[1])["villages"]
    assert len(villages) == 1513
    assert all(v["rank_low"] <= v["rank_median"] <= v["rank_high"] for v in villages)
    assert sum(v["in_top_pct"] for v in villages) == pytest.approx(2000, abs=80)
    assert {v["group"] for v in villages} <= {"core", "swing", "out"}
    assert json.loads(run(capsys, *arguments, "--json")[1])["villages"] == villages
    path = tmp_path / "robust.gpkg"
    assert run(capsys, *arguments, "--out", path)[0] == 0
    assert list(gpd.read_file(path, layer="villages")["rank_high"]) == [v["rank_high"] for v in villages]


@pytest.mark.parametrize("language", ["id", "en"])
def test_explain_speaks(capsys, language):
    code, out, _ = run(capsys, "explain", "16.02.15.2011", "--lang", language)
    assert code == 0
    assert len(out.strip().splitlines()) >= 3
    assert "{" not in out


def test_explain_as_json_adds_up(capsys):
    told = json.loads(run(capsys, "explain", "19.01.01.1001", "--json")[1])
    assert told["reference"] + sum(told["contributions"].values()) == pytest.approx(told["score"], abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["explain", "1"], 1, "1"),
        (["params", "check", "none.toml"], 1, "none.toml"),
        (["rank", "--params", "none.toml"], 1, "none.toml"),
        (["replay", "none.json"], 1, "none.json"),
        (["robust", "--worlds", "3"], 2, "--worlds"),
        (["robust", "--region", "99"], 1, "Wilayah 99"),
        (["params", "init", "list.doc"], 1, "list.doc"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_mistakes_are_told(capsys, arguments, code, message):
    found, out, err = run(capsys, *arguments)
    assert found == code
    assert message in err
    assert out == ""
    assert "Traceback" not in err


def test_a_wrong_parameter_is_named(capsys, params):
    params.write_text(params.read_text(encoding="utf-8").replace("top = 50", "top = -5\nunknown = 1"), encoding="utf-8")
    code, _, err = run(capsys, "rank", "--params", params)
    assert code == 1
    assert "top" in err
    assert "unknown" in err
