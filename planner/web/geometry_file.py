"""The outlines as the browser reads them: written once per village layer, served as static files.

The format of the outlines (little endian, gzipped): four uint32 (magic, villages, rings, points), then
uint32 rings per village, uint32 points per ring, int32 first x and y per ring, int16 steps x and y per
point. Coordinates count cells of a 2^24 grid over the Web Mercator square (2.4 m at the equator), x to
the east, y to the south; a ring is not closed and its first step is zero. The borders of districts have the
same format: a regency takes the place of a village, a line that of a ring.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata import schema
from geodata.simplify import simplified
from planner.border_lines import COAST, border_lines
from planner.web.assets import remove_others, write_atomically

MAGIC: Final = 0x31474C56  # "VLG1"
GRID_CELLS: Final = 2**24
WORLD_M: Final = 2 * np.pi * 6378137.0  # side of the Web Mercator square
_MERCATOR: Final = "EPSG:3857"
_VERSION: Final = 2  # of the content of all files together
_LONGEST_STEP: Final = 32_000  # cells; int16 ends at 32,767

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class GeometryFiles:
    """The public files of one village layer.

    Parameters
    ----------
    villages
        Outlines of all villages in the order of the layer.
    names
        Code, name, district and kind of outline of each village, tab-separated, in the same order.
    borders
        Borders of regencies and provinces, GeoJSON.
    districts
        Borders between districts of the same regency, fetched when the map is close.
    """

    villages: Path
    names: Path
    borders: Path
    districts: Path

    def __iter__(self) -> Iterator[Path]:
        return iter((self.villages, self.names, self.borders, self.districts))


def geometry_files(fingerprint: str, folder: Path) -> GeometryFiles:
    """Name the files of a layer.

    A hyphen stands before the hash: st_folium drops what follows an underscore when it decides whether
    two maps are the same, and the browser would keep the old outlines.

    Parameters
    ----------
    fingerprint
        Fingerprint of the village layer.
    folder
        Folder that is served to the browser.
    """
    short = hashlib.sha256(f"{_VERSION}/{fingerprint}".encode()).hexdigest()[:16]
    return GeometryFiles(
        villages=folder / f"villages-{short}.bin.gz",
        names=folder / f"names-{short}.tsv.gz",
        borders=folder / f"borders-{short}.geojson.gz",
        districts=folder / f"districts-{short}.bin.gz",
    )


def write_geometry(frame: gpd.GeoDataFrame, folder: Path, *, fingerprint: str) -> GeometryFiles:
    """Write the files of a village layer unless they are there, and remove those of earlier layers after a day.

    Parameters
    ----------
    frame
        Village layer, EPSG:4326, empty geometry where a village has no outline.
    folder
        Folder that is served to the browser.
    fingerprint
        Fingerprint of the layer: the same fingerprint means the same outlines and names.

    Returns
    -------
    GeometryFiles
        The files, complete on disk.

    Raises
    ------
    DataError
        If the outlines are no valid coverage.
    PlanMachineError
        If the folder cannot be written.
    """
    files = geometry_files(fingerprint, folder)
    if not all(path.is_file() for path in files):
        drawn = simplified(frame, tolerance_m=_tolerance_m(len(frame)))
        write_atomically(files.villages, _packed(encode(mercator(drawn))))
        write_atomically(files.names, _packed(names_table(frame).encode()))
        write_atomically(files.borders, _packed(json.dumps(borders(drawn)).encode()))
        write_atomically(files.districts, _packed(encode_lines(district_lines(drawn))))
    remove_others(folder, keep=tuple(files), patterns=("villages-*.gz", "names-*.gz", "borders-*.gz", "districts-*.gz"))
    return files


def mercator(frame: gpd.GeoDataFrame) -> Geometries:
    """Return the outlines of a frame in Web Mercator metres, an empty polygon where there is none."""
    metric = frame.geometry.to_crs(_MERCATOR).to_numpy()
    return np.asarray(np.where(shapely.is_missing(metric), shapely.Polygon(), metric), dtype=object)


def encode(outlines: Geometries) -> bytes:
    """Encode outlines in the format of the module's docstring.

    Parameters
    ----------
    outlines
        Polygons and multipolygons in Web Mercator metres; may be empty.
    """
    parts, village = shapely.get_parts(outlines, return_index=True)
    rings, part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    cells, ring = _without_closing_points(to_cells(xy), ring)
    return _encoded(cells, ring, village[part], len(outlines))


def encode_lines(lines: Geometries) -> bytes:
    """Encode lines in the format of the module's docstring.

    Parameters
    ----------
    lines
        MultiLineStrings in Web Mercator metres, one per group; may be empty.
    """
    parts, group = shapely.get_parts(lines, return_index=True)
    xy, line = shapely.get_coordinates(parts, return_index=True)
    return _encoded(to_cells(xy), line, group, len(lines))


def _encoded(cells: NDArray[np.int64], ring: NDArray[np.int64], owner: NDArray[np.int64], owners: int) -> bytes:
    """Write points, the ring of each point and the owner of each ring."""
    cells, ring = _with_short_steps(*_without_repeats(cells, ring))
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    steps = np.diff(cells, axis=0, prepend=cells[:1])
    steps[first] = 0
    counts = (MAGIC, owners, len(owner), len(cells))
    return b"".join(
        (
            np.asarray(counts, "<u4").tobytes(),
            np.bincount(owner, minlength=owners).astype("<u4").tobytes(),
            np.bincount(ring, minlength=len(owner)).astype("<u4").tobytes(),
            cells[first].astype("<i4").tobytes(),
            steps.astype("<i2").tobytes(),
        )
    )


def to_cells(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Place Web Mercator metres on the grid of the file, y to the south."""
    half = WORLD_M / 2
    return np.rint((np.column_stack((xy[:, 0], -xy[:, 1])) + half) * (GRID_CELLS / WORLD_M)).astype(np.int64)


def names_table(frame: gpd.GeoDataFrame) -> str:
    """Return one line per village: code, name, district, kind of outline and point, separated by tabs.

    Parameters
    ----------
    frame
        Village layer, EPSG:4326. Only villages without outline have a point (latitude, comma, longitude), so that
        a mark can show them, too.
    """
    columns = (schema.VILLAGE_CODE, schema.VILLAGE_NAME, schema.DISTRICT_NAME, schema.OUTLINE)
    cleaned = [frame[column].fillna("").astype(str).str.split().str.join(" ") for column in columns]
    north, east = (frame[column].astype(float) for column in (schema.LATITUDE, schema.LONGITUDE))
    missing = (frame.geometry.isna() | frame.geometry.is_empty) & north.notna() & east.notna()
    points = [f"{y:.4f},{x:.4f}" if m else "" for y, x, m in zip(north, east, missing, strict=True)]
    return "\n".join("\t".join(row) for row in zip(*cleaned, points, strict=True))


def borders(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return the borders of regencies as GeoJSON, one feature per pair of neighbours and one per coast.

    Parameters
    ----------
    frame
        Village layer with simplified outlines, EPSG:4326.

    Returns
    -------
    dict
        Property ``between``: the codes of the regencies on the two sides, one code at the coast. Where they belong
        to different provinces, and at the coast, it is a border of a province, too.
    """
    lines = border_lines(_outlines(frame), frame[schema.REGENCY_CODE])
    rounded = shapely.set_precision(lines.to_numpy(), 1e-4)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"between": [code for code in pair if code != COAST]},
                "geometry": shapely.geometry.mapping(line),
            }
            for pair, line in zip(lines.index, rounded, strict=True)
            if not line.is_empty
        ],
    }


def district_lines(frame: gpd.GeoDataFrame) -> Geometries:
    """Return the borders between districts of the same regency in Web Mercator metres, one per regency that has any.

    Parameters
    ----------
    frame
        Village layer with simplified outlines, EPSG:4326.
    """
    regency = frame.drop_duplicates(schema.DISTRICT_CODE).set_index(schema.DISTRICT_CODE)[schema.REGENCY_CODE]
    lines = border_lines(_outlines(frame), frame[schema.DISTRICT_CODE])
    left, right = (lines.index.get_level_values(side).map(regency) for side in ("left", "right"))
    inner = lines[left == right]
    grouped = [
        shapely.multilinestrings(shapely.get_parts(group.to_numpy()))
        for _, group in inner.groupby(right[left == right])
    ]
    return np.asarray(gpd.GeoSeries(grouped, crs=frame.crs).to_crs(_MERCATOR).to_numpy(), dtype=object)


def _outlines(frame: gpd.GeoDataFrame) -> Geometries:
    outlines = frame.geometry.to_numpy()
    return np.asarray(np.where(shapely.is_missing(outlines), shapely.Polygon(), outlines), dtype=object)


def _tolerance_m(villages: int) -> float:
    """One region is drawn finer than the country, whose file would grow too large."""
    return 100.0 if villages <= 20_000 else 250.0


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=6, mtime=0)


def _without_closing_points(
    cells: NDArray[np.int64], ring: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    keep = np.diff(ring, append=ring[-1:] + 1) == 0
    return cells[keep], ring[keep]


def _without_repeats(cells: NDArray[np.int64], ring: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Drop points on the cell before them, but never the first of a ring."""
    first = np.diff(ring, prepend=-1) != 0
    repeated = np.append(False, (np.diff(cells, axis=0) == 0).all(axis=1)) if len(cells) else first
    keep = first | ~repeated
    return cells[keep], ring[keep]


def _with_short_steps(cells: NDArray[np.int64], ring: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Add points to the few steps that do not fit into two bytes."""
    step = np.abs(np.diff(cells, axis=0, prepend=cells[:1])).max(axis=1, initial=0)
    step[np.diff(ring, prepend=-1) != 0] = 0
    pieces = np.maximum(1, -(-step // _LONGEST_STEP))
    if (pieces == 1).all():
        return cells, ring
    target = np.repeat(np.arange(len(cells)), pieces)
    nth = np.arange(len(target)) - np.repeat(np.cumsum(pieces) - pieces, pieces) + 1
    before = cells[np.maximum(target - 1, 0)]
    share = (nth / pieces[target])[:, None]
    return np.rint(before + (cells[target] - before) * share).astype(np.int64), ring[target]
