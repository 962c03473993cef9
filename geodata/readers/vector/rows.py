"""All rows in the columns of the result, each accepted or with its reason."""

from collections.abc import Collection, Mapping
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata import codes
from geodata.readers.vector.columns import COUNTS, counts, words
from geodata.readers.vector.limits import Limits
from geodata.readers.vector.shapes import Shapes, first_reasons
from geodata.schema import CRS_STORED, VILLAGE_CODE, VILLAGE_NAME

OTHER_REGION: Final = "vector.row_other_region"
NAME_MISSING: Final = "vector.row_name_missing"
NAME_NONE: Final = "vector.row_name_none"
TEXT_LONG: Final = "vector.row_text_long"
COUNT_BAD: Final = "vector.row_count_bad"
DUPLICATE: Final = "vector.row_duplicate"


def _elsewhere(written: pd.Series, regions: Collection[str] | None) -> pd.Series:
    """Whether villages lie outside the provinces or regencies asked for."""
    if regions is None:
        return pd.Series(data=False, index=written.index)
    wanted = tuple(codes.normalise(region) + codes.KEMENDAGRI.dot for region in regions)
    return ~(written.fillna("") + codes.KEMENDAGRI.dot).str.startswith(wanted)


def check_rows(
    frame: pd.DataFrame, shapes: Shapes, mapping: Mapping[str, str], regions: Collection[str] | None, limits: Limits
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Return all rows in the columns of the result, and the reason of each that is rejected."""
    text = words(frame[mapping[VILLAGE_CODE]])
    name = words(frame[mapping[VILLAGE_NAME]]).str.replace(r"[\s\x00-\x1f\x7f]+", " ", regex=True).str.strip()
    written = codes.normalised(text)
    wrong_code = codes.village_problems(text)
    columns: dict[str, pd.Series] = {VILLAGE_CODE: written, VILLAGE_NAME: name}
    checks = [
        (OTHER_REGION, _elsewhere(written, regions).to_numpy()),
        (NAME_MISSING, (name == "").to_numpy()),
        (NAME_NONE, (~name.str.contains(r"[^\W\d_]") | name.str.contains(r"\d{8}")).to_numpy()),
        (TEXT_LONG, (name.str.len() > limits.text_length).to_numpy()),
    ]
    for target in [t for t in mapping if t in COUNTS]:
        columns[target], bad = counts(frame[mapping[target]])
        checks.append((COUNT_BAD, bad.to_numpy()))
    reasons = wrong_code.astype(object).fillna(first_reasons(checks, len(frame))).fillna(shapes.reasons)
    twice = written.where(reasons.isna()).dropna().duplicated(keep=False)
    reasons[twice[twice].index] = DUPLICATE
    return gpd.GeoDataFrame(columns, geometry=shapes.geometry, crs=CRS_STORED), reasons
