"""Long work beside the pages: one thread per job, told how far it is, stopped when nobody waits any more."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final

from geodata.errors import DataError
from planner.errors import PlanError

AT_ONCE: Final = 2
"""Jobs that work at the same time; the others wait their turn."""
KEPT: Final = 32
"""Results that are kept for whoever asks for the same."""
PATIENCE_S: Final = 30.0
"""A job nobody has asked about for so long is stopped: the page was closed."""

Key = tuple[Hashable, ...]


@dataclass
class Job:
    """Work that goes on in a thread of its own.

    Attributes
    ----------
    steps
        What the work has told so far.
    result, error
        What came out; one of them once ``done``.
    was_stopped
        Whether it was asked to end early; known at the end.
    done
        Set at the end.
    """

    steps: list[Any] = field(default_factory=list)
    result: Any = None
    error: DataError | None = None
    was_stopped: bool = False
    done: threading.Event = field(default_factory=threading.Event)
    started: float | None = None
    _asked: float = field(default_factory=time.monotonic)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def tell(self, step: Any) -> bool:  # noqa: ANN401 (whatever the work tells)
        """Keep a step; say whether to go on. Called by the work."""
        self.steps.append(step)
        return self.goes_on()

    def goes_on(self) -> bool:
        """Say whether somebody still waits. Called by the work."""
        return not self._stopped.is_set() and time.monotonic() - self._asked < PATIENCE_S

    def stop(self) -> None:
        """Ask the work to end with what it has."""
        self._stopped.set()

    def asked(self) -> None:
        """Note that somebody waits."""
        if not self.done.is_set():
            self._asked = time.monotonic()


Work = Callable[[Job], Any]


class Jobs:
    """All jobs of a server.

    A running job belongs to one visitor, who alone can stop it; a result is anybody's who asks for the same key. So a
    key says everything the result depends on, and results hold public things only.
    """

    def __init__(self) -> None:
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        self._guard = threading.Lock()
        self._running: dict[tuple[str, Key], Job] = {}
        self._results: OrderedDict[Key, Any] = OrderedDict()

    def result(self, key: Key) -> Any:  # noqa: ANN401 (whatever the work returned)
        """Return a finished result; nothing where there is none."""
        with self._guard:
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

    def job(self, visitor: str, key: Key) -> Job | None:
        """Return the job of a visitor, running or ended; nothing where there is none."""
        with self._guard:
            found = self._running.get((visitor, key))
        if found is not None:
            found.asked()
        return found

    def start(self, visitor: str, key: Key, work: Work, *, shared: bool = True) -> Job:
        """Begin work, unless the visitor has begun it already; other work of this kind of the visitor is stopped.

        Parameters
        ----------
        visitor
            Who waits for it.
        key
            What it is, and all it depends on; its first part names the kind of work.
        work
            Takes the job, to tell its steps, and returns the result. A `DataError` is kept for the page; a result of
            work that was stopped is the visitor's alone.
        shared
            Whether the result is kept for others; a large one that hardly anybody else asks for is not.
        """
        with self._guard:
            known = self._running.get((visitor, key))
            if known is not None and not known.done.is_set():
                return known
            for (whose, what), other in list(self._running.items()):
                if whose == visitor and what[0] == key[0]:
                    other.stop()
                    del self._running[whose, what]
                elif other.done.is_set() and not other.goes_on():
                    del self._running[whose, what]
            job = self._running[visitor, key] = Job()
        threading.Thread(target=self._run, args=(key, job, work, shared), name="planner-job", daemon=True).start()
        return job

    def forget(self, visitor: str, key: Key) -> None:
        """Stop and drop the job of a visitor."""
        with self._guard:
            job = self._running.pop((visitor, key), None)
        if job is not None:
            job.stop()

    def _run(self, key: Key, job: Job, work: Work, shared: bool) -> None:  # noqa: FBT001
        try:
            with self._turn:
                job.started = time.monotonic()
                if job.goes_on():
                    job.result = work(job)
        except DataError as error:
            job.error = error
        except Exception:
            job.error = PlanError("web.job.broken")
            if threading.main_thread().is_alive():  # work that is cut off as the server ends is no fault
                logging.getLogger(__name__).exception("long work failed: %s", key[0])
        finally:
            job.was_stopped = not job.goes_on()
            if shared and job.error is None and job.result is not None and not job.was_stopped:
                with self._guard:
                    self._results[key] = job.result
                    while len(self._results) > KEPT:
                        self._results.popitem(last=False)
            job.done.set()
