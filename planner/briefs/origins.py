"""From when and from whom the figures of a regency are: what stands below a page in small print."""

from collections.abc import Iterable
from dataclasses import dataclass

from geodata.layer import VillageLayer
from geodata.provenance import FigureRecord, Origin
from geodata.schema import ACTIVE_BPU, ELIGIBLE


@dataclass(frozen=True)
class Producer:
    """Who made figures, and the first and last date they are of, as exact as the source."""

    name: str
    first: str
    last: str


@dataclass(frozen=True)
class Origins:
    """Where the figures of one regency come from.

    Attributes
    ----------
    eligible, active
        Of informal workers and of participants as they are estimated.
    counted_active, counted_eligible
        Of what offices counted in villages of the regency; empty without counts.
    """

    eligible: tuple[Producer, ...]
    active: tuple[Producer, ...]
    counted_active: tuple[Producer, ...]
    counted_eligible: tuple[Producer, ...]


def origins(layer: VillageLayer, regency: str) -> Origins:
    """Return where the figures of a regency come from."""
    eligible, active = (layer.figures.get(figure) for figure in (ELIGIBLE, ACTIVE_BPU))
    return Origins(
        eligible=_estimated(eligible, regency),
        active=_estimated(active, regency),
        counted_active=_counted(active, regency),
        counted_eligible=_counted(eligible, regency),
    )


def _estimated(record: FigureRecord | None, regency: str) -> tuple[Producer, ...]:
    """Return the sources that say something of the whole regency."""
    return _producers(one for one in (record.origins if record else ()) if regency.startswith(one.area))


def _counted(record: FigureRecord | None, regency: str) -> tuple[Producer, ...]:
    """Return the sources of places within the regency."""
    counted = record.counted if record else None
    return _producers(one for one in (counted.origins if counted else ()) if one.area.startswith(regency))


def _producers(found: Iterable[Origin]) -> tuple[Producer, ...]:
    days: dict[str, list[str]] = {}
    for one in found:
        days.setdefault(one.producer, []).append(one.date)
    return tuple(Producer(name, min(dates), max(dates)) for name, dates in days.items())
