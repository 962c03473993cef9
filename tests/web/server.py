"""The entry as a visitor meets it: a server on a free port and a Chromium that can reach no other host."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geodata.layer import VillageLayer, save
from geodata.paths import VARIABLE, Paths

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LAPTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
PATIENCE_S = 90
"""How long the tests wait for a server or a page: a machine that has much to do takes long, and nothing is wrong."""
SETTINGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip


@contextmanager
def served(home: Path, layer: VillageLayer, entry: Path = ROOT / "app.py") -> Iterator[str]:
    """Serve an entry with a layer from a folder of its own; yield its address."""
    save(layer, Paths.of(home / "data").villages)
    with serving(home, entry, data_dir=home / "data") as address:
        yield address


@contextmanager
def serving(home: Path, entry: Path, *, data_dir: Path) -> Iterator[str]:
    """Serve a script from a folder of its own, where ``log`` is what the server says; yield its address."""
    shutil.copy(entry, home / "app.py")
    shutil.copytree(ROOT / ".streamlit", home / ".streamlit")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {VARIABLE: str(data_dir), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (
        (home / "log").open("w") as log,
        subprocess.Popen(command, cwd=home, env=environment, stdout=log, stderr=subprocess.STDOUT) as server,
    ):
        try:
            until = time.monotonic() + PATIENCE_S
            while not _answers(f"http://127.0.0.1:{port}/_stcore/health"):
                if server.poll() is not None or time.monotonic() > until:
                    raise TimeoutError(f"the server did not start: {(home / 'log').read_text()}")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=10).close()
    except OSError:
        return False
    return True
