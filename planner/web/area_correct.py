"""The button that opens the visit log with what a kept visit says, for the visits an agent may still correct."""

import json
from datetime import date, timedelta
from html import escape
from typing import Any, Final

import pandas as pd
from babel.dates import format_date

from geodata.schema import VILLAGE_CODE
from geodata.texts import Language
from planner.field.obstacles import BETWEEN, obstacle_words
from planner.store.acting import DAYS_CHANGEABLE
from planner.texts import t
from planner.web.area_data import Seen

_COUNTS: Final = ("met", "interested", "registered")


def buttons(seen: Seen, village_code: str, language: Language) -> list[str]:
    """Return of each own visit to a village, newest first, its button as HTML; empty where it cannot be corrected."""
    return [_button(row, seen.area.made_on, language) for row in _visits(seen, village_code)]


def today(seen: Seen, village_code: str, language: Language) -> str:
    """Return the buttons of today's visits to a village."""
    day = seen.area.made_on
    return "".join(_button(row, day, language) for row in _visits(seen, village_code) if _day(row) == day)


def _visits(seen: Seen, village_code: str) -> list[dict[Any, Any]]:
    made = seen.area.visits
    rows: list[dict[Any, Any]] = made[made[VILLAGE_CODE] == village_code].to_dict("records")
    return rows


def _button(row: dict[Any, Any], made_on: date, language: Language) -> str:
    day = _day(row)
    if pd.isna(row["number"]) or day < made_on - timedelta(days=DAYS_CHANGEABLE):
        return ""
    obstacle, more = _obstacle(_text(row["obstacle"]), language)
    said = {
        "replaces": int(row["number"]),
        "village": row[VILLAGE_CODE],
        "was": day.isoformat(),
        "day": day.isoformat(),
        "dusun": _text(row["dusun"]),
        **{name: str(_count(row[name])) for name in _COUNTS},
        "obstacle": obstacle,
        "more": more,
    }
    # a browser's cleaner drops attributes that look as if they held tags
    given = json.dumps(said, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")
    label = f"{t('web.area.say.fixing', language)} {format_date(day, 'd MMMM', locale=language)}"
    return (
        f'<button type="button" class="area-button area-fix" data-fix="{escape(given)}" '
        f'aria-label="{escape(label)}">{escape(t("web.area.say.correct", language))}</button>'
    )


def _obstacle(kept: str, language: Language) -> tuple[str, str]:
    """Return what was chosen of the list, and the remark after it."""
    chosen, _, more = kept.partition(BETWEEN)
    return (chosen, more) if chosen in obstacle_words(language) else ("", kept)


def _day(row: dict[Any, Any]) -> date:
    return pd.Timestamp(row["visited_on"]).date()


def _text(value: Any) -> str:  # noqa: ANN401 (whatever a cell holds)
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int:  # noqa: ANN401
    return 0 if pd.isna(value) else int(value)
