"""GeoJSON (RFC 7946), in strict JSON."""

import json
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from .attributes import arrow_column, attribute_table
from .exchange import RefusedError, Request
from .layer import Found, Meter

_SPACE = re.compile(r"[ \t\n\r]*")
_CRS_NAME = re.compile(r"(?:urn:ogc:def:crs:)?(EPSG|OGC):(?:[\d.]*:)?(\d{4,6}|CRS84)", re.IGNORECASE)
_NOT_POLYGON = {"Point": struct.pack("<BIdd", 1, 1, 0.0, 0.0)} | {
    kind: struct.pack("<BII", 1, number, 0)
    for kind, number in {"LineString": 2, "MultiPoint": 4, "MultiLineString": 5, "GeometryCollection": 7}.items()
}


def _after(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _expect(text: str, at: int, signs: str) -> tuple[str, int]:
    """Take one of the signs and the white space around it."""
    at = _after(text, at)
    sign = text[at : at + 1]
    if not sign or sign not in signs:
        raise json.JSONDecodeError("unexpected", text, at)
    return sign, _after(text, at + 1)


def _members(text: str) -> Iterator[tuple[str, Any]]:
    """Yield the members of the outermost object; the items of ``features`` one by one, each as ``feature``."""
    decode = json.JSONDecoder().raw_decode
    _, at = _expect(text, 0, "{")
    sign = "," if text[at : at + 1] != "}" else _expect(text, at, "}")[0]
    while sign == ",":
        key, at = decode(text, at)
        _, at = _expect(text, at, ":")
        if key == "features" and text[at : at + 1] == "[":
            yield "features", None
            _, at = _expect(text, at, "[")
            more = text[at : at + 1] != "]"
            if not more:
                _, at = _expect(text, at, "]")
            while more:
                item, at = decode(text, at)
                yield "feature", item
                sign, at = _expect(text, at, ",]")
                more = sign == ","
        else:
            value, at = decode(text, at)
            yield key, value
        sign, at = _expect(text, at, ",}")
    if at < len(text.rstrip()):
        raise json.JSONDecodeError("unexpected", text, at)


def _polygon(rings: Sequence[Any]) -> bytes:
    parts = [struct.pack("<BII", 1, 3, len(rings))]
    for ring in rings:
        points = np.array(ring, dtype="<f8")
        if points.ndim != 2 or points.shape[1] < 2:
            msg = "a ring is a list of positions"
            raise ValueError(msg)
        parts += [struct.pack("<I", len(points)), points[:, :2].tobytes()]
    return b"".join(parts)


def _multipolygon(polygons: Sequence[Sequence[Any]]) -> bytes:
    return struct.pack("<BII", 1, 6, len(polygons)) + b"".join(_polygon(rings) for rings in polygons)


def _wkb(geometry: object) -> bytes | None:
    """Write a GeoJSON geometry as WKB; no bytes at all where it cannot be understood."""
    if geometry is None:
        return None
    shape = geometry if isinstance(geometry, dict) else {}
    kind = str(shape.get("type"))
    write = {"Polygon": _polygon, "MultiPolygon": _multipolygon}.get(kind)
    try:
        return _NOT_POLYGON.get(kind, b"") if write is None else write(shape["coordinates"])
    except (TypeError, KeyError, ValueError, OverflowError):
        return b""


def _crs(crs: object) -> str:
    """Return the CRS of the old ``crs`` member; links and unknown names are refused, never followed or guessed."""
    if crs is None:
        return "OGC:CRS84"
    member: Mapping[str, Any] = crs if isinstance(crs, dict) else {}
    properties = member.get("properties")
    name = properties.get("name") if isinstance(properties, dict) and member.get("type") == "name" else None
    match = _CRS_NAME.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        raise RefusedError("vector.geojson_crs")
    return f"{match[1].upper()}:{match[2].upper()}"


def _rows(members: Iterable[tuple[str, Any]], meter: Meter) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """Collect properties and outlines; return the other members of the outermost object first."""
    top: dict[str, Any] = {}
    rows: list[Any] = []
    shapes: list[Any] = []
    for key, value in members:
        if key != "feature":
            top[key] = value
            continue
        if not isinstance(value, dict) or value.get("type") != "Feature":
            raise RefusedError("vector.not_geojson", found="features")
        shape = _wkb(value.get("geometry"))
        meter.add(1, len(shape or b""))
        properties = value.get("properties")
        rows.append(properties if isinstance(properties, dict) else {})
        shapes.append(shape)
    return top, rows, shapes


def read_geojson(request: Request) -> Found:
    """Read a FeatureCollection or a single Feature."""
    meter = Meter(request)
    try:
        text = Path(request.file).read_bytes().decode("utf-8-sig")
        top, rows, shapes = _rows(_members(text), meter)
    except UnicodeDecodeError as error:
        raise RefusedError("vector.text_encoding") from error
    except json.JSONDecodeError as error:
        raise RefusedError("vector.json_broken", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise RefusedError("vector.json_deep") from error
    if top.get("type") == "Feature":
        properties = top.get("properties")
        rows, shapes = [properties if isinstance(properties, dict) else {}], [_wkb(top.get("geometry"))]
    elif top.get("type") != "FeatureCollection" or "features" not in top:
        raise RefusedError("vector.not_geojson", found=str(top.get("type") or ", ".join(list(top)[:5]))[:80])
    names = list(dict.fromkeys(name for row in rows for name in row))
    meter.columns(len(names))
    columns = [arrow_column([row.get(name) for row in rows]) for name in names]
    table = attribute_table(names, columns, request)
    return Found("", [], _crs(top.get("crs")), table, pa.array(shapes, pa.binary()))
