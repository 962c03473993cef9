"""Clusters work off the same pieces to the same digits; what is not there, or does not answer, is told."""

import pickle
import sys
from types import SimpleNamespace

import pandas as pd
import pytest

from geodata.errors import DataError, MachineError
from geodata.overlay import engines, staged
from geodata.overlay.engines_dask import dask
from geodata.overlay.engines_spark import _SCHEMA, _mapper, spark
from geodata.overlay.parts import Parts
from geodata.overlay.run import identity, overlay
from geodata.overlay.work import Work
from tests.geodata.overlay.test_overlay import GROUND, random_layer, silent, written


def run(path, folder, engine, *, on_piece=silent):
    asked = identity(path, GROUND, "sum", sublayer=None, column="v")
    taken = staged.staged(path, folder, layer=None, column="v", on_copy=silent)
    return overlay(Work(taken, GROUND, "sum"), engine, Parts(folder), asked=asked, on_piece=on_piece)


@pytest.fixture
def path(tmp_path):
    return written(random_layer("area", 300), tmp_path / "kebun.parquet")


@pytest.fixture(scope="module")
def cluster():
    """Keep one scheduler with a worker of this machine, as a user begins them by hand."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, dashboard_address=None, host="127.0.0.1", processes=False, protocol="tcp://"
    ) as running:
        yield running.scheduler_address


def test_a_dask_cluster_of_this_machine_comes_to_the_same_digits(path, tmp_path):
    pytest.importorskip("distributed")
    alone = run(path, tmp_path / "one", engines.one)
    many = run(path, tmp_path / "many", dask(scheduler=None, jobs=1))
    pd.testing.assert_frame_equal(alone.table, many.table, check_exact=True)


def test_a_running_dask_cluster_goes_on_where_a_run_was_broken_off(path, tmp_path, cluster):
    def stop(done: int, pieces: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    whole = run(path, tmp_path / "whole", engines.one)
    with pytest.raises(KeyboardInterrupt):
        run(path, tmp_path / "parts", dask(scheduler=cluster, jobs=1), on_piece=stop)
    found = run(path, tmp_path / "parts", dask(scheduler=cluster, jobs=1))
    assert found.resumed == 2
    pd.testing.assert_frame_equal(found.table, whole.table, check_exact=True)


def test_what_a_worker_cannot_read_is_told_as_everywhere(path, tmp_path, cluster):
    taken = staged.staged(path, tmp_path, layer=None, column="v", on_copy=silent)
    path.unlink()
    with pytest.raises(DataError, match=r"kebun\.parquet cannot be read"):
        list(dask(scheduler=cluster, jobs=1)(Work(taken, GROUND, "sum"), [0, 1]))


def test_a_scheduler_that_does_not_answer_is_told(path, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("geodata.overlay.engines_dask._SECONDS", 0.2)
    with pytest.raises(MachineError, match=r"scheduler at tcp://127\.0\.0\.1:9 does not answer") as caught:
        run(path, tmp_path / "p", dask(scheduler="tcp://127.0.0.1:9", jobs=1))
    assert "tidak menjawab" in caught.value.text("id")
    with pytest.raises(MachineError, match="steam://x does not answer"):
        run(path, tmp_path / "p", dask(scheduler="steam://x", jobs=1))


@pytest.mark.parametrize(
    ("engine", "module"),
    [(dask(scheduler=None, jobs=1), "distributed"), (spark(master=None, jobs=1), "pyspark.errors")],
)
def test_an_engine_that_is_not_installed_is_told(path, tmp_path, monkeypatch, engine, module):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(
        MachineError, match=r"is not installed. Install it with: pip install .*\[(dask|spark)\]"
    ) as caught:
        run(path, tmp_path / "p", engine)
    assert "belum terpasang" in caught.value.text("id")


@pytest.fixture
def module_of_spark(monkeypatch):
    """Stand in for Spark where it is not installed: what is asked before it begins can be tried without it."""
    errors = SimpleNamespace(PySparkException=type("PySparkException", (Exception,), {}))
    sql = SimpleNamespace(SparkSession=SimpleNamespace(builder=None))
    for name, module in (("pyspark", SimpleNamespace()), ("pyspark.errors", errors), ("pyspark.sql", sql)):
        monkeypatch.setitem(sys.modules, name, module)


def test_spark_without_java_is_told(path, tmp_path, monkeypatch, module_of_spark):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(MachineError, match="Spark needs Java 17") as caught:
        run(path, tmp_path / "p", spark(master=None, jobs=1))
    assert "memerlukan Java" in caught.value.text("id")


def test_what_spark_maps_comes_to_the_same_digits(path, tmp_path):
    """Spark and its Java are tried by tests/bench/bench_overlay; here the function that it is given."""
    work = Work(staged.staged(path, tmp_path, layer=None, column="v", on_copy=silent), GROUND, "sum")
    frames = [pd.DataFrame({"id": [0, 1]}), pd.DataFrame({"id": [2]})]
    sent = pickle.loads(pickle.dumps(work))
    made = pd.concat(_mapper(SimpleNamespace(value=sent), [2, 0, 1])(iter(frames)), ignore_index=True)
    assert [part.split()[0] for part in _SCHEMA.split(", ")] == list(made)
    assert made["piece"].tolist() == [2, 0, 1]
    for piece, found in zip(made["piece"], made["found"], strict=True):
        there, here = pickle.loads(found), work.run(piece)
        assert (there.villages.tolist(), there.amounts.tolist()) == (here.villages.tolist(), here.amounts.tolist())
    path.unlink()
    (told,) = _mapper(SimpleNamespace(value=sent), [1])(iter([pd.DataFrame({"id": [0]})]))
    assert "kebun.parquet cannot be read" in str(pickle.loads(told["found"][0]))
