"""What is divided: villages with their work, the links between them, and the units the search moves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.schema import DISTRICT_CODE, VILLAGE_CODE
from planner.errors import PlanError
from planner.params import Floats
from planner.territories.graph import INSIDE, Graph, Link, land_graph
from planner.territories.load import HOURS, workload
from planner.territories.params import TerritoryParams
from planner.territories.pieces import Parts, Pieces
from planner.territories.places import on_plane, points_of


@dataclass(frozen=True)
class Ground:
    """Villages to divide.

    Attributes
    ----------
    villages
        One row per village, ascending by code, 0 ..: columns of the layer.
    work
        Same index: visits, hours of travel, hours a month.
    graph
        Villages and links, in the same order.
    forbid
        Barriers that were named.
    params
        Parameters.
    """

    villages: gpd.GeoDataFrame
    work: pd.DataFrame
    graph: Graph
    forbid: tuple[Link, ...]
    params: TerritoryParams

    @property
    def load(self) -> Floats:
        """Hours a month of each village, shape (n,)."""
        return np.asarray(self.work[HOURS].to_numpy(np.float64))

    @property
    def latitude(self) -> float:
        """Middle latitude, on which the plane is true."""
        return float(np.nanmean(points_of(self.villages)[:, 1]))

    @property
    def middle(self) -> Floats:
        """Middle of the villages on the plane, km: places are told from here."""
        return np.asarray(np.nanmean(on_plane(points_of(self.villages), latitude=self.latitude), axis=0))

    @property
    def places(self) -> Floats:
        """Places of the villages on a plane, shape (n, 2), km from their middle."""
        return self.place(points_of(self.villages))

    def place(self, points: Floats) -> Floats:
        """Return longitude and latitude, shape (k, 2), as places on the plane of the villages, km."""
        return np.asarray(on_plane(points, latitude=self.latitude) - self.middle)

    def with_graph(self, graph: Graph) -> "Ground":
        """Return the same villages with other links."""
        return replace(self, graph=graph)


def ground(
    villages: gpd.GeoDataFrame,
    pairs: pd.DataFrame,
    params: TerritoryParams,
    *,
    allow: Sequence[Link] = (),
    forbid: Sequence[Link] = (),
) -> Ground:
    """Return what is divided, whatever the order of the villages and pairs.

    Parameters
    ----------
    villages
        Villages of the layer, each once, with points and outlines.
    pairs
        Neighbours as of `geodata.contiguity.neighbours`.
    params
        Parameters.
    allow, forbid
        As for `planner.territories.graph.land_graph`.

    Raises
    ------
    PlanError
        If there are no villages, one has no point, or a link cannot be used.
    """
    if villages.empty:
        raise PlanError("territories.no_villages")
    ordered = villages.sort_values(VILLAGE_CODE, ignore_index=True)
    nowhere = ordered.loc[~np.isfinite(points_of(ordered)).all(axis=1), VILLAGE_CODE]
    if len(nowhere):
        raise PlanError("territories.no_point", codes=", ".join(nowhere.head(8)))
    graph = land_graph(ordered, pairs, allow=allow, forbid=forbid)
    return Ground(ordered, workload(ordered, params.workload), graph, tuple(forbid), params)


def units_of(graph: Graph) -> Parts:
    """Return the unit of each village: one that lies inside another one goes where that one goes."""
    a, b = graph.pairs[graph.kind == INSIDE].T
    links = coo_array((np.ones(len(a)), (a, b)), shape=(len(graph), len(graph)))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.intp)


def pieces_of_ground(found: Ground, unit: Parts) -> Pieces:
    """Return the units the search moves: loads added up, places weighted by load, links between them."""
    count = int(unit.max()) + 1
    load = found.load
    sums: Floats = np.asarray(np.bincount(unit, weights=load, minlength=count), dtype=np.float64)
    x, y = (np.bincount(unit, weights=load * place, minlength=count) / sums for place in found.places.T)
    ends = unit[found.graph.pairs]
    near: list[set[int]] = [set() for _ in range(count)]
    for a, b in ends[ends[:, 0] != ends[:, 1]].tolist():
        near[a].add(b)
        near[b].add(a)
    _, first = np.unique(unit, return_index=True)
    district = pd.factorize(found.villages[DISTRICT_CODE], sort=True)[0][first]
    return Pieces([sorted(units) for units in near], sums, x, y, np.asarray(district, dtype=np.intp))
