"""Memory of a server that many people come to and leave."""

import ctypes
import gc
import sys
from contextlib import suppress
from typing import Final

_M_ARENA_MAX: Final = -8  # of mallopt(3)
_HEAPS: Final = 2


def share_heaps() -> None:
    """Let threads share what they free: the C library of Linux else keeps a heap for each, none of which shrinks."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)


def keep_loaded() -> None:
    """Let the collector pass over what is loaded now: each look through it halts all visitors for 0.3 s."""
    gc.collect()
    gc.freeze()
