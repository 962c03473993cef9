"""Strings that try to break out, as names of villages, districts and scenarios, on every page: only text anywhere."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata import schema
from geodata.layer import load, make_layer
from geodata.paths import Paths
from planner.params import ScoringParams
from planner.plan_folder import PlanFolder
from planner.plan_record import Asked
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan, answer, record
from planner.surroundings import surroundings_of
from tests.web.conftest import HOSTILE, RECORDS, grid_layer
from tests.web.server import LAPTOP, served
from tests.web.visit import Visit

pytestmark = pytest.mark.browser

VILLAGES = grid_layer(8, 6)
CODES = VILLAGES[schema.VILLAGE_CODE].iloc[: len(HOSTILE)].to_list()
SCENARIO = "tebal _x_ - 1"
PAGES = {
    "peta": f"peta?desa={CODES[0]}&lapisan=office-declared&ukuran=score",
    "bobot": f"bobot?desa={CODES[1]}&bobot=90-5-5-35-25-25-15-30-30-15-15-10-100&gerak=naik&teratas=50",
    "pilih": f"pilih?desa={CODES[2]}&jumlah=14&hitung=1&wajib={','.join(CODES)}",
    "skenario": f"skenario?kiri={SCENARIO.replace(' ', '+')}&kanan=Dua",
    "desa": f"desa?desa={CODES[3]}",
}

SHOWN = "told => told.every(one => document.body.innerText.replace(/\\s+/g, ' ').includes(one))"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def hostile(home: Path) -> Iterator[str]:
    layer = make_layer(VILLAGES, RECORDS, {"built": "2026-11-22"})
    with served(home, layer) as where:
        paths = Paths.of(home / "data")
        layer = load(paths.villages)
        around = surroundings_of(layer, paths.villages)
        for name, must in ((SCENARIO, tuple(CODES)), ("Dua", ())):
            asked = Asked(SelectionParams(launches=14, must=must), (), None, ScoringParams())
            found = asked.candidates(layer, around)
            PlanFolder(paths.plans).save(name, record(SelectionPlan(found, answer(found)), layer, name=name))
        yield where


@pytest.mark.parametrize("page", PAGES)
def test_nothing_runs_on_any_page(chromium, hostile: str, home: Path, page: str) -> None:
    visitor = Visit(chromium, hostile, LAPTOP)
    visit = visitor.page
    visit.on("dialog", lambda dialog: visitor.complaints.append(dialog.message))
    visit.goto(hostile + PAGES[page])
    visitor.canvas.wait_for()
    visitor.still(lambda: len(visitor.requests))
    told = [
        " ".join(name.split())
        for row, name in enumerate(HOSTILE)
        if f"desa={CODES[row]}" in PAGES[page] or page == "skenario"
    ]
    visit.wait_for_function(SHOWN, arg=told)
    visit.wait_for_timeout(500)  # for whatever would run
    words = visit.evaluate("document.body.innerText")
    assert "49" not in {part.strip() for part in words.split("·")}
    for frame in visit.frames:
        assert frame.title() != "owned"
        assert frame.evaluate("document.querySelectorAll('img[src=x], svg[onload], [onmouseover]').length") == 0
    assert visitor.complaints == []
    assert not list(home.rglob("owned"))
    visitor.close()


def test_the_public_folder_holds_boundaries_names_and_places_only(chromium, hostile: str, home: Path) -> None:
    """Whatever the pages served lies there."""
    with Visit(chromium, hostile, LAPTOP) as visitor:  # the other pages may have been opened by another worker
        visitor.page.goto(hostile)
        visitor.canvas.wait_for()
    files = {path.name.split("-")[0]: path for path in (home / "static").iterdir() if path.suffix == ".gz"}
    assert set(files) == {"villages", "names", "borders", "districts", "places"}
    told = gzip.decompress(files["names"].read_bytes()).decode()
    rows = [line.split("\t") for line in told.splitlines()]
    assert {len(row) for row in rows} == {5}  # code, name, district, kind of outline, a point where there is none
    assert {row[3] for row in rows} <= {"official", "approximate", "merged"}
    places = json.loads(gzip.decompress(files["places"].read_bytes()))
    assert set(places) <= {"mill", "port", "office", "declared"}
    assert all(isinstance(name, str) for kind in places.values() for _, _, name in kind)
    others = {path.suffix for path in (home / "static").iterdir()} - {".gz"}
    assert others <= {".js", ".css"}
