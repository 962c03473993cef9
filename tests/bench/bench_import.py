"""Seconds to check a workbook of participants and to keep it, database and start of the program included.

Run from the project's root: ``python -m tests.bench.bench_import``. 9,000 rows on the embedded villages; a new database
each time.
"""

import tempfile
import time
from pathlib import Path

import pandas as pd

from geodata.layer import load
from planner.cli import main
from tests.bench.limits import heading, line
from tests.uploads import files

ROWS, TIMES, LIMIT_S = 9_000, 5, 10.0


def workbook() -> bytes:
    villages = pd.DataFrame(load(None).frame.drop(columns="geometry")).head(ROWS)
    rows = [
        [v.village_code, v.village_name, v.regency_name, "Maret 2026", "BPU", i % 80, 3]
        for i, v in enumerate(villages.itertuples(index=False))
    ]
    return files.participants(rows)


def seconds(content: bytes, folder: Path) -> float:
    file = folder / "peserta.xlsx"
    file.write_bytes(content)
    data = ["--data-dir", str(folder / "data")]
    if main(["db", "upgrade", *data]) != 0:
        raise SystemExit(1)
    started = time.perf_counter()
    if main(["import", str(file), "--kind", "participants", "--commit", *data]) != 0:
        raise SystemExit(1)
    return time.perf_counter() - started


def measure() -> None:
    content = workbook()
    taken = []
    for _ in range(TIMES):
        with tempfile.TemporaryDirectory() as folder:
            taken.append(seconds(content, Path(folder)))
    heading(f"import of {ROWS} rows")
    line("checked and kept", taken, "s", below=LIMIT_S)


if __name__ == "__main__":
    measure()
