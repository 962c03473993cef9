"""The command line: what it prints, which files it writes, and what it says when something is wrong."""

import json
import shutil
import subprocess
import sys

import geopandas as gpd
import openpyxl
import pytest

from geodata.layer import EMBEDDED, load
from planner.cli import main


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    """An empty data folder: the commands work on the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    return tmp_path / "data"


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_rank_prints_a_table_in_indonesian_by_default(capsys):
    code, out, err = run(capsys, "rank", "--region", "16", "--top", 3)
    assert code == 0
    assert "Peringkat" in out
    assert "16.71.07.1004" in out
    assert len(out.strip().splitlines()) == 4
    assert "Angka desa adalah perkiraan" in err
    assert "Batas desa adalah perkiraan" in err


def test_rank_as_json(capsys):
    code, out, _ = run(capsys, "rank", "--region", "19", "--sector", "fishery", "--top", 5, "--json")
    assert code == 0
    villages = json.loads(out)["villages"]
    assert [v["rank"] for v in villages] == [1, 2, 3, 4, 5]
    gaps = [v["gap_workers"] for v in villages]
    assert gaps == sorted(gaps, reverse=True)
    assert all(v["village_code"].startswith("19.") and v["coast_km"] > 0 for v in villages)
    assert {v["sector"] for v in villages} == {"fishery"}
    assert all(v["gap_workers_low"] <= v["gap_workers"] <= v["gap_workers_high"] for v in villages)


def test_more_rows_never_change_the_first(capsys):
    few = json.loads(run(capsys, "rank", "--top", 5, "--json")[1])["villages"]
    many = json.loads(run(capsys, "rank", "--top", 9, "--json")[1])["villages"]
    assert many[:5] == few


@pytest.mark.parametrize("ending", ["csv", "xlsx", "gpkg", "geojson", "parquet"])
def test_rank_writes_every_format(capsys, tmp_path, ending):
    path = tmp_path / f"top.{ending}"
    code, out, err = run(capsys, "rank", "--region", "16", "--top", 20, "--out", path)
    assert code == 0
    assert out == ""
    assert "20 desa ditulis" in err
    assert path.stat().st_size > 0


def test_the_spreadsheet_is_sorted_and_tells_its_sources(capsys, tmp_path):
    path = tmp_path / "top.xlsx"
    run(capsys, "rank", "--region", "16", "--top", 20, "--out", path)
    book = openpyxl.load_workbook(path)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    start = next(i for i, row in enumerate(rows) if row[0] == "Peringkat")
    assert [row[0] for row in rows[start + 1 : start + 21]] == list(range(1, 21))
    told = "\n".join(str(c) for row in book.worksheets[1].iter_rows(values_only=True) for c in row if c)
    for word in ("Sakernas", "Dukcapil", "asumsi", "Tidak ada rumus resmi"):
        assert word in told


def test_the_map_file_holds_the_same_villages(capsys, tmp_path):
    run(capsys, "rank", "--region", "17", "--top", 7, "--out", tmp_path / "a.gpkg")
    listed = json.loads(run(capsys, "rank", "--region", "17", "--top", 7, "--json")[1])["villages"]
    frame = gpd.read_file(tmp_path / "a.gpkg", layer="villages")
    assert list(frame["village_code"]) == [v["village_code"] for v in listed]
    assert list(frame["gap_workers"]) == [v["gap_workers"] for v in listed]


@pytest.mark.parametrize("code", ["19.01.01.1001", "1901011001"])
def test_show_tells_figure_range_basis_and_source(capsys, code):
    exit_code, out, _ = run(capsys, "show", code)
    assert exit_code == 0
    assert "Kelurahan Sungailiat (19.01.01.1001)" in out
    assert "22.294" in out
    assert "hasil pembagian" in out
    assert "Dukcapil" in out
    assert "Batas wilayah: perkiraan" in out


def test_show_as_json_has_a_source_for_every_figure(capsys):
    shown = json.loads(run(capsys, "show", "19.01.01.1001", "--json", "--lang", "en")[1])
    assert shown["village"]["regency_name"] == "Kabupaten Bangka"
    for figure in shown["figures"]:
        assert figure["method"], figure["figure"]
        if figure["value"] is None:
            assert figure["basis"] is None
            continue
        assert figure["basis"] in {"observed", "disaggregated", "assumed"}, figure["figure"]
        assert figure["sources"], figure["figure"]
        assert all(s["url"].startswith("http") for s in figure["sources"])
    missing = {figure["figure"] for figure in shown["figures"] if figure["value"] is None}
    assert missing == {"families", "idm", "iks", "ike", "ikl", "idm_status", "bumdes_workers"}
    gap = next(figure for figure in shown["figures"] if figure["figure"] == "gap_workers")
    told = {source["producer"] for source in gap["sources"]}
    assert {"BPS, Sakernas", "BPJS Ketenagakerjaan via Satu Data Kemnaker"} <= told


def test_sources_are_listed_with_licence_and_citation(capsys):
    code, out, _ = run(capsys, "data", "sources")
    assert code == 0
    assert "Lisensi" in out
    records = json.loads(run(capsys, "data", "sources", "--json")[1])["sources"]
    assert len(records) == 22
    assert all(r["licence"] and r["citation"] for r in records)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["show", "16.02"], 1, "Tidak ada desa dengan kode 16.02"),
        (["rank", "--region", "99"], 1, "Wilayah 99 tidak ada"),
        (["rank", "--sector", "mining"], 1, "Sektor mining tidak dikenal"),
        (["rank", "--out", "list.doc"], 1, "list.doc"),
        (["rank", "--top", "0"], 2, "--top"),
        (["rank", "--nonsense"], 2, "--nonsense"),
        (["data", "check", "nothing.gpkg"], 1, "nothing.gpkg"),
        (["data", "fetch", "--mirror", "nowhere", "--region", "19"], 1, "nowhere"),
        (["data", "build", "--region", "19"], 1, "planner data fetch --region 19"),
        (["data", "build", "--region", "all"], 1, "planner data fetch --region all"),
        (["data", "build", "--region", "99"], 1, "99"),
        (["rank", "--lang", "fr"], 2, "--lang"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_mistakes_are_told_and_have_their_exit_code(capsys, arguments, code, message):
    found, out, err = run(capsys, *arguments)
    assert found == code
    assert message in err
    assert out == ""
    assert "Traceback" not in err


def test_errors_speak_the_language_asked_for(capsys):
    assert "There is no village" in run(capsys, "show", "1", "--lang", "en")[2]
    assert "Tidak ada desa" in run(capsys, "show", "1", "--lang=id")[2]


@pytest.mark.parametrize("command", [[], ["data"], ["rank"], ["show"], ["data", "fetch"], ["data", "build"]])
def test_help_is_in_the_language(capsys, command):
    for language, word in (("id", "Bahasa: id atau en"), ("en", "Language: id or en")):
        code, out, err = run(capsys, *command, "--help", "--lang", language)
        assert code == 0
        assert "cli." not in out + err
        assert word in out


def test_language_and_folder_may_stand_before_the_command(capsys, tmp_path):
    code, out, _ = run(capsys, "--lang", "en", "--data-dir", tmp_path, "rank", "--top", 1)
    assert code == 0
    assert "Uncovered workers" in out


def test_an_unwritable_data_folder_is_a_matter_of_the_machine(capsys, tmp_path, mirror):
    (tmp_path / "file").write_text("")
    code, _, err = run(
        capsys, "data", "fetch", "--mirror", mirror, "--region", "19", "--data-dir", tmp_path / "file" / "x"
    )
    assert code == 3
    assert "Traceback" not in err


@pytest.mark.real
def test_one_regency_has_only_its_own_workers(capsys, mirror, shared_data):
    """Workers are published for provinces: a regency is cut out of its province, and equals the joint build."""
    bridge = shared_data / "layers" / "bps_kemendagri_bridge_indonesia.parquet"
    code, out, err = run(capsys, "data", "build", "--region", "19.71", "--mirror", mirror, "--bridge", bridge, "--json")
    assert code == 0
    assert json.loads(out)["villages"] == 42
    assert "hanya memuat wilayah 19.71" in err
    joint = load(EMBEDDED).frame.set_index("village_code")
    for village in json.loads(run(capsys, "rank", "--json")[1])["villages"]:
        known = joint.loc[village["village_code"]]
        for figure in ("population", "workers", "eligible_workers", "workers_fishery", "coast_km"):
            assert village[figure] == pytest.approx(known[figure]), (village["village_code"], figure)


@pytest.mark.real
def test_own_outlines_replace_only_the_villages_they_hold(capsys, mirror, shared_data, tmp_path, data_dir):
    own = load(EMBEDDED).frame
    own[own["regency_code"] == "19.71"][["village_code", "village_name", "geometry"]].to_file(tmp_path / "own.gpkg")
    arguments = ["data", "build", "--region", "19", "--mirror", mirror, "--outlines", tmp_path / "own.gpkg"]
    assert run(capsys, *arguments)[0] == 0
    layer = load(data_dir / "layer" / "villages.parquet")
    counts = layer.frame["outline"].value_counts()
    assert counts["own"] == 42
    assert counts["official"] == 349
    assert layer.figures["area_km2"].origins[0].producer == "own.gpkg"


def test_a_layer_is_saved_under_its_own_ending_only(capsys, mirror, tmp_path):
    code, _, err = run(capsys, "data", "build", "--region", "19", "--mirror", mirror, "--out", tmp_path / "x.csv")
    assert code == 1
    assert "x.csv" in err
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.real
def test_fetch_build_rank_on_the_real_files_of_one_province(capsys, mirror, shared_data, data_dir):
    assert run(capsys, "data", "fetch", "--mirror", mirror, "--region", "19")[0] == 0
    code, out, _ = run(capsys, "data", "fetch", "--mirror", mirror, "--region", "19", "--json")
    assert code == 0
    assert json.loads(out)["fetched"] == []
    code, out, _ = run(capsys, "data", "build", "--region", "19", "--json")
    built = json.loads(out)
    assert code == 0
    assert built["villages"] == 393
    assert built["outlines"] == 391
    assert built["coverage_valid"] is True
    assert (data_dir / "layer" / "villages.parquet").is_file()
    code, out, err = run(capsys, "rank", "--top", 2, "--json")
    assert code == 0
    assert "Batas desa adalah perkiraan" not in err
    assert json.loads(out)["fingerprint"] == built["fingerprint"]


def test_a_broken_built_layer_is_told(capsys, data_dir):
    (data_dir / "layer").mkdir(parents=True)
    shutil.copy(EMBEDDED, data_dir / "layer" / "villages.parquet")
    with (data_dir / "layer" / "villages.parquet").open("r+b") as file:
        file.truncate(1000)
    code, _, err = run(capsys, "rank")
    assert code == 1
    assert "planner data build" in err


def test_output_into_a_closed_pipe_is_no_error():
    command = f"{sys.executable} -m planner.cli rank --json | head -c 100 > /dev/null; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr
