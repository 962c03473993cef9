"""Work apart from the pages: in a process of its own, told, stopped, cut off; what fails there is told here."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from planner.errors import PlanError
from planner.web import workers as module
from planner.web.jobs import Job
from planner.web.worker import Task
from planner.web.workers import WorkerError, Workers, apart

SOON = 60.0


def counted(to: int, *, tell: Callable[[int, int], bool]) -> tuple[int, int]:
    """Count until told to stop; in which process, and how far."""
    for step in range(to):
        if not tell(step, to):
            return os.getpid(), step
        time.sleep(0.01)
    return os.getpid(), to


def deaf(seconds: float) -> None:
    time.sleep(seconds)


def chatty() -> str:
    os.write(1, b"a library prints")
    sys.stdout.write("so does this\n")
    sys.stdout.flush()
    return "answer"


def refused(region: str) -> None:
    raise PlanError("ranking.unknown_region", regions=region, known="16")


def broken() -> None:
    raise KeyError("a fault of ours")


def killed() -> None:
    os._exit(7)


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers()
    yield made
    made.end()


def test_work_is_done_in_another_process_that_is_kept_and_its_steps_are_told(workers: Workers) -> None:
    job = Job()
    where, done = workers.run(job, Task(counted, (3,), telling="tell"))
    assert (done, job.steps) == (3, [(0, 3), (1, 3), (2, 3)])
    assert where != os.getpid()
    assert workers.run(Job(), Task(os.getpid)) == where


def test_work_that_nobody_waits_for_ends_with_what_it_has(workers: Workers) -> None:
    job = Job()

    def stop_after_some_steps() -> None:
        while len(job.steps) < 3:
            time.sleep(0.01)
        job.stop()

    Thread(target=stop_after_some_steps).start()
    _, done = workers.run(job, Task(counted, (100_000,), telling="tell"))
    assert 0 < done < 100_000
    assert workers.run(Job(), Task(counted, (3,), telling="tell"))[1] == 3  # the next is not stopped


def test_work_that_does_not_listen_is_cut_off(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE_S", 0.1)
    job = Job()
    job.stop()
    began = time.monotonic()
    assert workers.run(job, Task(deaf, (600.0,))) is None
    assert time.monotonic() - began < 300
    assert workers.run(Job(), Task(len, ("abc",))) == 3


def test_what_libraries_print_is_no_answer(workers: Workers) -> None:
    assert workers.run(Job(), Task(chatty)) == "answer"


def test_a_refusal_comes_with_its_words(workers: Workers) -> None:
    with pytest.raises(PlanError) as error:
        workers.run(Job(), Task(refused, ("99",)))
    assert "99" in error.value.text("id")


def test_a_fault_and_an_end_are_told_and_the_next_work_goes_on(workers: Workers) -> None:
    with pytest.raises(WorkerError, match="a fault of ours"):
        workers.run(Job(), Task(broken))
    with pytest.raises(WorkerError, match="ended with 7"):
        workers.run(Job(), Task(killed))
    assert workers.run(Job(), Task(len, ("abc",))) == 3


def test_a_process_that_ended_meanwhile_is_replaced(workers: Workers) -> None:
    before = workers.run(Job(), Task(os.getpid))
    os.kill(before, 9)
    worker = workers._idle[0]
    worker._process.wait(SOON)
    assert workers.run(Job(), Task(os.getpid)) != before


def test_what_cannot_be_sent_is_told_and_leaves_no_process_behind(workers: Workers) -> None:
    with pytest.raises((AttributeError, TypeError)):
        workers.run(Job(), Task(lambda: None))
    assert workers.run(Job(), Task(len, ("abc",))) == 3


def test_a_process_ends_with_its_server_even_at_work() -> None:
    script = (
        "import os; from threading import Thread; from planner.web.jobs import Job; import time\n"
        "from planner.web.worker import Task; from planner.web.workers import Workers\n"
        "all_ = Workers(); print(all_.run(Job(), Task(os.getpid)), flush=True)\n"
        "Thread(target=all_.run, args=(Job(), Task(time.sleep, (600,))), daemon=True).start()\n"
        "time.sleep(0.5); os._exit(0)"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=SOON, check=True)
    until = time.monotonic() + SOON
    while _lives(int(told.stdout)):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_process_without_work_ends() -> None:
    entry = "from planner.web import worker; worker.IDLE_S = 0.2; worker.main()"
    subprocess.run([sys.executable, "-c", entry], stdin=subprocess.PIPE, timeout=SOON, check=True)


def test_apart_calls_a_function_with_what_it_is_given() -> None:
    job = Job()
    assert apart(job, sorted, [2, 3, 1], reverse=True) == [3, 2, 1]
    module.workers().end()


def _lives(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True
