"""What goes on around the life of the server: how to make the first account, files of buttons, the first visit."""

import ctypes
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from streamlit import runtime
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.starlette import App

from planner.web import log_lines, made_files, set_up, warming

_M_ARENA_MAX: Final = -8  # of mallopt(3)
_HEAPS: Final = 2


def starting(static: Path) -> Callable[[App], AbstractAsyncContextManager[None]]:
    """Return what goes on around the life of the server.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    """

    @asynccontextmanager
    async def life(_: App) -> AsyncIterator[None]:
        _share_memory()
        await _begin()
        warming.begin(static)
        yield

    return life


def _share_memory() -> None:
    """Let threads share what they free: the C library of Linux else keeps a heap for each, none of which shrinks."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)


async def _begin() -> None:
    """Tell how to make the first account, if there is none, its key to no log; files of buttons stay."""
    manager = runtime.get_instance().media_file_mgr
    made_files.keep_makers(manager)
    storage = manager._storage  # noqa: SLF001 (there is no other way to it)
    if isinstance(storage, MemoryMediaFileStorage):
        made_files.keep(storage)
    if log_lines.begin_if_asked():
        await run_in_threadpool(set_up.remind)
    else:
        await run_in_threadpool(set_up.announce)
