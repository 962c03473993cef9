"""What the first visit needs is there before it comes, and what cannot be read is left to the page."""

import logging
from pathlib import Path

import geopandas as gpd
import pytest

from planner.web import data, layer_map, map_layers, prefetch, warming


def test_files_and_places_are_there_before_the_first_visit(
    layer: gpd.GeoDataFrame, layer_file, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer_file(layer)
    static = tmp_path / "static"
    static.mkdir()
    warming.begin(static).join(60)
    written = sorted(path.name for path in static.iterdir())
    assert {name.split("-")[0] for name in written} >= {"villages", "names", "borders", "districts", "places"}
    assert "villages-" in prefetch.links()

    def again(*_: object, **__: object) -> None:
        raise AssertionError

    for module, name in ((data, "write_geometry"), (map_layers, "write_places"), (data, "load")):
        monkeypatch.setattr(module, name, again)
    found = layer_map.files(static)
    assert found.files.villages.name in written
    assert map_layers.places(found.layer, static).file.name in written


def test_a_layer_that_cannot_be_read_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "villages.parquet").write_bytes(b"broken")
    with caplog.at_level(logging.ERROR):
        warming.prepare(tmp_path / "static")
    assert not caplog.records
