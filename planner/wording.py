"""Why a village stands where it stands, in words."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from geodata.schema import (
    ACTIVE_BPU,
    DISTRICT_NAME,
    INACTIVE_BPU,
    POINT_BASIS,
    REGENCY_NAME,
    VILLAGE_NAME,
    VILLAGE_TYPE,
    Sector,
    basis,
    high,
    low,
    sector_column,
)
from geodata.texts import Language, number
from planner.coverage import GAP
from planner.explain import Explanation, Part, known
from planner.flips import DESA_ONLY, Flip
from planner.params import Indicator
from planner.scoring import LABEL
from planner.texts import t

Matter = Literal["standing", "simulations", "status", "lifting", "lowering", "uncertain", "change", "likeness"]
MATTERS: Final[tuple[Matter, ...]] = get_args(Matter)

_TOLD_POINTS: Final = 0.5
_TOLD_PARTS: Final = 2
_MOST_SENTENCES: Final = 7


def sentences(explanation: Explanation, language: Language) -> list[str]:
    """Tell why a village stands where it stands, in at most seven sentences; the least important are left out.

    What is estimated is called so, and what had to be filled in is told as uncertain, never as a strength or weakness.

    Parameters
    ----------
    explanation
        See :func:`planner.explain.explain`.
    language
        ``id`` or ``en``.
    """
    return list(by_matter(explanation, language).values())[:_MOST_SENTENCES]


def by_matter(explanation: Explanation, language: Language) -> dict[Matter, str]:
    """Tell the same by what each sentence is about, the most important first; empty ones are left out.

    Parameters
    ----------
    explanation, language
        As for `sentences`.
    """
    told = _Told(explanation, language)
    said = {matter: getattr(told, matter)() for matter in MATTERS}
    return {matter: sentence for matter, sentence in said.items() if sentence}


@dataclass(frozen=True)
class _Told:
    """The sentences on one village in one language; empty where there is nothing to say."""

    of: Explanation
    language: Language

    def standing(self) -> str:
        of = self.of
        return self._say(
            "standing",
            village=self._say(f"village.{self._kind}", name=of.village[VILLAGE_NAME]),
            district=of.village[DISTRICT_NAME],
            regency=of.village[REGENCY_NAME],
            rank=of.rank,
            villages=of.villages,
            score=number(of.score, self.language, 1),
            tied=self._say("tied", count=of.tied) if of.tied else "",
            label="" if of.village[LABEL] == "neither" else self._say(f"label.{of.village[LABEL]}"),
        )

    def simulations(self) -> str:
        of = self.of
        if of.rank_range is None or of.in_top is None:
            return ""
        first, last = of.rank_range
        return self._say("simulations", first=first, last=last, list=self._list, share=self._often(of.in_top))

    def status(self) -> str:
        if self.of.declared:
            return self._say("declared", kind=self._this)
        gate = self.of.village["gate"]
        return "" if gate == "unknown" else self._say(f"gate.{gate}", kind=self._this)

    def lifting(self) -> str:
        parts = self._parts(self.of.strengths, "up")
        if not parts and not self.lowering():
            return self._say("middle")
        reference = number(self.of.reference, self.language)
        return self._say("lifting", parts=parts, reference=reference) if parts else ""

    def lowering(self) -> str:
        parts = self._parts(self.of.weaknesses, "down")
        return self._say("lowering", parts=parts) if parts else ""

    def uncertain(self) -> str:
        of, clauses = self.of, []
        least, most = (known(of.village[end]) for end in (low(GAP), high(GAP)))
        if least is not None and most is not None and least < most:
            clauses.append(
                self._say("uncertain.range", workers=self._workers, low=self._whole(least), high=self._whole(most))
            )
        clauses += self._missing()
        if of.village[POINT_BASIS] == "district_mean":
            clauses.append(self._say("uncertain.point"))
        if of.village["gate"] == "unknown" and not of.declared:
            clauses.append(self._say("uncertain.gate", kind=self._kind))
        return self._say("uncertain", clauses="; ".join(clauses)) if clauses else ""

    def _missing(self) -> list[str]:
        """Say what was filled in, from where, and whether it is unknown or does not exist for a kelurahan."""
        found: dict[tuple[str, str], list[str]] = {}
        for part in sorted(self.of.filled):
            why = "desa_only" if part.key in DESA_ONLY and self._kind == "kelurahan" else "missing"
            found.setdefault((why, str(part.filled_from)), []).append(part.key)
        clauses = []
        for (why, area), keys in found.items():
            both = {"ike", "iks"} <= set(keys)
            told = ["idm", *(k for k in keys if k not in ("ike", "iks"))] if both else keys
            nouns = self._join([self._say(f"noun.{key}") for key in told])
            clauses.append(self._say(f"uncertain.{why}", nouns=nouns, area=self._say(f"area.{area}")))
        return clauses

    def change(self) -> str:
        of = self.of
        way = "leave" if of.listed else "enter"
        if of.top >= of.villages:
            return self._say("change.all_listed", top=of.top, villages=of.villages)
        if of.flip is None:
            key = "change.relative" if of.relative_scales else f"change.none.{way}"
            behind = number(of.behind or 0.0, self.language, 1)
            return self._say(key, list=self._list, kind=self._this, behind=behind)
        condition = self._condition(of.flip)
        if of.flip.in_range and not of.flip.filled:
            condition += self._say("change.in_range")
        return self._say(f"change.{way}", condition=condition, list=self._list, kind=self._this)

    def likeness(self) -> str:
        twins = self.of.twins
        if not twins or self.of.declared:
            return ""
        ends = [self._whole(end) for end in (twins[-1].similarity, twins[0].similarity)]
        return self._say(
            "likeness",
            twins=self._join([f"{twin.name} ({twin.regency})" for twin in twins]),
            similarity=ends[0] if ends[0] == ends[1] else "–".join(ends),
        )

    def _condition(self, flip: Flip) -> str:
        then, amount = (self._value(flip.key, v, finer=True) for v in (flip.then, abs(flip.then - flip.now)))
        if flip.filled:
            return self._say("change.filled", noun=self._say(f"noun.{flip.key}"), then=then)
        way = "up" if flip.then > flip.now else "down"
        here = ".here" if flip.key == "office_km" and flip.then == 0 else ""
        return self._say(f"change.{flip.key}.{way}{here}", amount=amount, then=then, workers=self._workers)

    def _parts(self, parts: tuple[Part, ...], way: str) -> str:
        told = [part for part in parts if abs(part.points) >= _TOLD_POINTS][:_TOLD_PARTS]
        return self._join([self._part(part, way) for part in told])

    def _part(self, part: Part, way: str) -> str:
        sector = self.of.focus[int(way == "down")]
        people = known(self.of.village.get(sector_column(sector))) or 0.0
        none = ".none" if part.key == "bumdes_workers" and way == "down" and part.value == 0 else ""
        return self._say(
            f"part.{part.key}.{way}{none}",
            value=self._value(part.key, part.value),
            workers=self._workers,
            sector=self._say(f"sector.{sector}"),
            people=self._whole(people),
            about=self._about(part.key, sector),
            points=self._points(part.points),
        )

    def _about(self, key: Indicator, sector: Sector) -> str:
        """Say how far a figure is known: that of the province, an estimate, or counted."""
        columns = {"gap_workers": GAP, "sector_focus": sector_column(sector), "inactive_share_pct": INACTIVE_BPU}
        column = columns.get(key, ACTIVE_BPU)
        how = str(self.of.village.get(basis(column)))
        area = "province" if how == "assumed" and column in (ACTIVE_BPU, INACTIVE_BPU) else "estimate"
        return "" if how == "observed" else self._say(f"about.{area}")

    def _value(self, key: Indicator, value: float, *, finer: bool = False) -> str:
        if key == "launch_cost_idr":
            return self._say("unit.idr", value=number(value / 1e6, self.language, 1))
        decimals = {"sector_focus": 2, "iks": 2, "ike": 2}.get(key, 0)
        if key in ("gap_rate_pct", "inactive_share_pct"):
            decimals = int(finer)
        return number(value, self.language, decimals)

    def _points(self, points: float) -> str:
        amount = number(abs(points), self.language, 1)
        return self._say("points", sign="+" if points > 0 else "−", amount=amount)

    def _often(self, share: float) -> str:
        percent = 100 * share
        if 0 < percent < 1:
            return self._say("less_than_1")
        return number(min(percent, 99) if share < 1 else percent, self.language)

    def _join(self, items: list[str]) -> str:
        if len(items) < 2:
            return "".join(items)
        return self._say("and" if len(items) == 2 else "and_last", first=", ".join(items[:-1]), last=items[-1])

    @property
    def _kind(self) -> str:
        return "kelurahan" if self.of.village[VILLAGE_TYPE] == "kelurahan" else "desa"

    @property
    def _this(self) -> str:
        return self._say(f"this.{self._kind}")

    @property
    def _workers(self) -> str:
        return self._say(f"workers.{self.of.sector or 'all'}")

    @property
    def _list(self) -> str:
        return self._say("list.first" if self.of.top == 1 else "list.top", top=self.of.top)

    def _whole(self, value: float) -> str:
        return number(value, self.language)

    def _say(self, key: str, **values: object) -> str:
        return t(f"explain.{key}", self.language, **values)
