"""A step in a process of its own: its seconds, and its peak memory alone."""

import multiprocessing
import os
import resource
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any


@dataclass(frozen=True)
class Used:
    """What a step used, and what it returned."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    answer: Any

    @property
    def figures(self) -> dict[str, float]:
        """What a figure takes."""
        return {"wall_s": self.wall_s, "cpu_s": self.cpu_s, "peak_mb": self.peak_mb}


def apart(prepare: Callable[..., Callable[[], Any]], *arguments: Any, longest_s: float | None = None) -> Used:
    """Measure what ``prepare(*arguments)`` returns; the preparation counts for memory alone.

    Raises
    ------
    RuntimeError
        If the process fails or is ended, with what it said.
    TimeoutError
        If it takes longer than it may, preparation included.
    """
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_run, args=(there, prepare, arguments))
    process.start()
    there.close()
    try:
        if not here.poll(longest_s):
            process.kill()
            raise TimeoutError(f"ended after {longest_s:g} s")
        found = here.recv()
    except EOFError:
        found = None
    process.join()
    if isinstance(found, Used):
        return found
    raise RuntimeError(f"{prepare}{arguments}: {found or f'ended with {process.exitcode}'}")


def call(function: Callable[..., Any], *arguments: Any) -> Used:
    """Measure a function that needs no preparation."""
    return apart(_ready, function, arguments)


def _ready(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Callable[[], Any]:
    return lambda: function(*arguments)


def _run(there: Connection, prepare: Callable[..., Callable[[], Any]], arguments: tuple[Any, ...]) -> None:
    try:
        step = prepare(*arguments)
        began, busy = time.perf_counter(), _cpu_s()
        answer = step()
        wall_s, cpu_s = time.perf_counter() - began, _cpu_s() - busy
        who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        peak_mb = max(resource.getrusage(one).ru_maxrss for one in who) * 1024 / 1e6
        there.send(Used(wall_s, cpu_s, peak_mb, answer))
    except BaseException:  # noqa: BLE001 (told by the process that asked)
        there.send(traceback.format_exc())


def _cpu_s() -> float:
    """Return seconds of the processor of this process and its ended children."""
    return sum(os.times()[:4])
