"""Seconds to check a workbook of participants and to keep it, database and start of the program included.

Run from the project's root: ``python -m tests.bench.bench_import``. 9,000 rows on the embedded villages; a new database
each time.
"""

import tempfile
from pathlib import Path

import pandas as pd

from geodata.layer import load
from planner.cli import main
from tests.bench.apart import call
from tests.bench.figures import Figure, give
from tests.uploads import files

ROWS = 9_000


def workbook() -> bytes:
    villages = pd.DataFrame(load(None).frame.drop(columns="geometry")).head(ROWS)
    rows = [
        [v.village_code, v.village_name, v.regency_name, "Maret 2026", "BPU", i % 80, 3]
        for i, v in enumerate(villages.itertuples(index=False))
    ]
    return files.participants(rows)


def kept(file: Path, data: Path) -> None:
    if main(["import", str(file), "--kind", "participants", "--commit", "--data-dir", str(data)]) != 0:
        raise SystemExit(1)


def measure() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data, file = Path(folder) / "data", Path(folder) / "peserta.xlsx"
        file.write_bytes(workbook())
        if main(["db", "upgrade", "--data-dir", str(data)]) != 0:
            raise SystemExit(1)
        used = call(kept, file, data)
        give(Figure("check and keep a workbook of participants", ROWS, **used.figures, note="a row a village"))


if __name__ == "__main__":
    measure()
