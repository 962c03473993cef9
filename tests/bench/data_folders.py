"""Data folders for the benchmarks of the pages: the five provinces, and the country with figures for the bench only."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import shapely

from geodata import build as building
from geodata import schema
from geodata.catalogue import load as load_catalogue
from geodata.contiguity import neighbours
from geodata.coverage import fill_gaps, snap
from geodata.layer import COLUMNS, load, make_layer, save, save_neighbours
from geodata.paths import Paths
from geodata.plane import Geometries, Plane
from geodata.provenance import Origin
from geodata.published import read_published
from tests.conftest import SHARED

NOT_DATA = "BENCH ONLY, no data: figures drawn at random from other villages"
REGIONS = ["15", "16", "17", "18", "19"]
BRIDGE = SHARED / "layers" / "bps_kemendagri_bridge_indonesia.parquet"
COUNTRY = SHARED / "national" / "indonesia_villages_300m.parquet"
LAYERS = "PLANNER_BENCH_LAYERS"
"""Environment variable: the folder of the layers, made by the first bench for all of them."""


@contextmanager
def layers() -> Iterator[Path]:
    """Give the folder of the layers: the one named on the command line or by ``make bench``, else one that goes."""
    named = sys.argv[1] if sys.argv[1:] else os.environ.get(LAYERS)
    if named:
        yield Path(named)
        return
    with TemporaryDirectory() as made:
        yield Path(made)


def built_five_provinces() -> building.Built:
    catalogue = load_catalogue()
    inputs = building.inputs_of(catalogue, SHARED / "mirror", regions=REGIONS, bridge=BRIDGE)
    return building.build(inputs, catalogue, read_published(), regions=REGIONS)


def five_provinces(folder: Path) -> Path:
    """The layer built from the published files; a folder that has it already is left as it is."""
    home = folder / "five"
    if not Paths.of(home).villages.is_file():
        Paths.of(home).prepare()
        building.save(built_five_provinces(), Paths.of(home).villages)
    return home


def country(folder: Path) -> Path:
    """Real outlines, codes and names of 83,246 villages; their figures are those of villages of the five provinces."""
    home = folder / "country"
    if not Paths.of(home).villages.is_file():
        five = load(Paths.of(five_provinces(folder)).villages)
        outlines = gpd.read_parquet(COUNTRY)
        drawn = np.random.default_rng(7).integers(len(five.frame), size=len(outlines))
        rows = five.frame.drop(columns="geometry").iloc[drawn].reset_index(drop=True)
        code = outlines["village_code"].astype("str")
        own = {
            schema.VILLAGE_CODE: code,
            schema.VILLAGE_NAME: outlines["name"],
            schema.DISTRICT_CODE: code.str[:8],
            schema.DISTRICT_NAME: "Kecamatan " + code.str[:8],
            schema.REGENCY_CODE: code.str[:5],
            schema.REGENCY_NAME: "Kabupaten " + code.str[:5],
            schema.PROVINCE_CODE: code.str[:2],
            schema.PROVINCE_NAME: "Provinsi " + code.str[:2],
            schema.LATITUDE: outlines["lat"],
            schema.LONGITUDE: outlines["lng"],
            schema.OUTLINE: "official",
        }
        figures = {schema.basis(figure): rows[schema.basis(figure)].where(rows[figure].isna(), "assumed")
                   for figure in schema.ESTIMATES}  # fmt: skip
        frame = gpd.GeoDataFrame(
            rows.assign(**own, **figures)[list(COLUMNS)], geometry=coverage(outlines.geometry.to_numpy()), crs=4326
        )
        no_data = Origin("bench", NOT_DATA, "", "")
        records = {name: replace(record, basis="assumed", origins=(no_data,)) for name, record in five.figures.items()}
        Paths.of(home).prepare()
        layer, path = make_layer(frame, records, {"region": NOT_DATA}), Paths.of(home).villages
        save(layer, path)
        save_neighbours(neighbours(layer.frame), layer, path)
    return home


def coverage(published: Geometries) -> Geometries:
    """Make outlines fit together as ``geodata.outlines.clean`` does, without its report."""
    valid = shapely.make_valid(published, method="structure", keep_collapsed=False)
    plane = Plane.around(valid)
    snapped = snap(plane.metres(valid), distance_m=5.0)
    return fill_gaps(plane.degrees(snapped), width=100.0 / plane.metres_per_degree_least)
