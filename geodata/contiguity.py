"""Which villages border each other, which groups hang together, and which links across water could join them."""

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod

from geodata.coverage import Rows, sides, without_stray_parts
from geodata.plane import Geometries, Plane
from geodata.schema import VILLAGE_CODE

VILLAGE_CODE_A: Final = f"{VILLAGE_CODE}_a"
VILLAGE_CODE_B: Final = f"{VILLAGE_CODE}_b"
SHARED_KM: Final = "shared_km"
DISTANCE_KM: Final = "distance_km"
KIND: Final = "kind"
BORDER: Final = "border"
SEA: Final = "sea"
COMPONENT: Final = "component"

_ELLIPSOID = Geod(ellps="WGS84")
_FIRST_REACH_M = 2_000.0


def neighbours(frame: gpd.GeoDataFrame, *, tolerance_m: float = 1.0) -> pd.DataFrame:
    """Return the pairs of villages that border each other.

    Stray pieces of an outline (:func:`~geodata.coverage.stray_parts`) do not count: nobody gets from one village to
    the next over them.

    Parameters
    ----------
    frame
        Column ``village_code``, geometry in EPSG:4326 that forms a valid coverage. Villages without outline have no
        neighbours (see :func:`isolates`).
    tolerance_m
        Outlines nearer than this touch.

    Returns
    -------
    pandas.DataFrame
        One row per pair, sorted: ``village_code_a`` < ``village_code_b``, ``shared_km`` (length of the common border
        on the ellipsoid; 0 where they only touch in a corner: keep ``shared_km > 0`` for neighbours one can cross
        between), ``kind`` = ``border``. On outlines that are no valid coverage the pairs are right and ``shared_km``
        too short.
    """
    geometries = without_stray_parts(frame.geometry.to_numpy())
    outline = sides(geometries)
    once = outline.owner < outline.partner
    shared = pd.DataFrame({"a": outline.owner[once], "b": outline.partner[once], SHARED_KM: outline.length_km[once]})
    flat = Plane.around(geometries).metres(geometries)
    first, second = shapely.STRtree(flat).query(flat, predicate="dwithin", distance=tolerance_m)
    near = first < second
    touching = pd.DataFrame({"a": first[near], "b": second[near], SHARED_KM: 0.0})
    pairs = pd.concat([shared, touching]).groupby(["a", "b"], as_index=False)[SHARED_KM].sum()
    return _coded(frame, pairs["a"].to_numpy(), pairs["b"].to_numpy(), **{SHARED_KM: pairs[SHARED_KM], KIND: BORDER})


def components(frame: gpd.GeoDataFrame, pairs: pd.DataFrame) -> pd.Series:
    """Return for each village the number of the group it hangs together with.

    Parameters
    ----------
    frame
        Column ``village_code``; geometry in EPSG:4326.
    pairs
        Links ``village_code_a``, ``village_code_b``: borders, or borders and the sea links that are allowed.

    Returns
    -------
    pandas.Series
        ``component``: 0 for the group of most villages, then by falling size, ties by the smallest village code;
        missing without outline. Index of ``frame``.
    """
    label = _component_rows(frame, pairs)
    return pd.Series(label, index=frame.index, name=COMPONENT, dtype="Int64").where(label >= 0)


def isolates(frame: gpd.GeoDataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the villages that no pair names, and why.

    Returns
    -------
    pandas.DataFrame
        Rows of ``frame``, in its order: ``village_code`` and ``reason``: ``no_outline``, or ``island`` for a village
        that water surrounds.
    """
    linked = frame[VILLAGE_CODE].isin(pd.concat([pairs[VILLAGE_CODE_A], pairs[VILLAGE_CODE_B]]))
    alone = frame.loc[~linked]
    reason = np.where(alone.geometry.isna() | alone.geometry.is_empty, "no_outline", "island")
    return pd.DataFrame({VILLAGE_CODE: alone[VILLAGE_CODE], "reason": reason}, index=alone.index)


def sea_links(frame: gpd.GeoDataFrame, pairs: pd.DataFrame, *, max_km: float) -> pd.DataFrame:
    """Propose links across water that would join the groups of villages.

    Each group but the largest gets a link to the nearest village outside it; groups so joined that still do not hang
    on the largest are linked on, until all hang together or nothing lies within ``max_km`` (the shortest set of
    links: Borůvka's minimum spanning forest). Stray pieces of an outline do not count. The links are a proposal: they
    are no borders and stay out of them until someone allows them.

    Parameters
    ----------
    frame
        Column ``village_code``; geometry in EPSG:4326.
    pairs
        Borders, from :func:`neighbours`.
    max_km
        Longest link.

    Returns
    -------
    pandas.DataFrame
        Sorted like the borders: ``village_code_a`` < ``village_code_b``, ``distance_km`` between the shores
        (geodesic), ``kind`` = ``sea``.
    """
    frame = frame.sort_values(VILLAGE_CODE)  # of two links of one length, the one with the smaller codes
    geometries = without_stray_parts(frame.geometry.to_numpy())
    plane = Plane.around(geometries)
    flat = plane.metres(geometries)
    tree = shapely.STRtree(flat)
    label = _component_rows(frame, pairs)
    links = np.empty((0, 2), dtype=np.intp)
    while True:
        groups = [np.flatnonzero(label == n) for n in range(1, label.max(initial=0) + 1)]
        found = [link for members in groups if (link := _nearest_outside(flat, tree, members, max_km * 1_000))]
        grown = np.unique(np.vstack([links, np.array(found, dtype=np.intp).reshape(-1, 2)]), axis=0)
        if len(grown) == len(links):
            break
        links = grown
        label = _component_rows(frame, pd.concat([pairs, _coded(frame, links[:, 0], links[:, 1])]))
    bridge = shapely.shortest_line(geometries[links[:, 0]], geometries[links[:, 1]])
    ends = shapely.get_coordinates(bridge).reshape(-1, 4)
    _, _, metres = _ELLIPSOID.inv(*ends.T)
    return _coded(frame, links[:, 0], links[:, 1], **{DISTANCE_KM: np.asarray(metres) / 1_000, KIND: SEA})


def _nearest_outside(
    flat: Geometries, tree: shapely.STRtree, members: Rows, max_m: float
) -> tuple[np.intp, np.intp] | None:
    """Return the closest pair of rows, one in the group and one outside, if they are near enough.

    The window about the group grows until the nearest village inside it is nearer than the window reaches.
    """
    reach = min(_FIRST_REACH_M, max_m)
    corners = shapely.total_bounds(flat[members])
    while True:
        window = shapely.box(*(corners + reach * np.array([-1, -1, 1, 1])))
        outside = np.setdiff1d(tree.query(window), members)
        if len(outside):
            (member, other), distance = shapely.STRtree(flat[outside]).query_nearest(
                flat[members], max_distance=reach, return_distance=True
            )
            if len(distance):
                pairs = np.sort(np.column_stack([members[member], outside[other]]), axis=1)
                best = np.lexsort((pairs[:, 1], pairs[:, 0], distance))[0]
                return pairs[best, 0], pairs[best, 1]
        if reach >= max_m:
            return None
        reach = min(2 * reach, max_m)


def _component_rows(frame: gpd.GeoDataFrame, pairs: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the number of each row's group, largest first; -1 without outline."""
    codes = pd.Index(frame[VILLAGE_CODE])
    a, b = (codes.get_indexer(pairs[c]) for c in (VILLAGE_CODE_A, VILLAGE_CODE_B))
    known = (a >= 0) & (b >= 0)
    from scipy.sparse import coo_array  # noqa: PLC0415 (11 MB that saved neighbours do without)
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    links = coo_array((np.ones(known.sum()), (a[known], b[known])), shape=(len(frame), len(frame)))
    _, label = connected_components(links, directed=False)
    drawn = ~(frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    groups = pd.DataFrame({"label": label[drawn], "code": codes.to_numpy()[drawn]}).groupby("label")["code"]
    ranked = groups.agg(["size", "min"]).sort_values(["size", "min"], ascending=[False, True]).index
    result = np.full(len(frame), -1, dtype=np.int64)
    result[drawn] = pd.Index(ranked).get_indexer(label[drawn])
    return result


def _coded(frame: gpd.GeoDataFrame, first: Rows, second: Rows, **columns: object) -> pd.DataFrame:
    """Return pairs of rows as pairs of village codes, the smaller code first, sorted."""
    codes = frame[VILLAGE_CODE].to_numpy()
    pair = np.sort(np.column_stack([codes[first], codes[second]]).astype(object), axis=1)
    table = pd.DataFrame(
        {
            VILLAGE_CODE_A: pd.Series(pair[:, 0], dtype="str"),
            VILLAGE_CODE_B: pd.Series(pair[:, 1], dtype="str"),
            **columns,
        }
    )
    return table.sort_values([VILLAGE_CODE_A, VILLAGE_CODE_B], ignore_index=True)
