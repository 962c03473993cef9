"""What still stands against a row after a person chose its village."""

from collections.abc import Mapping
from typing import Any, Final

from geodata.schema import VILLAGE_CODE
from planner.uploads.kinds import ACTIVE, COLUMNS, Kind
from planner.uploads.known import Known

MISSING: Final = "store.held.value_missing"
TOO_MANY: Final = "store.held.more_than_workers"


def still_wrong(kind: Kind, values: Mapping[str, Any], known: Known) -> str | None:
    """Return the key of what is wrong; nothing where the row can be taken.

    Parameters
    ----------
    kind
        Kind of the upload.
    values
        Plain values by internal column, with the code of a known village.
    known
        The villages.

    Notes
    -----
    What the checks hold may be taken by decision; what they refuse may not: a needed value that could not be read, and
    more active participants in one segment than people who work in the village.
    """
    if any(values.get(column.name) is None for column in COLUMNS[kind] if column.required):
        return MISSING
    if kind == "participants" and known.workers is not None:
        most = known.workers.get(values[VILLAGE_CODE])
        if most is not None and most == most and values[ACTIVE] > most:  # noqa: PLR0124 (not a number)
            return TOO_MANY
    return None
