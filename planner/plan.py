"""A ranking as a record that can be replayed: layer, parameters, registers and results, to the same bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import ValidationError

from geodata.layer import AS_OF, BUILT_FROM, VillageLayer, verify
from geodata.schema import SECTORS, VILLAGE_CODE, Sector
from planner.criteria import Surroundings, measure
from planner.errors import PlanError
from planner.params import ScoringParams
from planner.ranking import RANK, in_regions, with_sector
from planner.scoring import BLOCKS, SCORE, Scores, scored
from planner.surroundings import as_then, register_hashes

KIND: Final = "ranking"
FORMAT: Final = 1
ADDED: Final = "declared_by_office"
"""Part of a record: declared villages that stood in the records of the office alone."""
_LIBRARIES: Final = ("desa-sadar-planner", "numpy", "pandas", "scipy")
_DECIMALS: Final = 9  # the last digits of a float may differ between machines


@dataclass(frozen=True)
class Ranking:
    """Scored villages of some regions in their order.

    Attributes
    ----------
    scores
        Scores of all villages of the layer: goalposts and neighbours do not depend on the regions chosen.
    table
        ``scores.table`` of the chosen regions with ``rank``, best first; ties by village code.
    regions, sector
        What was chosen; nothing for all.
    """

    scores: Scores
    table: pd.DataFrame
    regions: tuple[str, ...]
    sector: Sector | None


def rank(
    layer: VillageLayer,
    surroundings: Surroundings,
    params: ScoringParams,
    *,
    regions: list[str] | None = None,
    sector: Sector | None = None,
) -> Ranking:
    """Score all villages of a layer and rank those of some regions.

    Raises
    ------
    PlanError
        If a region is unknown.
    """
    villages = pd.DataFrame(layer.frame.drop(columns="geometry"))
    scores = scored(measure(villages, params, surroundings, sector=sector), params)
    return ranking_of(scores, regions=regions, sector=sector)


def ranking_of(scores: Scores, *, regions: list[str] | None = None, sector: Sector | None = None) -> Ranking:
    """Rank the villages of some regions by their scores.

    Parameters
    ----------
    scores
        Scores of all villages.
    regions
        Codes of provinces and regencies; nothing for all.
    sector
        The sector that was scored.

    Raises
    ------
    PlanError
        If a region is unknown.
    """
    ordered = scores.table.iloc[order_of(scores, regions=regions)]
    ranks = pd.Series(range(1, len(ordered) + 1), index=ordered.index, dtype="Int64")
    return Ranking(scores, with_sector(ordered.assign(**{RANK: ranks}), sector), tuple(regions or ()), sector)


def order_of(scores: Scores, *, regions: list[str] | None = None) -> npt.NDArray[np.intp]:
    """Return where the villages of some regions stand in scores, best first; ties by village code.

    Raises
    ------
    PlanError
        If a region is unknown.
    """
    inside = np.flatnonzero(in_regions(scores.criteria.villages, regions))
    return inside[np.argsort(-scores.score[inside], kind="stable")]  # villages stand by code: ties stay in that order


def record(ranking: Ranking, layer: VillageLayer) -> bytes:
    """Return a ranking as a record; the same ranking gives the same bytes.

    Raises
    ------
    DataError
        If the layer was changed after it was built.
    """
    verify(layer)
    return _written(ranking, layer, made_with())


def replay(content: bytes, layer: VillageLayer, surroundings: Surroundings, *, name: str) -> bytes:
    """Make the ranking of a record again.

    Parameters
    ----------
    content
        The record.
    layer, surroundings
        What it was made from.
    name
        Name of its file, for messages.

    Returns
    -------
    The record made again: the same bytes, unless the record was changed or another version of the program or its
    libraries computes something else.

    Raises
    ------
    PlanError
        If it is no such record, or was made from another layer or other registers.
    """
    header = header_of(content, name, kind=KIND, form=FORMAT, layer=layer)
    params, around = params_of(header, name), as_then(surroundings, added_then(header, name))
    ranking = rank(layer, around, params, regions=list(header["regions"]) or None, sector=sector_of(header, name))
    return _written(ranking, layer, header["made_with"])


def kind_of(content: bytes, *, name: str) -> str:
    """Return what a record holds, such as ``ranking``.

    Raises
    ------
    PlanError
        If it is no record.
    """
    try:
        return str(json.loads(content)["kind"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PlanError("plan.no_record", file=name) from error


def header_of(content: bytes, name: str, *, kind: str, form: int, layer: VillageLayer) -> dict[str, Any]:
    """Return the content of a record that was made from a layer and the present registers.

    Raises
    ------
    PlanError
        If it is no record of that kind and form, or was made from another layer or other registers.
    """
    header = _header(content, name, kind, form)
    verify(layer)
    if header["layer"]["fingerprint"] != layer.fingerprint:
        raise _other_layer(header["layer"], layer, name)
    if header["registers"] != dict(register_hashes()):
        raise PlanError("plan.other_registers", file=name)
    return header


def layer_part(layer: VillageLayer) -> dict[str, Any]:
    """Return what a record says of the layer it was made from: enough to find that layer, or to make it, again."""
    counted = {name: layer.about[name] for name in (BUILT_FROM, AS_OF) if name in layer.about}
    return {"fingerprint": layer.fingerprint, "built": layer.about.get("built"), **counted}


def moment_of(part: Mapping[str, Any], name: str) -> datetime | None:
    """Return until when uploads are counted in the layer of a record; nothing where none is.

    Parameters
    ----------
    part
        What the record says of its layer; see `layer_part`.
    name
        Name of its file, for messages.

    Raises
    ------
    PlanError
        If that is no time with a zone.
    """
    if part.get(AS_OF) is None:
        return None
    try:
        moment = datetime.fromisoformat(part[AS_OF])
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise PlanError("plan.no_record", file=name) from error
    raise PlanError("plan.no_record", file=name)


def added_then(header: Mapping[str, Any], name: str) -> frozenset[str]:
    """Return the declared villages that stood in the records of the office alone when a record was made.

    Raises
    ------
    PlanError
        If they are no codes.
    """
    codes = header.get(ADDED, [])
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise PlanError("plan.no_record", file=name)
    return frozenset(codes)


def told_added(scores: Scores) -> dict[str, list[str]]:
    """Return what a record says of declared villages that stand in the records of the office alone."""
    added = sorted(scores.criteria.added)
    return {ADDED: added} if added else {}


def made_with(*others: str) -> dict[str, str]:
    """Return the versions of the program and of the libraries a result may hang on."""
    return {name: version(name) for name in (*_LIBRARIES, *others)}


def _written(ranking: Ranking, layer: VillageLayer, libraries: Mapping[str, str]) -> bytes:
    params = ranking.scores.params
    content = {
        "kind": KIND,
        "format": FORMAT,
        "made_with": dict(libraries),
        "layer": layer_part(layer),
        "registers": dict(register_hashes()),
        **told_added(ranking.scores),
        "regions": list(ranking.regions),
        "sector": ranking.sector,
        "seed": params.seed,
        "parameters": params.model_dump(mode="json"),
        "villages": _rows(ranking),
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _rows(ranking: Ranking) -> list[dict[str, Any]]:
    scores = ranking.scores
    parts = pd.DataFrame(
        scores.parts.parts, index=scores.criteria.villages.index, columns=list(scores.criteria.keys)
    ).loc[ranking.table.index]
    table = ranking.table
    return [
        {
            RANK: int(row[RANK]),
            VILLAGE_CODE: row[VILLAGE_CODE],
            **{name: round(float(row[name]), _DECIMALS) for name in (SCORE, *BLOCKS)},
            "parts": {key: round(float(value), _DECIMALS) for key, value in part.items()},
        }
        for row, part in zip(table.to_dict("records"), parts.to_dict("records"), strict=True)
    ]


def _header(content: bytes, name: str, kind: str, form: int) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PlanError("plan.no_record", file=name) from error
    needed = {"kind", "format", "made_with", "layer", "registers", "regions", "sector", "parameters"}
    if not isinstance(found, dict) or not needed <= set(found) or found["kind"] != kind:
        raise PlanError("plan.no_record", file=name)
    if found["format"] != form:
        raise PlanError("plan.other_format", file=name)
    if not isinstance(found["layer"], dict) or "fingerprint" not in found["layer"]:
        raise PlanError("plan.no_record", file=name)
    regions, versions = found["regions"], found["made_with"]
    if not _are_texts(regions) or not isinstance(versions, dict) or not _are_texts([*versions.values()]):
        raise PlanError("plan.no_record", file=name)
    return found


def _other_layer(part: Mapping[str, Any], layer: VillageLayer, name: str) -> PlanError:
    moment = moment_of(part, name)
    if moment is not None and part.get(BUILT_FROM) == layer.built_from:
        return PlanError("plan.other_uploads", file=name, date=moment.date().isoformat())
    return PlanError("plan.other_layer", file=name, wanted=part["fingerprint"], found=layer.fingerprint)


def _are_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(entry, str) for entry in found)


def params_of(header: Mapping[str, Any], name: str) -> ScoringParams:
    """Return the parameters of the score of a record; PlanError if they are not valid."""
    try:
        return ScoringParams.model_validate_json(json.dumps(header["parameters"]))
    except ValidationError as error:
        raise PlanError("plan.bad_parameters", file=name, count=error.error_count()) from error


def sector_of(header: Mapping[str, Any], name: str) -> Sector | None:
    """Return the sector of a record; PlanError if there is no such sector."""
    if header["sector"] is None:
        return None
    for known in SECTORS:
        if known == header["sector"]:
            return known
    raise PlanError("plan.no_record", file=name)
