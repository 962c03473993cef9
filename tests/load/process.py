"""A server of its own process: started, killed, and looked at from outside."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from geodata.paths import VARIABLE
from tests.load.serve import TOLD
from tests.web.server import ROOT

_TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """The pages over a data folder; ``home/log`` is what the server says.

    Parameters
    ----------
    home
        An empty folder.
    data_dir
        Folder of layer and records.
    more
        More variables of the environment.
    """

    def __init__(self, home: Path, data_dir: Path, **more: str) -> None:
        self.home = home
        shutil.copy(ROOT / "app.py", home / "app.py")
        shutil.copytree(ROOT / ".streamlit", home / ".streamlit")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/"
        self._environment = os.environ | {VARIABLE: str(data_dir), "PYTHONPATH": str(ROOT), **more}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(signal.SIGTERM)

    def start(self) -> None:
        """Start it and wait until it lives."""
        command = [sys.executable, "-m", "tests.load.serve", "run", "app.py", "--server.port", str(self.port)]
        with (self.home / "log").open("a") as log:
            self._process = subprocess.Popen(
                command, cwd=self.home, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        for _ in range(600):
            if self.asked("_stcore/health") == 200:
                return
            time.sleep(0.1)
        raise TimeoutError(f"the server did not start: {self.log}")

    def stop(self, how: signal.Signals) -> None:
        """End it in some way and wait for its end."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return (self.home / "log").read_text()

    def asked(self, path: str) -> int:
        """Return the status that an address answers with; 0 for no answer."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def after_collection(self) -> tuple[float, int]:
        """Let it collect garbage; return the memory it still holds, MB, and the sessions that are in it."""
        told = self.home / TOLD
        told.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        for _ in range(300):
            if told.is_file():
                found = json.loads(told.read_text())
                return float(found["mb"]), int(found["sessions"])
            time.sleep(0.1)
        raise TimeoutError("the server did not tell its memory")

    def memory_mb(self, of: str = "VmRSS") -> float:
        """Return the memory it holds now, or with VmHWM the most it ever held."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(of)) / 1024

    def cpu_s(self) -> float:
        """Return the seconds of a processor it has used."""
        parts = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / _TICKS
