"""All Indonesia: from published files to a ranked list, a selection of 200 and the areas of agents of each province.

``python -m tests.bench.bench_national [FOLDER]``. Each step is the command a person gives, in processes of its own;
memory is that of all of them together, looked at five times a second. The first three steps are real: outlines of the
whole country, figures of the provinces that publish them. Figures of all villages, for the steps after them, are drawn
at random (``data_folders.country``): only size and places are real. Needs Linux.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from geodata.layer import load
from geodata.paths import Paths
from tests.bench.data_folders import BRIDGE, COUNTRY, country, layers
from tests.bench.figures import Figure, give
from tests.conftest import SHARED

PROGRAM = (sys.executable, "-c", "from planner.cli import run; run()")
ALL, LAUNCHES = 83_246, 200
LOOKS_PER_S = 5
VILLAGES_OF_AN_AGENT = 60
ISLANDS = "the worst are small islands, which no division can balance"


@dataclass(frozen=True)
class Used:
    """What a command took, and what it said."""

    wall_s: float
    cpu_s: float
    peak_gb: float
    said: str


def planner(*arguments: object) -> Used:
    """Run a command of the program; fails with what it says."""
    before, began = os.times(), time.perf_counter()
    with TemporaryDirectory() as scratch:
        said, peak = Path(scratch) / "said", 0
        with said.open("w") as out:
            process = subprocess.Popen([*PROGRAM, *map(str, arguments)], stdout=out)
            while process.poll() is None:
                peak = max(peak, sum(map(resident, family(process.pid))))
                time.sleep(1 / LOOKS_PER_S)
        after = os.times()
        if process.returncode:
            sys.exit(f"{' '.join(map(str, arguments))}: ended with {process.returncode}")
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return Used(time.perf_counter() - began, cpu, peak / 1e9, said.read_text())


def family(pid: int) -> list[int]:
    """Return a process and those it started, and those they started."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for thread in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (thread / "children").read_text().split()]
    return found


def resident(pid: int) -> int:
    """Return the bytes of memory a process holds."""
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def figure(what: str, used: Used, also: Mapping[str, float] | None = None, note: str = "") -> None:
    """Hand over what a command took."""
    give(Figure(what, ALL, used.wall_s, used.cpu_s, used.peak_gb * 1000, also=also or {}, note=note))


def files_to_list(home: Path) -> None:
    """Fetch from the mirror, build with two processes, rank: the promise of ten minutes and 6 GB is for the three."""
    place = ("--data-dir", home)
    build = ("--region", "all", "--outlines", COUNTRY, "--bridge", BRIDGE, "--jobs", 2, "--memory", 6)
    steps = (
        ("data", "fetch", "--region", "all", "--mirror", SHARED / "mirror"),
        ("data", "build", *build),
        ("rank", "--out", home / "list.csv"),
    )
    used = [planner(*arguments, *place) for arguments in steps]
    whole = Used(sum(one.wall_s for one in used), sum(one.cpu_s for one in used), max(one.peak_gb for one in used), "")
    figure("all Indonesia: fetch, build and rank", whole, note="memory of all processes together")


def figures_everywhere(home: Path) -> None:
    """Rank, select, robust and territories where all villages have figures."""
    place = ("--data-dir", home)
    figure("planner rank, the whole command", planner("rank", "--top", 10, "--json", *place))
    rules = ("--launches", LAUNCHES, "--budget", f"{LAUNCHES * 20}jt", "--max-per-district", 1)
    used = planner("select", *rules, "--json", *place)
    figure(
        "planner select, 200 launches, the whole command", used, {"% gap proved": 100 * json.loads(used.said)["gap"]}
    )
    figure("planner robust, 1,000 worlds, the whole command", planner("robust", "--worlds", 1000, "--json", *place))
    areas(load(Paths.of(home).villages).frame["province_code"].value_counts().to_dict(), place)


def areas(villages: Mapping[str, int], place: tuple[object, ...]) -> None:
    """Divide the smallest province, a middle one and the largest."""
    codes = sorted(villages.keys(), key=lambda code: villages[code])
    for code in (codes[0], codes[len(codes) // 2], codes[-1]):
        many = int(villages[code])
        agents = max(2, many // VILLAGES_OF_AN_AGENT)
        used = planner("territories", "--region", code, "--agents", agents, "--json", *place)
        also = {"agents": agents, "% worst deviation": json.loads(used.said)["max_deviation_pct"]}
        what = "planner territories of one province, the whole command"
        give(Figure(what, many, used.wall_s, used.cpu_s, used.peak_gb * 1000, also=also, note=ISLANDS))


def main() -> None:
    with TemporaryDirectory() as scratch, layers() as folder:
        files_to_list(Path(scratch) / "files")
        figures_everywhere(country(folder))


if __name__ == "__main__":
    main()
