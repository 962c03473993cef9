"""The priority list on the pages: buttons of every format, what they give, and what is written down."""

import io
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from geodata.layer import load
from geodata.paths import Paths
from planner.export_folder import ExportFolder
from planner.plan_folder import PlanFolder
from planner.provenance import PATTERN
from planner.rights import LAPTOP
from planner.selection.plan import record
from planner.web import priority_files
from planner.web.priority_files import FIRST, Source, made
from tests.planner.small_plans import around, chosen, small_layer
from tests.planner.small_plans import made as plan_record
from tests.web.pages import opening, page, words


@pytest.fixture
def source(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    return Source(chosen(small_layer()), small_layer(), around(), lambda: plan_record("Satu"), ("x",), name="Satu")


@pytest.fixture
def opened(tmp_path: Path):
    return opening(page, "scenarios", str(tmp_path / "static"))


@pytest.mark.parametrize("ending", FIRST)
def test_a_download_is_the_list_and_is_written_down(source: Source, ending: str) -> None:
    content = made(source, ending, LAPTOP, "id")
    kept = ExportFolder(Paths.of().exports, "laptop").last()
    assert [(row.stamp.kind, row.stamp.format, row.stamp.plan) for row in kept] == [("list", ending, "Satu")]
    if ending == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert book.worksheets[0].max_row == 4
        assert PATTERN.fullmatch(book.properties.keywords)
    if ending == ".csv":
        assert all(code in content.decode("utf-8-sig") for code in source.plan.codes)
    if ending == ".pdf":
        assert content.startswith(b"%PDF")


@pytest.mark.parametrize(("language", "label"), [("id", "Unduh Excel"), ("en", "Download Excel")])
def test_buttons_stand_on_the_page_of_scenarios(
    layer: gpd.GeoDataFrame, layer_file: Callable, opened, language: str, label: str
) -> None:
    layer_file(layer)
    found = load(Paths.of().villages)
    PlanFolder(Paths.of().plans).save("Satu _tebal_ - 1", record(chosen(found), found, name="Satu _tebal_ - 1"))
    app = opened(kiri="Satu _tebal_ - 1", lang=language)
    labels = [button.proto.label for button in app.get("download_button")]
    assert label in labels
    assert "“Satu _tebal_ - 1”" in words(app)


def test_a_long_list_is_prepared(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    class Waiting:
        def tell(self, step: object) -> bool:
            told.append(step)
            return True

    content = priority_files._prepared(source, ".csv", LAPTOP, "id", Waiting())
    assert all(code in content.decode("utf-8-sig") for code in source.plan.codes)
    assert told[-1] == (3, 3)
    assert told[0] < source.plan.candidates.scoring.worlds == told[-2]


def test_a_list_nobody_waits_for_is_not_written_down(source: Source) -> None:
    class Gone:
        def tell(self, step: object) -> bool:
            return not isinstance(step, tuple)

    assert priority_files._prepared(source, ".csv", LAPTOP, "id", Gone()) is None
    assert not ExportFolder(Paths.of().exports, "laptop").last()
