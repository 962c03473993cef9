"""Finding a village by name, district, regency or code."""

from typing import Final

import numpy as np
import pandas as pd

from geodata.schema import DISTRICT_NAME, PROVINCE_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME

FOUND: Final = 20


def search_index(villages: pd.DataFrame) -> pd.DataFrame:
    """Prepare villages for `search`; once per layer, as it takes longer than a search.

    Parameters
    ----------
    villages
        Codes and names of village, district, regency and province.

    Returns
    -------
    Same index: ``code``, ``name`` and ``place`` (all names and the code, with dots and without), without case.
    """
    code = villages[VILLAGE_CODE].astype(str)
    names = [
        villages[column].fillna("").astype(str).str.casefold()
        for column in (VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME, PROVINCE_NAME)
    ]
    place = code + "\n" + code.str.replace(".", "", regex=False)
    for name in names:
        place = place + "\n" + name
    return pd.DataFrame({"code": code, "name": names[0], "place": place})


def search(index: pd.DataFrame, text: str, *, most: int = FOUND) -> pd.Index:
    """Return the villages a text may mean, best first; ties by village code.

    Parameters
    ----------
    index
        Of `search_index`.
    text
        Parts of the names or the code, in any case and order: ``lempur kerinci``, ``16.02.03``.
    most
        Villages to return.

    Returns
    -------
    Labels of the index: villages that hold every word in one of their names or the code. First those whose own name
    is the text, then those whose name begins with it, then those with all words in the name. None for an empty text.
    """
    words = text.casefold().split()
    if not words:
        return index.index[:0]
    found = index
    for word in words:
        found = found[found["place"].str.contains(word, regex=False)]
    whole = " ".join(words)
    in_name = np.logical_and.reduce([found["name"].str.contains(word, regex=False) for word in words])
    closeness = np.select([found["name"] == whole, found["name"].str.startswith(whole), in_name], [0, 1, 2], 3)
    return found.assign(closeness=closeness).sort_values(["closeness", "code"]).index[:most]
