"""What goes on around the life of the server: how to make the first account, files of buttons, the first visit."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from streamlit import runtime
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.starlette import App

from planner.web import log_lines, made_files, memory, set_up, warming


def starting(static: Path) -> Callable[[App], AbstractAsyncContextManager[None]]:
    """Return what goes on around the life of the server.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    """

    @asynccontextmanager
    async def life(_: App) -> AsyncIterator[None]:
        memory.share_heaps()
        await _begin()
        warming.begin(static)
        yield

    return life


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
