"""Seconds, peak memory and progress of every export format, for the five provinces and for the whole country.

Run from the project's root: ``python -m tests.bench.bench_export``. Each measurement is a process of its own. Two
figures of memory: what writing needed on top of the frame, and the peak of the process with libraries and frame, which
has every column of the catalogue at once. Formats that GDAL or Arrow write in one go tell their progress at the end.
Seconds of the processor stand beside seconds on the clock, which others on the machine lengthen. Linux only.
"""

import gc
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import schema
from planner.coverage import COVERAGE, GAP
from planner.export import WRITERS, About, Source, write
from planner.export.columns import COLUMNS, for_people
from planner.export.paper_list import MOST
from planner.ranking import RANK
from tests.bench.apart import call
from tests.bench.data_folders import country, five_provinces, layers
from tests.bench.figures import Figure, give

ROWS = (9_401, 83_246)
LARGE = (".xlsx", ".csv", ".parquet", ".gpkg")
CORNERS = 60


def synthetic(rows: int) -> gpd.GeoDataFrame:
    """Return a ranked list with every column of the catalogue."""
    rng = np.random.default_rng(0)
    number = np.arange(rows)
    table = pd.DataFrame({RANK: number + 1})
    for column in COLUMNS[1:]:
        if column.kind == "word":
            table[column.name] = "disaggregated" if column.part == "basis" else "official"
        elif column.kind == "text":
            table[column.name] = [f"{column.name[:8].title()} {n % 5_000}" for n in number]
        else:
            table[column.name] = rng.integers(0, 20_000, rows)
    table[COVERAGE] = table[COVERAGE] / 200
    table[schema.AREA_KM2] = table[schema.AREA_KM2] / 7
    table[GAP] = np.sort(table[GAP])[::-1]
    return gpd.GeoDataFrame(table, geometry=outlines(rng, rows), crs=schema.CRS_STORED)


def outlines(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Return round outlines with as many corners as cleaned real ones have on average."""
    angles = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    ring = 0.02 * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    centres = np.stack([rng.uniform(95, 141, rows), rng.uniform(-11, 6, rows)], axis=-1)
    return shapely.polygons(centres[:, None, :] + ring[None, :, :])


def memory_mb(field: str) -> float:
    """Return the memory of this process: ``VmRSS`` now, ``VmHWM`` at its peak."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def measure(rows: int, ending: str) -> Figure:
    """Write one file and return what it took."""
    frame = synthetic(rows)
    about = About(
        title="Benchmark",
        language="id",
        created=date(2026, 1, 1),
        fingerprint="0" * 64,
        parameters={},
        sources=(Source(GAP, "assumed", "Synthetic", "2026", "", ""),),
    )
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak of making the frame
    before = memory_mb("VmRSS")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{ending}"
        clock, processor = time.perf_counter(), time.process_time()
        told: list[int] = []
        write(path, frame, about, progress=lambda done, _: told.append(done))
        seconds, busy = time.perf_counter() - clock, time.process_time() - processor
        size = path.stat().st_size / 1e6
    peak = memory_mb("VmHWM")
    if told != sorted(told) or told[-1] != rows:
        raise RuntimeError(f"{ending}: progress told {told[-1]} of {rows}")
    also = {"MB on top of the frame": max(peak - before, 0.0) * 1.048576, "MB file": size}
    note = f"{len(for_people(frame))} columns"
    return Figure(f"export {ending}", rows, seconds, busy, peak * 1.048576, also=also, note=note)


def whole_command(home: Path) -> None:
    """Write the priority list of all villages of a data folder, from the start of the program to the end."""
    program = (sys.executable, "-c", "from planner.cli import run; run()", "export", "list", "--data-dir", str(home))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*program, "--out", f"{folder}/list.xlsx"], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Measure every format for the five provinces, some for the country."""
    with layers() as folder:
        for home, rows in ((five_provinces(folder), 9_401), (country(folder), 83_246)):
            give(Figure("planner export list, XLSX, the whole command", rows, **call(whole_command, home).figures))
    for ending in WRITERS:
        for rows in (MOST,) if ending == ".pdf" else ROWS if ending in LARGE else ROWS[:1]:
            give(call(measure, rows, ending).answer)


if __name__ == "__main__":
    main()
