"""An overlay from its first to its last piece, in the same order and to the same digits whatever the engine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geodata.errors import DataError, MachineError
from geodata.overlay.engines import Engine
from geodata.overlay.ground import Ground
from geodata.overlay.kernel import Measure, Sums, added
from geodata.overlay.parts import Parts
from geodata.overlay.work import VERSION, Task
from geodata.schema import VILLAGE_CODE

VALUE = "value"
OnPiece = Callable[[int, int], None]
"""Called with the pieces done and the pieces in all."""


@dataclass(frozen=True)
class Overlay:
    """What an overlay comes to.

    Attributes
    ----------
    table
        One row per village in the order of the ground: ``village_code``, ``value`` (features, sum or hectares); 0
        where nothing lies, missing where the village has no outline.
    features
        Features of the layer.
    outside
        Of these, how many meet no village.
    resumed
        Pieces that an earlier run had finished.
    """

    table: pd.DataFrame
    features: int
    outside: int
    resumed: int


def overlay(work: Task, engine: Engine, parts: Parts, *, asked: Mapping[str, Any], on_piece: OnPiece) -> Overlay:
    """Work off what is left of an overlay, and add it up.

    Parameters
    ----------
    work
        What is worked out.
    engine
        Who does it.
    parts
        Where finished pieces are kept; emptied at the end.
    asked
        What tells this overlay from another one, see `identity`.
    on_piece
        Told after each piece.

    Raises
    ------
    DataError
        If pieces of another overlay lie there, or the layer cannot be read any more.
    MachineError
        If a piece cannot be written.
    """
    parts.begin(asked)
    before = set(parts.done()) & set(range(work.pieces))
    left = [piece for piece in range(work.pieces) if piece not in before]
    on_piece(len(before), work.pieces)
    for count, (piece, found) in enumerate(engine(work, left), start=len(before) + 1):
        parts.keep(piece, found)
        on_piece(count, work.pieces)
    total = added((parts.read(piece) for piece in range(work.pieces)), len(work.ground))
    return Overlay(_table(work, total), total.features, total.outside, len(before))


def identity(
    layer: Path,
    ground: Ground,
    measure: Measure,
    *,
    sublayer: str | None,
    column: str | None,
    values: Sequence[float] = (),
) -> dict[str, Any]:
    """Return what tells an overlay from another one.

    Parameters
    ----------
    layer
        The file that was named.
    ground
        The villages.
    measure
        What is worked out.
    sublayer, column
        Which layer of the file, and which of its columns.
    values
        Which values of a raster; all where none is named.

    Raises
    ------
    DataError
        If there is no such file.
    MachineError
        If it cannot be read.
    """
    try:
        with layer.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError) as error:
        raise DataError("vector.missing_file", file=layer.name) from error
    except OSError as error:
        raise MachineError("vector.no_permission", file=layer.name) from error
    return {
        "layer": layer.name,
        "sha256": digest,
        "villages": ground.fingerprint,
        "measure": measure,
        "sublayer": sublayer,
        "column": column,
        "values": list(values),
        "version": VERSION,
    }


def _table(work: Task, total: Sums) -> pd.DataFrame:
    amounts = np.full(len(work.ground), np.nan)
    amounts[work.ground.here] = 0.0
    amounts[total.villages] = total.amounts
    column = pd.Series(amounts)
    told = column.astype("Int64") if work.whole else column
    return pd.DataFrame({VILLAGE_CODE: list(work.ground.codes), VALUE: told})
