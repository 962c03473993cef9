"""From the file to accepted outlines and the report on it."""

import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from geodata.errors import DataError, MachineError
from geodata.readers import REJECTED_COLUMNS, Reading
from geodata.readers.vector.columns import check_codes_are_kemendagri, map_columns, words
from geodata.readers.vector.limits import DEFAULT_LIMITS, Limits
from geodata.readers.vector.report import CheckReport
from geodata.readers.vector.rows import check_rows
from geodata.readers.vector.sandbox import read_apart
from geodata.readers.vector.shapes import place_shapes
from geodata.readers.vector.staging import stage
from geodata.schema import VILLAGE_CODE
from geodata.texts import Language, render


def read_outlines(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
    regions: Collection[str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Reading:
    """Read village outlines from a file that a user brings.

    Parameters
    ----------
    path
        GeoPackage, zipped or bare Shapefile, GeoJSON, GeoParquet, KML, KMZ or FlatGeobuf.
    columns
        Column of the file for each of ``village_code``, ``village_name`` and, if wanted, the counts in `COUNTS`;
        code and name are guessed from usual column names where they are left out.
    layer
        Layer of a GeoPackage or KML, or Shapefile of a zip that holds several.
    regions
        Codes of provinces or regencies; villages elsewhere are rejected.
    limits
        Bounds on size and time.

    Returns
    -------
        ``frame`` is a GeoDataFrame: ``village_code`` (Kemendagri with dots, unique), ``village_name``, mapped counts
        (Int64), ``geometry`` (Polygon or MultiPolygon, two dimensions, EPSG:4326, perhaps invalid); new RangeIndex,
        order of the file. All rows of a code that stands twice are rejected.

    Raises
    ------
    DataError
        If the file cannot be used as a whole, or none of its rows can; the text says why and what to do.
    MachineError
        If the file may not be read, or there is no room for the copy.
    """
    reading, report = _read(Path(path), columns, layer, regions, limits)
    if not report.accepted:
        raise _NothingAcceptedError("vector.nothing_accepted", file=report.file, counts=report.reasons)
    return reading


def check(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    layer: str | None = None,
    regions: Collection[str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> CheckReport:
    """Say what a file of outlines holds and which rows can be used; parameters and errors as `read_outlines`."""
    return _read(Path(path), columns, layer, regions, limits)[1]


class _NothingAcceptedError(DataError):
    """No row of the file can be used; the reasons are told in the language asked for."""

    def text(self, language: Language = "id") -> str:
        counts: Mapping[str, int] = self.values["counts"]  # type: ignore[assignment]
        said = [f"{n} × {render(self.folder, key, language, {})}" for key, n in list(counts.items())[:3]]
        values = {"file": self.values["file"], "total": sum(counts.values()), "reasons": " ".join(said)}
        return render(self.folder, self.key, language, values)


def _read(
    path: Path,
    columns: Mapping[str, str] | None,
    layer: str | None,
    regions: Collection[str] | None,
    limits: Limits,
) -> tuple[Reading, CheckReport]:
    try:
        with tempfile.TemporaryDirectory(prefix="outlines-", ignore_cleanup_errors=True) as folder:
            staged = stage(path, Path(folder), layer, limits)
            source = read_apart(staged, path.name, limits)
    except OSError as error:
        raise MachineError("vector.disk", file=path.name, reason=error.strerror or "") from error
    if len(source.attributes) == 0:
        raise DataError("vector.no_rows", file=path.name)
    mapping = map_columns(source.attributes, columns or {}, file=path.name)
    check_codes_are_kemendagri(words(source.attributes[mapping[VILLAGE_CODE]]), mapping[VILLAGE_CODE], file=path.name)
    shapes = place_shapes(source, staged.format, path.name, limits)
    rows, reasons = check_rows(source.attributes, shapes, mapping, regions, limits)
    good = reasons.isna()
    accepted = rows[good].reset_index(drop=True)
    numbers = reasons.index[~good] + 1
    rejected = pd.DataFrame({"file": path.name, "row": numbers, "reason": reasons[~good].to_numpy()})
    rejected = rejected.loc[:, list(REJECTED_COLUMNS)]
    report = CheckReport(
        file=path.name,
        format=staged.format,
        layer=source.layer,
        layers=source.layers,
        crs=shapes.crs,
        rows=len(rows),
        vertices=shapes.vertices,
        columns=tuple(source.attributes.columns),
        mapping=mapping,
        bounds=tuple(float(v) for v in accepted.total_bounds) if len(accepted) else None,  # type: ignore[arg-type]
        accepted=len(accepted),
        invalid=int((~accepted.geometry.is_valid).sum()),
        rejected=rejected,
    )
    return Reading(accepted, rejected, total=len(rows)), report
