"""Writing down what leaves the office by a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.layer import VillageLayer
from geodata.schema import CRS_STORED
from planner.cli.session import Session
from planner.export.about import About
from planner.export.stamping import RANKING, noting_few, stamped
from planner.export.write import write
from planner.export_folder import ExportFolder
from planner.export_shelf import Exported, ExportShelf
from planner.provenance import Stamp
from planner.rights import CONSOLE
from planner.shielding import masked
from planner.small_cells import SMALLEST
from planner.store.engine import in_use, opened
from planner.store.exports import ExportRecords
from planner.store.migrate import ready


@contextmanager
def register(session: Session) -> Iterator[ExportShelf]:
    """Give the register of exports: that of the records where there are any, else that of the data folder.

    Raises
    ------
    StoreError
        If the records cannot be read.
    """
    records = session.paths.records
    if not in_use(records):
        yield ExportFolder(session.paths.exports, CONSOLE.login)
        return
    with opened(None, records) as engine:
        yield ExportRecords(ready(engine), CONSOLE)


def kept(session: Session, stamp: Stamp, path: Path) -> None:
    """Write down a file that a command has written.

    Parameters
    ----------
    session
        The command.
    stamp
        What the file was made from.
    path
        The file, complete.

    Raises
    ------
    PlanError
        If the file cannot be read, or cannot be written down.
    """
    with register(session) as shelf:
        shelf.keep(stamp, Exported.of_file(path))


def write_ranking(session: Session, out: Path, table: pd.DataFrame, layer: VillageLayer, about: About) -> None:
    """Write the villages of a ranking into a file that says by which number it is found again, and write it down.

    Parameters
    ----------
    session
        The command.
    out
        The file; its ending names the format.
    table
        The villages, worked out from `planner.shielding.shielded`.
    layer
        With what was counted; its outlines are written too.
    about
        What the file says about itself.

    Raises
    ------
    PlanError
        As `planner.export.write.write` and `kept`.
    """
    said = stamped(noting_few(about, layer, SMALLEST), RANKING, out.suffix.lower(), smallest=SMALLEST)
    assert said.stamp is not None
    shown = masked(table, layer.frame)
    geometry = layer.frame.geometry.reindex(table.index)
    frame = gpd.GeoDataFrame(shown, geometry=geometry, crs=CRS_STORED)
    write(out, frame, said)
    kept(session, said.stamp, out)
    session.say("cli.rank.written", count=len(frame), file=out)
