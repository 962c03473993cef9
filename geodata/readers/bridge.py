"""The bridge between BPS and Kemendagri codes of villages, from the bridging service of BPS (sig.bps.go.id).

`geodata.codes.to_kemendagri` leads across it.
"""

from pathlib import Path
from typing import Final

import pandas as pd

from geodata import codes
from geodata.readers import Reading, fields
from geodata.readers.files import read_parquet
from geodata.readers.sieve import first_reason, repeats, sift
from geodata.schema import BPS_CODE, VILLAGE_CODE, VILLAGE_NAME

POSTAL_CODES: Final = "postal_codes"


def read_bridge(path: Path) -> Reading:
    """Read which BPS code and which Kemendagri code are of one village.

    Returns
    -------
        Columns ``bps_code``, ``village_code``, ``village_name``, ``postal_codes`` (separated by commas; missing where
        none is known). Neither code stands twice: rows with a bad code or one that is taken are rejected.

    Raises
    ------
    DataError
        If the file cannot be used.
    """
    raw = read_parquet(path, (BPS_CODE, "dagri_code", "name", POSTAL_CODES))
    tidy = pd.DataFrame(
        {
            BPS_CODE: codes.normalised(raw.frame[BPS_CODE], system=codes.BPS),
            VILLAGE_CODE: codes.normalised(raw.frame["dagri_code"]),
            VILLAGE_NAME: fields.names(raw.frame["name"]),
            POSTAL_CODES: fields.names(raw.frame[POSTAL_CODES]),
        }
    )
    reasons = first_reason(
        codes.village_problems(raw.frame[BPS_CODE], system=codes.BPS), codes.village_problems(raw.frame["dagri_code"])
    )
    return sift(raw, tidy, repeats(tidy[VILLAGE_CODE], repeats(tidy[BPS_CODE], reasons)))
