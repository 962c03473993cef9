"""An office's own register of coverage targets."""

from pathlib import Path

from planner.ucj import COLUMNS
from planner.ucj_board import OWN_FILE

_ROW = (
    "16.06,Musi Banyuasin,pu+bpu+jakon,2026,60,220000,observed,110000,observed,2026-09-30,,,"
    "https://example.org/surat,2026-10-05,A,\n"
)


def own_targets_in(folder: Path, row: str = _ROW) -> Path:
    """Write a register of one row into a data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / OWN_FILE
    path.write_text(",".join(COLUMNS) + "\n" + row, encoding="utf-8")
    return path


def break_base(path: Path) -> None:
    """Write words where a number belongs."""
    path.write_text(path.read_text(encoding="utf-8").replace("220000", "banyak"), encoding="utf-8")
