"""Villages already declared Desa Sadar, as far as reports name them; and villages of related programmes.

No official list is published: ``declared.csv`` holds what press and office pages tell, each row with source and date.
"""

from pathlib import Path
from typing import Final

import pandas as pd

from geodata import register
from geodata.errors import DataError
from geodata.names_match import MATCH_STATUS, MATCHED_CODE, match
from geodata.register import read_register
from geodata.schema import DISTRICT_NAME, PROVINCE_CODE, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME

BUILT_IN: Final = Path(__file__).with_name("declared.csv")

ALIAS: Final = "alias"
STATUS: Final = "status"
DECLARED: Final = "declared"
EARLIEST: Final = "earliest_date"
LATEST: Final = "latest_date"
PRECISION: Final = "date_precision"
NOTE: Final = "note"
SOURCE_URL: Final = "source_url"
SOURCE_DATE: Final = "source_date"
CONFIDENCE: Final = "confidence"
NEIGHBOURS_DECLARED: Final = "declared_neighbours"

_FORMS: Final = {
    VILLAGE_NAME: register.ANYTHING,
    ALIAS: register.ANYTHING,
    DISTRICT_NAME: register.ANYTHING,
    REGENCY_NAME: register.FILLED,
    PROVINCE_CODE: r"\d\d",
    VILLAGE_CODE: r"(\d\d\.\d\d\.\d\d\.\d{4})?",
    STATUS: r"declared|award|regency_launch|worker_list|fisher_programme",
    EARLIEST: register.DAY,
    LATEST: register.DAY,
    PRECISION: r"day|range|year|inferred",
    NOTE: register.ANYTHING,
    SOURCE_URL: register.ADDRESSES,
    SOURCE_DATE: register.DATES,
    CONFIDENCE: register.CONFIDENCES,
}
COLUMNS: Final = tuple(_FORMS)


def read_declared(path: Path = BUILT_IN) -> pd.DataFrame:
    """Read a register of declared villages.

    Parameters
    ----------
    path
        CSV with the columns ``COLUMNS``; the built-in register by default.

    Returns
    -------
    pandas.DataFrame
        One row per village, unnamed ones too, in the order of the file; columns ``COLUMNS``, missing where empty.
        ``village_code`` (Kemendagri) is what was found when the row was written. ``status``: ``declared``, or the
        related programme that the village is known for (``award``, ``regency_launch``, ``worker_list``,
        ``fisher_programme``). The village was declared from ``earliest_date`` to ``latest_date``, both included, as
        ``date_precision`` says: the ``day``, a ``range`` or ``year`` that the source states, or one ``inferred`` from
        it. ``confidence`` of each source: A official, B named official in established press, C one unconfirmed local
        source, D weak.

    Raises
    ------
    DataError
        If the file cannot be used or values do not have their form; names all rows and columns.
    """
    register_rows = read_register(path, _FORMS, refusal="declared.invalid")
    backwards = register_rows.index[register_rows[EARLIEST] > register_rows[LATEST]] + 1
    if len(backwards):
        rows = ", ".join(map(str, backwards))
        raise DataError("declared.invalid", file=path.name, problems=f"{EARLIEST} > {LATEST} ({rows})")
    return register_rows


def match_declared(declared: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    """Find the village of each row of the register.

    A code counts if the layer has it and its name there agrees with the name, or the alias, of the register; else name
    and alias are looked for in the district or regency.

    Parameters
    ----------
    declared
        See :func:`read_declared`; index unique.
    villages
        Official villages: codes and names of village, district and regency.

    Returns
    -------
    pandas.DataFrame
        Every row of ``declared``, same index, with what was decided on it (``rows`` of
        :class:`geodata.names_match.Matches`); rows that meet no village stay, with the reason.
    """
    aliased = declared[declared[ALIAS].notna()]
    coded = [declared, aliased.assign(**{VILLAGE_NAME: aliased[ALIAS]})]
    tries = pd.concat([*coded, *(rows.assign(**{VILLAGE_CODE: None}) for rows in coded)])
    found = match(tries.reset_index(drop=True), villages).rows.set_index(tries.index)
    best = found.sort_values(MATCH_STATUS, kind="stable")  # accepted, review, unknown; of equals the first try
    return declared.join(best[~best.index.duplicated()])


def declared_codes(matches: pd.DataFrame) -> frozenset[str]:
    """Return the codes of the villages that were declared, from the rows of :func:`match_declared`."""
    sure = matches[STATUS].eq(DECLARED) & matches[MATCHED_CODE].notna()
    return frozenset(matches.loc[sure, MATCHED_CODE])


def neighbours_declared(villages: pd.DataFrame, pairs: pd.DataFrame, *, declared: frozenset[str]) -> "pd.Series[int]":
    """Return how many neighbours of each village are declared.

    Parameters
    ----------
    villages
        Column ``village_code``.
    pairs
        Columns ``village_code_a`` and ``village_code_b``, each pair once (:func:`geodata.contiguity.neighbours`).
    declared
        Codes of the declared villages; a village does not count for itself.

    Returns
    -------
    Index of ``villages``: number of villages, 0 without any.
    """
    first, second = pairs[f"{VILLAGE_CODE}_a"], pairs[f"{VILLAGE_CODE}_b"]
    beside = pd.concat([first[second.isin(declared)], second[first.isin(declared)]])
    counts = villages[VILLAGE_CODE].map(beside.value_counts()).fillna(0).astype("int64")
    return counts.rename(NEIGHBOURS_DECLARED)
