"""The draft of a division as a file in the data folder, one per account: a reload of the page does not lose it.

Only who it belongs to is shown it; it holds codes of villages and agents. The steps before it are not kept.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geodata.errors import DataError
from geodata.paths import Paths
from planner.export.atomic import replacing
from planner.territories.moves import Draft
from planner.territories.params import TerritoryParams
from planner.web import visitor
from planner.web.territories_asked import Asked, agent_pairs, pairs_of

_VERSION: Final = 1
_SEEN: Final = ("village_code", "agent_code")
_MOST_BYTES: Final = 20_000_000


@dataclass(frozen=True)
class Kept:
    """A draft that was kept.

    Attributes
    ----------
    asked
        How the division is made again: it begins with the assignment of the draft.
    before, kind
        What it is compared with, see `planner.web.territories_work.Work`.
    seen
        Who had which village in the records when it was begun; nothing without records.
    at
        When it was kept.
    """

    asked: Asked
    before: Mapping[str, str]
    kind: str
    seen: pd.DataFrame | None
    at: datetime


def keep(asked: Asked, draft: Draft, before: Mapping[str, str], kind: str, seen: pd.DataFrame | None) -> None:
    """Write the draft; a folder that cannot be written keeps none, and `kept` finds none then.

    Parameters
    ----------
    asked
        What the division began with.
    draft
        As it stands now.
    before, kind, seen
        What it is compared with and rests on, see `planner.web.territories_work.Work`.
    """
    content = {
        "version": _VERSION,
        "at": datetime.now(UTC).isoformat(),
        "scope": asked.scope,
        "agents": agent_pairs(draft.base.agents),
        "params": asked.params,
        "allow": asked.allow,
        "forbid": asked.forbid,
        "assignment": pairs_of(draft.assignment),
        "locks": sorted(draft.locks),
        "before": pairs_of(before),
        "kind": kind,
        "seen": None if seen is None else seen[list(_SEEN)].to_numpy(str).tolist(),
    }
    path = _file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as scratch:
            scratch.write_text(json.dumps(content), encoding="utf-8")
    except (OSError, DataError):
        return


def kept(fingerprint: str) -> Kept | None:
    """Return the draft of whoever is in front of the screen; nothing where there is none that can be read.

    Parameters
    ----------
    fingerprint
        Of the layer and what was counted in it: the draft is opened with the figures of today.
    """
    path = _file()
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return None
        return _read(json.loads(path.read_text(encoding="utf-8")), fingerprint)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def drop() -> None:
    """Throw the draft away; where the folder cannot be written it stays."""
    with suppress(OSError):
        _file().unlink(missing_ok=True)


def _read(content: Mapping[str, Any], fingerprint: str) -> Kept | None:
    if content["version"] != _VERSION:
        return None
    assignment = {str(code): str(agent) for code, agent in content["assignment"]}
    asked = Asked(
        fingerprint,
        str(content["scope"]),
        tuple((str(code), str(home)) for code, home in content["agents"]),
        TerritoryParams.model_validate_json(content["params"]).model_dump_json(),
        tuple((str(one), str(other)) for one, other in content["allow"]),
        tuple((str(one), str(other)) for one, other in content["forbid"]),
        tuple((str(code), assignment[code]) for code in content["locks"]),
        pairs_of(assignment),
    )
    before = {str(code): str(agent) for code, agent in content["before"]}
    rows = content["seen"]
    seen = None if rows is None else pd.DataFrame([map(str, row) for row in rows], columns=list(_SEEN))
    return Kept(asked, before, str(content["kind"]), seen, datetime.fromisoformat(content["at"]))


def _file() -> Path:
    who = visitor.current()
    name = "laptop" if who.user_id is None else f"user-{int(who.user_id)}"
    return Paths.of().root / "drafts" / f"territories-{name}.json"
