"""The pack on paper: A4, set by typst from data, never from text that could be markup."""

import json
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import segno
import typst

from planner.errors import PlanMachineError
from planner.field.cards import Entry, VillageCard
from planner.field.days import navigation_links
from planner.pack.content import Pack

_TEMPLATE: Final = Path(__file__).with_name("static") / "pack.typ"
_WORDS: Final = (
    "card.figures", "card.contacts", "card.sectors", "card.next", "card.follow_ups", "card.own_visits", "no_days",
    "assumed", "follow_ups", "no_follow_ups", "no_point", "scan", "view.villages", "view.month", "month.rests",
    "talks", "assumed",
)  # fmt: skip


def pdf(pack: Pack) -> bytes:
    """Return the pack as a PDF: map, month, days, list, a card of each village with its QR code, what to say.

    Parameters
    ----------
    pack
        What stands in it.

    Raises
    ------
    PlanMachineError
        If it cannot be set.
    """
    content = json.dumps(_content(pack), ensure_ascii=False)
    try:
        found = _compiler().compile(_TEMPLATE.read_bytes(), format="pdf", sys_inputs={"pack": content}, timestamp=0)
    except typst.TypstError as error:
        raise PlanMachineError("pack.not_set", agent=pack.agent, reason=error.message) from error
    assert isinstance(found, bytes)
    return found


@cache
def _compiler() -> typst.Compiler:
    """Return the one compiler of the process, which knows the fonts it brings and no others: the same everywhere."""
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))


def _content(pack: Pack) -> dict[str, Any]:
    points = {card.code: (latitude, longitude) for card, latitude, longitude in pack.points()}
    day = pack.made_on
    return {
        "language": pack.language,
        "title": pack.title,
        "made": pack.text("made_paper", day=pack.made),
        "date": [day.year, day.month, day.day],
        "words": {name: pack.text(name) for name in _WORDS},
        "days_title": pack.text("days", month=pack.month),
        "map": pack.drawn,
        "days": [
            {
                "title": one.title,
                "told": one.told,
                "stops": [[f"{stop.arrive}–{stop.leave}", stop.village_name] for stop in one.stops],
            }
            for one in pack.days
        ],
        "missed": list(pack.missed),
        "counter": _entries(pack.counter),
        "rests": _entries(pack.assumed),
        "warning": pack.warning,
        "follow_ups": [[title, _entries(entries)] for title, entries in pack.follow_ups if entries],
        "cards": [_card(card, points.get(card.code)) for card in pack.cards],
        "talks": [
            {
                "title": pack.text("say", sector=talk.title),
                "parts": [[title, _entries(lines)] for title, lines in talk.parts],
            }
            for talk in pack.talks
        ],
    }


def _card(card: VillageCard, point: tuple[float, float] | None) -> dict[str, Any]:
    return {
        "code": card.code,
        "title": card.title,
        "region": card.region,
        "qr": _qr(navigation_links(*point).geo) if point else "",
        "parts": [
            [name, _entries(entries)]
            for name, entries in (
                ("card.figures", card.figures),
                ("card.contacts", card.contacts),
                ("card.sectors", card.sectors),
                ("card.next", tuple(Entry("", day) for day in card.next_days)),
                ("card.follow_ups", card.follow_ups),
                ("card.own_visits", card.visits),
            )
            if entries
        ],
    }


def _entries(entries: tuple[Entry, ...]) -> list[list[str]]:
    return [[one.label, one.value, one.note] for one in entries]


def _qr(text: str) -> str:
    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()
