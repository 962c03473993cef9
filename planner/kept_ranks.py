"""Ranks of villages in many worlds, more than should lie in memory at once.

A thousand rankings of the 83,000 villages of the country are 333 MB. They are written world by world and read village
by village, so from some size on they lie in a temporary file.
"""

import os
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Final, Self

import numpy as np
import numpy.typing as npt

from planner.errors import PlanMachineError

Ranks = npt.NDArray[np.unsignedinteger]

_IN_MEMORY: Final = 32_000_000  # bytes; 1,000 worlds of 9,401 villages are 19 million
_FEWEST_WORLDS: Final = 100  # that a list is asked for
_VILLAGES_AT_ONCE: Final = 2_048


class KeptRanks:
    """Ranks, worlds x villages; to be used in a ``with`` block, after which they are gone.

    Parameters
    ----------
    villages
        Number of villages.

    Attributes
    ----------
    villages, worlds
        Numbers of villages, and of worlds kept so far.
    dtype
        What ranks are kept in.
    """

    def __init__(self, villages: int) -> None:
        self.villages = villages
        self.dtype: np.dtype[np.unsignedinteger] = np.dtype(np.uint16 if villages <= 65_535 else np.uint32)
        self.worlds = 0
        spooled = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed at the end of the block)
        if villages * self.dtype.itemsize * _FEWEST_WORLDS > _IN_MEMORY:  # it would leave memory anyway
            spooled.rollover()
        self._file: IO[bytes] = spooled

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        if isinstance(error, OSError):
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise PlanMachineError("robustness.not_kept", reason=reason) from error

    def add(self, ranks: Ranks) -> None:
        """Keep the ranks of one more world, one per village."""
        self._file.write(ranks.astype(self.dtype, copy=False).tobytes())
        self.worlds += 1

    def by_village(self) -> Iterator[tuple[slice, Ranks]]:
        """Yield block after block of villages: which, and their ranks, villages x worlds."""
        each = self.dtype.itemsize
        for start in range(0, self.villages, _VILLAGES_AT_ONCE):
            block = slice(start, min(start + _VILLAGES_AT_ONCE, self.villages))
            ranks = np.empty((self.worlds, block.stop - start), dtype=self.dtype)
            for world, row in enumerate(ranks):
                self._file.seek((world * self.villages + start) * each)
                row[:] = np.frombuffer(self._file.read(row.nbytes), dtype=self.dtype)
            yield block, np.ascontiguousarray(ranks.T)
