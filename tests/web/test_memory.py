"""Threads share heaps, and what is loaded is passed over by the collector; each in a process of its own."""

import platform
import subprocess
import sys

import pytest

_EIGHT_THREADS = """
import ctypes, os, sys, tempfile, threading
from planner.web import memory

if sys.argv[1] == "shared":
    memory.share_heaps()
meet = threading.Barrier(8)

def take():
    meet.wait()
    kept = [bytearray(50_000) for _ in range(20)]
    meet.wait()

threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as told:
    file = ctypes.c_void_p(library.fopen(told.name.encode(), b"w"))
    library.malloc_info(0, file)
    library.fclose(file)
    print(told.read().decode().count("<heap nr="))
"""
_FROZEN = """
import gc
from planner.web import memory

before = gc.get_freeze_count()
memory.keep_loaded()
print(int(before == 0 and gc.get_freeze_count() > 1_000))
"""


def _told(program: str, *arguments: str) -> int:
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="heaps per thread are those of the C library of Linux")
def test_threads_share_two_heaps() -> None:
    assert _told(_EIGHT_THREADS, "own") > 2
    assert _told(_EIGHT_THREADS, "shared") <= 2


def test_the_collector_passes_over_what_is_loaded() -> None:
    assert _told(_FROZEN) == 1
