"""What a score needs beside the layer: neighbours, declared villages, branch offices."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from geodata import declared, offices
from geodata.contiguity import KIND, SHARED_KM, VILLAGE_CODE_A, VILLAGE_CODE_B
from geodata.layer import VillageLayer, load_neighbours
from geodata.schema import VILLAGE_CODE
from planner.criteria import Surroundings


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
