"""Briefs as a PDF: A4, one page each, set by typst from data, never from text that could be markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from geodata.texts import Language
from planner.briefs.content import Basis, RegencyBrief, regency_brief
from planner.briefs.foot import request, small_print
from planner.briefs.head import addressed, figures, how_to_read
from planner.briefs.picture import drawn
from planner.briefs.said import Voice
from planner.briefs.sections import paid, quoted, villages
from planner.paper import Output, typeset
from planner.provenance import Stamp

_TEMPLATE: Final = Path(__file__).with_name("regency.typ")


@dataclass(frozen=True)
class Page:
    """One brief as it is set: texts and a map."""

    title: str
    content: dict[str, Any]


def page(basis: Basis, code: str, language: Language) -> Page:
    """Return the page of a regency.

    Parameters
    ----------
    basis
        What all briefs share.
    code
        The regency.
    language
        Language of the page.

    Raises
    ------
    PlanError
        If there is no such regency.
    """
    brief, voice = regency_brief(basis, code), Voice(language)
    return Page(
        addressed(brief, voice)["title"],
        {
            **addressed(brief, voice),
            "figures": figures(brief, voice),
            "read_title": voice.say("basis"),
            "read": " ".join(how_to_read(brief, voice)),
            "villages": villages(brief, voice),
            "map": _map(basis, brief, voice),
            "paid": paid(brief, voice, smallest=basis.smallest),
            "quoted": quoted(brief, voice),
            "request": request(brief, voice),
            "sources_title": voice.say("sources"),
            "sources": " ".join(small_print(brief, voice, smallest=basis.smallest)),
        },
    )


def set_pages(pages: Sequence[Page], stamp: Stamp, *, output: Output = "pdf") -> bytes:
    """Return pages as a file.

    Parameters
    ----------
    pages
        At least one.
    stamp
        What the file is made from; its number stands at the foot of every page.
    output
        ``pdf`` holds all pages, ``png`` and ``svg`` the only one.

    Raises
    ------
    PlanMachineError
        If they cannot be set.
    """
    voice = Voice(stamp.language)  # type: ignore[arg-type]  # one of the two
    day = stamp.made_on
    content = {
        "language": stamp.language,
        "title": pages[0].title if len(pages) == 1 else voice.say("kind"),
        "id": stamp.id,
        "date": [day.year, day.month, day.day],
        "footer": voice.say("footer", id=stamp.id, fingerprint=stamp.fingerprint),
        "pages": [one.content for one in pages],
    }
    return typeset(_TEMPLATE, content, output=output)


def regency_pdf(basis: Basis, code: str, stamp: Stamp) -> bytes:
    """Return the brief of one regency as a PDF of one page. Raises like `page` and `set_pages`."""
    return set_pages([page(basis, code, stamp.language)], stamp)  # type: ignore[arg-type]  # one of the two


def _map(basis: Basis, brief: RegencyBrief, voice: Voice) -> dict[str, Any]:
    found = drawn(basis.shielded, brief.standing.code, brief.proposed, voice)
    if found is None:
        return {}
    note = voice.say("map.approximate") if brief.approximate else ""
    return {"svg": found.svg, "title": found.legend_title, "legend": [list(one) for one in found.legend], "note": note}
