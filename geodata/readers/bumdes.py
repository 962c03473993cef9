"""Workers of village-owned enterprises (BUMDes): naufaldahafizh/potensi-desa-2024, ``18_jumlah-tenaga-kerja-...csv``.

Latin-1; Kemendagri codes without dots. Workers are missing for more than a third of the enterprises. The file ends with
a row that holds only the total; it is compared with the rows above it.
"""

from pathlib import Path
from typing import Final

import pandas as pd

from geodata import codes
from geodata.errors import DataError
from geodata.readers import Reading, fields
from geodata.readers.files import read_csv
from geodata.readers.sieve import first_reason, flag, repeats, sift
from geodata.schema import VILLAGE_CODE, VILLAGE_NAME

BUMDES_NAME: Final = "bumdes_name"
BUMDES_WORKERS: Final = "bumdes_workers"

BLANK_ROW: Final = "readers.blank_row"
TOTAL_ROW: Final = "readers.total_row"


def read_bumdes(path: Path) -> Reading:
    """Read the village-owned enterprises.

    Returns
    -------
        Columns ``village_code``, ``village_name``, ``bumdes_name``, ``bumdes_workers`` (people, missing where not
        reported); one row per enterprise. Blank rows and the total are rejected.

    Raises
    ------
    DataError
        If the file cannot be used, or its total is not the sum of its rows, so that rows are missing.
    """
    raw = read_csv(path, ("Kode_Desa", "DESA", "NAMA_BUMDESA", "Tenaga_Kerja"))
    workers = fields.counts(raw.frame["Tenaga_Kerja"])
    without_place = fields.blank(raw.frame["Kode_Desa"]) & fields.blank(raw.frame["NAMA_BUMDESA"])
    total = without_place & workers.notna()
    _check_total(path, workers[~total], workers[total])
    tidy = pd.DataFrame(
        {
            VILLAGE_CODE: codes.normalised(raw.frame["Kode_Desa"]),
            VILLAGE_NAME: fields.names(raw.frame["DESA"]),
            BUMDES_NAME: fields.names(raw.frame["NAMA_BUMDESA"]),
            BUMDES_WORKERS: workers,
        }
    )
    reasons = first_reason(
        flag(total, TOTAL_ROW),
        flag(without_place, BLANK_ROW),
        codes.village_problems(raw.frame["Kode_Desa"]),
        flag(fields.unreadable(raw.frame["Tenaga_Kerja"], workers), fields.BAD_NUMBER),
    )
    return sift(raw, tidy, repeats(tidy[[VILLAGE_CODE, BUMDES_NAME]], reasons))


def _check_total(path: Path, workers: pd.Series, totals: pd.Series) -> None:
    found = int(workers.sum())
    if len(totals) and int(totals.iloc[-1]) != found:
        raise DataError("readers.total_differs", file=path, found=found, said=int(totals.iloc[-1]))
