"""Building, loading and ranking: five provinces (9,401 villages) and the country (83,246 outlines).

``python -m tests.bench.bench_layer [FOLDER]``. The country has real outlines and figures of villages of the five
provinces: only its size is real. Each measurement is a process of its own.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from pyarrow import parquet

from geodata import build as building
from geodata.layer import VillageLayer, load, make_layer, save
from geodata.paths import Paths
from geodata.published import read_published
from geodata.readers.official import read_places, read_population, villages_of
from geodata.readers.polling import read_polling_stations
from geodata.sectors.population import split_population
from geodata.sectors.workers import split_workers
from planner.ranking import ranked
from tests.bench.apart import call
from tests.bench.data_folders import built_five_provinces, country, five_provinces, layers
from tests.bench.figures import Figure, give, quotient
from tests.conftest import SHARED


def build(file: Path) -> int:
    built = built_five_provinces()
    building.save(built, file)
    return parquet.read_metadata(file).num_rows


def read(file: Path) -> int:
    return len(load(file).frame)


def rank(file: Path) -> int:
    return len(ranked(pd.DataFrame(load(file).frame)))


def split_the_country() -> int:
    """Population of all villages of the country, and workers where totals are published."""
    mirror = SHARED / "mirror"
    villages = villages_of(read_places(next(mirror.glob("cahyadsn/wilayah/*/db/wilayah.sql"))).frame)
    people = read_population(next(mirror.glob("cahyadsn/wilayah/*/db/wilayah_penduduk.sql"))).frame
    stations = read_polling_stations(next(mirror.glob("kawalpemilu/*/*/src/assets/tps2.json"))).frame
    counted = stations.set_index("village_code")["polling_stations"]
    villages["polling_stations"] = villages["village_code"].map(counted)
    villages["population"] = split_population(villages, people.set_index("code")["population"])
    villages[["area_km2", "coast_km"]] = np.nan
    return len(villages.join(split_workers(villages, read_published())))


def halved(layer: VillageLayer, file: Path) -> None:
    save(make_layer(layer.frame.iloc[: len(layer.frame) // 2], layer.figures, {}), file)


def main() -> None:
    with layers() as folder, TemporaryDirectory() as scratch:
        used = call(build, Path(scratch) / "villages.parquet")
        give(Figure("build the layer from the published files", used.answer, **used.figures))
        used = call(split_the_country)
        give(Figure("split population and workers of the country", used.answer, **used.figures))
        for home in (five_provinces, country):
            file, half = Paths.of(home(folder)).villages, Path(scratch) / "half.parquet"
            halved(load(file), half)
            for what, step in (("load", read), ("load and rank", rank)):
                used, less = call(step, file), call(step, half)
                growth = quotient(used.cpu_s, less.cpu_s)
                size = {"MB on disk": file.stat().st_size / 1e6} if what == "load" else {}
                give(Figure(what, used.answer, **used.figures, growth=growth, also=size))


if __name__ == "__main__":
    main()
