"""Attributes as plain Arrow columns: whole numbers, numbers and short text."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from .exchange import Request


def arrow_column(values: Sequence[object]) -> pa.Array:
    """Make an Arrow column of whole numbers, else numbers, else text; what is neither becomes missing."""
    kinds = {type(v) for v in values} - {type(None)}
    if kinds <= {int} and kinds:
        try:
            return pa.array(values, pa.int64())
        except OverflowError:
            return pa.array([None if v is None else str(v) for v in values], pa.string())
    if kinds <= {int, float} and kinds:
        return pa.array([None if v is None else float(v) for v in values], pa.float64())  # type: ignore[arg-type]
    return pa.array([str(v) if isinstance(v, str | int | float) else None for v in values], pa.string())


def _plain(column: pa.Array, text_length: int) -> pa.Array:
    """Bring an Arrow column to int64, float64 or text cut after ``text_length`` + 1 characters."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type), text_length)
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return column.cast(pa.int64())
    if pa.types.is_floating(kind):
        return column.cast(pa.float64())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.nulls(len(column), pa.string())
    try:
        text = column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.nulls(len(column), pa.string())
    return pc.utf8_slice_codeunits(text, 0, text_length + 1)


def attribute_table(names: Sequence[str], columns: Sequence[pa.Array], request: Request) -> pa.Table:
    """Bring columns to plain types; a name that stands twice gets its position."""
    unique: list[str] = []
    for name in names:
        unique.append(name if name not in unique else f"{name}_{len(unique) + 1}")
    return pa.table([_plain(c, request.text_length) for c in columns], names=unique)
