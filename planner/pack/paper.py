"""The pack on paper: A4, set by typst from data, never from text that could be markup."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from planner.field.cards import Entry, VillageCard
from planner.field.days import navigation_links
from planner.pack.content import Pack
from planner.paper import qr_svg, typeset
from planner.provenance import Stamp

_TEMPLATE: Final = Path(__file__).with_name("static") / "pack.typ"
_WORDS: Final = (
    "card.figures", "card.contacts", "card.sectors", "card.next", "card.follow_ups", "card.own_visits", "no_days",
    "assumed", "follow_ups", "no_follow_ups", "no_point", "scan", "view.villages", "view.month", "month.rests",
    "talks", "table.number", "table.village", "table.district", "table.gap", "table.next", "table.page",
    "map",
)  # fmt: skip
_GAP: Final = 1  # among the figures of a card


def pdf(pack: Pack) -> bytes:
    """Return the pack as a PDF: see `booklet`."""
    return booklet(pack)[1]


def booklet(pack: Pack) -> tuple[Stamp, bytes]:
    """Return the pack as a PDF, and what it was made from.

    It holds a cover with the map, on which the villages have numbers, the table of the villages, month and visit days,
    a card of each village with its QR code, and what to say.

    Parameters
    ----------
    pack
        What stands in it.

    Raises
    ------
    PlanMachineError
        If it cannot be set.
    """
    content = _content(pack)
    stamp = Stamp(
        kind="booklet",
        format=".pdf",
        language=pack.language,
        made_on=pack.made_on,
        fingerprint=pack.fingerprint,
        smallest=0,
        asked={
            "agent": pack.agent,
            "content": sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest(),
        },
    )
    return stamp, typeset(_TEMPLATE, {**content, "stamp": stamp.id})


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
        "own": pack.own,
        "map": pack.numbered,
        "counts": pack.text("counts", villages=len(pack.cards), days=len(pack.days)),
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
        "qr": qr_svg(navigation_links(*point).geo) if point else "",
        "gap": card.figures[_GAP].value,
        "next": card.next_days[0] if card.next_days else "",
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
