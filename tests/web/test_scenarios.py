import shutil
from pathlib import Path

import geopandas as gpd
import pytest

from geodata.layer import load
from geodata.paths import Paths
from planner.params import BlockWeights, ScoringParams
from planner.plan_folder import PlanFolder
from planner.plan_record import Asked
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan, answer, record
from planner.surroundings import surroundings_of
from tests.web.conftest import HOSTILE
from tests.web.pages import component, opening, page, words

NAME = "Satu _tebal_ - 1"


@pytest.fixture
def opened(tmp_path: Path):
    return opening(page, "scenarios", str(tmp_path / "static"))


@pytest.fixture(scope="session")
def kept_two(kept_layer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plans of the small layer: the second has fewer launches and other weights."""
    found = load(kept_layer)
    around = surroundings_of(found, kept_layer)
    other = ScoringParams(block_weights=BlockWeights(need=0.2, readiness=0.3, cost=0.5))
    folder = tmp_path_factory.mktemp("two")
    for name, rules, scoring in (
        (NAME, SelectionParams(launches=5), ScoringParams()),
        ("Dua", SelectionParams(launches=3, objective="score"), other),
    ):
        chosen = Asked(rules, (), None, scoring).candidates(found, around)
        PlanFolder(folder).save(name, record(SelectionPlan(chosen, answer(chosen)), found, name=name))
    return folder


@pytest.fixture
def two(layer: gpd.GeoDataFrame, layer_file, kept_two: Path) -> Path:
    """Where the two plans and their layer lie for this test alone."""
    layer_file(layer)
    return shutil.copytree(kept_two, Paths.of().plans)


def test_without_scenarios_the_page_says_where_they_come_from(layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer)
    assert "Susun rencana di halaman Pilih" in opened().info[0].value
    assert "Make a plan on the page Select" in opened(lang="en").info[0].value


def test_one_scenario_shows_its_villages(two: Path, opened) -> None:
    app = opened(kiri=NAME)
    told = words(app)
    assert "<td" in told
    assert told.count('<th scope="row">') == 2 + 5  # the list of two, then its villages
    assert not any(name in told for name in HOSTILE[:3])
    assert dict(app.query_params) == {"kiri": NAME}


def test_two_scenarios_side_by_side(two: Path, opened) -> None:
    app = opened(kiri=NAME, kanan="Dua", lang="en")
    told = words(app)
    assert "Rules and weights that differ" in [part.value for part in app.subheader]
    assert "weight: " in told
    assert "most launches" in told
    assert "points of the score" in told
    assert "Only in &quot;Satu _tebal_ - 1&quot;" in told
    assert component(app)["key"] == component(opened(kiri="Dua"))["key"]


def test_a_scenario_of_an_address_that_is_gone_is_dropped(two: Path, opened) -> None:
    app = opened(kiri="{{7*7}}", kanan="../x")
    assert dict(app.query_params) == {}
    assert "Pilih skenario kiri" in app.info[0].value


@pytest.mark.parametrize(("button", "left"), [("Ganti nama", {"Tiga", "Dua"}), ("Gandakan", {NAME, "Tiga", "Dua"})])
def test_a_scenario_gets_another_name_or_a_copy(two: Path, opened, button: str, left: set[str]) -> None:
    app = opened(kiri=NAME)
    app.text_input(key="scenario-new-name").input("  Tiga ")
    next(found for found in app.button if found.label.startswith(button)).click().run()
    assert {row.name for row in PlanFolder(two).summaries()} == left
    assert app.query_params["kiri"] == "Tiga"
    assert "Tiga" in app.success[0].value
    assert not app.exception


@pytest.mark.parametrize(
    ("name", "sentence"), [("Dua", "Sudah ada rencana bernama Dua"), ("../x", "tidak dapat dipakai")]
)
def test_a_name_that_cannot_be_taken_is_told(two: Path, opened, name: str, sentence: str) -> None:
    app = opened(kiri=NAME)
    app.text_input(key="scenario-new-name").input(name)
    next(found for found in app.button if found.label == "Ganti nama").click().run()
    assert sentence in app.error[0].value.replace("\\", "")
    assert len(PlanFolder(two).summaries()) == 2


def test_a_scenario_is_deleted_only_when_asked_twice(two: Path, opened) -> None:
    app = opened(kiri=NAME)
    next(found for found in app.button if found.label.startswith("Ya, hapus")).click().run()
    assert [row.name for row in PlanFolder(two).summaries()] == ["Dua"]
    assert "dihapus" in app.success[0].value
    assert dict(app.query_params) == {}


def test_a_plan_of_another_layer_is_told(two: Path, layer: gpd.GeoDataFrame, layer_file, opened) -> None:
    layer_file(layer.iloc[:-3])
    app = opened(kiri=NAME)
    assert NAME in app.error[0].value.replace("\\", "")


def test_a_broken_file_stands_in_the_list_and_breaks_nothing(two: Path, opened) -> None:
    (two / "Rusak.json").write_text("{")
    app = opened()
    assert "tidak terbaca" in words(app)
    assert "Rusak" not in app.selectbox(key="kiri").options
