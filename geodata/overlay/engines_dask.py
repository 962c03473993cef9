"""Pieces worked off by a Dask cluster: one that runs already, or one of this machine for as long as the work takes."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from threading import Lock
from typing import Any, Final

from geodata.errors import MachineError
from geodata.overlay.engines import Engine
from geodata.overlay.kernel import Sums
from geodata.overlay.work import Task

_AHEAD: Final = 2  # pieces per thread of the cluster that wait their turn
_SECONDS: Final = 30  # for a scheduler to answer

_alone: Final = Lock()  # prepared outlines are not for two threads at once


def dask(*, scheduler: str | None, jobs: int) -> Engine:
    """Return the engine of a Dask cluster.

    Parameters
    ----------
    scheduler
        Address of one that runs (``tcp://host:8786``); its workers need this package, and the layer under the same
        path. Nothing for one of this machine, closed to other users of it.
    jobs
        Processes of the latter.

    Raises
    ------
    MachineError
        By the engine: if Dask is not installed, the scheduler does not answer, or workers are lost time and again.
    """

    def engine(task: Task, pieces: Sequence[int]) -> Iterator[tuple[int, Sums]]:
        try:
            import distributed  # noqa: PLC0415 (optional)
        except ImportError as error:
            raise MachineError("overlay.no_extra", engine="dask", extra="dask") from error
        with ExitStack() as stack:
            try:
                client = _client(distributed, scheduler, jobs, stack)
            except (OSError, ValueError, TimeoutError) as error:
                raise MachineError("overlay.no_scheduler", address=scheduler or "-", reason=_line(error)) from error
            try:
                yield from _worked(distributed, client, task, pieces)
            except (OSError, ImportError, distributed.CancelledError, distributed.scheduler.KilledWorker) as error:
                raise MachineError("overlay.cluster_failed", engine="dask", reason=_line(error)) from error

    return engine


def _client(distributed: Any, scheduler: str | None, jobs: int, stack: ExitStack) -> Any:  # noqa: ANN401
    if scheduler is None:
        cluster = distributed.LocalCluster(
            n_workers=jobs, threads_per_worker=1, dashboard_address=None, security=True, host="127.0.0.1"
        )
        return stack.enter_context(distributed.Client(stack.enter_context(cluster)))
    return stack.enter_context(distributed.Client(scheduler, timeout=_SECONDS))


def _worked(distributed: Any, client: Any, task: Task, pieces: Sequence[int]) -> Iterator[tuple[int, Sums]]:  # noqa: ANN401
    """Send the work once to each worker, and pieces as fast as they come back."""
    sent = client.scatter(task, broadcast=True, hash=False)
    left = iter(pieces)

    def begun(count: int) -> list[Any]:
        return [client.submit(_run, sent, piece, pure=False) for piece in islice(left, count)]

    running = distributed.as_completed(begun(_AHEAD * max(sum(client.nthreads().values()), 1)))
    for future in running:
        yield future.result()
        for following in begun(1):
            running.add(following)


def _run(task: Task, piece: int) -> tuple[int, Sums]:
    with _alone:
        return piece, task.run(piece)


def _line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
