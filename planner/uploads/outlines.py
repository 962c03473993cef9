"""Outlines that a user brings, read by `geodata.readers.vector` within the bounds of an upload."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from geodata.readers.vector import Limits, read_outlines
from geodata.readers.vector.wording import one_line
from geodata.schema import VILLAGE_CODE, VILLAGE_NAME
from planner.uploads.checks import PROBLEM_COLUMNS, Checked
from planner.uploads.columns import Columns
from planner.uploads.known import Known
from planner.uploads.layout import ROW
from planner.uploads.limits import OUTLINE_LIMITS

UNKNOWN = "upload.refused.unknown_code"


def check_outlines(
    path: Path, known: Known, *, columns: Mapping[str, str] | None = None, limits: Limits = OUTLINE_LIMITS
) -> Checked:
    """Check a GIS file of outlines: every outline with a known village code is accepted.

    Parameters
    ----------
    path
        GeoPackage, Shapefile, GeoJSON, GeoParquet, KML, KMZ or FlatGeobuf.
    known
        All villages.
    columns
        Column of the file for ``village_code`` and ``village_name``; guessed where left out.
    limits
        Bounds on size, time and memory.

    Returns
    -------
        ``accepted`` is a GeoDataFrame in EPSG:4326, as `read_outlines` gives it; ``refused`` holds code and name where
        they could be read, the outline itself stays in the file.

    Raises
    ------
    DataError
        If the file is refused as a whole.
    """
    reading = read_outlines(path, columns=columns, limits=limits)
    rejected = [int(row) for row in reading.rejected[ROW]]
    left = sorted(set(range(1, reading.total + 1)) - set(rejected))
    rows = reading.frame.set_axis(pd.Index(left, name=ROW), axis="index")
    is_known = rows[VILLAGE_CODE].isin(known.codes)
    unknown = pd.DataFrame(rows.loc[~is_known, [VILLAGE_CODE, VILLAGE_NAME]])
    refused = unknown.reindex(sorted([*unknown.index, *rejected])).rename_axis(ROW)
    told = [(row, VILLAGE_CODE, code, UNKNOWN) for row, code in unknown[VILLAGE_CODE].items()]
    told += [
        (int(row), "", "", str(why)) for row, why in zip(reading.rejected[ROW], reading.rejected["reason"], strict=True)
    ]
    problems = pd.DataFrame(sorted(told), columns=list(PROBLEM_COLUMNS))
    return Checked(
        kind="outlines",
        columns=Columns({name: one_line(heading) for name, heading in (columns or {}).items()}),
        accepted=rows[is_known],
        held=rows.iloc[:0],
        refused=refused,
        problems=problems,
        notes=(),
        total=reading.total,
    )
