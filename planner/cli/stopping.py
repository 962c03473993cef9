"""Ctrl-C in long work of the command line."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from planner.cli.session import Session


@contextmanager
def interruptible(session: Session, told: str) -> Iterator[list[bool]]:
    """Collect the first Ctrl-C instead of breaking off, so that what was found is kept; a second one breaks off.

    Parameters
    ----------
    session
        The command.
    told
        Key of what is said at the first one.
    """
    stopped: list[bool] = []
    before = signal.getsignal(signal.SIGINT)

    def stop(*_: object) -> None:
        stopped.append(True)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the solver would swallow an exception
        with suppress(RuntimeError):  # the stream may be in use at this very moment
            session.say(told)

    signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)
