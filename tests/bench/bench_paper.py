"""Pages on paper and packs of agents, by the commands that make them: briefs, village pages, packs.

``python -m tests.bench.bench_paper [FOLDER]``. Start of the program and reading of the layer included; the five
provinces, a branch of four regencies with 44 agents.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from geodata.layer import load
from geodata.paths import Paths
from tests.bench.apart import call
from tests.bench.bench_territories import AGENTS, BRANCH
from tests.bench.data_folders import five_provinces, layers
from tests.bench.figures import Figure, give

PAGES = 100
START = "from planner.cli import run; run()"


def command(*words: str) -> None:
    subprocess.run([sys.executable, "-c", START, *words], check=True, stdout=subprocess.DEVNULL)


def packs(folder: Path) -> dict[str, float]:
    """Return how large the pages of packs are, and how many villages they hold."""
    sizes = [path.stat().st_size for path in folder.rglob("*.html")]
    return {"packs": len(sizes), "kB of HTML in the mean": sum(sizes) / len(sizes) / 1e3}


def main() -> None:
    with layers() as kept, TemporaryDirectory() as name:
        folder, home = Path(name), five_provinces(kept)
        data = ("--data-dir", str(home))
        frame = pd.DataFrame(load(Paths.of(home).villages).frame.drop(columns="geometry"))
        used = call(command, "export", "brief", "--all", "--out", str(folder / "briefs"), *data)
        made = len(list((folder / "briefs").glob("*.pdf")))
        give(Figure("briefs of all regencies", **used.figures, also={"briefs": made}))
        codes = frame["village_code"].iloc[:: len(frame) // PAGES].head(PAGES).tolist()
        used = call(command, "export", "village", *codes, "--out", str(folder / "villages.pdf"), *data)
        give(Figure("village pages", PAGES, **used.figures))
        areas = folder / "areas.csv"
        regions = ",".join(BRANCH)
        command("territories", "--region", regions, "--agents", str(AGENTS), "--out", str(areas), *data)
        out = folder / "packs"
        used = call(
            command, "agent-pack", "--all", "--current", str(areas), "--month", "2026-12", "--out", str(out), *data
        )
        also = packs(out)
        also |= {"s CPU a pack": used.cpu_s / also["packs"]}
        villages = int(frame["regency_code"].isin(BRANCH).sum())
        give(Figure("packs of the agents of a branch", villages, **used.figures, also=also))


if __name__ == "__main__":
    main()
