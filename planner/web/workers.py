"""Processes that work for the pages: a page waits in a thread, and the interpreter is free for other clicks."""

import atexit
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Final, TypeVar

import planner
from planner.web.jobs import Job
from planner.web.worker import Done, Step, Stop, Task

Result = TypeVar("Result")

LOOKS_S: Final = 0.5
"""How often it is looked whether anybody still waits."""
GRACE_S: Final = 10.0
"""Work that does not end so long after it was asked to is cut off."""


class WorkerError(RuntimeError):
    """The work failed in its process, or the process ended; not the fault of who asked for it."""


class _IdleError(WorkerError):
    """The process ended because it had nothing to do, just as it was given some work."""


class _Worker:
    """One process and what it answers."""

    def __init__(self) -> None:
        found = str(Path(planner.__file__).parents[1])
        path = os.pathsep.join(filter(None, (found, os.environ.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "planner.web.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._answers: SimpleQueue[Step | Done | None] = SimpleQueue()
        Thread(target=self._listen, name="planner-worker", daemon=True).start()

    def send(self, message: bytes) -> bool:
        """Tell the process a pickled `Task` or `Stop`; say whether it still listens."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(message)
            self._process.stdin.flush()
        except OSError:
            return False
        return True

    def answer(self) -> Step | Done | None:
        """Return the next answer, within `LOOKS_S`.

        Raises
        ------
        Empty
            If there is none yet.
        WorkerError
            If the process ended.
        """
        found = self._answers.get(timeout=LOOKS_S)
        if found is None:
            code = self._process.wait()
            raise (WorkerError if code else _IdleError)(f"a worker ended with {code}")
        return found

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not read any more
                    pipe.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                self._answers.put(pickle.load(self._process.stdout))  # noqa: S301 (from a process of ours)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            self._answers.put(None)


class Workers:
    """All processes of a server; as many as there is work at once, kept for the next."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._idle: list[_Worker] = []

    def run(self, job: Job, task: Task) -> Any:  # noqa: ANN401 (whatever the work returns)
        """Let a process do something; see `apart`."""
        worker = self._begun(pickle.dumps(task, pickle.HIGHEST_PROTOCOL))
        try:
            done = self._followed(worker, job)
        except _IdleError:
            worker.end()
            return self.run(job, task)
        except BaseException:
            worker.end()
            raise
        if done is None:
            worker.end()
            return None
        with self._guard:
            self._idle.append(worker)
        if done.refused is not None:
            raise done.refused
        if done.fault:
            raise WorkerError(done.fault)
        return done.result

    def end(self) -> None:
        """End the processes that have nothing to do."""
        with self._guard:
            ended, self._idle = self._idle, []
        for worker in ended:
            worker.end()

    def _begun(self, task: bytes) -> _Worker:
        while True:
            with self._guard:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                worker = _Worker()
                worker.send(task)  # where it cannot even start, its end is told as an answer
                return worker
            if worker.send(task):
                return worker
            worker.end()  # it had nothing to do for too long

    @staticmethod
    def _followed(worker: _Worker, job: Job) -> Done | None:
        """Hand on what is told until the end; nothing if the work had to be cut off."""
        stopped: float | None = None
        while True:
            try:
                found = worker.answer()
            except Empty:
                found = None
            if isinstance(found, Done):
                return found
            if job.goes_on() if found is None else job.tell(found.step):
                continue
            if stopped is None:
                stopped = time.monotonic()
                worker.send(pickle.dumps(Stop()))
            elif time.monotonic() - stopped > GRACE_S:
                return None


@cache
def workers() -> Workers:
    """Return the processes of this server."""
    found = Workers()
    atexit.register(found.end)
    return found


def apart(
    job: Job,
    function: Callable[..., Result],
    *given: Any,  # noqa: ANN401 (whatever the function takes)
    telling: str = "",
    **named: Any,  # noqa: ANN401
) -> Result | None:
    """Call a function in a process of its own; wait, hand on what it tells, stop it when nobody waits.

    Parameters
    ----------
    job
        Who waits for it.
    function
        A function of a module that does not need the server.
    given, named
        What it is called with; copied to the process.
    telling
        Name of its argument that takes what it tells its steps to, as `planner.web.jobs.Job.tell`; several values at
        once become a tuple.

    Returns
    -------
    What it returned; nothing if it was stopped and did not end within `GRACE_S`.

    Raises
    ------
    DataError
        If the function raises one.
    WorkerError
        If it fails otherwise, or its process ends.
    """
    found: Result | None = workers().run(job, Task(function, given, named, telling))
    return found
