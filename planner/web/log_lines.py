"""The log as lines of JSON for machines that collect it, without what belongs to a person.

Sentences of others are kept as their authors wrote them, without the values put in; of an error its kind and places in
the code are told, never its message, which may quote a row of a file. What still looks like a person's or like a key
is cut out.
"""

import json
import logging
import os
import re
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

VARIABLE: Final = "PLANNER_LOG"
"""Variable that asks for these lines by the word json."""
WORD: Final = "json"
FIELDS: Final = "fields"
"""Name by which one of our own records carries plain values: ``extra={FIELDS: {...}}``."""

_OURS: Final = ("planner", "geodata")
_FRAMES: Final = 12
_CAUSES: Final = 4
_LONGEST: Final = 500
_CUT: Final = (
    re.compile(r"\?[^\s\"']+"),  # what was asked of an address
    re.compile(r"\S+@\S+"),  # an e-mail, or who signs in at an address
    re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|(?:[0-9A-Fa-f]{0,4}:){3,}[0-9A-Fa-f]{0,4}"),  # where somebody is
    re.compile(r"\+?\d[\d ()-]{6,}\d"),  # NIK, telephone, account
    re.compile(r"[\w-]{24,}"),  # a token
)
_GAP: Final = "…"


def asked() -> bool:
    """Say whether the operator wants lines of JSON."""
    return os.environ.get(VARIABLE, "") == WORD


def begin_if_asked() -> bool:
    """Let everything that is logged from now on be written as lines, if the operator wants it; says whether it is."""
    if not asked():
        return False
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(Lines())
    _take_over(lines)
    logging.getLogger("planner").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    sys.excepthook = _told
    threading.excepthook = lambda stop: _told(stop.exc_type, stop.exc_value, stop.exc_traceback)
    return True


class Lines(logging.Formatter):
    """Writes a record as one line of JSON: time (UTC), level, logger, event, own fields, error."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        if _is_ours(record.name):
            line |= getattr(record, FIELDS, {})
        if record.exc_info and record.exc_info[1]:
            line["error"] = _errors(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def without_persons(text: str) -> str:
    """Return a sentence without what looks like a person's or like a key."""
    for pattern in _CUT:
        text = pattern.sub(_GAP, text)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + _GAP


def _event(record: logging.LogRecord) -> str:
    if record.name == "py.warnings":  # file:line: kind: words that may quote a value
        place, kind, *_ = f"{record.getMessage()}: ".split(": ")
        return f"{kind} {Path(place).name}"
    text = record.getMessage() if _is_ours(record.name) else str(record.msg)
    return without_persons(" ".join(text.split()))


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in _OURS


def _errors(error: BaseException) -> list[dict[str, Any]]:
    """Return an error and what it came from, the last first: kinds and places."""
    found: list[dict[str, Any]] = []
    step: BaseException | None = error
    while step is not None and len(found) < _CAUSES:
        kind = f"{type(step).__module__}.{type(step).__qualname__}".removeprefix("builtins.")
        found.append({"kind": kind, "at": _places(step.__traceback__)})
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    return found


def _places(trace: TracebackType | None) -> list[str]:
    places: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-_FRAMES:]


def _told(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    given = (kind, error or kind(), trace)
    logging.getLogger(__name__).critical("an error that nobody handled", exc_info=given)


def _take_over(lines: logging.Handler) -> None:
    """Lead what goes to the terminal to the root, also of loggers that get their terminal later, as Streamlit's do."""

    class Logger(logging.Logger):
        def addHandler(self, hdlr: logging.Handler) -> None:  # noqa: N802 (the library's name)
            if _is_terminal(hdlr):
                self.propagate = True
            else:
                super().addHandler(hdlr)

    logging.setLoggerClass(Logger)
    there = [known for known in logging.root.manager.loggerDict.values() if isinstance(known, logging.Logger)]
    for logger in (logging.root, *there):
        terminals = [handler for handler in logger.handlers if _is_terminal(handler)]
        for handler in terminals:
            logger.removeHandler(handler)
        logger.propagate = logger.propagate or bool(terminals)
    logging.root.addHandler(lines)


def _is_terminal(handler: logging.Handler) -> bool:
    return type(handler) is logging.StreamHandler
