"""A child process that reads a file without the rights, the memory and the surroundings of this one."""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

LOG = logging.getLogger(__name__)


def run(child: Path, request: Mapping[str, object], folder: Path, *, knows: Mapping[str, str], seconds: int) -> None:
    """Run the start file of a child process until it ends; what it found lies in the folder then.

    Parameters
    ----------
    child
        The file.
    request
        What it is asked, plain values.
    folder
        Where it works; nothing else of the machine is named to it.
    knows
        All of its environment.
    seconds
        Time it has.

    Raises
    ------
    TimeoutError
        If it takes longer, by the clock or of the processor.
    """
    if sys.platform == "win32":
        knows = {**knows, "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script, no shell
            [sys.executable, "-E", "-P", "-B", "-X", "utf8", str(child), json.dumps(request)],
            cwd=folder,
            env=dict(knows),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    if done.stderr:
        LOG.debug("reading apart: %s", done.stderr[-4000:].decode(errors="replace"))
    if sys.platform != "win32" and done.returncode == -signal.SIGXCPU:
        raise TimeoutError
