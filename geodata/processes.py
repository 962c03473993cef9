"""Work shared out to processes of this machine, never more at once than fits into a given memory."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Final, Self, TypeVar

from geodata.errors import MachineError

Item = TypeVar("Item")
Result = TypeVar("Result")

GB: Final = 1_000_000_000
_UNKNOWN_MEMORY: Final = 4 * GB
_FEWEST: Final = 2  # pieces that are worth a second process


@dataclass(frozen=True)
class Room:
    """How much of the machine may be used.

    Attributes
    ----------
    jobs
        Most processes at work at once; with one, everything is done in the process that asks.
    memory
        Bytes for all processes together, the one that asks included.
    """

    jobs: int = 1
    memory: int = _UNKNOWN_MEMORY

    @classmethod
    def of_machine(cls, *, jobs: int | None = None, memory: int | None = None) -> Self:
        """Return what is asked for; by default every core and half of the memory of the machine."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return cls(jobs or cores, memory or _memory_of_machine() // 2)


def worked(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    needs: Sequence[int],
    room: Room,
    taken: int = 0,
) -> Iterator[tuple[int, Result]]:
    """Yield each item's place in the list with its result, as they are ready.

    A process ends with its piece, so that the machine has its memory back. An item that needs more than there is room
    for is worked on alone.

    Parameters
    ----------
    work
        Told one item; it and the items must be such that a process can be told them.
    items
        What is worked on, in this order.
    needs
        Bytes that each takes.
    room
        Processes and memory.
    taken
        Bytes that the process that asks takes itself.

    Raises
    ------
    MachineError
        If a process ends before its time, as when the machine has no memory left.
    """
    if room.jobs == 1 or len(items) < _FEWEST:
        yield from ((place, work(item)) for place, item in enumerate(items))
        return
    waiting = list(range(len(items)))
    running: dict[Future[Result], int] = {}
    # A fork would copy threads and locks of this process.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(room.jobs, mp_context=spawned, max_tasks_per_child=1) as pool:
        try:
            while waiting or running:
                for place in _fitting(waiting, running.values(), needs, room, taken):
                    waiting.remove(place)
                    running[pool.submit(work, items[place])] = place
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    yield running.pop(future), future.result()
        except BrokenProcessPool as error:
            raise MachineError("build.process_ended", jobs=room.jobs) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _fitting(waiting: Sequence[int], running: Iterable[int], needs: Sequence[int], room: Room, taken: int) -> list[int]:
    """Return which of those that wait can begin now beside those that run; if none runs, at least the first."""
    now = list(running)
    begin = []
    for place in waiting:
        free = room.memory - taken - sum(needs[one] for one in now)
        if len(now) < room.jobs and (not now or needs[place] <= free):
            now.append(place)
            begin.append(place)
    return begin


def _memory_of_machine() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return _UNKNOWN_MEMORY
