"""Public places as the browser reads them: names and points, served as one static file."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geodata import schema
from planner.web.assets import remove_others, write_atomically
from planner.web.symbols import PLACES

KIND: Final = "kind"
NAME: Final = "name"


def write_places(places: pd.DataFrame, folder: Path) -> Path:
    """Write the file of places unless it is there, and remove earlier ones after a day.

    The folder is public, so only kinds that everybody may see are written: never agents or members.

    Parameters
    ----------
    places
        Columns ``kind`` (of ``planner.web.symbols.PLACES``), ``name``, ``longitude``, ``latitude`` (EPSG:4326).
        Places without a point are left out: they cannot be drawn.
    folder
        Folder that is served to the browser.

    Returns
    -------
    Path
        The file, named after its content: JSON, gzipped, a list of latitude, longitude, name for each kind.

    Raises
    ------
    ValueError
        If a kind is not one of ``PLACES``.
    PlanMachineError
        If the folder cannot be written.
    """
    content = gzip.compress(json.dumps(_by_kind(places), ensure_ascii=False).encode(), compresslevel=6, mtime=0)
    path = folder / f"places-{hashlib.sha256(content).hexdigest()[:16]}.json.gz"
    if not path.is_file():
        write_atomically(path, content)
    remove_others(folder, keep=(path,), patterns=("places-*.gz",))
    return path


def _by_kind(places: pd.DataFrame) -> dict[str, list[tuple[float, float, str]]]:
    """Return the places of each kind, sorted, so that the order of rows does not change the file."""
    if unknown := set(places[KIND]) - set(PLACES):
        msg = f"kinds of places without a symbol: {sorted(map(str, unknown))}"
        raise ValueError(msg)
    points = places[[schema.LATITUDE, schema.LONGITUDE]].to_numpy(dtype=float, na_value=np.nan)
    drawn = places.loc[np.isfinite(points).all(axis=1)]
    return {str(kind): _listed(group) for kind, group in drawn.groupby(KIND, sort=True, observed=True)}


def _listed(places: pd.DataFrame) -> list[tuple[float, float, str]]:
    north, east = places[schema.LATITUDE], places[schema.LONGITUDE]
    names = places[NAME].fillna("").astype(str)
    return sorted((round(float(y), 5), round(float(x), 5), name) for y, x, name in zip(north, east, names, strict=True))
