"""Figures of a user for a sector: what a layer comes to in each village, as weights of its split or as its workers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from geodata.disaggregate import Floats
from geodata.errors import DataError, MachineError
from geodata.provenance import Origin, is_date
from geodata.schema import REGENCY_CODE, VILLAGE_CODE

VALUE = "value"
ENDINGS = (".csv", ".parquet")
SOURCED: Final = ("source", "date", "licence")
"""What the record beside a file tells of the layer, as the user named it."""


@dataclass(frozen=True)
class OwnFigures:
    """What a user brings of a sector.

    Attributes
    ----------
    file
        Name of the file.
    amounts
        Weights or people by village code, not negative; missing where it is not known.
    origin
        Where they come from.
    """

    file: str
    amounts: "pd.Series[float]"
    origin: Origin


def read_weights(path: Path) -> OwnFigures:
    """Read what ``planner data overlay`` wrote, or a table of the same two columns: ``village_code``, ``value``.

    Parameters
    ----------
    path
        CSV or Parquet. The record that the overlay leaves beside it names the layer; without it the file is named.

    Raises
    ------
    DataError
        If a column is missing, a village stands twice, or a value is negative or no number.
    MachineError
        If the file cannot be read.
    """
    return OwnFigures(path.name, _amounts(path), _layer(path, _record(path)))


def read_observed(path: Path) -> OwnFigures:
    """Read workers that were counted, in the same form as weights; whole people.

    Parameters
    ----------
    path
        CSV or Parquet. The record beside it, ``<file>.json``, must name ``source``, ``date`` and ``licence``: a figure
        without these is not observed.

    Raises
    ------
    DataError
        As `read_weights`, and if the record lacks one of them or the values are hectares.
    MachineError
        If the file cannot be read.
    """
    amounts, record = _amounts(path), _record(path)
    told = {name: str(record.get(name) or "").strip()[:200] for name in SOURCED}
    if missing := [name for name, text in told.items() if not text]:
        raise DataError(
            "sectors.observed_source", file=path.name, about=f"{path.name}.json", missing=", ".join(missing)
        )
    if not is_date(told["date"]):
        raise DataError("sectors.observed_date", found=told["date"][:40], about=f"{path.name}.json")
    if record.get("measure") == "area":
        raise DataError("sectors.observed_area", file=path.name)
    layer = _layer(path, record)
    origin = Origin(told["source"], f"own count: {layer.producer}", told["date"], layer.url, told["licence"])
    return OwnFigures(path.name, amounts, origin)


def moved(weights: Floats, villages: pd.DataFrame, own: "pd.Series[float] | None") -> Floats:
    """Share the built-in weights of each regency by own ones.

    Parameters
    ----------
    weights
        Built-in weights, shape (n,).
    villages
        The n villages, with their codes and those of their regencies.
    own
        Own weights by village code; nothing to leave the built-in ones.

    Returns
    -------
    Shape (n,): in every regency they come to the same sum. Villages without an own weight keep theirs, and so do
    regencies where all own weights are zero: that nothing was mapped does not mean that nobody works there.
    """
    if own is None:
        return weights
    given = villages[VILLAGE_CODE].map(own).astype(np.float64)
    regency = villages[REGENCY_CODE].to_numpy()
    known = pd.Series(weights, index=villages.index).where(given.notna(), 0.0).groupby(regency).transform("sum")
    whole = given.fillna(0.0).groupby(regency).transform("sum")
    shared = known * given / whole.where(whole > 0)
    return np.where(given.notna() & (whole > 0), shared, weights).astype(np.float64)


def _amounts(path: Path) -> "pd.Series[float]":
    if path.suffix.lower() not in ENDINGS:
        raise DataError("sectors.weights_format", file=path.name, formats=", ".join(ENDINGS))
    try:
        csv = path.suffix.lower() == ".csv"
        frame = pd.read_csv(path, dtype={VILLAGE_CODE: "str"}) if csv else pd.read_parquet(path)
    except FileNotFoundError as error:
        raise DataError("vector.missing_file", file=path.name) from error
    except (ValueError, pa.ArrowException) as error:
        raise DataError("sectors.weights_columns", file=path.name, columns=f"{VILLAGE_CODE}, {VALUE}") from error
    except OSError as error:
        raise MachineError("vector.no_permission", file=path.name) from error
    if not {VILLAGE_CODE, VALUE} <= set(frame.columns):
        raise DataError("sectors.weights_columns", file=path.name, columns=f"{VILLAGE_CODE}, {VALUE}")
    values = pd.to_numeric(frame.set_index(VILLAGE_CODE)[VALUE], errors="coerce").astype(np.float64)
    wrong = (values < 0) | np.isinf(values) | (values.isna() & frame[VALUE].notna().to_numpy())
    if wrong.any():
        raise DataError("sectors.weights_value", file=path.name, village=str(values.index[wrong.to_numpy()][0])[:20])
    if values.index.has_duplicates:
        raise DataError(
            "sectors.weights_twice", file=path.name, village=str(values.index[values.index.duplicated()][0])
        )
    return values


def _record(path: Path) -> Mapping[str, Any]:
    """Return the record of the overlay; empty where there is none."""
    try:
        about = json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return about if isinstance(about, Mapping) else {}


def _layer(path: Path, about: Mapping[str, Any]) -> Origin:
    """Name the layer by the record of the overlay, where there is one."""
    if "layer" not in about:
        return Origin(path.name, "own weights", "", f"file:{path.name}")
    layer, digest = str(about["layer"])[:100], str(about.get("sha256"))[:64]
    asked = ", ".join(str(about[name]) for name in ("measure", "column", "values") if about.get(name))
    day = str(about.get("date") or about.get("made"))[:10]
    title, url = f"own weights: {asked[:100]}", f"file:{path.name}#sha256={digest}"
    return Origin(layer, title, day, url, str(about.get("licence") or "")[:200])
