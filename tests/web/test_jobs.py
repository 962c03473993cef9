"""Long work: told, stopped, shared and bounded."""

import threading

import pytest

from planner.errors import PlanError
from planner.web import jobs as module
from planner.web.jobs import Job, Jobs

KEY = ("count", 3)
SOON = 30.0


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


def ended(job: Job) -> Job:
    assert job.done.wait(SOON)
    return job


class Endless:
    """Work that goes on until it is told to stop, and then has what it found."""

    def __init__(self) -> None:
        self.began = threading.Event()

    def __call__(self, job: Job) -> int:
        self.began.set()
        for step in range(1_000_000):
            if not job.tell(step):
                return step
            job._stopped.wait(0.001)
        raise AssertionError("nobody stopped it")


def test_steps_are_told_and_the_result_is_kept(jobs: Jobs) -> None:
    def work(job: Job) -> str:
        return "".join(str(step) for step in range(3) if job.tell(step))

    job = ended(jobs.start("ana", KEY, work))
    assert (job.steps, job.result, job.error, job.was_stopped) == ([0, 1, 2], "012", None, False)
    assert jobs.result(KEY) == "012"


def test_a_result_is_anybodys_who_asks_for_the_same(jobs: Jobs) -> None:
    ended(jobs.start("ana", KEY, lambda _: "answer"))
    assert jobs.result(KEY) == "answer"
    assert jobs.job("budi", KEY) is None
    assert jobs.result(("count", 4)) is None


def test_a_result_that_is_not_shared_is_its_visitors_alone(jobs: Jobs) -> None:
    job = ended(jobs.start("ana", KEY, lambda _: b"file", shared=False))
    assert (job.result, job.was_stopped) == (b"file", False)
    assert jobs.job("ana", KEY) is job
    assert jobs.result(KEY) is None


def test_work_that_was_stopped_keeps_the_best_so_far_for_its_visitor_alone(jobs: Jobs) -> None:
    work = Endless()
    job = jobs.start("ana", KEY, work)
    assert work.began.wait(SOON)
    job.stop()
    assert ended(job).was_stopped
    assert job.result is not None
    assert jobs.job("ana", KEY) is job
    assert jobs.result(KEY) is None


def test_an_error_is_kept_for_the_page(jobs: Jobs) -> None:
    def refused(_: Job) -> None:
        raise PlanError("selection.limits")

    job = ended(jobs.start("ana", KEY, refused))
    assert job.error is not None
    assert "ascending" in job.error.text("en")
    assert jobs.result(KEY) is None


def test_a_fault_of_the_program_is_told_without_its_words_and_logged(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Job) -> None:
        raise ZeroDivisionError("secret path")

    job = ended(jobs.start("ana", KEY, broken))
    for thread in threading.enumerate():
        if thread.name == "planner-job":
            thread.join(SOON)
    assert "secret path" in caplog.text
    assert job.error is not None
    assert job.error.key == "web.job.broken"
    assert "secret" not in job.error.text("en") + job.error.text("id")


def test_a_visitor_who_asks_for_something_else_of_a_kind_stops_their_own_work_only(jobs: Jobs) -> None:
    mine, hers = Endless(), Endless()
    first = jobs.start("ana", ("count", 1), mine)
    other = jobs.start("budi", ("count", 1), hers)
    assert mine.began.wait(SOON)
    assert hers.began.wait(SOON)
    jobs.start("ana", ("count", 2), lambda _: 2)
    assert ended(first).was_stopped
    assert not other.was_stopped
    assert jobs.job("ana", ("count", 1)) is None
    jobs.start("budi", ("draw", 1), lambda _: 3)
    assert not other.was_stopped
    jobs.forget("budi", ("count", 1))
    ended(other)


def test_the_same_work_is_begun_once_for_a_visitor(jobs: Jobs) -> None:
    work = Endless()
    first = jobs.start("ana", KEY, work)
    assert jobs.start("ana", KEY, work) is first
    jobs.forget("ana", KEY)
    ended(first)
    assert jobs.job("ana", KEY) is None


def test_only_so_many_work_at_once_and_the_others_get_their_turn(jobs: Jobs) -> None:
    running = [Endless() for _ in range(module.AT_ONCE)]
    started = [jobs.start(f"visitor {i}", KEY, work) for i, work in enumerate(running)]
    assert all(work.began.wait(SOON) for work in running)
    waiting = jobs.start("late", ("count", 9), lambda _: "turn")
    assert not waiting.done.wait(0.05)
    assert waiting.started is None
    started[0].stop()
    assert ended(waiting).result == "turn"
    for job in started:
        job.stop()
        ended(job)


def test_work_that_nobody_waits_for_ends_itself(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.05)
    job = ended(jobs.start("ana", KEY, Endless()))
    assert job.was_stopped
    assert jobs.result(KEY) is None


def test_whoever_asks_keeps_it_going(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.3)
    job = jobs.start("ana", KEY, Endless())
    for _ in range(10):
        assert not job.done.wait(0.1)
        assert jobs.job("ana", KEY) is job
    ended(job)


def test_results_are_bounded_and_the_one_asked_for_last_stays(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    for i in range(2):
        ended(jobs.start("ana", ("count", i), lambda _, i=i: str(i)))
    assert jobs.result(("count", 0)) == "0"
    ended(jobs.start("ana", ("count", 2), lambda _: "2"))
    assert [jobs.result(("count", i)) for i in range(3)] == ["0", None, "2"]
