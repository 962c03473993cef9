"""The lower part of a brief in words: what is asked of the head of the region, and the small print."""

from planner.briefs.content import PER, RegencyBrief
from planner.briefs.head import head_of
from planner.briefs.said import Voice
from planner.rupiah import spoken, written

_SAWIT_SHARE = 0.1
"""Share of plantation workers from which palm oil revenue is named as a fund."""


def request(brief: RegencyBrief, voice: Voice) -> dict[str, object]:
    """Return what is asked for: a sentence before, and the points."""
    head = head_of(brief.standing)
    points = [_budget(brief, voice), voice.say(f"request.regulation.{head}"), _officials(brief, voice)]
    ending = brief.paid.ending if brief.paid else None
    if ending:
        points.insert(0, voice.say("request.renew", people=ending))
    return {
        "title": voice.say("request"),
        "lead": voice.say(f"request.lead.{head}"),
        "points": [*points, voice.say("request.contact")],
    }


def small_print(brief: RegencyBrief, voice: Voice, *, smallest: int) -> list[str]:
    """Return sources and notes, a sentence each; counts below ``smallest`` were replaced."""
    made_of = brief.origins
    eligible = (*made_of.eligible, *made_of.counted_eligible)
    active = (*made_of.active, *made_of.counted_active)
    all_counted = brief.standing.counted_villages == brief.standing.villages
    told = []
    if eligible:
        told.append(voice.say("sources.eligible", producers=voice.producers(eligible)))
    if active:
        shown = made_of.counted_active if all_counted and made_of.counted_active else active
        told.append(voice.say("sources.active", producers=voice.producers(shown)))
    told += [voice.say(f"sources.{name}") for name in ("ranges", "order", "registrations")]
    told.append(voice.say("sources.tariff", month=written(brief.budget.month_idr, voice.language)))
    if brief.shielded:
        told.append(voice.say("sources.shielded", smallest=smallest))
    if brief.paid is None and not brief.reported:
        told.append(voice.say("sources.no_records"))
    return told


def _budget(brief: RegencyBrief, voice: Voice) -> str:
    budget, expected = brief.budget, brief.proposed.registrations
    rates = {
        "year": str(budget.start.year),
        "worker": written(budget.worker_idr, voice.language),
        "month": written(budget.month_idr, voice.language),
    }
    if budget.workers:
        low, high = (
            spoken(round(end or 0) * budget.worker_idr, voice.language) for end in (expected.low, expected.high)
        )
        cost = spoken(budget.cost_idr, voice.language)
        asked = voice.say("request.budget", **rates, cost=cost, workers=budget.workers, low=low, high=high)
    else:
        asked = voice.say("request.budget_each", **rates, thousand=spoken(PER * budget.worker_idr, voice.language))
    workers = dict(brief.standing.sectors)
    sawit = workers.get("plantation", 0) >= _SAWIT_SHARE * sum(workers.values()) > 0
    return f"{asked} {voice.say('request.funds_sawit' if sawit else 'request.funds')}"


def _officials(brief: RegencyBrief, voice: Voice) -> str:
    standing, gates = brief.standing, brief.gates
    desa = standing.villages - standing.kelurahan
    if not desa:
        return voice.say("request.officials.kelurahan")
    if gates is None:
        return voice.say("request.officials.desa")
    last = voice.day(gates.last)
    if gates.complete == gates.counted >= desa:
        return voice.say("request.officials.all", counted=gates.counted, day=last)
    return voice.say("request.officials.some", complete=gates.complete, counted=gates.counted, desa=desa, day=last)
