"""Minutes between home and villages: along the sphere with a detour, over named crossings, or as somebody measured."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import shortest_path

from geodata.readers.files import read_text
from geodata.schema import REGENCY_CODE, VILLAGE_CODE
from planner.errors import PlanError
from planner.params import Floats
from planner.routes.params import RouteParams
from planner.territories.graph import land_graph
from planner.territories.pieces import Parts
from planner.territories.places import points_of, sphere_km

_EXPECTED: Final = "CSV: minutes, one row and one column per village_code"


class Crossing(NamedTuple):
    """A boat between two villages, as their positions, and its minutes with the wait."""

    one: int
    other: int
    minutes: float


def travel_minutes(
    villages: pd.DataFrame,
    params: RouteParams,
    *,
    land: Parts,
    crossings: Sequence[Crossing] = (),
    speeds: Mapping[str, float] | None = None,
) -> Floats:
    """Return the minutes from each village to each other one.

    Parameters
    ----------
    villages
        Columns ``regency_code``, ``longitude``, ``latitude``; n rows.
    params
        Detour and speed.
    land
        Shape (n,): villages with the same number can be reached from each other by land.
    crossings
        Boats; the quickest chain of ways and boats is taken.
    speeds
        Speed in km/h by regency code, where it is another one; of two regencies each has half of the way.

    Returns
    -------
    Shape (n, n): minutes; infinite where no boat goes.

    Raises
    ------
    PlanError
        If a speed is not above zero.
    """
    slow = sorted(code for code, kmh in (speeds or {}).items() if not 0 < kmh <= 200)
    if slow:
        raise PlanError("routes.speed", codes=", ".join(slow[:8]))
    points = points_of(villages)
    kmh = villages[REGENCY_CODE].map(dict(speeds or {})).fillna(params.speed_kmh).to_numpy(np.float64)
    per_km = 60 / kmh
    minutes = sphere_km(points, points) * params.detour * (per_km[:, None] + per_km) / 2
    minutes[land[:, None] != land] = np.inf
    for one, other, crossing in crossings:
        minutes[one, other] = minutes[other, one] = min(crossing, float(minutes[one, other]))
    np.fill_diagonal(minutes, 0.0)
    return minutes if len(set(land.tolist())) == 1 else _quickest(minutes)


def land_of(villages: pd.DataFrame, pairs: pd.DataFrame, places: pd.DataFrame) -> Parts:
    """Return for some places which land they lie on: those with the same number hang together by borders.

    Parameters
    ----------
    villages, pairs
        All villages of the layer and their neighbours, as for `planner.territories.graph.land_graph`.
    places
        Column ``village_code``; villages of the layer, a village may stand twice.
    """
    graph = land_graph(villages, pairs)
    at = pd.Index(graph.codes).get_indexer(pd.Index(places[VILLAGE_CODE]))
    return np.asarray(graph.components()[at], dtype=np.intp)


def crossings(
    places: pd.DataFrame, land: Parts, params: RouteParams, *, named: Mapping[tuple[str, str], float]
) -> list[Crossing]:
    """Return the boats between lands: those that were named, else one between the nearest places of two lands.

    Parameters
    ----------
    places, land
        Columns ``village_code``, ``longitude``, ``latitude``; and shape (n,), the land of each.
    params
        Speed and wait of a boat nobody named.
    named
        Minutes of a boat, with its wait, by the two villages.

    Raises
    ------
    PlanError
        If a boat that is named begins or ends at a village that is not among the places.
    """
    codes = pd.Index(places[VILLAGE_CODE])
    first = {code: i for i, code in reversed(list(enumerate(codes)))}
    unknown = sorted({code for pair in named for code in pair} - set(first))
    if unknown:
        raise PlanError("routes.crossing_elsewhere", codes=", ".join(unknown[:8]))
    boats = [Crossing(first[one], first[other], minutes) for (one, other), minutes in named.items()]
    linked = {frozenset((int(land[boat.one]), int(land[boat.other]))) for boat in boats}
    points = points_of(places)
    km = sphere_km(points, points)
    lands = sorted(set(land.tolist()))
    for i, here in enumerate(lands):
        for there in lands[i + 1 :]:
            if frozenset((here, there)) in linked:
                continue
            own, other = np.flatnonzero(land == here), np.flatnonzero(land == there)
            a, b = np.unravel_index(int(np.argmin(np.round(km[np.ix_(own, other)], 6))), (len(own), len(other)))
            minutes = params.crossing_wait_min + 60 * float(km[own[a], other[b]]) / params.boat_kmh
            boats.append(Crossing(int(own[a]), int(other[b]), minutes))
    return boats


def read_minutes(path: Path, codes: Sequence[str]) -> Floats:
    """Read minutes between villages, as a router of roads gives them.

    Parameters
    ----------
    path
        CSV, separated by commas or semicolons: the first row and the first column hold village codes, each cell the
        minutes from the village of its row to that of its column. Other villages may stand there too.
    codes
        Villages that are wanted.

    Returns
    -------
    Shape (n, n), in the order of ``codes``; the diagonal is zero.

    Raises
    ------
    PlanError
        If villages are missing, stand twice, or cells are not minutes from 0 to 1,440.
    DataError
        If the file cannot be read as text.
    """
    rows = [row for row in _rows(path) if any(cell.strip() for cell in row)]
    header = [cell.strip() for cell in rows[0][1:]] if rows else []
    names = [row[0].strip() for row in rows[1:]]
    for found in (header, names):
        twice = sorted({code for code in found if code and found.count(code) > 1})
        missing = [code for code in codes if code not in found]
        if twice:
            raise PlanError("routes.matrix_twice", file=path.name, codes=", ".join(twice[:8]))
        if missing:
            raise PlanError("routes.matrix_missing", file=path.name, codes=", ".join(missing[:8]), count=len(missing))
    result = np.zeros((len(codes), len(codes)))
    for i, code in enumerate(codes):
        row = rows[1 + names.index(code)]
        for j, other in enumerate(codes):
            at = 1 + header.index(other)
            cell = row[at].strip() if at < len(row) else ""
            minutes = _minutes(cell)
            if i != j and minutes is None:
                raise PlanError("routes.matrix_cell", file=path.name, row=code, column=other, found=cell[:20] or "-")
            result[i, j] = 0.0 if i == j else minutes
    return result


def _rows(path: Path) -> list[list[str]]:
    content = read_text(path, expected=_EXPECTED)
    first = next((line for line in content.splitlines() if line.strip()), "")
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        return list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise PlanError("routes.matrix_broken", file=path.name, expected=_EXPECTED) from error


def _minutes(cell: str) -> float | None:
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= 1_440 else None


def _quickest(minutes: Floats) -> Floats:
    """Return the quickest ways over several steps; a way of no minutes between two villages counts as a moment."""
    graph = np.where(np.isfinite(minutes), np.maximum(minutes, 1e-6), 0.0)
    np.fill_diagonal(graph, 0.0)
    found = np.asarray(shortest_path(graph, method="D", directed=True))
    np.fill_diagonal(found, 0.0)
    return found


def nearest_to_all(minutes: Floats) -> int:
    """Return the village from which the others are reached quickest: where to begin if no home is known."""
    known = np.where(np.isfinite(minutes), minutes, 1e6)
    return int(np.argmin(np.round(known.sum(axis=1), 6)))
