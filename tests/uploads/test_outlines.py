"""Outlines that a user brings: hostile GIS files stay shut, the rest is checked against the known villages."""

import json
import socket
import threading
from contextlib import closing

import pytest

from geodata.errors import DataError
from geodata.readers.vector import Limits
from planner.uploads import check_file, check_outlines, reason_text
from planner.uploads.limits import OUTLINE_LIMITS
from tests.uploads import files


@pytest.fixture(scope="module")
def address():
    """An address on loopback; the test fails if anyone calls it."""
    calls = []
    stop = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0.2)

        def listen():
            while not stop.is_set():
                try:
                    server.accept()[0].close()
                    calls.append(1)
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        stop.set()
        thread.join()
    assert calls == []


def feature(code, name="Suka Maju", ring=None):
    ring = ring or [[104, -3], [104.1, -3], [104.1, -3.1], [104, -3]]
    properties = {"kode_desa": code, "nama_desa": name}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(*features, **extra) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **extra}).encode()


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/{a}/x.kml</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)
VRT_FILE = VRT.replace("/vsicurl/{a}/x.kml", "/etc/passwd")
PIPELINE = '{{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read {a}/x.geojson ! write x"}}'
TINDEX = "<GDALTileIndexDataset><IndexDataset>{a}</IndexDataset></GDALTileIndexDataset>"
KML_XXE = '<?xml version="1.0"?><!DOCTYPE k [<!ENTITY e SYSTEM "{a}">]><kml><Document>&e;</Document></kml>'
KML_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><kml><Document>&b;</Document></kml>'
)
ESRI = '{{"type": "FeatureCollection", "crs": {{"type": "link", "properties": {{"href": "{a}"}}}}, "features": []}}'

HOSTILE = {
    "vrt.kml": (lambda a: VRT.replace("{a}", a).encode(), "follow|not opened"),
    "vrt_file.kml": (lambda _: VRT_FILE.encode(), "follow|not opened"),
    "vrt.geojson": (lambda a: VRT.replace("{a}", a).encode(), "not opened|does not"),
    "vrt.shp": (lambda a: VRT.replace("{a}", a).encode(), "not opened|does not"),
    "vrt.zip": (lambda a: files.zipped({"desa.kml": VRT.replace("{a}", a)}), "not opened|does not"),
    "vrt.kmz": (lambda a: files.zipped({"doc.kml": VRT.replace("{a}", a)}), "not opened|does not"),
    "tindex.kml": (lambda a: TINDEX.replace("{a}", a).encode(), "not opened|does not"),
    "pipeline.geojson": (lambda a: PIPELINE.format(a=a).encode(), "GeoJSON"),
    "pipeline.json": (lambda a: PIPELINE.format(a=a).encode(), "GeoJSON"),
    "link.geojson": (lambda a: ESRI.format(a=a).encode(), "crs"),
    "xxe.kml": (lambda a: KML_XXE.replace("{a}", a).encode(), "DOCTYPE"),
    "laughs.kml": (lambda _: KML_LAUGHS.encode(), "DOCTYPE"),
    "climbs.zip": (lambda _: files.zipped({"../../desa.shp": b"x", "../../desa.dbf": b"x"}), "link|outside"),
    "bomb.zip": (lambda _: files.zipped({"desa.kml": b" " * 60_000_000}), "zip bomb|beyond"),
    "nested.zip": (lambda _: files.zipped({"inner.zip": files.zipped({"desa.kml": b"x"})}), "Shapefile"),
    "deep.geojson": (lambda _: b'{"type":"FeatureCollection","features":[' + b"[" * 200_000, "nested|damaged|cut off"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_outlines_are_refused(name, address, known, tmp_path):
    make, said = HOSTILE[name]
    path = tmp_path / name
    path.write_bytes(make(address))
    with pytest.raises(DataError, match=said) as caught:
        check_file(path, "outlines", known)
    assert caught.value.text("id") != caught.value.text("en")


def test_one_outline_of_two_million_vertices_is_refused(known, tmp_path):
    """The bound of an upload is put low here, so that the file is small; the true one lies below two million."""
    assert OUTLINE_LIMITS.vertices < 2_000_000
    path = tmp_path / "rapat.geojson"
    ring = ",".join(["[104,-3]"] * 20_000)
    text = collection(feature("16.02.03.2001")).decode().replace("[104, -3]", ring, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="vertices"):
        check_outlines(path, known, limits=Limits(vertices=2_000, rows=2, seconds=20))


def test_known_villages_are_accepted_and_unknown_refused(known, tmp_path):
    path = tmp_path / "desa.geojson"
    path.write_bytes(
        collection(
            feature("16.02.03.2001"),
            feature("16.02.03.2999"),
            feature("x"),
            feature("16.02.03.2002", "<script>alert(1)</script>"),
        )
    )
    found = check_file(path, "outlines", known)
    assert found.total == 4
    assert found.accepted["village_code"].tolist() == ["16.02.03.2001", "16.02.03.2002"]
    assert found.refused.index.tolist() == [2, 3]
    assert found.problems["reason"].tolist() == ["upload.refused.unknown_code", "codes.not_digits"]
    for key in found.problems["reason"]:
        assert reason_text(key, "id") != reason_text(key, "en")
