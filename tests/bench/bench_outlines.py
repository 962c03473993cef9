"""Cleaning, borders, coast, drawing and approximate cells on real outlines: time, memory and what comes out.

Five provinces (9,351 outlines); with the argument ``country`` also 83,246 outlines of 300 m, which takes ten minutes.
"""

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geodata.approximate import cells
from geodata.build import LAND
from geodata.contiguity import components, isolates, neighbours, sea_links
from geodata.coverage import enclosed_gaps
from geodata.measures import area_km2, coast_km, equal_area_km2, inside_points, land_beyond
from geodata.outlines import clean
from geodata.plane import Plane
from geodata.readers.boundaries import read_boundaries
from geodata.simplify import simplified
from planner.border_lines import border_lines
from tests.bench.data_folders import COUNTRY
from tests.bench.figures import Figure, give
from tests.conftest import SHARED

AROUND = ["12", "13", "14", "21", "36"]  # provinces next to the five


def timed(name: str, step: Callable[[], Any]) -> Any:
    result, _ = used(name, step)
    return result


def used(name: str, step: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """Return the result and what it took; memory is the most of the process until then."""
    began, started = time.perf_counter(), time.process_time()
    result = step()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    figures = {"wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - started, "peak_mb": peak_mb}
    print(f"{name:32} {figures['cpu_s']:8.2f} CPU s, peak so far {peak_mb:6.0f} MB", flush=True)
    return result, figures


def country() -> gpd.GeoDataFrame:
    return gpd.read_parquet(COUNTRY).rename(columns={"lat": "latitude", "lng": "longitude"})


def five_provinces() -> gpd.GeoDataFrame:
    files = sorted((SHARED / "mirror").glob("cahyadsn/wilayah_boundaries/*/db/kel/1[5-9]/*.sql"))
    return gpd.GeoDataFrame(read_boundaries(files).frame, crs="EPSG:4326")


def clean_and_check(raw: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    cleaned, figures = used("clean", lambda: clean(raw))
    totals = cleaned.report.totals
    also = {
        "overlaps removed": totals.overlaps_removed,
        "% change of the area": 100 * abs(totals.land_gained_km2 / totals.area_before_km2),
    }
    give(Figure("clean the outlines", len(raw), **figures, also=also))
    for name, value in vars(cleaned.report.totals).items():
        print(f"    {name:24} {value}")
    outlines = cleaned.frame.geometry.to_numpy()
    a, b = shapely.STRtree(outlines).query(outlines, predicate="overlaps")
    shared = equal_area_km2(shapely.intersection(outlines[a], outlines[b])).sum() / 2
    left = enclosed_gaps(outlines[~shapely.is_empty(outlines)])
    radius = shapely.length(shapely.maximum_inscribed_circle(Plane.around(left).metres(left), tolerance=0.5))
    print(f"    overlap left             {shared:.9f} km2")
    narrowest = f", circle in the narrowest {2 * radius.min():.1f} m" if len(left) else ""
    print(f"    gaps left                {len(left)}{narrowest}")
    return cleaned.frame


def borders(frame: gpd.GeoDataFrame) -> None:
    pairs, figures = used("neighbours", lambda: neighbours(frame))
    give(Figure("who borders on whom", len(frame), **figures))
    label = timed("components", lambda: components(frame, pairs))
    links = timed("sea links up to 100 km", lambda: sea_links(frame, pairs, max_km=100))
    sizes = label.value_counts().sort_index().tolist()
    print(f"    pairs {len(pairs)}, crossed {(pairs['shared_km'] > 0).sum()}, links {len(links)}")
    print(f"    groups {len(sizes)}: {sizes[:16]}; alone {len(isolates(frame, pairs))}")


def drawing(frame: gpd.GeoDataFrame, tolerance_m: float) -> None:
    light, figures = used(f"simplified {tolerance_m:g} m", lambda: simplified(frame, tolerance_m=tolerance_m))
    give(Figure(f"simplify the outlines, {tolerance_m:g} m", len(frame), **figures))
    valid = shapely.coverage_is_valid(light.geometry.dropna().to_numpy())
    print(f"    vertices {light.count_coordinates().sum()} of {frame.count_coordinates().sum()}")
    print(f"    coverage valid {valid}, kept {(light['simplified'] == 'kept').sum()}")
    timed("borders of regencies", lambda: border_lines(light.geometry.to_numpy(), light["village_code"].str[:5]))


def coasts(frame: gpd.GeoDataFrame, around: gpd.GeoSeries, land: gpd.GeoSeries) -> None:
    known = timed("coast, villages around known", lambda: coast_km(frame, around))
    beyond = timed("land beyond", lambda: land_beyond(frame, land))
    coarse = timed("coast, from the coarse map", lambda: coast_km(frame, beyond, land_within_m=6_000))
    every = coast_km(frame, around, inlet_m=0)
    print(f"    km: {known.sum():.0f}; coarse map {coarse.sum():.0f}; with every creek {every.sum():.0f}")
    off = coarse - known
    print(f"    coarse map: {off.clip(lower=0).sum():.1f} km too many, {-off.clip(upper=0).sum():.1f} too few")
    by_province = known.groupby(frame["village_code"].str[:2]).sum().round().to_dict()
    print(f"    by province: {by_province}")


def approximation(frame: gpd.GeoDataFrame, around: gpd.GeoDataFrame, land: gpd.GeoSeries) -> None:
    columns = ["village_code", "longitude", "latitude"]
    everyone = pd.concat([pd.DataFrame(part[columns]) for part in (frame, around)], ignore_index=True)
    every, figures = used("cells", lambda: cells(everyone, land))
    drawn = every.iloc[: len(frame)].to_numpy()
    official, total = frame.geometry.to_numpy(), area_km2(frame).sum()
    right = equal_area_km2(shapely.intersection(drawn, official)).sum()
    regency = frame[["village_code"]].assign(regency_code=frame["village_code"].str[:5])
    true, near = (gpd.GeoDataFrame(regency, geometry=g, crs=4326).dissolve("regency_code") for g in (official, drawn))
    right_regency = equal_area_km2(shapely.intersection(true.geometry.to_numpy(), near.geometry.to_numpy())).sum()
    also = {
        "% of the land in the right village": 100 * right / total,
        "% in the right regency": 100 * right_regency / total,
    }
    give(Figure("approximate outlines from points", len(frame), **figures, also=also))
    print(f"    land covered {equal_area_km2(drawn).sum():.0f} km2 of {total:.0f}")


def main() -> None:
    raw = timed("read five provinces", five_provinces)
    frame = clean_and_check(raw)
    timed("inside points", lambda: inside_points(frame))
    timed("area", lambda: area_km2(frame))
    borders(frame)
    for tolerance_m in (100, 250):
        drawing(frame, tolerance_m)
    villages = country()
    around = villages[villages["village_code"].str[:2].isin(AROUND)]
    land = gpd.read_parquet(LAND).geometry
    coasts(frame, around.geometry, land)
    approximation(frame, around, land)
    if "country" in sys.argv[1:]:
        print("country, 300 m")
        whole = clean_and_check(villages)
        timed("inside points", lambda: inside_points(whole))
        borders(whole)
        drawing(whole, 250)
        timed("coast", lambda: coast_km(whole, None))


if __name__ == "__main__":
    main()
