"""One layer of a file: which one is meant, what was found in it, and how much of it may be read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from .exchange import RefusedError, Request


@dataclass(frozen=True)
class Found:
    """One layer: attributes, outlines as WKB, and what the file says about itself."""

    layer: str
    layers: Sequence[str]
    crs: str | None
    attributes: pa.Table
    geometry: pa.Array


class Meter:
    """Counts rows and bytes of outlines while reading, and stops at the first too many."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.rows = 0
        self.geometry_bytes = 0

    def add(self, rows: int, geometry_bytes: int) -> None:
        """Count what was just read."""
        self.rows += rows
        self.geometry_bytes += geometry_bytes
        if self.rows > self.request.rows:
            raise RefusedError("vector.too_many_rows", limit=self.request.rows)
        if self.geometry_bytes > self.request.geometry_bytes:
            raise RefusedError("vector.too_many_vertices")

    def columns(self, count: int) -> None:
        """Stop at a table too wide."""
        if count > self.request.columns:
            raise RefusedError("vector.too_many_columns", found=count, limit=self.request.columns)


def chosen_layer(layers: Mapping[str, str], wanted: str | None) -> str:
    """Return the wanted layer, or the only one that can hold polygons."""
    if wanted is not None:
        if wanted not in layers:
            raise RefusedError("vector.layer_unknown", layer=wanted, names=list(layers))
        return wanted
    polygons = [n for n, kind in layers.items() if re.search("poly|surface|geometry|unknown|none", kind, re.IGNORECASE)]
    if len(polygons) > 1:
        raise RefusedError("vector.several_layers", names=polygons)
    if not layers:
        raise RefusedError("vector.no_layers")
    return polygons[0] if polygons else next(iter(layers))
