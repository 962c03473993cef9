"""Run the benchmarks, each in a process of its own, and print one table: ``make bench``.

The figures go into docs/bench.json and the table into README as soon as a bench has ended. A bench that fails keeps
what it measured until then and takes nothing from the others; the command then ends with an error.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import record
from tests.bench.data_folders import LAYERS
from tests.bench.figures import FILE
from tests.bench.registry import SCRIPTS
from tests.conftest import SHARED

PACKAGE = "tests.bench"
LONGEST_S = 900


def run(script: str, layers: Path) -> record.Block:
    """Run one bench; return what it gave, also where it failed."""
    with TemporaryDirectory() as scratch:
        file = Path(scratch) / "figures"
        env = {**os.environ, FILE: str(file), LAYERS: str(layers)}
        load, began = os.getloadavg()[0], time.monotonic()
        print(f"== {script}, load {load:.1f}", flush=True)
        command = [sys.executable, "-m", f"{PACKAGE}.{script}"]
        with subprocess.Popen(command, cwd=record.ROOT, env=env, start_new_session=True) as process:
            try:
                code = process.wait(LONGEST_S)
                failed = f"it ended with {code}" if code else ""
            except subprocess.TimeoutExpired:
                failed = f"it was ended after {LONGEST_S} s"
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        took_s, load = time.monotonic() - began, max(load, os.getloadavg()[0])
    if not lines and not failed:
        failed = "it handed over no figure"
    return record.Block.of(script, lines, took_s=took_s, load=load, failed=failed)


def measure(scripts: list[str], layers: Path) -> list[str]:
    """Run some benches; return the names of those that failed."""
    failed = []
    for script in scripts:
        block = run(script, layers)
        record.into_readme(record.put(block, SCRIPTS))
        if block.failed:
            failed.append(script)
            print(f"{script} FAILED: {block.failed}", file=sys.stderr, flush=True)
    return failed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure times and memory.")
    parser.add_argument("--only", nargs="+", choices=SCRIPTS, metavar="NAME", help="these alone; other rows stay")
    parser.add_argument("--layers", type=Path, help="a folder that keeps the village layers for the next time")
    parser.add_argument("--table", action="store_true", help="measure nothing: print the table of docs/bench.json")
    parser.add_argument("--readme", action="store_true", help="measure nothing: write that table into README")
    given = parser.parse_args()
    if given.readme:
        record.into_readme(record.read())
    if given.table or given.readme:
        print(record.told(record.read()))
        return
    if not SHARED.is_dir():
        sys.exit("The benchmarks need the real input files in ../shared/data.")
    with TemporaryDirectory() as scratch:
        failed = measure(given.only or list(SCRIPTS), given.layers or Path(scratch))
    print(record.told(record.read()))
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
