"""Streamlit as the tests of load start it: on SIGUSR1 it collects garbage and tells what is left, in ``memory.json``.

Run as ``python -m tests.load.serve`` with the arguments of ``streamlit``.
"""

import ctypes
import gc
import json
import os
import signal
from pathlib import Path

from streamlit.runtime.app_session import AppSession
from streamlit.web.cli import main

TOLD = "memory.json"


def tell(*_: object) -> None:
    """Write how many sessions are in memory, and how large the process is."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what was freed goes back, so that the size is that of what is used
    sessions = sum(isinstance(one, AppSession) for one in gc.get_objects())
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    draft = Path(f"{TOLD}.draft")
    draft.write_text(json.dumps({"sessions": sessions, "mb": pages * os.sysconf("SC_PAGE_SIZE") / 2**20}))
    draft.replace(TOLD)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, tell)
    main()
