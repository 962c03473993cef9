"""Files of commands are the same however few people were counted in a village, apart from number and fingerprint."""

import json
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from geodata import schema
from geodata.layer import VillageLayer
from planner import plan_record
from planner.cli import routes, territories, villages
from tests.planner.command_line import RANK, layer, read_once, run, surroundings

VILLAGE = "19.02.01.2003"
REGENCY = "19.02"
WORKERS = 1002
"""Eligible workers of the village: with the fewest counted a visit a month more than with the most."""


@pytest.fixture(autouse=True)
def data(monkeypatch, tmp_path):
    """An empty data folder; the layer is read once, and ranked as it is counted."""
    read_once(monkeypatch)
    monkeypatch.setattr(plan_record, "rank", RANK)  # of the layer with a count, not of the shared one
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    for module in (territories, routes):
        monkeypatch.setattr(module, "load_neighbours", lambda _layer, _file: surroundings().pairs)


@cache
def counted(people: int) -> VillageLayer:
    """Return the embedded default where so many participants were counted in a village."""
    frame = layer().frame
    here = frame[schema.VILLAGE_CODE] == VILLAGE
    assert here.sum() == 1
    told = {
        name: frame[name].mask(here, value)
        for figure, value in ((schema.ACTIVE_BPU, people), (schema.ELIGIBLE, WORKERS))
        for name in (figure, schema.low(figure), schema.high(figure))
    }
    basis = schema.basis(schema.ACTIVE_BPU)
    told[basis] = frame[basis].mask(here, "observed")
    return replace(
        layer(), frame=gpd.GeoDataFrame(frame.assign(**told)), fingerprint=sha256(bytes([people])).hexdigest()
    )


@pytest.fixture
def current(tmp_path):
    """A file in which the village and each district of the regency has an agent."""
    frame = layer().frame
    codes = frame.loc[frame[schema.REGENCY_CODE] == REGENCY, schema.VILLAGE_CODE]
    lines = [f"{code},{'A-99' if code == VILLAGE else f'A-{code[6:8]}'}" for code in codes]
    file = tmp_path / "kini.csv"
    file.write_text("\n".join(["village_code,agent_code", *lines]), encoding="utf-8")
    return file


@pytest.fixture
def areas(tmp_path, capsys, data):
    """A file of two areas, to which the villages are bound: who gets which is no matter of these tests."""
    file = tmp_path / "wilayah.csv"
    assert run(capsys, "territories", "--region", REGENCY, "--agents", "2", "--out", file)[0] == 0
    return file


def content(file: Path) -> str:
    """Return all that stands in a file."""
    if file.suffix != ".xlsx":
        return file.read_text(encoding="utf-8-sig")
    book = openpyxl.load_workbook(file)
    return json.dumps([[list(row) for row in sheet.values] for sheet in book], default=str)


@pytest.mark.parametrize(
    "asked",
    [
        "capacity --current CURRENT --total 333 .csv",
        "capacity --current CURRENT --total 333 .xlsx",
        f"frontier --region {REGENCY} --launches 2 --must {VILLAGE} --points 2 .json",
        f"territories --region {REGENCY} --agents 2 --lock AREAS .geojson",
        f"territories --region {REGENCY} --agents 2 --lock AREAS .xlsx",
        "routes --territories CURRENT --agent A-99 --month 2026-12 .csv",
        "routes --territories CURRENT --agent A-99 --month 2026-12 .geojson",
    ],
)
def test_a_file_is_the_same_however_few_were_counted(asked, capsys, monkeypatch, tmp_path, request) -> None:
    *words, ending = [
        request.getfixturevalue(word.lower()) if word.isupper() and word.isalpha() else word for word in asked.split()
    ]
    found, shown = [], []
    for people in (1, 4):
        there = counted(people)
        monkeypatch.setattr(villages, "load", lambda _file, there=there, **_: there)
        file = tmp_path / f"{people}{ending}"
        code, out, err = run(capsys, *words, "--out", file, "--json")
        assert code == 0, err
        told = json.loads(run(capsys, "verify", file, "--json")[1])
        (entry,) = told["exports"]
        assert told["status"] == "unchanged"
        shown.append(out.replace(there.fingerprint, ""))
        plain = content(file).replace(entry["id"], "").replace(there.fingerprint, "")
        found.append(plain.replace(there.fingerprint[:12], ""))
    assert found[0] == found[1]
    assert shown[0] != shown[1]  # what the office sees does tell it
