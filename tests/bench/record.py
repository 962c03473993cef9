"""docs/bench.json: what each bench measured, when, beside what load, with which versions; and the text of README."""

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self

from geodata.office_day import today
from tests.bench.figures import Figure, shown, table
from tests.bench.registry import SCRIPTS

ROOT = Path(__file__).parents[2]
RECORD, README = ROOT / "docs" / "bench.json", ROOT / "README.md"
BEGIN, END = "<!-- made by make bench -->", "<!-- end of what make bench makes -->"
LIBRARIES = (
    "numpy", "pandas", "pyarrow", "scipy", "shapely", "geopandas", "highspy", "pyvrp", "streamlit", "folium",
    "xlsxwriter", "spopt", "PuLP", "esda", "libpysal", "pymcdm", "scikit-criteria", "topojson", "distributed",
    "pyspark", "exactextract",
)  # fmt: skip


@dataclass(frozen=True)
class Block:
    """What one run of one bench gave."""

    bench: str
    date: str
    took_s: float
    load: float
    cores: int
    python: str
    libraries: dict[str, str]
    failed: str = ""
    figures: tuple[Figure, ...] = ()
    left_out: tuple[dict[str, str], ...] = field(default=())

    @classmethod
    def of(cls, bench: str, lines: Iterable[str], *, took_s: float, load: float, failed: str = "") -> Self:
        """Return what a bench handed over, with today's date and the versions in use; no names of the machine."""
        told = [json.loads(line) for line in lines]
        return cls(
            bench,
            today().isoformat(),
            round(took_s),
            round(load, 1),
            os.cpu_count() or 1,
            platform.python_version(),
            installed(),
            failed,
            tuple(Figure.read(one) for one in told if "left_out" not in one),
            tuple(one for one in told if "left_out" in one),
        )

    @classmethod
    def read(cls, written: dict[str, Any]) -> Self:
        """Return a block from the file."""
        figures = tuple(Figure.read(one) for one in written["figures"])
        return cls(**{**written, "figures": figures, "left_out": tuple(written["left_out"])})

    def written(self) -> dict[str, Any]:
        """Return the block for the file."""
        return {**vars(self), "figures": [one.written() for one in self.figures], "left_out": list(self.left_out)}


def installed() -> dict[str, str]:
    """Return the versions of the libraries that count, of those that are there."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def read() -> list[Block]:
    """Return the blocks of the file; none without a file."""
    return [Block.read(one) for one in json.loads(RECORD.read_text(encoding="utf-8"))] if RECORD.is_file() else []


def put(block: Block, order: tuple[str, ...]) -> list[Block]:
    """Write a block in the place of the earlier one of its bench; the others stay, those of no bench any more go."""
    every = {one.bench: one for one in read()} | {block.bench: block}
    kept = [every[bench] for bench in order if bench in every]
    text = json.dumps([one.written() for one in kept], indent=1, ensure_ascii=False)
    written = RECORD.with_suffix(".new")
    written.write_text(text + "\n", encoding="utf-8")
    written.replace(RECORD)
    return kept


def told(blocks: list[Block]) -> str:
    """Return the table with what belongs to it, as README shows it."""
    figures = [figure for block in blocks for figure in block.figures]
    loads = [block.load for block in blocks]
    lasts = ", ".join(f"`{block.bench}` {shown(block.took_s)} s" for block in blocks)
    days = sorted({block.date for block in blocks})
    about = (
        f"Measured {' to '.join(dict.fromkeys((days[0], days[-1])))} on {blocks[0].cores} cores with Python"
        f" {blocks[0].python} beside other work: load {shown(min(loads))} to {shown(max(loads))}; the versions stand in"
        f" [docs/bench.json](docs/bench.json). How long each bench takes: {lasts},"
        f" {shown(sum(block.took_s for block in blocks) / 60)} minutes in all."
    )
    lines = [table(figures), "", about]
    lines += [f"- `{block.bench}` **failed**: {block.failed}." for block in blocks if block.failed]
    never = [bench for bench in SCRIPTS if bench not in {block.bench for block in blocks}]
    lines += [f"- Not run yet: {', '.join(f'`{bench}`' for bench in never)}."] if never else []
    lines += [f"- Left out: {one['left_out']}: {one['how']}." for block in blocks for one in block.left_out]
    return "\n".join(lines)


def readme_part(readme: str) -> str:
    """Return what README shows of it."""
    return readme.split(BEGIN)[1].split(END, maxsplit=1)[0].strip("\n")


def into_readme(blocks: list[Block]) -> None:
    """Write the table into README."""
    text = README.read_text(encoding="utf-8")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n{told(blocks)}\n{END}{after}", encoding="utf-8")
