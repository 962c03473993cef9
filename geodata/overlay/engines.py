"""Who works pieces off: this process, processes of this machine, or a cluster (``engines_dask``, ``engines_spark``)."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import islice
from typing import Final

from geodata.overlay.kernel import Sums
from geodata.overlay.work import Task

Engine = Callable[[Task, Sequence[int]], Iterator[tuple[int, Sums]]]
"""Takes the work and the pieces that are left; yields each with its sums, in any order."""

_AHEAD: Final = 2  # pieces per process that wait their turn

_work: Task | None = None  # of a process of `processes`


def one(work: Task, pieces: Sequence[int]) -> Iterator[tuple[int, Sums]]:
    """Work pieces off in this process."""
    for piece in pieces:
        yield piece, work.run(piece)


def processes(count: int) -> Engine:
    """Return the engine of several processes of this machine.

    Parameters
    ----------
    count
        How many.
    """

    def engine(work: Task, pieces: Sequence[int]) -> Iterator[tuple[int, Sums]]:
        spawned = multiprocessing.get_context("spawn")  # a fork would copy threads and locks of this process
        with ProcessPoolExecutor(count, mp_context=spawned, initializer=_take, initargs=(work,)) as pool:
            left = iter(pieces)
            running = {pool.submit(_run, piece) for piece in islice(left, _AHEAD * count)}
            try:
                while running:
                    ended, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in ended:
                        yield future.result()
                        running |= {pool.submit(_run, piece) for piece in islice(left, 1)}
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    return engine


def _take(work: Task) -> None:
    global _work  # noqa: PLW0603 (sent once to each process instead of with each piece)
    _work = work


def _run(piece: int) -> tuple[int, Sums]:
    assert _work is not None
    return piece, _work.run(piece)
