"""What a score needs beside the layer: neighbours, declared villages, branch offices."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd

from geodata import declared, offices
from geodata.contiguity import KIND, SHARED_KM, VILLAGE_CODE_A, VILLAGE_CODE_B
from geodata.layer import VillageLayer, load_neighbours
from geodata.names_match import MATCHED_CODE
from geodata.schema import VILLAGE_CODE
from planner.criteria import Surroundings

OWN: Final = "own"
"""Source of a declared village that the office itself has launched."""


def surroundings_of(layer: VillageLayer, path: Path | None = None) -> Surroundings:
    """Return the surroundings of a layer, from the registers of the program.

    Parameters
    ----------
    layer
        The layer.
    path
        Where it was loaded from, as for ``geodata.layer.load``; its neighbours may be saved there.
    """
    register = declared.match_declared(declared.read_declared(), layer.frame)
    return Surroundings(load_neighbours(layer, path), register, offices.read_offices())


def with_declared(surroundings: Surroundings, records: pd.DataFrame) -> Surroundings:
    """Return surroundings that know the declared villages in the records of the office too.

    Parameters
    ----------
    surroundings
        With the register of the program.
    records
        Columns ``village_code`` (missing where none is known), ``earliest_on``, ``latest_on`` (days, or missing),
        ``precision`` and ``source`` (``OWN`` for an own launch, else addresses); villages that the register names as
        declared are left out.
    """
    known = declared.declared_codes(surroundings.declared)
    new = records[records[VILLAGE_CODE].notna() & ~records[VILLAGE_CODE].isin(known)].drop_duplicates(VILLAGE_CODE)
    if new.empty:
        return surroundings
    days = {name: new[column].map(_iso) for name, column in _DAYS.items()}
    rows = {declared.PRECISION: new["precision"], declared.SOURCE_URL: new["source"], **days}
    rows |= {VILLAGE_CODE: new[VILLAGE_CODE], MATCHED_CODE: new[VILLAGE_CODE]}
    rows |= {declared.SOURCE_DATE: days[declared.EARLIEST], declared.STATUS: pd.Series(declared.DECLARED, new.index)}
    alike = pd.DataFrame(rows).reindex(columns=surroundings.declared.columns).astype(surroundings.declared.dtypes)
    register = pd.concat([surroundings.declared, alike], ignore_index=True)
    return replace(surroundings, declared=register, added=frozenset(new[VILLAGE_CODE]))


def as_then(surroundings: Surroundings, codes: Collection[str]) -> Surroundings:
    """Return surroundings in which the records of the office add these declared villages and no others."""
    if surroundings.added == frozenset(codes):
        return surroundings
    register = surroundings.declared
    later = register[declared.STATUS].eq(declared.DECLARED) & register[MATCHED_CODE].isin(surroundings.added)
    before = replace(surroundings, declared=register[~later], added=frozenset())
    columns = (VILLAGE_CODE, "earliest_on", "latest_on", "precision", "source")
    records = [(code, None, None, None, OWN) for code in sorted(codes)]
    return with_declared(before, pd.DataFrame(records, columns=columns))


def neighbours_of(pairs: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the neighbours of one village.

    Parameters
    ----------
    pairs
        Neighbouring villages (``Surroundings.pairs``).
    code
        The village.

    Returns
    -------
    One row per neighbour, longest shared border first: ``village_code``, ``shared_km``, ``kind``.
    """
    sides = ((VILLAGE_CODE_A, VILLAGE_CODE_B), (VILLAGE_CODE_B, VILLAGE_CODE_A))
    found = [
        pairs.loc[pairs[own] == code, [other, SHARED_KM, KIND]].set_axis([VILLAGE_CODE, SHARED_KM, KIND], axis=1)
        for own, other in sides
    ]
    return pd.concat(found).sort_values([SHARED_KM, VILLAGE_CODE], ascending=[False, True], ignore_index=True)


def register_hashes() -> Mapping[str, str]:
    """Return the hash of each register (SHA-256, 16 digits): a plan made with another one is another plan."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in (declared.BUILT_IN, offices.BUILT_IN)
    }


_DAYS: Final = {declared.EARLIEST: "earliest_on", declared.LATEST: "latest_on"}


def _iso(day: object) -> str | None:
    return None if pd.isna(day) else str(day)  # type: ignore[call-overload]  # a cell
