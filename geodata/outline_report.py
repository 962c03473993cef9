"""What cleaning did to the outlines, village by village and in total."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.coverage import stray_parts
from geodata.measures import equal_area_km2
from geodata.plane import Floats, Geometries, Plane
from geodata.schema import LATITUDE, LONGITUDE, VILLAGE_CODE

SELF_CROSSING: Final = "self_crossing"
OVERLAP_REMOVED: Final = "overlap_removed"
GAP_FILLED: Final = "gap_filled"
SLIVER_CLOSED: Final = "sliver_closed"
REPAIRS: Final = (SELF_CROSSING, OVERLAP_REMOVED, GAP_FILLED, SLIVER_CLOSED)
VANISHED: Final = "vanished"
POINT_OUTSIDE: Final = "point_outside"
STRAY_KM2: Final = "stray_km2"
AREA_BEFORE_KM2: Final = "area_before_km2"
AREA_AFTER_KM2: Final = "area_after_km2"
CHANGE_PCT: Final = "change_pct"
OVERLAP_KM2: Final = "overlap_km2"
GAP_KM2: Final = "gap_km2"


@dataclass(frozen=True)
class Gaps:
    """Enclosed land of no village, EPSG:4326: once the borders are snapped, and when the gaps are filled."""

    before: Geometries
    left: Geometries


@dataclass(frozen=True)
class CleaningTotals:
    """The cleaning in figures; areas are equal-area.

    Attributes
    ----------
    villages, without_outline, vanished
        Rows; rows that came without an outline; outlines that were lost to others.
    points_outside
        Published points that lie outside the published outline; missing if there are no points.
    invalid_before, invalid_after
        Outlines that are no valid polygon.
    coverage_valid_before, coverage_valid_after
        Whether neighbours share one border, without overlap.
    overlaps_removed, overlap_km2
        Pairs of villages that claimed the same land, and that land.
    gaps_filled, gap_km2
        Enclosed gaps given to a village, wider than snapping could close, and their area.
    gaps_left
        Enclosed pieces no village covers, for instance lakes.
    area_before_km2, area_after_km2
        Sum of the villages; what overlaps counts twice before.
    """

    villages: int
    without_outline: int
    vanished: int
    points_outside: int | None
    invalid_before: int
    invalid_after: int
    coverage_valid_before: bool
    coverage_valid_after: bool
    overlaps_removed: int
    overlap_km2: float
    gaps_filled: int
    gap_km2: float
    gaps_left: int
    area_before_km2: float
    area_after_km2: float

    @property
    def land_gained_km2(self) -> float:
        """Land that lay between the outlines, gaps closed by snapping included."""
        return self.area_after_km2 - self.area_before_km2 + self.overlap_km2


@dataclass(frozen=True)
class CleaningReport:
    """What cleaning did.

    Attributes
    ----------
    villages
        One row per row of the frame, same index. ``village_code``; ``area_before_km2``, ``area_after_km2``,
        ``change_pct`` (missing without outline); ``overlap_km2`` (land it claimed together with others before) and
        ``gap_km2`` (land of no village it was given); the repairs as booleans: ``self_crossing``, ``overlap_removed``
        and ``gap_filled`` (wider than the snapping distance on average), ``sliver_closed`` (narrower); ``vanished``;
        ``stray_km2`` (small pieces far from the rest, kept but worth a look); ``point_outside`` (published point
        outside the published outline; missing if either is).
    totals
        The same in total.
    """

    villages: pd.DataFrame
    totals: CleaningTotals


@dataclass(frozen=True)
class _Pieces:
    """Pieces of land, each with the row of a village it concerned."""

    row: npt.NDArray[np.intp]
    area_km2: Floats
    is_sliver: npt.NDArray[np.bool_]

    def km2(self, rows: int) -> Floats:
        return np.bincount(self.row, weights=self.area_km2, minlength=rows).astype(np.float64)

    def touched(self, which: npt.NDArray[np.bool_], rows: int) -> npt.NDArray[np.bool_]:
        return np.bincount(self.row[which], minlength=rows) > 0


def report_cleaning(
    frame: gpd.GeoDataFrame, *, repaired: Geometries, cleaned: Geometries, gaps: Gaps, snapping_m: float
) -> CleaningReport:
    """Compare outlines before and after cleaning.

    Parameters
    ----------
    frame
        The published outlines, EPSG:4326.
    repaired, cleaned
        Outlines made valid one by one, and cleaned; EPSG:4326, in the order of the frame's rows.
    gaps
        Enclosed gaps before and after they were filled.
    snapping_m
        Overlaps and gaps narrower than this on average are called slivers.
    """
    published = frame.geometry.to_numpy()
    rows = len(frame)
    drawn = ~(shapely.is_missing(published) | shapely.is_empty(published))
    vanished = drawn & shapely.is_empty(cleaned)
    crossing = drawn & ~shapely.is_valid(published)
    shared, pairs = _overlaps(repaired, snapping_m)
    filled = _filled(gaps.before, cleaned, snapping_m)
    before = np.where(drawn, equal_area_km2(repaired), np.nan)
    after = np.where(drawn, equal_area_km2(cleaned), np.nan)
    change = np.divide(100.0 * (after - before), before, out=np.full(rows, np.nan), where=before > 0)
    outside = _points_outside(frame, drawn)
    villages = pd.DataFrame(
        {
            VILLAGE_CODE: frame[VILLAGE_CODE].to_numpy(),
            AREA_BEFORE_KM2: before,
            AREA_AFTER_KM2: after,
            CHANGE_PCT: change,
            OVERLAP_KM2: shared.km2(rows),
            GAP_KM2: filled.km2(rows),
            SELF_CROSSING: crossing,
            OVERLAP_REMOVED: shared.touched(~shared.is_sliver, rows),
            GAP_FILLED: filled.touched(~filled.is_sliver, rows),
            SLIVER_CLOSED: shared.touched(shared.is_sliver, rows) | filled.touched(filled.is_sliver, rows),
            VANISHED: vanished,
            STRAY_KM2: np.nan_to_num(equal_area_km2(stray_parts(cleaned))),
            POINT_OUTSIDE: outside,
        },
        index=frame.index,
    )
    totals = CleaningTotals(
        villages=rows,
        without_outline=int((~drawn).sum()),
        vanished=int(vanished.sum()),
        points_outside=None if outside.isna().all() else int(outside.sum()),
        invalid_before=int(crossing.sum()),
        invalid_after=int((drawn & ~shapely.is_valid(cleaned)).sum()),
        coverage_valid_before=bool(shapely.coverage_is_valid(repaired[drawn])),
        coverage_valid_after=bool(shapely.coverage_is_valid(cleaned[drawn])),
        overlaps_removed=pairs,
        overlap_km2=float(shared.area_km2.sum()) / 2,
        gaps_filled=len(filled.row),
        gap_km2=float(filled.area_km2.sum()),
        gaps_left=len(gaps.left),
        area_before_km2=float(np.nansum(before)),
        area_after_km2=float(np.nansum(after)),
    )
    return CleaningReport(villages, totals)


def _overlaps(outlines: Geometries, snapping_m: float) -> tuple[_Pieces, int]:
    """Return the land two villages claim, each piece once for either village, and the number of pairs."""
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    shapely.prepare(outlines)
    parts, pair = shapely.get_parts(shapely.intersection(outlines[first], outlines[second]), return_index=True)
    solid = shapely.area(parts) > 0
    parts, pair = parts[solid], pair[solid]
    area, sliver = equal_area_km2(parts), _is_sliver(parts, snapping_m)
    both = np.concatenate([first[pair], second[pair]])
    return _Pieces(both, np.tile(area, 2), np.tile(sliver, 2)), len(np.unique(pair))


def _filled(gaps: Geometries, cleaned: Geometries, snapping_m: float) -> _Pieces:
    """Return the gaps that lie in a village after cleaning."""
    gap, row = shapely.STRtree(cleaned).query(shapely.point_on_surface(gaps), predicate="within")
    gap, nth = np.unique(gap, return_index=True)
    return _Pieces(row[nth], equal_area_km2(gaps[gap]), _is_sliver(gaps[gap], snapping_m))


def _is_sliver(pieces: Geometries, width_m: float) -> npt.NDArray[np.bool_]:
    """Return which pieces are narrower than a width: for a long thin one, twice the area over the perimeter."""
    flat = Plane.around(pieces).metres(pieces)
    return np.asarray(2.0 * shapely.area(flat) < width_m * shapely.length(flat), dtype=bool)


def _points_outside(frame: gpd.GeoDataFrame, drawn: npt.NDArray[np.bool_]) -> pd.Series:
    """Return which published points lie outside the published outline; missing where there is no point or outline."""
    if not {LONGITUDE, LATITUDE} <= set(frame.columns):
        return pd.Series(pd.NA, index=frame.index, dtype="boolean")
    longitude, latitude = (frame[c].to_numpy(dtype=float, na_value=np.nan) for c in (LONGITUDE, LATITUDE))
    inside = shapely.intersects_xy(frame.geometry.to_numpy(), longitude, latitude)
    known = drawn & np.isfinite(longitude) & np.isfinite(latitude)
    return pd.Series(~inside, index=frame.index, dtype="boolean").where(known)
