"""What is worked out of which layer: the same for all workers, and done piece by piece."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from geodata.overlay.ground import Ground
from geodata.overlay.kernel import Measure, Sums, sums
from geodata.overlay.source import Source

VERSION = 2
"""Changes when the same piece would come to other sums: a broken-off run is not gone on with then."""


class Task(Protocol):
    """What engines work off: it travels to the workers once, and each piece is its number."""

    @property
    def ground(self) -> Ground:
        """The villages."""
        ...

    @property
    def pieces(self) -> int:
        """How many pieces there are; they are numbered from 0."""
        ...

    @property
    def whole(self) -> bool:
        """Whether amounts are whole numbers."""
        ...

    def run(self, piece: int) -> Sums:
        """Return what a piece comes to."""
        ...


@dataclass(frozen=True)
class Work:
    """The overlay of one layer of features.

    Attributes
    ----------
    source
        The layer.
    ground
        The villages.
    measure
        What is worked out.
    """

    source: Source
    ground: Ground
    measure: Measure

    @property
    def pieces(self) -> int:
        """How many pieces there are; they are numbered from 0."""
        return len(self.source.rows)

    @property
    def whole(self) -> bool:
        """Whether amounts are whole numbers."""
        return self.measure == "count"

    def run(self, piece: int) -> Sums:
        """Return what a piece comes to.

        Raises
        ------
        DataError
            If the layer cannot be read any more.
        """
        with _without_collector():
            return sums(self.source.read(piece), self.ground, self.measure)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the collector of cycles away: new geometries set it off time and again, and none of them is in a cycle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
