"""Whether this server can do its work, told to whoever watches it: no session, no secret, no count."""

import asyncio
import os
import time
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import Final, Literal

from starlette.responses import JSONResponse, PlainTextResponse, Response

from geodata.errors import DataError
from geodata.layer import stated_fingerprint
from geodata.paths import Paths
from planner.store.engine import in_use, opened, reading
from planner.store.migrate import head, revision_of, standing
from planner.web.addresses import PUBLIC_URL

Standing = Literal["none", "current", "old", "newer", "unreachable", "missing"]
"""Of the records: none on a laptop, missing where there must be some."""

_KEPT_S: Final = 2.0
_PATIENCE_S: Final = 3.0


@dataclass(frozen=True)
class Readiness:
    """What was found.

    Attributes
    ----------
    records
        How the records stand.
    revision
        Revision of their tables; nothing where they were not read.
    data
        Fingerprint of the village layer; nothing where it cannot be read.
    """

    records: Standing
    revision: str | None
    data: str | None

    @property
    def is_ready(self) -> bool:
        """Whether visitors are served."""
        return self.records in {"none", "current"} and self.data is not None

    def plain(self) -> dict[str, object]:
        """Return what is told."""
        revision = {"found": self.revision, "wanted": head()}
        return {"ready": self.is_ready, "records": self.records, "revision": revision, "data": self.data}


class Watch:
    """Looks at records and layer, one look at a time and none more often than is useful.

    Anybody may ask, so asking costs nothing: a look is shared by all who wait for it, and kept for a moment. One that
    takes too long counts as unreachable, and no second one is begun meanwhile.

    Parameters
    ----------
    kept_s
        How long a look is kept.
    patience_s
        How long somebody waits for one.
    """

    def __init__(self, kept_s: float = _KEPT_S, patience_s: float = _PATIENCE_S) -> None:
        self._kept_s = kept_s
        self._patience_s = patience_s
        self._guard = Lock()
        self._look: Future[Readiness] | None = None
        self._until = 0.0
        self._had_records = False

    async def answer(self, method: str) -> Response:
        """Return what somebody who asks is told: 200 where visitors are served, else 503."""
        headers = {"cache-control": "no-store"}
        if method not in {"GET", "HEAD"}:
            return PlainTextResponse("", status_code=405, headers={**headers, "allow": "GET, HEAD"})
        try:
            async with asyncio.timeout(self._patience_s):
                found = await asyncio.shield(asyncio.wrap_future(self._latest()))
        except TimeoutError:
            found = Readiness("unreachable", None, None)
        return JSONResponse(found.plain(), status_code=200 if found.is_ready else 503, headers=headers)

    def _latest(self) -> Future[Readiness]:
        with self._guard:
            look = self._look
            if look is None or (look.done() and time.monotonic() >= self._until):
                look = self._look = Future()
                look.set_running_or_notify_cancel()  # who stops waiting does not stop the look
                Thread(target=self._go, args=(look,), daemon=True).start()
            return look

    def _go(self, look: Future[Readiness]) -> None:
        try:
            found = looked(had_records=self._had_records)
        except Exception as error:  # noqa: BLE001 (whoever waits gets it)
            look.set_exception(error)
            return
        self._had_records = self._had_records or found.records not in {"none", "missing"}
        self._until = time.monotonic() + self._kept_s
        look.set_result(found)


def looked(*, had_records: bool = False) -> Readiness:
    """Look at the records and at the layer; this may wait for the network.

    Parameters
    ----------
    had_records
        There were records before: a file that is gone now is missing, not absent.
    """
    paths = Paths.of()
    expected = had_records or os.environ.get(PUBLIC_URL, "").startswith("https://")
    records, revision = _records(paths.records, expected=expected)
    try:
        data = stated_fingerprint(paths.villages if paths.villages.is_file() else None)
    except DataError:
        data = None
    return Readiness(records, revision, data)


def _records(file: Path, *, expected: bool) -> tuple[Standing, str | None]:
    if not in_use(file):
        return ("missing" if expected else "none"), None
    try:
        with opened(None, file) as engine, reading(engine) as connection:
            revision = revision_of(connection)
    except DataError:
        return "unreachable", None
    return standing(revision), revision
