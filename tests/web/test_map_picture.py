"""The page of the map offers its picture, and writes down that it left."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest

from geodata.paths import Paths
from planner.pictures import ENDINGS, picture_file
from planner.provenance import PATTERN
from planner.web import map_picture
from planner.web.waiting import st_jobs
from tests.web.conftest import HOSTILE
from tests.web.pages import opening, page, words


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict]:
    """What the buttons of the page were given, by the name of the file."""
    found: dict[str, dict] = {}

    def button(label: str, content: object, **given: object) -> None:
        found[str(given["file_name"])] = {"label": label, "content": content, **given}

    monkeypatch.setattr(map_picture.st, "download_button", button)
    return found


@pytest.fixture
def shown(layer: gpd.GeoDataFrame, layer_file, tmp_path: Path) -> Path:
    """The small layer in use; the folder that is served."""
    layer_file(layer)
    return tmp_path / "static"


@pytest.mark.parametrize(("language", "name"), [("id", "peta-cakupan"), ("en", "map-coverage")])
def test_the_picture_is_that_of_the_choices_and_is_written_down(
    shown: Path, offered: dict[str, dict], language: str, name: str
) -> None:
    choices = {"lang": language, "ukuran": "coverage_pct", "provinsi": "16", "sektor": "fishery", "saring": "> 1"}
    app = opening(page, "gap_map", str(shown))(**choices)
    assert not app.exception
    files = {file: given for file, given in offered.items() if file.startswith(name)}
    assert list(files) == [name + ending for ending in ENDINGS]
    assert all(given["mime"] == map_picture.MIMES[Path(file).suffix] for file, given in files.items())
    content = files[f"{name}.svg"]["content"]()
    (number,) = set(PATTERN.findall(content.decode()))
    (known,) = map(json.loads, (Paths.of().exports / "register.jsonl").read_text().splitlines())
    assert known["stamp"]["id"] == number
    asked = known["stamp"]["asked"]
    assert (asked["measure"], asked["region"], asked["sector"], asked["filter"]) == (
        "coverage_pct",
        ["16"],
        "fishery",
        "> 1",
    )
    assert not any(text in content.decode() for text in HOSTILE)


def test_there_is_no_picture_of_nothing(shown: Path, offered: dict) -> None:
    opening(page, "gap_map", str(shown))(saring="> 999999")
    assert not any("peta-" in file for file in offered)


def test_a_picture_of_many_villages_is_prepared_and_can_be_ended(
    shown: Path, offered: dict[str, dict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_picture, "AT_ONCE", 1)
    going = threading.Event()

    def slow(picture, ending, *, language, tell):
        going.wait(20)
        tell("page")
        return picture_file(picture, ending, language=language)

    monkeypatch.setattr(map_picture, "picture_file", slow)
    app = opening(page, "gap_map", str(shown))(lang="en")
    assert not any(file.startswith("map-") for file in offered)
    app.button(key="prepare-picture.svg").click().run()
    assert "Map picture: drawing the villages (2 of 4)" in words(app)
    app.button(key="stop-picture").click().run()
    going.set()
    wait_for(lambda: all(job.done.is_set() for job in st_jobs()._running.values()))
    app.run()
    assert "stopped" in app.info[0].value.lower()
    assert not (Paths.of().exports / "register.jsonl").exists()
    app.button(key="again-picture").click().run()
    wait_for(lambda: all(job.done.is_set() for job in st_jobs()._running.values()))
    app.run()
    (content,) = [given["content"] for file, given in offered.items() if file.endswith(".svg")]
    (number,) = set(PATTERN.findall(content.decode()))
    (known,) = map(json.loads, (Paths.of().exports / "register.jsonl").read_text().splitlines())
    assert known["stamp"]["id"] == number


def wait_for(done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(400):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError
