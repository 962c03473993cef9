"""What is asked for on the page of the selection, and what it is chosen from."""

from typing import NamedTuple

import streamlit as st

from geodata.layer import VillageLayer
from planner.selection.candidates import Candidates, candidates
from planner.selection.params import SelectionParams
from planner.web import data
from planner.web.jobs import Key
from planner.web.weights_choice import Weights


class Request(NamedTuple):
    """All that a selection depends on.

    Attributes
    ----------
    fingerprint
        Of the layer and the declared villages of the records; see `planner.web.data.key_of`.
    region
        Code of a province or regency; empty for all.
    sector
        A sector of ``geodata.schema``; empty for all informal workers.
    weights
        Of the score, percent.
    rules
        `SelectionParams` as JSON.
    """

    fingerprint: str
    region: str
    sector: str
    weights: Weights
    rules: str

    def key(self, kind: str, *more: str | int) -> Key:
        """Return the key of long work about this selection."""
        return (kind, *self, *more)


def found_for(request: Request, layer: VillageLayer) -> Candidates:
    """Return what is chosen from.

    Raises
    ------
    PlanError
        If a rule names a village, regency or office that is not there.
    """
    return _st_candidates(*request, layer)


def everyone(request: Request, layer: VillageLayer) -> Candidates:
    """Return the villages of a request with what a launch brings and takes, whatever its rules."""
    return found_for(request._replace(rules=SelectionParams(launches=0).model_dump_json()), layer)


@st.cache_resource(max_entries=12, show_spinner=False)
def _st_candidates(
    key: str,  # noqa: ARG001  # part of the key
    region: str,
    sector: str,
    weights: Weights,
    rules: str,
    _layer: VillageLayer,
) -> Candidates:
    ranking = data.st_ranking(_layer.fingerprint, sector, weights, region, _layer)
    around = data.st_surroundings(_layer.fingerprint, _layer)
    return candidates(ranking, around, SelectionParams.model_validate_json(rules))
