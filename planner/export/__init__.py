"""A ranked list in, a file out: one module per format, picked by the ending of the file's name."""

from planner.export.about import About, Source
from planner.export.write import WRITERS, write

__all__ = ["WRITERS", "About", "Source", "write"]
