"""The village layer: what it must hold, and how it is written and read."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geodata import provenance
from geodata.contiguity import neighbours
from geodata.errors import DataError
from geodata.parquet_file import write_parquet
from geodata.paths import Paths, make_folder
from geodata.provenance import FigureRecord
from geodata.schema import (
    CRS_STORED,
    ESTIMATES,
    OBSERVED,
    OUTLINE,
    PLACE_COLUMNS,
    VILLAGE_CODE,
    basis,
    high,
    low,
)

EMBEDDED: Final = Path(__file__).parent / "embedded" / "villages.parquet"
FORMAT: Final = 1
BUILT_FROM: Final = "built_from"
AS_OF: Final = "as_of"
_KEY: Final = b"village_layer"

COLUMNS: Final[tuple[str, ...]] = (
    *PLACE_COLUMNS,
    *OBSERVED,
    *(column for figure in ESTIMATES for column in (figure, low(figure), high(figure), basis(figure))),
)


@dataclass(frozen=True)
class VillageLayer:
    """All official villages of a region with outline, figures, and where these come from.

    Attributes
    ----------
    frame
        One row per village, sorted by ``village_code``, columns ``COLUMNS`` and the outline in EPSG:4326, empty where
        the village's land lies inside another outline. Estimated figures have ``_low``, ``_high`` and ``_basis``.
    fingerprint
        Hash of the frame: the same villages, figures and outlines have the same fingerprint on every machine.
    figures
        How each figure came about.
    about
        Plain facts of the build: ``built`` (date), ``program`` (version), ``region``, ``cleaning`` (see
        ``outline_report.CleaningTotals``); where figures were put in later ``built_from``, the fingerprint before, and
        ``as_of``, the time in UTC, ISO form, until when they are those.
    """

    frame: gpd.GeoDataFrame
    fingerprint: str
    figures: Mapping[str, FigureRecord]
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_approximate(self) -> bool:
        """Whether outlines are stand-ins for the official ones."""
        return bool((self.frame[OUTLINE] == "approximate").any())

    @property
    def built_from(self) -> str:
        """Fingerprint of the layer as it was built: outlines, neighbours and places are those of this one."""
        return str(self.about.get(BUILT_FROM, self.fingerprint))


def make_layer(frame: gpd.GeoDataFrame, figures: Mapping[str, FigureRecord], about: Mapping[str, Any]) -> VillageLayer:
    """Put villages in order and give them their fingerprint.

    Raises
    ------
    DataError
        If columns are missing, a village stands twice, or the frame has no or another CRS than EPSG:4326.
    """
    missing = [column for column in (*COLUMNS, "geometry") if column not in frame.columns]
    if missing:
        raise DataError("layer.columns_missing", columns=", ".join(missing))
    if frame.crs is None or frame.crs.to_epsg() != 4326:
        raise DataError("layer.crs", expected=CRS_STORED)
    if frame[VILLAGE_CODE].duplicated().any() or frame[VILLAGE_CODE].isna().any():
        raise DataError("layer.codes", count=int(frame[VILLAGE_CODE].duplicated().sum()))
    ordered = frame.sort_values(VILLAGE_CODE, ignore_index=True)[[*COLUMNS, "geometry"]]
    return VillageLayer(
        ordered, fingerprint(ordered), figures, {"program": version("desa-sadar-planner"), **about, "format": FORMAT}
    )


def fingerprint(frame: gpd.GeoDataFrame) -> str:
    """Return a hash of values and outlines of villages, in their order (SHA-256, 16 hexadecimal digits)."""
    digest = hashlib.sha256()
    for column in frame.columns:
        digest.update(column.encode())
        if column == frame.geometry.name:
            for wkb in shapely.to_wkb(shapely.normalize(frame.geometry.to_numpy()), byte_order=1):
                digest.update(wkb or b"-")
        else:
            digest.update("\x1f".join(map(_written, frame[column])).encode())
    return digest.hexdigest()[:16]


def _written(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    return repr(float(value)) if isinstance(value, float) else str(value)


def save(layer: VillageLayer, path: Path) -> None:
    """Write a layer as GeoParquet; the key ``village_layer`` of the file's metadata holds everything but the frame.

    Raises
    ------
    MachineError
        If the folder cannot be written to.
    """
    make_folder(path.parent)
    buffer = BytesIO()  # geopandas writes the metadata of GeoParquet, but takes none of ours
    layer.frame.to_parquet(buffer, index=False, compression=None)
    table = pq.read_table(buffer)
    content = {
        "fingerprint": layer.fingerprint,
        "figures": provenance.as_json(layer.figures),
        "about": dict(layer.about),
    }
    metadata = {**table.schema.metadata, _KEY: json.dumps(content, ensure_ascii=False).encode()}
    write_parquet(table.replace_schema_metadata(metadata), path, refusal="layer.not_written")


def _neighbours_file(path: Path) -> Path:
    return path.with_name(f"{path.stem}-neighbours.parquet")


def save_neighbours(pairs: pd.DataFrame, layer: VillageLayer, path: Path) -> None:
    """Write who borders on whom beside a saved layer.

    Parameters
    ----------
    pairs
        As ``contiguity.neighbours`` gives them.
    layer
        The layer they are of.
    path
        Where the layer is saved.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    beside = _neighbours_file(path)
    table = pa.Table.from_pandas(pairs, preserve_index=False)
    metadata = {**(table.schema.metadata or {}), _KEY: layer.fingerprint.encode()}
    write_parquet(table.replace_schema_metadata(metadata), beside, refusal="layer.not_written")


def load_neighbours(layer: VillageLayer, path: Path | None = None) -> pd.DataFrame:
    """Return who borders on whom: as saved beside the layer, else found again from the outlines.

    Parameters
    ----------
    layer
        The layer.
    path
        Where it was loaded from; as for `load`.

    Returns
    -------
    Columns ``village_code_a``, ``village_code_b``, ``shared_km``, ``kind``; each pair once.
    """
    beside = _neighbours_file(path or _default())
    if beside.is_file():
        table = pq.read_table(beside)
        if (table.schema.metadata or {}).get(_KEY) == layer.built_from.encode():
            return pd.DataFrame(table.to_pandas())
    unread = shapely.is_missing(layer.frame.geometry.to_numpy()).all()
    return neighbours((load(path) if unread else layer).frame)


def load(path: Path | None = None, *, columns: Collection[str] | None = None) -> VillageLayer:
    """Read a layer: the given file, else the one built into the data folder, else the embedded default.

    Parameters
    ----------
    path
        The file.
    columns
        Read only these, to spare memory: the frame lacks the others, and its outlines are missing unless ``geometry``
        is among them. All by default.

    Raises
    ------
    DataError
        If the file is missing, is no village layer, or was written by another version of the program.
    """
    chosen = path or _default()
    if not chosen.is_file():
        raise DataError("layer.missing", file=chosen)
    try:
        table = pq.read_table(chosen, columns=None if columns is None else [*columns])
        content = json.loads((table.schema.metadata or {})[_KEY])
        figures = provenance.from_json(content["figures"])
        about, stored = content["about"], content["fingerprint"]
        frame = _frame(table)
    except (OSError, KeyError, ValueError, TypeError, pa.ArrowException) as err:
        raise DataError("layer.broken", file=chosen) from err
    if about.get("format") != FORMAT:
        raise DataError("layer.other_format", file=chosen)
    wanted = COLUMNS if columns is None else columns
    missing = [column for column in wanted if column not in frame.columns]
    if missing:
        raise DataError("layer.columns_missing", columns=", ".join(missing))
    return VillageLayer(frame, stored, figures, about)


def _frame(table: pa.Table) -> gpd.GeoDataFrame:
    if "geometry" in table.column_names:
        return gpd.GeoDataFrame.from_arrow(table)
    return gpd.GeoDataFrame(table.to_pandas(), geometry=np.full(len(table), None), crs=CRS_STORED)


def stated_fingerprint(path: Path | None = None) -> str:
    """Return the fingerprint that the file of a layer states, without reading the villages.

    Parameters
    ----------
    path
        As for `load`.

    Raises
    ------
    DataError
        If the file is missing or is no village layer.
    """
    chosen = path or _default()
    if not chosen.is_file():
        raise DataError("layer.missing", file=chosen)
    try:
        return str(json.loads((pq.read_schema(chosen).metadata or {})[_KEY])["fingerprint"])
    except (OSError, KeyError, ValueError, TypeError, pa.ArrowException) as err:
        raise DataError("layer.broken", file=chosen) from err


def verify(layer: VillageLayer) -> None:
    """Refuse a layer whose content is no longer what its fingerprint says.

    Raises
    ------
    DataError
        If a value or an outline was changed after the layer was built.
    """
    found = fingerprint(layer.frame)
    if found != layer.fingerprint:
        raise DataError("layer.changed", wanted=layer.fingerprint, found=found)


def _default() -> Path:
    built = Paths.of().villages
    return built if built.is_file() else EMBEDDED
