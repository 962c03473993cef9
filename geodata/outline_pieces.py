"""Cleaning the outlines of a whole country: landmass by landmass, in several processes, with the same outcome."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import reduce
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.coverage import Rows
from geodata.landmasses import PIECE_VERTICES, landmasses, pieces
from geodata.outline_report import CleaningReport, CleaningTotals
from geodata.outlines import CleanedOutlines, check_outlines, clean, with_geometry
from geodata.plane import Geometries, Plane
from geodata.processes import GB, Room, worked

OnRows = Callable[[Rows], None]
"""Told the rows of the frame that are done."""

_APART_M: Final = 1_000.0  # much farther than anything is snapped or filled
_PROCESS: Final = 0.25 * GB  # of the program itself
_PER_VERTEX: Final = 1_400  # bytes that cleaning takes per vertex; measured: up to 1,200
_KEPT_PER_VERTEX: Final = 200  # bytes per vertex in the process that asks


@dataclass(frozen=True)
class _Piece:
    frame: gpd.GeoDataFrame
    plane: Plane


def clean_by_landmass(
    frame: gpd.GeoDataFrame,
    *,
    room: Room | None = None,
    least: int = PIECE_VERTICES,
    on_rows: OnRows = lambda _: None,
) -> CleanedOutlines:
    """Clean outlines as `outlines.clean` does, each landmass by itself.

    Borders of villages matter to their neighbours only, and no neighbour lives on another landmass. So the outlines
    are the same as if all were cleaned at once, however many processes there are; it is faster even in one process,
    and takes less memory, because filling gaps takes longer than in proportion to the outlines.

    Parameters
    ----------
    frame
        As for `outlines.clean`.
    room
        Processes and memory; one process by default.
    least
        Vertices of a piece; see `landmasses.pieces`.
    on_rows
        Told after each piece.

    Raises
    ------
    DataError
        As `outlines.clean`.
    MachineError
        If a process ends before its time.
    """
    check_outlines(frame)
    published = frame.geometry.to_numpy()
    plane = Plane.around(shapely.make_valid(_rim(published), method="structure", keep_collapsed=False))
    vertices = shapely.get_num_coordinates(published)
    rows = pieces(landmasses(published, plane, apart_m=_APART_M), vertices, least=least)
    rows[-1] = np.union1d(rows[-1], np.flatnonzero(vertices == 0))  # what has no outline is only counted
    needs = [int(_PROCESS + _PER_VERTEX * vertices[these].sum()) for these in rows]
    taken = int(2 * _PROCESS + _KEPT_PER_VERTEX * vertices.sum())
    geometry = published.copy()
    reports: dict[int, CleaningReport] = {}
    todo = [_Piece(frame.iloc[these], plane) for these in rows]
    for place, done in worked(_cleaned, todo, needs=needs, room=room or Room(), taken=taken):
        geometry[rows[place]] = done.frame.geometry.to_numpy()
        reports[place] = done.report
        on_rows(rows[place])
    return CleanedOutlines(
        with_geometry(frame, geometry), _joined([reports[place] for place in range(len(rows))], rows, frame.index)
    )


def _cleaned(piece: _Piece) -> CleanedOutlines:
    return clean(piece.frame, plane=piece.plane)


def _rim(outlines: Geometries) -> Geometries:
    """Return the outlines that reach farthest south and north: they alone set the plane."""
    bounds = shapely.bounds(outlines)
    return outlines[[np.nanargmin(bounds[:, 1]), np.nanargmax(bounds[:, 3])]]


def _joined(reports: list[CleaningReport], rows: list[Rows], index: pd.Index) -> CleaningReport:
    order = np.argsort(np.concatenate(rows))
    villages = pd.concat([report.villages for report in reports]).iloc[order].set_axis(index)
    return CleaningReport(villages, reduce(_added, [report.totals for report in reports]))


def _added(one: CleaningTotals, other: CleaningTotals) -> CleaningTotals:
    """Add figures up; what holds of the whole must hold of both, and a figure that neither has stays missing."""
    return CleaningTotals(
        **{field.name: _sum(getattr(one, field.name), getattr(other, field.name)) for field in fields(CleaningTotals)}
    )


def _sum(one: Any, other: Any) -> Any:  # noqa: ANN401 (figures, yes or no, or missing)
    if one is None or other is None:
        return one if other is None else other
    return (one and other) if isinstance(one, bool) else one + other
