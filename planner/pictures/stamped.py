"""The stamp of a picture: the same from the page and from the command line for the same choices."""

from datetime import date

from geodata.texts import Language
from planner.measures import Measure
from planner.params import ScoringParams
from planner.pictures.measured import Shown
from planner.provenance import Stamp, params_sha256


def map_stamp(
    ending: str,
    measure: Measure,
    shown: Shown,
    *,
    params: ScoringParams,
    fingerprint: str,
    made_on: date,
    language: Language,
    plan_sha256: str = "",
) -> Stamp:
    """Return the stamp of the picture of a measure.

    Parameters
    ----------
    ending
        Ending of the file.
    measure, shown
        What is drawn, and how.
    params
        Of criteria and score.
    fingerprint
        Of the village layer.
    made_on
        Day of the picture.
    language
        Of its words.
    plan_sha256
        SHA-256 of the record of the plan whose villages are marked; empty without one.
    """
    method, bounds = shown.cut
    return Stamp(
        kind="map",
        format=ending,
        language=language,
        made_on=made_on,
        fingerprint=fingerprint,
        plan=shown.plan,
        plan_sha256=plan_sha256,
        params_sha256=params_sha256(params.model_dump(mode="json")),
        asked={
            "measure": measure.key,
            "region": list(shown.regions),
            "sector": shown.sector,
            "classes": [method, *bounds],
            "filter": shown.filter,
        },
    )
