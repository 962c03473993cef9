"""Places the map shows beside the villages: palm oil mills, fishing ports, branch offices, declared villages.

Mills and ports come from published lists (WRI Universal Mill List, CC BY 4.0; Global Fishing Watch, Apache-2.0) and are
written beside a built layer; those of the five provinces are embedded. Offices and declared villages come from the
registers. Names come from outside: whoever shows them must encode them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geodata import layer as village_layer
from geodata.declared import declared_codes, match_declared, read_declared
from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.offices import OFFICE_NAME, read_offices
from geodata.parquet_file import write_parquet
from geodata.paths import Paths, make_folder
from geodata.plane import Plane
from geodata.readers.fields import blank, in_indonesia
from geodata.readers.mills import CONFIDENCE, MILL_NAME
from geodata.readers.ports import PORT_NAME
from geodata.schema import LATITUDE, LONGITUDE, POINT_BASIS, VILLAGE_CODE, VILLAGE_NAME

Kind = Literal["mill", "port", "office", "declared"]

KIND: Final = "kind"
NAME: Final = "name"
SOURCE: Final = "source"
EXACTNESS: Final = "exactness"
COLUMNS: Final = (KIND, NAME, LONGITUDE, LATITUDE, SOURCE, EXACTNESS)
SOURCES: Final[Mapping[Kind, str]] = {
    "mill": "wri-mills",
    "port": "gfw-ports",
    "office": "branch-offices",
    "declared": "declared-villages",
}
REACH_KM: Final = 5.0  # ports lie at sea

_STORED: Final = ("mill", "port")
_LONGEST_NAME: Final = 100
_UNSEEN: Final = r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"  # may turn text about
_KEY: Final = b"village_places"


def mills_and_ports(mills: pd.DataFrame, ports: pd.DataFrame) -> pd.DataFrame:
    """Return mills and ports as places.

    Parameters
    ----------
    mills, ports
        As ``readers.mills`` and ``readers.ports`` accept them, EPSG:4326.

    Returns
    -------
    pandas.DataFrame
        Columns ``COLUMNS``, see `load_places`; sorted by kind, name and point. Owners of mills are left out, and signs
        of names that cannot be seen.
    """
    known: Mapping[Kind, pd.DataFrame] = {
        "mill": _placed("mill", mills, name=MILL_NAME, exactness=CONFIDENCE),
        "port": _placed("port", ports, name=PORT_NAME),
    }
    places = pd.concat(known.values(), ignore_index=True)
    seen = places[NAME].str.replace(_UNSEEN, "", regex=True).str.strip().str.slice(0, _LONGEST_NAME)
    places = places.assign(**{NAME: seen})[~blank(seen)]
    return places.sort_values([KIND, NAME, LONGITUDE, LATITUDE], ignore_index=True)


def near_villages(places: pd.DataFrame, villages: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the places inside villages or at most ``REACH_KM`` from one.

    Parameters
    ----------
    places
        Columns ``longitude`` and ``latitude``, degrees.
    villages
        Outlines in EPSG:4326; empty ones have nothing near.

    Returns
    -------
    Rows of ``places`` in their order, numbered from 0.
    """
    outlines = villages.geometry.to_numpy()
    plane = Plane.around(outlines)
    points = plane.metres(shapely.points(places[[LONGITUDE, LATITUDE]].to_numpy(np.float64)))
    tree = shapely.STRtree(plane.metres(outlines))
    found = tree.query(points, predicate="dwithin", distance=REACH_KM * 1000)[0]
    return places.iloc[np.unique(found)].reset_index(drop=True)


def save_places(places: pd.DataFrame, layer: VillageLayer, path: Path) -> None:
    """Write mills and ports beside a saved layer, as ``<name>-places.parquet``.

    Parameters
    ----------
    places
        See `mills_and_ports`.
    layer
        The layer they are near to.
    path
        Where the layer is saved.

    Raises
    ------
    DataError
        If the file cannot be written; an older one is kept.
    """
    beside = _beside(path)
    make_folder(beside.parent)
    table = pa.Table.from_pandas(places[list(COLUMNS)], preserve_index=False)
    metadata = {**(table.schema.metadata or {}), _KEY: layer.fingerprint.encode()}
    write_parquet(table.replace_schema_metadata(metadata), beside, refusal="places.not_written")


def load_mills_and_ports(layer: VillageLayer, path: Path | None = None) -> pd.DataFrame:
    """Return mills and ports: as saved beside the layer, else the embedded ones that are near it.

    Parameters
    ----------
    layer
        The layer.
    path
        Where it was loaded from; without it the layer of the data folder, as `geodata.layer.load`.

    Returns
    -------
    Columns ``COLUMNS``, see `load_places`.

    Raises
    ------
    DataError
        If there is a file beside the layer that does not hold places.
    """
    embedded = _beside(village_layer.EMBEDDED)
    beside = _beside(path or Paths.of().villages)
    for file in (beside, embedded) if beside.is_file() else (embedded,):
        places, fingerprint = _read(file)
        if fingerprint == layer.built_from:
            return places
    return near_villages(places, layer.frame)


def load_places(
    layer: VillageLayer, path: Path | None = None, *, declared: frozenset[str] | None = None
) -> pd.DataFrame:
    """Return all places of a layer: mills, ports, offices and declared villages.

    Parameters
    ----------
    layer
        The layer.
    path
        Where it was loaded from; as for `load_mills_and_ports`.
    declared
        Codes of the declared villages; by default those of the register.

    Returns
    -------
    pandas.DataFrame
        ``kind`` (``mill``, ``port``, ``office``, ``declared``); ``name``; ``longitude`` and ``latitude`` (degrees,
        EPSG:4326); ``source`` (key of the catalogue); ``exactness``, as far as the source says: ``verified``, ``high``
        or ``low`` confidence of a mill; missing for a port; ``town`` or ``assumed`` for an office; ``point_basis`` of
        a declared village. Mills and ports are those near the layer, offices all of the register, declared villages
        those that the layer surely has. Sorted by kind, in the order above.

    Raises
    ------
    DataError
        If there is a file beside the layer that does not hold places.
    """
    villages = layer.frame
    codes = declared_codes(match_declared(read_declared(), villages)) if declared is None else declared
    parts = [
        load_mills_and_ports(layer, path),
        _placed("office", read_offices(), name=OFFICE_NAME, exactness=POINT_BASIS),
        _placed("declared", villages[villages[VILLAGE_CODE].isin(codes)], name=VILLAGE_NAME, exactness=POINT_BASIS),
    ]
    return pd.concat(parts, ignore_index=True)


def points_of(places: pd.DataFrame, kind: Kind) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the points of one kind of places: longitude and latitude, degrees, shape (n, 2)."""
    return places.loc[places[KIND] == kind, [LONGITUDE, LATITUDE]].to_numpy(np.float64)


def _placed(kind: Kind, rows: pd.DataFrame, *, name: str, exactness: str | None = None) -> pd.DataFrame:
    how = rows[exactness] if exactness else pd.Series(pd.NA, index=rows.index)
    texts = {KIND: kind, NAME: rows[name], SOURCE: SOURCES[kind], EXACTNESS: how}
    points = {LONGITUDE: rows[LONGITUDE], LATITUDE: rows[LATITUDE]}
    frame = pd.DataFrame({**texts, **points}, index=rows.index)
    return frame.astype({**dict.fromkeys(texts, "str"), **dict.fromkeys(points, np.float64)})[list(COLUMNS)]


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}-places.parquet")


def _read(path: Path) -> tuple[pd.DataFrame, str]:
    """Read a file of places and the fingerprint of the layer it was written for."""
    try:
        table = pq.read_table(path)
        fingerprint = (table.schema.metadata or {})[_KEY].decode()
        frame = table.to_pandas()[list(COLUMNS)]
        texts = dict.fromkeys((KIND, NAME, SOURCE, EXACTNESS), "str")
        frame = frame.astype({**texts, LONGITUDE: np.float64, LATITUDE: np.float64})
    except (OSError, KeyError, ValueError, TypeError, pa.ArrowException) as err:
        raise DataError("places.broken", file=path) from err
    sound = frame[KIND].isin(_STORED) & frame[SOURCE].eq(frame[KIND].map(SOURCES)) & ~blank(frame[NAME])
    if not (sound & in_indonesia(frame[LATITUDE].to_numpy(), frame[LONGITUDE].to_numpy())).all():
        raise DataError("places.broken", file=path)
    return frame, fingerprint
