"""Villages that are squares of a grid, and what of it can be said without the program."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.contiguity import neighbours
from planner.territories.params import TerritoryParams, WorkloadParams

SIDE = 0.02  # degrees
QUICK = TerritoryParams(moves_per_village=200)


def code(row, column, *, regency="16.01"):
    return f"{regency}.{row + 1:02d}.2{column + 1:03d}"


def grid(rows, columns, *, people=800, origin=(104.0, -3.0), regency="16.01"):
    """A village per square; each row of squares is a district. `people` is a number, or one per square."""
    cells = [(r, c) for r in range(rows) for c in range(columns)]
    boxes = [
        shapely.box(origin[0] + c * SIDE, origin[1] + r * SIDE, origin[0] + (c + 1) * SIDE, origin[1] + (r + 1) * SIDE)
        for r, c in cells
    ]
    table = pd.DataFrame(
        {
            "village_code": [code(r, c, regency=regency) for r, c in cells],
            "village_name": [f"Desa {r}-{c}" for r, c in cells],
        }
    )
    return described(gpd.GeoDataFrame(table, geometry=boxes, crs="EPSG:4326"), people=people)


def described(frame, *, people):
    """Villages with all columns a division reads; each has 5 km2."""
    codes = frame["village_code"]
    table = frame[["village_code", "village_name"]].assign(
        village_type="desa",
        district_code=codes.str[:8],
        district_name="Kecamatan " + codes.str[:8],
        regency_code=codes.str[:5],
        regency_name="Kabupaten Uji",
        province_code=codes.str[:2],
        province_name="Provinsi Uji",
        outline="official",
        merged_into=pd.array([None] * len(frame), dtype="str"),
        longitude=[shape.centroid.x for shape in frame.geometry],
        latitude=[shape.centroid.y for shape in frame.geometry],
        area_km2=5.0,
        eligible_workers=np.broadcast_to(np.asarray(people, dtype=float), (len(frame),)),
        active_bpu=0.0,
    )
    for figure in ("eligible_workers", "active_bpu"):
        table[f"{figure}_low"] = table[f"{figure}_high"] = table[figure]
        table[f"{figure}_basis"] = "assumed"
    return gpd.GeoDataFrame(table, geometry=frame.geometry.to_numpy(), crs="EPSG:4326")


def both(*frames):
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs="EPSG:4326")


def pairs(frame):
    return neighbours(frame)


def params(**changes):
    work = {key: changes.pop(key) for key in list(changes) if key in WorkloadParams.model_fields}
    return QUICK.model_copy(update={**changes, "workload": WorkloadParams(**work)})


def shapes(frame, assignment):
    """The land of each agent; one that is connected is a Polygon: nothing of the program is used to see it."""
    owner = frame["village_code"].map(assignment)
    return frame.geometry.groupby(owner).agg(lambda g: shapely.union_all(g.to_numpy(), grid_size=1e-9))


def connected(frame, assignment):
    return all(shape.geom_type == "Polygon" for shape in shapes(frame, assignment))
