"""Pieces worked off by Spark: a frame of their numbers goes through ``mapInPandas``, the villages are broadcast."""

import os
import pickle
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import pandas as pd

from geodata.errors import DataError, MachineError
from geodata.overlay.engines import Engine
from geodata.overlay.kernel import Sums
from geodata.overlay.work import Task

_WAVE: Final = 4  # pieces per core before their sums are fetched: what is lost when a run is broken off
_SCHEMA: Final = "piece long, found binary"


def spark(*, master: str | None, jobs: int) -> Engine:
    """Return the engine of Spark.

    Parameters
    ----------
    master
        Address of one that runs (``spark://host:7077``, ``yarn``); its workers need this package, and the layer under
        the same path. Nothing for threads of this machine.
    jobs
        How many of these.

    Raises
    ------
    MachineError
        By the engine: if Spark or Java is not installed, the master does not answer, or the work fails there.
    """

    def engine(task: Task, pieces: Sequence[int]) -> Iterator[tuple[int, Sums]]:
        try:
            with _without_warnings():
                from pyspark.errors import PySparkException  # noqa: PLC0415 (optional, 490 MB)
                from pyspark.sql import SparkSession  # noqa: PLC0415
        except ImportError as error:
            raise MachineError("overlay.no_extra", engine="spark", extra="spark") from error
        if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
            raise MachineError("overlay.no_java")
        if not pieces:
            return
        try:
            with _without_warnings():
                session = _session(SparkSession.builder, master, jobs)
            try:
                yield from _worked(session, task, pieces)
            finally:
                session.stop()
        except (PySparkException, OSError) as error:
            raise MachineError("overlay.cluster_failed", engine="spark", reason=_line(error)) from error

    return engine


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep back that Spark has not said yes to pandas 3: frames of two plain columns are all that it is given."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
        yield


def _session(builder: Any, master: str | None, jobs: int) -> Any:  # noqa: ANN401 (Spark's own)
    """Begin a session; one of this machine listens to nobody else and runs the Python of this process."""
    builder = builder.appName("planner data overlay").master(master or f"local[{jobs}]")
    builder = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    if master is None:
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    session = builder.getOrCreate()
    if master is None:
        session.sparkContext.pythonExec = sys.executable
    session.sparkContext.setLogLevel("OFF")
    return session


def _worked(session: Any, task: Task, pieces: Sequence[int]) -> Iterator[tuple[int, Sums]]:  # noqa: ANN401
    work = session.sparkContext.broadcast(task)
    wave = _WAVE * max(session.sparkContext.defaultParallelism, 1)
    for start in range(0, len(pieces), wave):
        some = list(pieces[start : start + wave])
        numbers = session.range(0, len(some), 1, len(some))  # a partition each: they differ in weight
        with _without_warnings():
            mapped = numbers.mapInPandas(_mapper(work, some), _SCHEMA)
        for row in mapped.collect():
            found = pickle.loads(row["found"])  # noqa: S301 (written by our own workers; Spark sends all as pickle)
            if isinstance(found, DataError):
                raise found
            yield row["piece"], found


def _mapper(work: Any, pieces: Sequence[int]) -> Callable[[Iterator[pd.DataFrame]], Iterator[pd.DataFrame]]:  # noqa: ANN401
    def mapped(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames:
            for place in frame["id"]:
                yield pd.DataFrame({"piece": [pieces[place]], "found": [_found(work.value, pieces[place])]})

    return mapped


def _found(task: Task, piece: int) -> bytes:
    """Return sums, or what is told the user, as one value of a column."""
    try:
        return pickle.dumps(task.run(piece))
    except DataError as error:
        return pickle.dumps(error)


def _line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1][:200] if lines else ''}"
