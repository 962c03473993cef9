"""Rights that the child process gives up before it opens the file."""

import ctypes
import os
import struct
import sys
from collections.abc import Sequence
from pathlib import Path


def limit_resources(*, memory_bytes: int, seconds: int, written_bytes: int) -> None:
    """Bound memory, processor time and the size of written files, where the system can."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415

    bounds = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: written_bytes,
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in bounds.items():
        _, hard = resource.getrlimit(kind)
        value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (value, value))


def _code_places() -> list[Path]:
    """Return where Python code and shared libraries lie: all that reading needs beside the staged file."""
    places = [*sys.path, "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom"]
    return [Path(p) for p in places if p and Path(p).exists()]


def confine(folder: Path, *, readable: Sequence[Path] = ()) -> None:
    """Take away all files but ``folder``, ``readable`` and code, and all TCP, where Linux has Landlock (5.13; TCP 6.7).

    A second wall behind the checks: it also holds when a damaged file takes over the library that reads it.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    number = ctypes.c_long
    version = libc.syscall(number(444), None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return
    files = (1 << 13) - 1 | (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0)
    rules = struct.pack("QQ", files, 3) if version >= 4 else struct.pack("Q", files)
    ruleset = libc.syscall(number(444), rules, ctypes.c_size_t(len(rules)), ctypes.c_uint32(0))
    if ruleset < 0:
        return
    read_file, read = 1 << 2, 1 << 0 | 1 << 2 | 1 << 3
    places = [(p, read if p.is_dir() else read_file) for p in (*_code_places(), *readable)]
    for place, rights in [*places, (folder, files)]:
        handle = os.open(place, os.O_PATH)
        libc.syscall(number(445), number(ruleset), number(1), struct.pack("=Qi", rights, handle), number(0))
        os.close(handle)
    libc.prctl(38, 1, 0, 0, 0)
    libc.syscall(number(446), number(ruleset), number(0))
    os.close(ruleset)
