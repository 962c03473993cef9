"""The upper part of a brief in words: to whom, the four figures, how they are to be read."""

from planner.briefs.content import RegencyBrief
from planner.briefs.days import span_text
from planner.briefs.said import Voice, is_exact, short
from planner.briefs.standing import Standing
from planner.texts import t

_TOLD_SECTORS = 2


def addressed(brief: RegencyBrief, voice: Voice) -> dict[str, str]:
    """Return title, addressee, office and day."""
    standing = brief.standing
    bare = short(standing.name).removeprefix("Kabupaten ").removeprefix("Kota ")
    office = brief.office
    return {
        "kind": voice.say("kind"),
        "title": voice.say("title", regency=short(standing.name)),
        "to": voice.say(f"to.{head_of(standing)}", name=bare),
        "office": voice.say(f"office.{office.basis}", office=short(office.name)) if office else "",
        "made": voice.say("made", day=voice.day(brief.made_on)),
    }


def head_of(standing: Standing) -> str:
    """Return ``regent`` or ``mayor``."""
    return "mayor" if standing.is_city else "regent"


def figures(brief: RegencyBrief, voice: Voice) -> list[dict[str, str]]:
    """Return the four figures, each with its name and what must be known of it."""
    standing, proposed = brief.standing, brief.proposed
    rank, everywhere = standing.by_gap, standing.by_gap_everywhere
    return [
        _figure(voice.say("gap"), voice.say("gap.value", people=voice.people(standing.gap.value)), _gap(brief, voice)),
        _figure(voice.say("coverage"), f"{voice.percent(standing.coverage_pct.value)}%", _coverage(brief, voice)),
        _figure(
            voice.say("rank"),
            voice.say("rank.value", place=rank.place, of=rank.of),
            voice.say("rank.note", place=everywhere.place, of=everywhere.of, provinces=standing.provinces)
            if standing.provinces > 1
            else voice.say("rank.note.one"),
        ),
        _figure(
            voice.say("proposed" if proposed.kind == "plan" else "discussed"),
            voice.people(proposed.count),
            voice.say(
                "proposed.note",
                people=voice.people(proposed.registrations.value),
                low=voice.people(proposed.registrations.low),
                high=voice.people(proposed.registrations.high),
            ),
        ),
    ]


def how_to_read(brief: RegencyBrief, voice: Voice) -> list[str]:
    """Return what the figures rest on, a sentence each."""
    standing, made_of = brief.standing, brief.origins
    kind = "eligible_counted" if made_of.counted_eligible else "eligible"
    told = [
        voice.say("basis.scope"),
        voice.say(f"basis.{kind}", eligible=voice.producers(made_of.eligible[:1])),
        *_participants(brief, voice),
    ]
    sectors = [_sector(sector, people, standing, voice) for sector, people in standing.sectors[:_TOLD_SECTORS]]
    return [*told, voice.say("basis.sectors", sectors=voice.joined(sectors))] if sectors else told


def _participants(brief: RegencyBrief, voice: Voice) -> list[str]:
    standing, made_of = brief.standing, brief.origins
    active = voice.producers(made_of.active[:1])
    if not standing.counted_villages:
        return [voice.say("basis.active", active=active), voice.say("basis.no_rank")]
    first = min((one.first for one in made_of.counted_active), default="")
    last = max((one.last for one in made_of.counted_active), default="")
    days = span_text(first, last, voice.language)
    if standing.counted_villages == standing.villages:
        told = voice.say("basis.all", villages=standing.villages, days=days)
    else:
        counted = {"counted": standing.counted_villages, "villages": standing.villages}
        told = voice.say("basis.some", **counted, days=days, active=active)
    place = standing.by_coverage
    compared = voice.say("basis.by_coverage", place=place.place, of=place.of) if place else voice.say("basis.no_rank")
    return [told, compared]


def _figure(name: str, value: str, note: str) -> dict[str, str]:
    return {"name": name, "value": value, "note": note}


def _gap(brief: RegencyBrief, voice: Voice) -> str:
    gap, eligible = brief.standing.gap, voice.people(brief.standing.eligible.value)
    if is_exact(gap):
        return voice.say("gap.note.exact", eligible=eligible)
    return voice.say("gap.note", eligible=eligible, low=voice.people(gap.low), high=voice.people(gap.high))


def _coverage(brief: RegencyBrief, voice: Voice) -> str:
    share, active = brief.standing.coverage_pct, voice.people(brief.standing.active.value)
    if is_exact(share):
        return voice.say("coverage.note.exact", active=active)
    return voice.say("coverage.note", active=active, low=voice.percent(share.low), high=voice.percent(share.high))


def _sector(sector: str, people: int, standing: Standing, voice: Voice) -> str:
    share = round(100 * people / (standing.eligible.value or people))
    return voice.say("sector", sector=t(f"explain.sector.{sector}", voice.language), share=share)
