"""Heavy layers over the villages: all engines, broken off and gone on with, beside geopandas. Linux alone.

CPU seconds and memory are those of all processes that a command starts, looked up ten times a second: the Java machine
of Spark and workers of Dask too. Memory is added up over processes, pages that they share counted for each; start of
the program and reading of the villages are included on both sides.

``python -m tests.bench.bench_overlay [FOLDER]``. Over the five provinces every engine; over the country one process.
Points lie in the box around the villages, two thirds of them in the sea; areas lie on land, 26 ha in the mean.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.layer import load
from geodata.paths import Paths
from tests.bench.data_folders import country, five_provinces, layers
from tests.bench.figures import Figure, Peer, give, leave_out

ROOT = Path(__file__).parents[2]
FIVE, COUNTRY = (100.7, -6.1, 108.3, 0.3), (95.0, -11.0, 141.0, 6.0)
POINTS, FIELDS, CELLS = 5_000_000, 1_000_000, 10_000
GROUP = 131_072
MEASURES = {"points": "count", "fields": "area", "classes": "area"}
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Used:
    """What a command and all that it started used."""

    wall: float
    cpu: float
    peak_mb: float
    largest_mb: float
    code: int

    @property
    def figures(self) -> dict[str, float]:
        """What a figure takes."""
        return {"wall_s": self.wall, "cpu_s": self.cpu, "peak_mb": self.peak_mb}


def draw_points(path: Path, bounds: tuple[float, ...], count: int, _: Path) -> None:
    drawn = np.random.default_rng(11)
    points = shapely.points(*(drawn.uniform(bounds[i], bounds[i + 2], count) for i in (0, 1)))
    gpd.GeoDataFrame({"v": drawn.integers(1, 9, count)}, geometry=points, crs=4326).to_parquet(
        path, row_group_size=GROUP
    )


def on_land(drawn: np.random.Generator, bounds: tuple[float, ...], count: int, villages: Path) -> np.ndarray:
    """Return places inside villages, shape (count, 2)."""
    tree = shapely.STRtree(load(villages).frame.geometry.to_numpy())
    found = np.empty((0, 2))
    while len(found) < count:
        tried = np.column_stack([drawn.uniform(bounds[i], bounds[i + 2], count) for i in (0, 1)])
        inside = np.unique(tree.query(shapely.points(tried), predicate="within")[0])
        found = np.concatenate([found, tried[inside]])
    return found[:count]


def draw_fields(path: Path, bounds: tuple[float, ...], count: int, villages: Path) -> None:
    """Areas of eight corners, 120 to 500 metres from their middle."""
    drawn = np.random.default_rng(12)
    x, y = on_land(drawn, bounds, count, villages).T
    angle = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    far = drawn.uniform(0.0016, 0.0046, count)[:, None] * drawn.uniform(0.7, 1, (count, 8))
    corners = np.stack([x[:, None] + far * np.cos(angle), y[:, None] + far * np.sin(angle)], -1)
    fields = shapely.polygons(corners)
    gpd.GeoDataFrame({"v": drawn.uniform(0, 9, count)}, geometry=fields, crs=4326).to_parquet(
        path, row_group_size=GROUP
    )


def draw_classes(path: Path, bounds: tuple[float, ...], side: int, _: Path) -> None:
    import rasterio

    width, height = (bounds[2] - bounds[0]) / side, (bounds[3] - bounds[1]) / side
    place = rasterio.Affine(width, 0, bounds[0], 0, -height, bounds[3])
    drawn = np.random.default_rng(13)
    options = {"driver": "GTiff", "count": 1, "width": side, "height": side, "dtype": "uint8", "nodata": 0}
    with rasterio.open(
        path, "w", crs="EPSG:4326", transform=place, tiled=True, compress="deflate", **options
    ) as raster:
        for row in range(0, side, 500):
            part = np.repeat(drawn.integers(0, 4, (1, 500, side // 20), dtype="uint8"), 20, axis=2)
            raster.write(part, window=((row, row + 500), (0, side)))


def watched(command: list[str], *, kill_when=lambda: False) -> Used:
    """Run a command in a session of its own, and look at all processes of it until it ends."""
    began, cpu, peak, largest = time.perf_counter(), {}, 0.0, 0.0
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            sizes = [0.0]
            for folder in Path("/proc").iterdir():
                if not folder.name.isdecimal():
                    continue
                try:
                    fields = (folder / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue  # ended meanwhile
                if int(fields[3]) == process.pid:
                    cpu[folder.name] = (int(fields[11]) + int(fields[12])) / TICK
                    sizes.append(int(fields[21]) * 4096 / 1e6)
            peak, largest = max(peak, sum(sizes)), max(largest, *sizes)
            if kill_when():
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.1)
    return Used(time.perf_counter() - began, sum(cpu.values()), peak, largest, process.returncode)


def command(layer: Path, villages: Path, out: Path, engine: str) -> list[str]:
    options = ["--measure", MEASURES[layer.stem], "--villages", villages, "--out", out, "--engine", engine]
    options += ["--values", "1,2"] if layer.suffix == ".tif" else []
    options += [] if engine == "one" else ["--jobs", "2"]
    started = [sys.executable, "-c", "from planner.cli import run; run()", "data", "overlay", layer, *options]
    return [str(part) for part in started]


def there(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def engines() -> list[str]:
    """Return the engines of the program that can run here, and say which cannot."""
    able = {"dask": there("distributed"), "spark": there("pyspark") and shutil.which("java") is not None}
    known = [name for name in able if there(f"geodata.overlay.engines_{name}")]
    for name in known:
        if not able[name]:
            leave_out(
                f"overlay by {name}", f"pip install 'desa-sadar-planner[{name}]'" + " and a Java" * (name == "spark")
            )
    return ["one", "processes", *(name for name in known if able[name])]


def resumed(layer: Path, villages: Path, out: Path) -> tuple[Used, Used]:
    """Kill a run as soon as three pieces are there, and run it again."""
    parts = out.with_name(f"{out.name}.partial")
    killed = watched(
        command(layer, villages, out, "one"),
        kill_when=lambda: len(list(parts.glob("*.npz"))) >= 3 if parts.is_dir() else False,
    )
    assert killed.code == -signal.SIGKILL, f"it ended with {killed.code} before it could be killed"
    return killed, watched(command(layer, villages, out, "one"))


def values(path: Path) -> pd.Series:
    return pd.read_parquet(path).set_index("village_code")["value"]


def peer(kind: str, layer: Path, villages: Path, out: Path) -> None:
    """What a user of geopandas writes: all at once."""
    ground = load(villages).frame[["village_code", "geometry"]]
    found = gpd.read_parquet(layer)
    if kind == "points":
        amounts = gpd.sjoin(found, ground, predicate="within").groupby("village_code").size()
    else:
        known = ground[~ground.geometry.isna()].to_crs(6933)
        cut = gpd.overlay(found.to_crs(6933), known, keep_geom_type=True)
        amounts = (cut.area / 10_000).groupby(cut["village_code"]).sum()
    amounts.rename("value").reset_index().to_parquet(out)


def run(layer: Path, villages: Path, folder: Path, engine: str) -> tuple[Used, pd.Series]:
    out = folder / f"{layer.stem}-{engine}.parquet"
    used = watched(command(layer, villages, out, engine))
    assert used.code == 0, f"{layer.stem} by {engine} failed"
    found = values(out)
    out.unlink()
    return used, found


def by_geopandas(layer: Path, villages: Path, folder: Path, ours: pd.Series) -> Peer:
    """Measure what a user of geopandas does, and compare the sums."""
    kind, out = layer.stem, folder / "peer.parquet"
    used = watched([sys.executable, "-m", "tests.bench.bench_overlay", "peer", kind, *map(str, (layer, villages, out))])
    assert used.code == 0, "geopandas failed"
    theirs = values(out).reindex(ours.index).fillna(0).where(ours.notna())
    np.testing.assert_allclose(ours.astype(float), theirs.astype(float), rtol=1e-6, atol=1e-6)
    return Peer(f"geopandas {'sjoin' if kind == 'points' else 'overlay'}", **used.figures)


def half(layer: Path, folder: Path) -> Path:
    """Write the first half of a layer under the same name elsewhere."""
    file = folder / "half" / layer.name
    file.parent.mkdir(exist_ok=True)
    gpd.read_parquet(layer).iloc[::2].to_parquet(file, row_group_size=GROUP)
    return file


def alone(layer: Path, villages: Path, folder: Path, what: str) -> pd.Series:
    """One process beside geopandas; return the sums."""
    used, found = run(layer, villages, folder, "one")
    peer, grown = None, None
    if layer.suffix == ".parquet":
        less, _ = run(half(layer, folder), villages, folder, "one")
        peer, grown = by_geopandas(layer, villages, folder, found), used.cpu / less.cpu
    give(Figure(f"overlay of {what}", len(found), **used.figures, growth=grown, against=peer))
    return found


def all_engines(layer: Path, villages: Path, folder: Path, what: str) -> None:
    reference = alone(layer, villages, folder, what)
    equal = "the sums are equal to the last digit"
    for engine in ENGINES[1:]:
        used, found = run(layer, villages, folder, engine)
        pd.testing.assert_series_equal(found, reference, check_exact=True)
        also = {"MB, the largest process": used.largest_mb}
        give(Figure(f"overlay of {what}, by {engine}", len(found), **used.figures, also=also, note=equal))
    out = folder / f"{layer.stem}-resumed.parquet"
    _, again = resumed(layer, villages, out)
    pd.testing.assert_series_equal(values(out), reference, check_exact=True)
    give(Figure(f"overlay of {what}, killed and gone on with", len(reference), **again.figures, note=equal))


def main(folder: Path, kept: Path) -> None:
    kinds = {"points.parquet": (draw_points, POINTS, f"{POINTS:,} points"),
             "fields.parquet": (draw_fields, FIELDS, f"{FIELDS:,} areas")}  # fmt: skip
    raster = {"classes.tif": (draw_classes, CELLS, f"{CELLS**2:,} cells")} if RASTERS else {}
    villages = Paths.of(five_provinces(kept)).villages
    for file, (drawn, count, what) in (kinds | raster).items():
        drawn(folder / file, FIVE, count, villages)
        all_engines(folder / file, villages, folder, what)
    villages = Paths.of(country(kept)).villages
    for file, (drawn, count, what) in kinds.items():
        drawn(folder / file, COUNTRY, count, villages)
        alone(folder / file, villages, folder, what)


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        peer(sys.argv[2], *map(Path, sys.argv[3:6]))
    else:
        ENGINES, RASTERS = engines(), there("geodata.overlay.raster") and there("exactextract")
        if there("geodata.overlay.raster") and not RASTERS:
            leave_out("overlay of a raster", "pip install 'desa-sadar-planner[raster]'")
        with layers() as kept, TemporaryDirectory() as scratch:
            main(Path(scratch), kept)
