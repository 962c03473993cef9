"""What happened, for the pages: read from the records of the office, worked out once per state of the records."""

from typing import NamedTuple

import pandas as pd
import streamlit as st

from geodata.declared import declared_codes
from geodata.layer import VillageLayer
from geodata.paths import Paths
from planner.delivered import Delivery, deliveries
from planner.own_results import OwnRatesTables, own_rates
from planner.params import Funnel
from planner.results import Learning
from planner.store import results
from planner.store.engine import Engine, in_use
from planner.web import data, visitor


class Happened(NamedTuple):
    """What the records tell, and a text that changes with them."""

    version: str
    own: OwnRatesTables
    deliveries: dict[str, Delivery]


def happened(layer: VillageLayer) -> Happened | None:
    """Return what the records tell; nothing where there are none, or where the visitor may not see all villages.

    Raises
    ------
    StoreError
        If they cannot be read.
    """
    if not in_use(Paths.of().records) or not visitor.may("page.public"):
        return None
    engine = visitor.records()
    known = results.version(engine)
    return _st_happened(layer.fingerprint, str(engine.url), known, layer, engine)


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_happened(
    fingerprint: str,
    database: str,  # noqa: ARG001  # part of the key
    known: str,
    _layer: VillageLayer,
    _engine: Engine,
) -> Happened:
    """Figures of all villages, for the roles that may see all of them; see `happened`."""
    found = results.read(_engine)
    villages = pd.DataFrame(_layer.frame.drop(columns=_layer.frame.geometry.name))
    records = found.records
    told = deliveries(
        records.launches,
        records.participants,
        records.visits,
        villages,
        found.promises,
        declared=sorted(declared_codes(data.st_surroundings(fingerprint, _layer).declared)),
    )
    own = own_rates(records, villages, Funnel(), Learning())
    return Happened(known, own, {delivery.code: delivery for delivery in told})
