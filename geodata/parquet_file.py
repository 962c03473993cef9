"""Parquet files that are there whole or not at all."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import DataError
from geodata.paths import replace_file


def write_parquet(table: pa.Table, path: Path, *, refusal: str) -> None:
    """Write a table beside its place and give it its name in one step; a file there is kept until then.

    Parameters
    ----------
    table
        The table with its metadata.
    path
        Where it is written; the folder is there.
    refusal
        Key of the sentence that says it cannot be written; it may name ``file`` and ``reason``.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        pq.write_table(table, part, compression="zstd", compression_level=9)
        replace_file(part, path)
    except OSError as err:
        part.unlink(missing_ok=True)
        raise DataError(refusal, file=path.name, reason=err.strerror or str(err)) from err
