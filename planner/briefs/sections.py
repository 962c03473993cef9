"""The middle of a brief in words: proposed villages, contributions already paid for, published figures."""

from typing import Any, Final

from geodata.texts import number
from planner.briefs.content import RegencyBrief
from planner.briefs.paid import Paid, PaidGroup, Reported
from planner.briefs.proposed import LISTED
from planner.briefs.quoted import Quoted
from planner.briefs.said import Voice, short
from planner.rupiah import spoken
from planner.texts import t

Part = dict[str, Any]
"""A heading, sentences before and after, and a table of headings and rows; empty where there is nothing to say."""

_VILLAGES: Final = (("number", ""), ("village", "district"), ("gap_workers", "range"), ("registrations", "range"))
_PAID: Final = ("fund", "workers", "until", "active_until", "cost")


def villages(brief: RegencyBrief, voice: Voice) -> Part:
    """Return the proposed villages as a table, and what must be known of them."""
    found = brief.proposed
    if not found.villages:
        return {}
    rows = [
        [
            [number(place, voice.language), ""],
            [short(one.name), short(one.district)],
            [voice.people(one.gap.value), voice.span(one.gap)],
            [voice.people(one.registrations.value), voice.span(one.registrations)],
        ]
        for place, one in enumerate(found.villages[:LISTED], start=1)
    ]
    return {
        "title": voice.say(f"villages.{found.kind}", plan=short(found.plan)),
        "before": _before(brief, voice),
        "headings": [[voice.say(f"villages.{name}") if name else "" for name in pair] for pair in _VILLAGES],
        "rows": rows,
        "after": _after(brief, voice),
    }


def paid(brief: RegencyBrief, voice: Voice, *, smallest: int) -> Part:
    """Return who pays for workers already; empty where nothing is known of it.

    Parameters
    ----------
    brief, voice
        The brief, the words.
    smallest
        Groups of fewer people were left out.
    """
    found, published = brief.paid, [_reported(one, voice) for one in brief.reported]
    if found is None:
        return (
            {"title": voice.say("paid"), "before": published, "headings": [], "rows": [], "after": []}
            if (published)
            else {}
        )
    return {
        "title": voice.say("paid"),
        "before": _sums(found, voice, smallest=smallest),
        "headings": [voice.say(f"paid.{name}") for name in _PAID],
        "rows": [_paid_row(one, voice) for one in found.groups],
        "after": [voice.say("paid.formula"), *published],
    }


def quoted(brief: RegencyBrief, voice: Voice) -> Part:
    """Return what is published of the regency or its province; empty where nothing is."""
    if not brief.quoted:
        return {}
    return {
        "title": voice.say("quoted"),
        "before": [_quoted(one, voice) for one in brief.quoted],
        "headings": [],
        "rows": [],
        "after": [voice.say("quoted.note")],
    }


def _before(brief: RegencyBrief, voice: Voice) -> list[str]:
    found = brief.proposed
    if found.kind == "plan":
        return []
    return [voice.say("villages.not_in_plan", plan=short(found.plan)) if found.plan else voice.say("villages.open")]


def _after(brief: RegencyBrief, voice: Voice) -> list[str]:
    found, told = brief.proposed, []
    named = found.villages[LISTED:]
    if named:
        villages = [f"{place} {short(one.name)}" for place, one in enumerate(named, start=LISTED + 1)]
        told.append(voice.say("villages.named", villages=", ".join(villages)))
    more = found.count - len(found.villages)
    if more > 0:
        told.append(voice.say("villages.more", more=more, count=found.count))
    if found.cost_idr is not None:
        told.append(voice.say("villages.cost", cost=spoken(found.cost_idr, voice.language)))
    if found.other_data:
        told.append(voice.say("villages.other_data"))
    return told


def _sums(found: Paid, voice: Voice, *, smallest: int) -> list[str]:
    told = [voice.say("paid.few_left_out", groups=found.left_out, smallest=smallest)] if found.left_out else []
    for name, people in (("running", found.running), ("ending", found.ending), ("unpaid", found.unpaid)):
        if people:
            told.append(voice.say(f"paid.{name}", people=people))
    return told


def _paid_row(group: PaidGroup, voice: Voice) -> list[str]:
    days = [voice.day(day) if day else "" for day in (group.paid_until, group.active_until)]
    listed = bool(group.paid_until)
    cost = "" if group.cost_idr is None else spoken(group.cost_idr, voice.language)
    return [_fund(group.fund, voice) if listed else voice.say("paid.others"), voice.people(group.people), *days, cost]


def _fund(name: str, voice: Voice) -> str:
    """Return a fund in words where the program knows it, else as the office wrote it."""
    known = {"dbh_sawit", "apbd", "bkbk", "add_apbdes", "sertakan", "self_pay"}
    return t(f"funding.name.{name}", voice.language) if name in known else short(name)


def _reported(one: Reported, voice: Voice) -> str:
    told = {
        "fund": _fund(one.fund, voice),
        "year": one.year,
        "amount": spoken(one.amount_idr, voice.language),
        "source": voice.source(one.source_url, one.source_date),
    }
    if one.workers is None:
        return voice.say("reported.allocation", **told, share=round(100 * one.share))
    return voice.say("reported", **told, workers=one.workers, months=one.months)


def _quoted(one: Quoted, voice: Voice) -> str:
    target = number(one.target_pct, voice.language, 2).rstrip("0").rstrip(",.")
    told = {
        "region": short(one.name),
        "segment": voice.say(f"segment.{one.segment}"),
        "year": str(one.year),
        "target": target,
        "source": voice.source(one.source_url, one.source_date),
    }
    if one.gap is None or one.base is None or one.covered is None:
        return voice.say("quoted.target", **told)
    short_of = voice.say("quoted.short", people=one.gap) if one.gap > 0 else voice.say("quoted.reached")
    counted = {"covered": one.covered, "base": one.base, "percent": voice.percent(one.covered_pct)}
    said = voice.say("quoted.whole", **told, **counted, day=voice.day(one.covered_on or ""), gap=short_of)
    for what, people in (("gap", one.misquoted_gap), ("target", one.misquoted_target)):
        if people is not None:
            return f"{said} {voice.say(f'quoted.mismatch.{what}', people=people)}"
    return said
