"""GDAL, loaded when a format needs it: 29 MB of libraries that most formats do without."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def gdal() -> Iterator[ModuleType]:
    """Give the library that reads and writes with GDAL.

    Raises
    ------
    OSError
        If GDAL can open, read or write no file.
    """
    import pyogrio  # noqa: PLC0415 (see above)
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415

    try:
        yield pyogrio
    except (DataSourceError, DataLayerError) as error:
        raise OSError(str(error)) from error
