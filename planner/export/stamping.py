"""What a list of villages says about itself when it leaves the office: by which number it is found again."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any, Final

from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.export.about import About
from planner.provenance import Stamp, params_sha256
from planner.shielding import few_notes
from planner.texts import t

RANKING: Final = "ranking"


def stamped(
    about: About,
    kind: str,
    ending: str,
    *,
    smallest: int,
    plan: str = "",
    record: bytes = b"",
    asked: Mapping[str, Any] | None = None,
) -> About:
    """Return what one file of a list says about itself, with its stamp.

    Parameters
    ----------
    about
        What all its files say.
    kind
        Of the list, see `planner.provenance.Stamp`.
    ending
        Ending of the file, with its dot.
    smallest
        Counts of fewer people are hidden in it.
    plan, record
        Name and record of the plan, if it is the list of one.
    asked
        What else was asked for.
    """
    stamp = Stamp(
        kind=kind,
        format=ending,
        language=about.language,
        made_on=about.created,
        fingerprint=about.fingerprint,
        plan=plan,
        plan_sha256=sha256(record).hexdigest() if record else "",
        params_sha256=params_sha256(about.parameters),
        smallest=smallest,
        asked=dict(asked or {}),
    )
    return replace(about, stamp=stamp)


def stamp_of_content(
    kind: str,
    ending: str,
    content: object,
    *,
    fingerprint: str,
    language: Language,
    on: date,
    asked: Mapping[str, Any],
    smallest: int = 0,
) -> Stamp:
    """Return the stamp of a file that is no list of a ranking; another content gives another number.

    Parameters
    ----------
    kind
        Of the file, see `planner.provenance.Stamp`.
    ending
        Ending of the file, with its dot.
    content
        What stands in the file, as JSON can hold it; other values count as their text.
    fingerprint
        Fingerprint of the village layer.
    language
        Language of the file.
    on
        Day of the export.
    asked
        What was asked for.
    smallest
        Observed counts of fewer people are hidden; 0 if none are.
    """
    told = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return Stamp(
        kind=kind,
        format=ending,
        language=language,
        made_on=on,
        fingerprint=fingerprint,
        smallest=smallest,
        asked={**asked, "content": sha256(told.encode()).hexdigest()},
    )


def noting_few(about: About, layer: VillageLayer, smallest: int) -> About:
    """Return what a list says about itself, and that counts of a few people are hidden."""
    told = t("priority.note.smallest", about.language, smallest=smallest)
    return replace(about, notes=(*about.notes, told, *few_notes(layer, smallest, about.language)))
