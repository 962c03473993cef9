"""Who can be reached from whom: borders of villages, links across water, barriers that someone named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.contiguity import BORDER, SEA, SHARED_KM, VILLAGE_CODE_A, VILLAGE_CODE_B
from geodata.schema import DISTRICT_CODE, MERGED_INTO, OUTLINE, VILLAGE_CODE
from planner.errors import PlanError
from planner.territories.places import points_of, sphere_km

INSIDE: Final = "inside"  # a village whose land lies inside that of another one

Positions = npt.NDArray[np.intp]
Link = tuple[str, str]
"""Two villages; of a barrier also two districts, regencies or provinces by the beginning of their codes."""


@dataclass(frozen=True)
class Graph:
    """Villages and the links between them.

    Attributes
    ----------
    codes
        Shape (n,): codes of the villages, ascending.
    pairs
        Shape (m, 2): positions of linked villages, the smaller first, sorted, each pair once.
    kind
        Shape (m,): ``border``, ``sea`` (a link someone allowed, or that a small island needs) or ``inside``.
    """

    codes: npt.NDArray[np.str_]
    pairs: Positions
    kind: npt.NDArray[np.str_]

    def __len__(self) -> int:
        """Return the number of villages."""
        return len(self.codes)

    def neighbours(self) -> list[list[int]]:
        """Return the villages linked to each village, ascending."""
        found: list[list[int]] = [[] for _ in self.codes]
        for a, b in self.pairs.tolist():
            found[a].append(b)
            found[b].append(a)
        return [sorted(near) for near in found]

    def components(self) -> Positions:
        """Return for each village the number of its group that hangs together, in the order of their first villages."""
        a, b = self.pairs.T
        links = coo_array((np.ones(len(a)), (a, b)), shape=(len(self), len(self)))
        return np.asarray(connected_components(links, directed=False)[1], dtype=np.intp)

    def with_links(self, links: Positions, kind: str) -> "Graph":
        """Return the graph with more links; those it has already stay as they are."""
        given = np.sort(links.reshape(-1, 2), axis=1)
        key, known = (pairs[:, 0] * len(self) + pairs[:, 1] for pairs in (given, self.pairs))
        _, first = np.unique(key, return_index=True)
        new = given[first[~np.isin(key[first], known)]]
        pairs = np.vstack([self.pairs, new])
        kinds = np.concatenate([self.kind, np.full(len(new), kind)])
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        return Graph(self.codes, pairs[order], kinds[order])

    def positions(self, links: Sequence[Link]) -> Positions:
        """Return pairs of villages as positions.

        Raises
        ------
        PlanError
            If a village is not among those of the graph, or is linked with itself.
        """
        if not links:
            return np.empty((0, 2), dtype=np.intp)
        given = np.array(links, dtype=str)
        found = pd.Index(self.codes).get_indexer(pd.Index(given.ravel())).reshape(-1, 2)
        unknown = sorted(set(given[found < 0].tolist()))
        if unknown:
            raise PlanError("territories.unknown_villages", codes=_listed(unknown))
        if (given[:, 0] == given[:, 1]).any():
            raise PlanError("territories.link_with_itself", code=str(given[given[:, 0] == given[:, 1]][0, 0]))
        return np.asarray(found, dtype=np.intp)


def land_graph(
    villages: pd.DataFrame, pairs: pd.DataFrame, *, allow: Sequence[Link] = (), forbid: Sequence[Link] = ()
) -> Graph:
    """Return which villages one can go between.

    Parameters
    ----------
    villages
        Columns ``village_code``, ``district_code``, ``outline``, ``merged_into``, ``longitude``, ``latitude``.
    pairs
        Neighbours as of `geodata.contiguity.neighbours`; those that only touch in a corner, and those of other
        villages, do not count.
    allow
        Links to add, such as a ferry.
    forbid
        Borders nobody can cross, such as a river without a bridge: two villages, or two districts, regencies or
        provinces, by code. An allowed link is stronger. Links across water that are forbidden are no borders; they
        are not drawn (`planner.territories.islands`).

    Returns
    -------
    A village without outline is linked to one village of the district its land lies in: which one it was split from is
    not published, so they are spread over the nearest.

    Raises
    ------
    PlanError
        If a link or barrier names a place where there are no villages.
    """
    codes = np.sort(villages[VILLAGE_CODE].to_numpy(str))
    index = pd.Index(codes)
    crossable = pairs[pairs[SHARED_KM] > 0]
    found = np.column_stack([index.get_indexer(crossable[name]) for name in (VILLAGE_CODE_A, VILLAGE_CODE_B)])
    borders = np.sort(found[(found >= 0).all(axis=1)], axis=1).astype(np.intp)
    empty = Graph(codes, np.empty((0, 2), dtype=np.intp), np.empty(0, dtype="U6"))
    graph = _without(empty.with_links(borders, BORDER), forbid)
    graph = graph.with_links(_hosts(villages.set_index(VILLAGE_CODE).loc[codes]), INSIDE)
    return graph.with_links(graph.positions(allow), SEA)


def _without(graph: Graph, forbid: Sequence[Link]) -> Graph:
    closed = np.zeros(len(graph.pairs), dtype=bool)
    for one, other in forbid:
        unknown = [place for place in (one, other) if not _within(graph.codes, place).any()]
        if unknown:
            raise PlanError("territories.unknown_villages", codes=", ".join(unknown))
        sides = [[graph.codes[graph.pairs[:, i]] for i in order] for order in ((0, 1), (1, 0))]
        hit = np.zeros(len(graph.pairs), dtype=bool)
        for first, second in sides:
            hit |= _within(first, one) & _within(second, other)
        closed |= hit
    return Graph(graph.codes, graph.pairs[~closed], graph.kind[~closed])


def _within(codes: npt.NDArray[np.str_], place: str) -> npt.NDArray[np.bool_]:
    return np.asarray((codes == place) | np.char.startswith(codes, f"{place}."))


def _hosts(villages: pd.DataFrame) -> Positions:
    """Return links of villages without outline, each to another nearest village of the district its land lies in."""
    merged = np.flatnonzero((villages[OUTLINE] == "merged").to_numpy(bool))
    district = villages[DISTRICT_CODE].to_numpy(str)
    drawn = ~(villages[OUTLINE] == "merged").to_numpy(bool)
    points = points_of(villages)
    links: list[tuple[int, int]] = []
    taken: dict[str, int] = {}
    for v in merged.tolist():
        inside = villages[MERGED_INTO].iloc[v]
        place = str(inside) if isinstance(inside, str) else district[v]
        hosts = np.flatnonzero(drawn & (district == place))
        if len(hosts):
            km = np.round(sphere_km(points[[v]], points[hosts])[0], 6)
            nearest = hosts[np.lexsort((hosts, km))]
            links.append((int(nearest[taken.get(place, 0) % len(nearest)]), v))
            taken[place] = taken.get(place, 0) + 1
    return np.array(links, dtype=np.intp).reshape(-1, 2)


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes[:8]) + (f" (+{len(codes) - 8})" if len(codes) > 8 else "")
