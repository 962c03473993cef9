"""What a map of all villages sends to a browser, and what making it takes; folium's GeoJson and TopoJson beside it.

``python -m tests.bench.bench_map_files [FOLDER]``. Ours are the files of outlines, names and borders, made once for a
layer and kept by the browser; a page of folium holds the outlines each time it is made. Packed is by deflate, as
servers send it. The maps of folium are what its documentation shows, with the name as tooltip and a colour by style.
"""

import importlib.util
import zlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import folium
import geopandas as gpd

from geodata.layer import load
from geodata.paths import Paths
from planner.web.geometry_file import write_geometry
from tests.bench.apart import apart
from tests.bench.data_folders import country, five_provinces, layers
from tests.bench.figures import Figure, Peer, give, leave_out

Sizes = tuple[int, int]
LONGEST_S = 240.0
COLUMNS = ["village_code", "village_name", "geometry"]


def ours(layer: Path) -> Callable[[], Sizes]:
    frame = load(layer).frame

    def made() -> Sizes:
        with TemporaryDirectory() as folder:
            files = write_geometry(frame, Path(folder), fingerprint="0" * 64)
            content = [path.read_bytes() for path in files]
        return sum(map(len, content)), sum(len(zlib.compress(one)) for one in content)

    return made


def drawn(layer: Path) -> gpd.GeoDataFrame:
    frame = load(layer).frame
    return frame[~frame.geometry.is_empty & ~frame.geometry.isna()][COLUMNS]


def page(layer: folium.map.Layer) -> Sizes:
    on = folium.Map(location=(-3.0, 104.5), zoom_start=7, tiles=None)
    layer.add_to(on)
    content = on.get_root().render().encode()
    return len(content), len(zlib.compress(content))


def style(_: object) -> dict[str, object]:
    return {"fillColor": "#434e6c", "fillOpacity": 1.0, "weight": 0.3}


def by_geojson(layer: Path) -> Callable[[], Sizes]:
    frame = drawn(layer)
    return lambda: page(folium.GeoJson(frame, style_function=style, tooltip=folium.GeoJsonTooltip(["village_name"])))


def by_topojson(layer: Path) -> Callable[[], Sizes]:
    import topojson

    frame = drawn(layer)

    def made() -> Sizes:
        data = topojson.Topology(frame, object_name="villages", prequantize=True).to_dict()
        return page(folium.TopoJson(data, "objects.villages", style_function=style))

    return made


def main() -> None:
    with layers() as kept:
        for home in (five_provinces, country):
            layer = Paths.of(home(kept)).villages
            used = apart(ours, layer)
            number = len(load(layer).frame)
            for name, theirs in (("GeoJson", by_geojson), ("TopoJson", by_topojson)):
                if theirs is by_topojson and importlib.util.find_spec("topojson") is None:
                    leave_out(f"files of the map beside folium.TopoJson, {number:,} villages", "pip install topojson")
                    continue
                try:
                    other = apart(theirs, layer, longest_s=LONGEST_S)
                except TimeoutError as ended:
                    leave_out(f"files of the map beside folium.{name}, {number:,} villages", f"the other was {ended}")
                    continue
                peer = Peer(f"folium.{name}", other.wall_s, other.cpu_s, other.peak_mb, megabytes(other.answer))
                what = f"files of the map, beside {name}"
                give(Figure(what, number, **used.figures, also=megabytes(used.answer), against=peer))


def megabytes(sizes: Sizes) -> dict[str, float]:
    return {"MB": sizes[0] / 1e6, "MB packed": sizes[1] / 1e6}


if __name__ == "__main__":
    main()
