"""What a long command gives back to the machine while it runs."""

import ctypes
import sys
from contextlib import suppress
from typing import Final

import pyarrow as pa

_M_MMAP_THRESHOLD: Final = -3  # mallopt(3)
_M_ARENA_MAX: Final = -8
_COLUMN: Final = 512 * 1024  # bytes: less than one column of 83,000 villages


def give_back() -> None:
    """Let columns of a whole country go back to the machine as soon as nobody uses them.

    The C library of Linux raises, by itself, the size from which memory goes back at once to 32 MB, as soon as some
    was freed: columns then leave holes between others, a seventh of the memory of a list of the country. It also keeps
    memory apart for every thread. Arrow's own pool keeps what was freed, too. On other machines only Arrow is told.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # a C library without the call
            set_option = ctypes.CDLL(None).mallopt
            set_option(_M_MMAP_THRESHOLD, _COLUMN)
            set_option(_M_ARENA_MAX, 1)
