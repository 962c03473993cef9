"""What a score needs beside the layer: neighbours, declared villages, branch offices."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from geodata import declared, offices
from geodata.layer import VillageLayer, load_neighbours
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


def register_hashes() -> Mapping[str, str]:
    """Return the hash of each register (SHA-256, 16 digits): a plan made with another one is another plan."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in (declared.BUILT_IN, offices.BUILT_IN)
    }
