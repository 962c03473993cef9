"""``python -m tests.load users|soak|chaos``: many people at once, for long, and while things break.

- ``users --sessions 25 --think 5 --minutes 3 [FOLDER]``: waiting times, errors, memory and processor of the server;
- ``soak --minutes 60 [FOLDER]``: people come and go; what a session leaves behind in memory;
- ``chaos``: server killed, database stopped, disk full, clock moved, another version of the records.

With a folder the layer of five provinces is kept there for the next time.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.load import soak, users


def main(arguments: Sequence[str]) -> int:
    """Do what is asked; return 1 if something did not hold."""
    asked = _asked(arguments)
    if asked.work == "users":
        return users.measure(asked.folder, sessions=asked.sessions, think_s=asked.think, minutes=asked.minutes)
    if asked.work == "soak":
        return soak.measure(asked.folder, minutes=asked.minutes)
    command = [sys.executable, "-m", "pytest", "-v", str(Path(__file__).with_name("chaos.py"))]
    return subprocess.run(command, check=False).returncode


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.load", description=__doc__)
    works = parser.add_subparsers(dest="work", required=True)
    users_ = works.add_parser("users")
    users_.add_argument("--sessions", type=int, default=25)
    users_.add_argument("--think", type=float, default=5.0, help="seconds between clicks")
    users_.add_argument("--minutes", type=float, default=3.0)
    users_.add_argument("folder", type=Path, nargs="?")
    soak_ = works.add_parser("soak")
    soak_.add_argument("--minutes", type=float, default=60.0)
    soak_.add_argument("folder", type=Path, nargs="?")
    works.add_parser("chaos")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
