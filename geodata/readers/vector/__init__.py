"""Village outlines that a user brings: GeoPackage, Shapefile, GeoJSON, GeoParquet, KML/KMZ, FlatGeobuf.

The file comes from anywhere, so nothing here opens it with GDAL. It is checked by its bytes (`staging`), copied or
unpacked under a random name into a private folder, and read by a child process without rights (`sandbox`, `child`).
What comes back is checked again, row by row (`columns`, `shapes`, `rows`).
"""

from geodata.readers.vector.columns import COUNTS
from geodata.readers.vector.limits import DEFAULT_LIMITS, Limits
from geodata.readers.vector.read import check, read_outlines
from geodata.readers.vector.report import CheckReport

__all__ = ["COUNTS", "DEFAULT_LIMITS", "CheckReport", "Limits", "check", "read_outlines"]
