"""Time and memory of building, loading and ranking: five provinces (9,401 villages) and the country (83,246)."""

import multiprocessing
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
from pyarrow import parquet

from geodata import build as building
from geodata.catalogue import load as load_catalogue
from geodata.layer import COLUMNS, load, make_layer, save
from geodata.published import read_published
from geodata.readers.official import read_places, read_population, villages_of
from geodata.readers.polling import read_polling_stations
from geodata.sectors.population import split_population
from geodata.sectors.workers import split_workers
from planner.ranking import ranked
from tests.conftest import SHARED

REGIONS = ["15", "16", "17", "18", "19"]
BRIDGE = SHARED / "layers" / "bps_kemendagri_bridge_indonesia.parquet"
COUNTRY = SHARED / "national" / "indonesia_villages_300m.parquet"


def built_five_provinces() -> building.Built:
    catalogue = load_catalogue()
    inputs = building.inputs_of(catalogue, SHARED / "mirror", regions=REGIONS, bridge=BRIDGE)
    return building.build(inputs, catalogue, read_published(), regions=REGIONS)


def build_five_provinces(folder: Path) -> None:
    building.save(built_five_provinces(), folder / "five.parquet")


def load_five_provinces(folder: Path) -> None:
    load(folder / "five.parquet")


def rank_five_provinces(folder: Path) -> None:
    ranked(pd.DataFrame(load(folder / "five.parquet").frame))


def split_the_country(folder: Path) -> None:
    """Population of all villages of the country, and workers where totals are published."""
    mirror = SHARED / "mirror"
    villages = villages_of(read_places(next(mirror.glob("cahyadsn/wilayah/*/db/wilayah.sql"))).frame)
    people = read_population(next(mirror.glob("cahyadsn/wilayah/*/db/wilayah_penduduk.sql"))).frame
    stations = read_polling_stations(next(mirror.glob("kawalpemilu/*/*/src/assets/tps2.json"))).frame
    counted = stations.set_index("village_code")["polling_stations"]
    villages["polling_stations"] = villages["village_code"].map(counted)
    villages["population"] = split_population(villages, people.set_index("code")["population"])
    villages[["area_km2", "coast_km"]] = np.nan
    villages.join(split_workers(villages, read_published())).to_parquet(folder / "country-figures.parquet")


def save_the_country(folder: Path) -> None:
    """The country's outlines with the figures of a village of the five provinces each: only the size is real."""
    outlines = gpd.read_parquet(COUNTRY)
    five = load(folder / "five.parquet").frame
    rows = five.iloc[np.arange(len(outlines)) % len(five)].reset_index(drop=True)
    rows["village_code"] = outlines["village_code"]
    frame = gpd.GeoDataFrame(rows[list(COLUMNS)], geometry=outlines.geometry.to_numpy(), crs=4326)
    save(make_layer(frame, {}, {}), folder / "country.parquet")


def load_the_country(folder: Path) -> None:
    load(folder / "country.parquet")


def rank_the_country(folder: Path) -> None:
    ranked(pd.DataFrame(load(folder / "country.parquet").frame))


STEPS = (
    build_five_provinces,
    load_five_provinces,
    rank_five_provinces,
    split_the_country,
    save_the_country,
    load_the_country,
    rank_the_country,
)


def measure(step, folder: Path, results) -> None:
    started, cpu = time.perf_counter(), time.process_time()
    step(folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    results.put((time.perf_counter() - started, time.process_time() - cpu, peak))


def main() -> None:
    context = multiprocessing.get_context("spawn")
    print(f"{'step':24} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}")
    with TemporaryDirectory() as folder:
        for step in STEPS:
            results = context.Queue()
            process = context.Process(target=measure, args=(step, Path(folder), results))
            process.start()
            wall, cpu, peak = results.get()
            process.join()
            print(f"{step.__name__:24} {wall:8.2f} {cpu:8.2f} {peak:8.0f}", flush=True)
        for name in ("five", "country"):
            path = Path(folder) / f"{name}.parquet"
            print(f"{name}: {parquet.read_metadata(path).num_rows} villages, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
