"""A process that works for the server, so that pages go on meanwhile: ``python -m planner.web.worker``.

It is told over its standard input what to do and answers over its standard output, in pickles; see
`planner.web.workers`, which starts it. It ends with the server, and when it had nothing to do for a while.
"""

import contextlib
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from queue import Empty, Queue
from typing import Any, BinaryIO, Final

from geodata.errors import DataError

IDLE_S: Final = 600.0
"""A process without work ends after so long, and gives its memory back."""
_NICENESS: Final = 19  # whoever clicks goes first


@dataclass(frozen=True)
class Task:
    """What a process is asked to do.

    Attributes
    ----------
    function, given, named
        What is called; the function by its name, so one of a module.
    telling
        Name of its argument that takes what it tells its steps to; empty where it tells none.
    """

    function: Callable[..., Any]
    given: tuple[Any, ...] = ()
    named: dict[str, Any] = field(default_factory=dict)
    telling: str = ""


@dataclass(frozen=True)
class Step:
    """How far the work is: what it told, several values as a tuple."""

    step: Any


@dataclass(frozen=True)
class Done:
    """What came out: a result, a refusal, or the words of a fault."""

    result: Any = None
    refused: DataError | None = None
    fault: str = ""


class Stop:
    """The wish that the work ends with what it has."""


def prepare() -> None:
    """Load what most work needs, so that the first of it does not wait for that."""
    for name in ("planner.measure_work", "planner.selection.solve"):
        import_module(name)


def main() -> None:
    """Work until the server ends or has nothing to do."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
    with contextlib.suppress(AttributeError, OSError):
        os.nice(_NICENESS)
    tasks: Queue[Task] = Queue()
    stopped = threading.Event()
    threading.Thread(target=_listen, args=(asked, tasks, stopped), daemon=True).start()
    with contextlib.suppress(Empty, BrokenPipeError):
        while True:
            task = tasks.get(timeout=IDLE_S)
            _answer(answers, _done(task, answers, stopped))


def _listen(asked: BinaryIO, tasks: "Queue[Task]", stopped: threading.Event) -> None:
    try:
        while True:
            message = pickle.load(asked)  # noqa: S301 (from the server that started this process)
            if isinstance(message, Task):
                stopped.clear()
                tasks.put(message)
            else:
                stopped.set()
    except EOFError:
        os._exit(0)  # the server is gone, whatever is still worked on


def _done(task: Task, answers: BinaryIO, stopped: threading.Event) -> Done:
    def tell(*told: Any) -> bool:  # noqa: ANN401 (whatever the work tells)
        _answer(answers, Step(told[0] if len(told) == 1 else told))
        return not stopped.is_set()

    telling = {task.telling: tell} if task.telling else {}
    try:
        return Done(task.function(*task.given, **task.named, **telling))
    except DataError as error:
        return Done(refused=error)
    except Exception:  # noqa: BLE001 (told to the server, which writes it down)
        return Done(fault=traceback.format_exc())


def _answer(answers: BinaryIO, message: Step | Done) -> None:
    answers.write(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
    answers.flush()


if __name__ == "__main__":
    # messages name their classes by the module, not by the script that runs
    from planner.web.worker import main as work

    work()
