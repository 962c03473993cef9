"""Own rates, and what launches promised and delivered, as rows of words and numbers."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import pandas as pd

from geodata.schema import REGENCY_CODE
from geodata.texts import Language, number, percentage
from planner.delivered import Delivery, Promised, Seen
from planner.manner import Manner, Shown
from planner.own_results import OwnRatesTables
from planner.results import KINDS, SECTOR, SUCCESSES, VISITS, Kind
from planner.texts import t

RATE_COLUMNS: Final = ("place", "rate", "range", "share", "counted", "source")
SEEN_COLUMNS: Final = ("moment", "month", "active", "inactive", "registered", "change", "effect", "matches")
LAUNCH_COLUMNS: Final = (
    *("village", "launched", "promised_registrations", "registered", "promised_active", "change_12", "effect"),
)


def rate_headings(language: Language) -> list[str]:
    """Return the headings of :func:`rate_rows`."""
    return [t(f"results.heading.{name}", language) for name in RATE_COLUMNS]


def told_rates(
    own: OwnRatesTables, kind: Kind, *, regions: list[str] | None = None, sector: str | None = None
) -> pd.DataFrame:
    """Return the rates worth telling: of all, of sectors and regencies with counts, and what is asked for.

    Parameters
    ----------
    own
        The rates.
    kind
        Which of them.
    regions
        Codes of provinces and regencies; regencies elsewhere are left out, and a regency asked for is told in any case.
    sector
        Other sectors are left out.
    """
    table = own.tables[kind]
    counted, level = table["people"] > 0, table["level"]
    inside = table[REGENCY_CODE].map(lambda code: not regions or code.startswith(tuple(regions)))
    asked = table[REGENCY_CODE].isin([code for code in regions or () if "." in code]) & (sector is not None)
    chosen = (table[SECTOR] == sector) | (sector is None)
    sectors = (level == "sector") & chosen & (counted | (sector is not None))
    return table[(level == "all") | sectors | ((level == "regency") & chosen & inside & (counted | asked))]


def rate_rows(table: pd.DataFrame, kind: Kind, names: Mapping[str, str], manner: Manner) -> list[list[Shown]]:
    """Return rates with their ranges and where they come from.

    Parameters
    ----------
    table
        Rows of a table of `planner.results.rates`.
    kind
        Which rate it is.
    names
        Names of regencies, by code.
    manner
        How it is written.
    """
    return [
        [
            _place(row, names, manner.language),
            _rate(kind, row["rate"], manner.language),
            _range(kind, row["low"], row["high"], manner),
            percentage(100 * row["own_share"], manner.language),
            t("results.counted", manner.language, successes=row[SUCCESSES], people=row["people"])
            if row["people"]
            else "",
            source(kind, row, manner),
        ]
        for row in table.to_dict("records")
    ]


def published_row(own: OwnRatesTables, kind: Kind, manner: Manner) -> list[Shown]:
    """Return the published or assumed figure in the columns of :func:`rate_rows`."""
    language, funnel = manner.language, own.funnel
    name = "registrations_per_active" if kind == "active_12" else f"{kind}_share"
    value, least, most = (float(getattr(funnel, f"{name}{end}")) for end in ("", "_low", "_high"))
    if kind == "active_12":
        shown = [number(figure, language, 1) for figure in (value, least, most)]
    else:
        shown = [number(100 * figure, language) for figure in (value, least, most)]
    place = t("results.place.published", language)
    return [place, shown[0], manner.between(shown[1], shown[2]), "", "", t(f"results.published.{kind}", language)]


def source(kind: Kind, row: Mapping[Any, Any], manner: Manner) -> str:
    """Say where a rate comes from: own results of visits or launches, results elsewhere, or what is published."""
    if row["people"]:
        key = "results.from.visits" if kind == "registered" else "results.from.launches"
        days = {name: manner.day(row[name]) for name in ("first", "last")}
        return t(key, manner.language, visits=row[VISITS], villages=row["villages"], **days)
    return t(f"results.from.{'elsewhere' if row['observed_share'] > 0 else 'prior'}", manner.language)


def seen_kinds(own: OwnRatesTables) -> Iterator[Kind]:
    """Yield the rates somebody was counted for; who registers and who stays for twelve months in any case."""
    yield from (kind for kind in KINDS if kind in ("registered", "active_12") or own.seen(kind))


def promise_sentence(delivery: Delivery, manner: Manner) -> str:
    """Say what a plan expected of a launch."""
    promise = delivery.promise
    if promise is None:
        return t("results.delivered.no_promise", manner.language)
    return t(
        "results.delivered.promise",
        manner.language,
        plan=promise.plan,
        day=manner.day(promise.decided_on.isoformat()),
        registrations=manner.people(round(promise.registrations.value)),
        registrations_range=_span(promise.registrations, manner),
        active=manner.people(round(promise.active.value)),
        active_range=_span(promise.active, manner),
    )


def seen_headings(language: Language) -> list[str]:
    """Return the headings of :func:`seen_rows`."""
    return [t(f"results.delivered.heading.{name}", language) for name in SEEN_COLUMNS]


def seen_rows(delivery: Delivery, manner: Manner) -> list[list[str]]:
    """Return what was counted before a launch, in its month, and later; what nobody knows is said to be unknown."""
    return [_seen_row(delivery, seen, manner) for seen in delivery.seen]


def launch_headings(language: Language) -> list[str]:
    """Return the headings of :func:`launch_row`."""
    return [t(f"results.delivered.heading.{name}", language) for name in LAUNCH_COLUMNS]


def launch_row(delivery: Delivery, name: str, manner: Manner) -> list[str]:
    """Return a launch in a line: what was promised, and what is known last."""
    unknown = t("results.delivered.unknown", manner.language)
    last = delivery.seen[-1]
    registered = delivery.registered
    promise = delivery.promise
    return [
        name,
        manner.day(delivery.launched_on.isoformat()),
        _with_span(promise.registrations, manner) if promise else unknown,
        unknown if registered is None else manner.people(registered),
        _with_span(promise.active, manner) if promise else unknown,
        _or_unknown(delivery.change(last), last, manner),
        _effect(last, manner),
    ]


def plain_delivery(delivery: Delivery) -> dict[str, Any]:
    """Return a launch as plain values; unknown is null."""
    promise = delivery.promise
    promised = (
        None
        if promise is None
        else {
            "plan": promise.plan,
            "decided_on": promise.decided_on.isoformat(),
            "registrations": promise.registrations._asdict(),
            "active_12": promise.active._asdict(),
        }
    )
    return {
        "village_code": delivery.code,
        "launched_on": delivery.launched_on.isoformat(),
        "promised": promised,
        "delivered": [_plain_seen(delivery, seen) for seen in delivery.seen],
    }


def _plain_seen(delivery: Delivery, seen: Seen) -> dict[str, Any]:
    return {
        "moment": seen.moment,
        "month": _month(seen.month),
        "state": seen.state,
        "active": None if seen.count is None else seen.count.active,
        "inactive": None if seen.count is None else seen.count.inactive,
        "registered_at_visits": seen.registered,
        "change_active": None if seen.moment == "before" else delivery.change(seen),
        "beside_similar": None if seen.effect is None else seen.effect._asdict(),
    }


def _seen_row(delivery: Delivery, seen: Seen, manner: Manner) -> list[str]:
    language, unknown = manner.language, t("results.delivered.unknown", manner.language)
    month = _month(seen.month)
    before = seen.moment == "before"
    return [
        t(f"results.delivered.moment.{seen.moment}", language),
        manner.day(month) if month else unknown,
        _or_unknown(None if seen.count is None else seen.count.active, seen, manner),
        _or_unknown(None if seen.count is None else seen.count.inactive, seen, manner),
        "" if before else _or_unknown(seen.registered, seen, manner),
        "" if before else _or_unknown(delivery.change(seen), seen, manner),
        "" if before else _effect(seen, manner),
        "" if seen.effect is None else str(len(seen.effect.matches)),
    ]


def _effect(seen: Seen, manner: Manner) -> str:
    if seen.effect is None:
        return _or_unknown(None, seen, manner)
    value, low, high = (_signed(round(end), manner.language) for end in seen.effect[:3])
    return t("results.delivered.effect", manner.language, value=value, low=low, high=high)


def _or_unknown(people: int | None, seen: Seen, manner: Manner) -> str:
    if people is not None:
        return number(people, manner.language) if people >= 0 else _signed(people, manner.language)
    state = "not_yet" if seen.state == "not_yet" else "unknown"
    return t(f"results.delivered.{state}", manner.language)


def _signed(people: int, language: Language) -> str:
    shown = number(abs(people), language)
    return f"−{shown}" if people < 0 else f"+{shown}" if people else shown


def _with_span(figure: Promised, manner: Manner) -> str:
    return f"{manner.people(round(figure.value))} ({_span(figure, manner)})"


def _span(figure: Promised, manner: Manner) -> str:
    return manner.between(manner.people(round(figure.low)), manner.people(round(figure.high)))


def _month(month: date | None) -> str | None:
    return None if month is None else month.isoformat()[:7]


def _place(row: Mapping[Any, Any], names: Mapping[str, str], language: Language) -> str:
    if row["level"] == "all":
        return t("results.place.all", language)
    code = row[REGENCY_CODE]
    sector = t(f"web.sector.{row[SECTOR]}", language)
    return t(f"results.place.{row['level']}", language, sector=sector, regency=names.get(code, code))


def _rate(kind: Kind, rate: float, language: Language) -> str:
    return number(min(1 / max(rate, 0.01), 100.0), language, 1) if kind == "active_12" else number(100 * rate, language)


def _range(kind: Kind, low: float, high: float, manner: Manner) -> str:
    ends = (high, low) if kind == "active_12" else (low, high)
    return manner.between(*(_rate(kind, end, manner.language) for end in ends))
