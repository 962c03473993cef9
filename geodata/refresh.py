"""From published files to a layer in the data folder, in one go: fetch, build, save."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from geodata import build as building
from geodata.catalogue import load
from geodata.fetch import FetchProgress, fetch
from geodata.paths import Paths
from geodata.published import read_published

SUMBAGSEL: Final = ("15", "16", "17", "18", "19")
"""Provinces that are fetched and built where none are named."""


def bytes_to_fetch(regions: Collection[str] = SUMBAGSEL) -> int:
    """Return how many bytes the published files of some regions have."""
    return sum(file.bytes for file in load().files(regions=regions))


def refresh(
    paths: Paths,
    *,
    regions: Collection[str] = SUMBAGSEL,
    mirror: Path | None = None,
    progress: Callable[[FetchProgress], None] | None = None,
    step: building.Step = lambda _: None,
) -> building.Built:
    """Fetch the published files of some regions, build the layer and save it in the data folder.

    What ``progress`` or ``step`` raise ends it; then the layer there is the one before, and parts of files are resumed
    next time.

    Parameters
    ----------
    paths
        The data folder.
    regions
        Codes of provinces or regencies.
    mirror
        Folder the files are copied from; without it they are downloaded.
    progress
        Told as bytes arrive, see ``fetch.fetch``.
    step
        Told the key of each step of the build before it begins.

    Raises
    ------
    DataError
        If a file cannot be fetched or used, or the layer cannot be written.
    """
    paths.prepare()
    catalogue = load()
    files = catalogue.files(regions=regions)
    fetch(files, downloads=paths.downloads, mirror=mirror, progress=progress).require_complete()
    inputs = building.inputs_of(catalogue, paths.downloads, regions=regions)
    built = building.build(inputs, catalogue, read_published(), regions=regions, step=step)
    building.save(built, paths.villages)
    return built
