"""Files of the list: short ones at once, long ones prepared with progress."""

import threading
import time
from pathlib import Path

import geopandas as gpd
import pytest
from streamlit.testing.v1 import AppTest

from planner.web import list_files
from tests.web.pages import opening, page, words

SOON = 60.0


@pytest.fixture
def opened(layer: gpd.GeoDataFrame, layer_file, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The map's page where every Excel file takes long."""
    monkeypatch.setattr(list_files, "AT_ONCE", {".csv": 15_000, ".xlsx": 5})
    layer_file(layer)
    return opening(page, "gap_map", str(tmp_path / "static"))


def offered(app: AppTest) -> list[str]:
    labels = [button.proto.label for button in app.get("download_button")]
    return [label for label in labels if "Map picture" not in label]


def until(app: AppTest, condition) -> None:
    ends = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)
        app.run()
    assert not app.exception


def test_a_long_file_is_prepared_first_and_then_offered(opened) -> None:
    app = opened(lang="en")
    assert offered(app) == ["Download CSV (60 villages)"]
    app.button(key="prepare.xlsx").click().run()
    until(app, lambda: "Download Excel (60 villages)" in offered(app))
    app.selectbox(key="provinsi").select("18").run()
    assert not any("Excel" in label for label in offered(app))
    assert app.button(key="prepare.xlsx").label.startswith("Prepare Excel (")


def test_a_file_that_is_being_written_tells_how_far_it_is_and_can_be_ended(
    opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    def slow(job, *_: object, **__: object) -> None:
        job.tell(20)
        assert goes_on.wait(SOON)
        assert not job.tell(40)

    monkeypatch.setattr(list_files, "apart", slow)
    app = opened(lang="en")
    app.button(key="prepare.xlsx").click().run()
    assert "Writing the file: 20 of 60 villages" in words(app)
    app.button(key="stop-file.xlsx").click().run()
    goes_on.set()
    until(app, lambda: any(button.key == "again-file.xlsx" for button in app.button))
    assert not any("Excel" in label for label in offered(app))
