"""Files that a button made stay until the browser has fetched them, and so does what a shown button makes.

Streamlit makes the file of a download when the button is pressed, tells the browser its address, and drops the file
once two runs of any page of any visitor have ended, even before the browser came for it: then an empty file without a
name is saved. Pages that show how far a work is run every second.

What makes the file is named anew in every run of a page. Streamlit drops the old one when that run ends, or, while it
lasts, as soon as a run of another visitor ends; a button that the browser still shows then brings nothing.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Final

from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

STAYS_S: Final = 60.0
MOST_BYTES: Final = 64_000_000
"""Of all files that nobody needs any more; the oldest go first."""
MOST_MAKERS: Final = 500
"""Of buttons that their pages have replaced; the oldest go first."""


def keep(storage: MemoryMediaFileStorage, *, clock: Callable[[], float] = time.monotonic) -> None:
    """Make a storage drop its files only a while after it is told to.

    Parameters
    ----------
    storage
        Where Streamlit holds the files of its pages.
    clock
        Tells the time in seconds.
    """
    drop, load = storage.delete_file, storage.load_and_get_id
    left: OrderedDict[str, tuple[float, int]] = OrderedDict()
    guard = Lock()

    def sweep() -> None:
        total = sum(size for _, size in left.values())
        while left:
            name, (since, size) = next(iter(left.items()))
            if clock() - since < STAYS_S and total <= MOST_BYTES:
                return
            del left[name]
            total -= size
            drop(name)

    def delete_file(file_id: str) -> None:
        with guard:
            try:
                left[file_id] = clock(), storage.get_file(file_id).content_size
            except MediaFileStorageError:
                return
            left.move_to_end(file_id)
            sweep()

    def load_and_get_id(*given: Any, **named: Any) -> str:  # noqa: ANN401 (as the storage takes it)
        with guard:
            file_id = load(*given, **named)
            left.pop(file_id, None)
            sweep()
        return file_id

    storage.delete_file = delete_file  # type: ignore[method-assign]
    storage.load_and_get_id = load_and_get_id  # type: ignore[method-assign]


def keep_makers(manager: MediaFileManager, *, clock: Callable[[], float] = time.monotonic) -> None:
    """Make a manager drop what makes the files of buttons only a while after their page was run again.

    Parameters
    ----------
    manager
        Knows the files of all pages; what it revokes, as that of a disabled button, still goes at once.
    clock
        Tells the time in seconds.
    """
    makers, drop = manager._deferred_callables, manager._drop_deferred_id  # noqa: SLF001 (there is no other way)
    left: dict[str, float] = {}

    def remove_orphaned() -> None:  # called by the manager, one at a time
        of_pages = manager._files_by_session_and_coord.values()  # noqa: SLF001
        shown = {name for files in of_pages for name in files.values()}
        for name in [name for name in left if name not in makers or name in shown]:
            del left[name]
        for name in makers:
            if name not in shown:
                left.setdefault(name, clock())
        for name, since in list(left.items()):
            if len(left) > MOST_MAKERS or clock() - since >= STAYS_S:
                del left[name]
                drop(name)

    manager._remove_orphaned_deferred_callables = remove_orphaned  # type: ignore[method-assign]  # noqa: SLF001
