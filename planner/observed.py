"""Counted participants in place of assumed ones: what the offices report flows back into coverage and scores."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pandas as pd

from geodata.layer import VillageLayer, fingerprint
from geodata.provenance import FigureRecord, Origin
from geodata.schema import ACTIVE_BPU, DISTRICT_CODE, INACTIVE_BPU, VILLAGE_CODE, basis, high, low

MONTH: Final = "month"
ACTIVE: Final = "active"
INACTIVE: Final = "inactive"
METHOD: Final = "layer.method.counted"
_FIGURES: Final = {ACTIVE_BPU: ACTIVE, INACTIVE_BPU: INACTIVE}
_PRODUCER: Final = "BPJS Ketenagakerjaan"
_TITLE: Final = "participants_counted"


def with_participants(layer: VillageLayer, counts: pd.DataFrame) -> VillageLayer:
    """Return a layer whose participants are the counted ones where there are any; other villages stay as they were.

    Provinces no longer sum to their published participants then: these are of another date.

    Parameters
    ----------
    layer
        The layer as it was built.
    counts
        BPU participants, one row per village: ``village_code``, ``month`` (first day of the month), ``active`` and
        ``inactive`` (people). Villages that the layer does not hold are left out.

    Returns
    -------
    VillageLayer
        Same villages in the same order, with a fingerprint of its own; ``built_from`` is that of ``layer``. Counted
        figures have the basis ``observed``, no range, and name month and sender as their source.
    """
    found = counts.set_index(VILLAGE_CODE).reindex(layer.frame[VILLAGE_CODE])
    known = found[ACTIVE].notna().to_numpy()
    if not known.any():
        return layer
    frame = layer.frame.copy()
    for figure, column in _FIGURES.items():
        people = found[column].astype("Int64").set_axis(frame.index)
        for name in (figure, low(figure), high(figure)):
            frame[name] = frame[name].astype("Int64").where(~known, people)
        frame[basis(figure)] = frame[basis(figure)].where(~known, "observed")
    places = pd.DataFrame(layer.frame.loc[known, [VILLAGE_CODE, DISTRICT_CODE]])
    origins = tuple(_origins(places.assign(**{MONTH: [str(month)[:7] for month in found.loc[known, MONTH]]})))
    record = FigureRecord("observed", METHOD, origins)
    figures = {
        name: replace(made, counted=record) if name in _FIGURES else made for name, made in layer.figures.items()
    }
    about = {**layer.about, "built_from": layer.built_from}
    return VillageLayer(frame, fingerprint(frame), figures, about)


def _origins(villages: pd.DataFrame) -> Iterator[Origin]:
    """Yield the source of each district, or of each village where those of a district are of different months."""
    for district, group in villages.groupby(DISTRICT_CODE, sort=True):
        months = list(dict.fromkeys(group[MONTH]))
        if len(months) == 1:
            yield Origin(_PRODUCER, _TITLE, months[0], "", area=str(district))
        else:
            for code, month in zip(group[VILLAGE_CODE], group[MONTH], strict=True):
                yield Origin(_PRODUCER, _TITLE, month, "", area=code)
