"""Seconds and peak memory of every export format, for the five provinces and for the whole country.

Run from the project's root: ``python -m tests.bench.bench_export``. Each measurement is a process of its own. Two
figures of memory: what writing needed on top of the frame, and the peak of the process with libraries and frame.
Seconds of the processor stand beside seconds on the clock, which others on the machine lengthen. Linux only.
"""

import gc
import multiprocessing
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
from planner.ranking import RANK

ROWS = (9_401, 84_000)
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


def measure(rows: int, ending: str) -> None:
    """Write one file and print what it took."""
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
        write(path, frame, about)
        seconds, busy = time.perf_counter() - clock, time.process_time() - processor
        size = path.stat().st_size / 1e6
    peak = memory_mb("VmHWM")
    print(
        f"{rows:>7,} rows x {len(for_people(frame))}  {ending:<9}{seconds:>7.2f} s ({busy:.2f} s busy)"
        f"{peak - before:>8,.0f} MB on top, {peak:,.0f} MB in all{size:>8,.1f} MB file",
    )


def main() -> None:
    """Measure every format at both sizes."""
    spawn = multiprocessing.get_context("spawn")
    for rows in ROWS:
        for ending in WRITERS:
            process = spawn.Process(target=measure, args=(rows, ending))
            process.start()
            process.join()


if __name__ == "__main__":
    main()
