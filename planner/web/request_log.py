"""A line in the log for each page, form, file and socket that is asked for: who asks and what for is not in it."""

import logging
import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from planner.web.addresses import ADDRESSES, BEFORE, READY, VISIT
from planner.web.log_lines import FIELDS

_OURS: Final = frozenset({"/", VISIT, READY, *BEFORE, *(f"/{address}" for address in ADDRESSES.values())})
_CORE: Final = frozenset({"/_stcore/health", "/_stcore/stream", "/_stcore/upload_file"})
_FILES: Final = frozenset({"/_stcore", "/app", "/component", "/favicon.png", "/media", "/static"})
_QUIET: Final = frozenset({READY, "/_stcore/health", "/_stcore", "/app", "/component", "/favicon.png", "/static"})
"""What is told only where it goes wrong: who watches asks every few seconds, and a page takes thirty files."""
_OTHER: Final = "other"


class Requests:
    """ASGI middleware; see the module.

    Parameters
    ----------
    app
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it be answered, and write a line."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        began, ended = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal ended
            if message["type"] in {"http.response.start", "websocket.close"}:
                ended = int(message.get("status") or message.get("code") or 1000)
            await send(message)

        async def receiving() -> Message:
            nonlocal ended
            message = await receive()
            if message["type"] == "websocket.disconnect":
                ended = ended or int(message.get("code") or 1000)
            return message

        try:
            await self.app(scope, receiving, sending)
        finally:
            _write(scope, ended, began)


def shown(path: str) -> str:
    """Return a known address, the first part of that of a file, or one word for all others: they may hold anything.

    Parameters
    ----------
    path
        What was asked for, without what stands behind the question mark.
    """
    parts = path.strip("/").split("/")
    for known in ("/".join(["", *parts[:2]]), f"/{parts[0]}"):
        if known in _CORE or (known in _OURS and len(parts) == 1) or known in _FILES:
            return known
    return _OTHER


def _write(scope: Scope, ended: int, began: float) -> None:
    address = shown(scope.get("path", "").removeprefix(scope.get("root_path", "")))
    took_ms = round((time.perf_counter() - began) * 1000)
    if scope["type"] == "websocket":
        fields = {"address": address, "code": ended, "seconds": round(took_ms / 1000)}
        logging.getLogger(__name__).info("socket", extra={FIELDS: fields})
    elif ended >= 400 or ended == 0 or address not in _QUIET:
        status = ended or 500
        level = logging.WARNING if status >= 500 else logging.INFO
        asked = {"method": _method(scope["method"]), "address": address, "status": status, "ms": took_ms}
        logging.getLogger(__name__).log(level, "request", extra={FIELDS: asked})


def _method(name: str) -> str:
    return name if name in {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} else _OTHER
