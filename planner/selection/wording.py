"""A selection in words: rules, why no choice follows them, ways out, why a village is not in the plan."""

import numpy as np
import pandas as pd

from geodata.schema import DISTRICT_CODE, DISTRICT_NAME, REGENCY_CODE, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language, number
from planner import rupiah
from planner.selection.answer import Selection
from planner.selection.candidates import BENEFIT, Candidates
from planner.selection.conflict import TOGETHER, Conflict, Way
from planner.selection.params import Objective
from planner.selection.prices import Price
from planner.selection.reasons import Broken, Reason
from planner.texts import t

_LOCKS = ("must", "never")
_LISTED = 12


def rule(found: Candidates, row: int, language: Language) -> str:
    """Tell one rule: what it is about and its limit."""
    rules = found.problem.rules
    kind = str(rules.kind[row])
    limit = float(rules.most[row] if np.isfinite(rules.most[row]) else rules.least[row])
    names = _names(found, kind, str(rules.subject[row]), language)
    return t(f"selection.rule.{kind}", language, limit=_amount(kind, limit, language), **names)


def infeasible(found: Candidates, conflict: Conflict, language: Language) -> list[str]:
    """Tell why no choice follows the rules, and what to change: one sentence a line."""
    told = [t("selection.infeasible" if conflict.smallest else "selection.infeasible_some", language)]
    told += [f"- {text}" for text in _rules(found, conflict.rows, language)]
    told += [t("selection.supply", language, text=text) for text in _supplies(found, conflict, language)]
    if conflict.ways:
        told.append(t("selection.ways", language))
        told += [f"- {_way(found, way, language)}" for way in conflict.ways]
    elif conflict.cheapest:
        told.append(t("selection.cheapest", language))
        told += [f"- {_way(found, way, language)}" for way in conflict.cheapest]
    return told


def quality(found: Candidates, selection: Selection, language: Language) -> list[str]:
    """Tell how good a choice is: what it brings, what might be better, what choosing step by step would bring."""
    objective = found.params.objective
    unit = t(f"selection.unit.{objective}", language)
    told = [t("selection.brings", language, value=brings(selection.objective, objective, language), unit=unit)]
    if len(found.problem.worth) and selection.chosen is not None:
        inside = float(found.table[BENEFIT].to_numpy(np.float64)[selection.chosen].sum())
        around = shown(selection.objective, objective) - shown(inside, objective)  # what is told adds up
        km = _measured(found.params.spillover_km, language)
        parts = {"inside": brings(inside, objective, language), "around": brings(around, objective, language)}
        told.append(t("selection.around", language, **parts, km=km))
    told.append(t(f"selection.status.{selection.status}", language, percent=_at_most(selection.gap, language)))
    if selection.greedy_objective is not None and selection.greedy_objective < selection.objective - 1e-6:
        less = 1 - selection.greedy_objective / selection.objective
        told.append(t("selection.greedy", language, percent=percent(less, language)))
    return told


def step(gap: float, language: Language) -> str:
    """Tell while the solver works how much better a choice may still exist."""
    return t("selection.step", language, percent=_at_most(gap, language))


def reason(found: Candidates, why: Reason, name: str, language: Language) -> str:
    """Tell why a village is not in a plan, or what a chosen one is worth to it."""
    if why.kind == "broken":
        rules = "; ".join(_broken(found, broken, language) for broken in why.broken)
        told = t("selection.reason.broken", language, village=name, rules=rules)
    else:
        told = t(f"selection.reason.{why.kind}", language, village=name)
    return told if why.price is None else f"{told} {price(why, found.params.objective, language)}"


def price(why: Reason, objective: Objective, language: Language) -> str:
    """Tell what forcing a village in, leaving a chosen one out, or a rule about it costs."""
    cost = why.price
    assert cost is not None
    key = {"chosen": "leaving_out", "must": "rule", "never": "rule"}.get(why.kind, "forcing_in")
    if not cost.possible:
        return t(f"selection.price.{key}.impossible", language)
    if not np.isfinite(cost.high):
        return t("selection.price.unknown", language)
    unit = t(f"selection.unit.{objective}", language)
    return t(f"selection.price.{key}", language, loss=_loss(cost, objective, language), unit=unit)


def given_up(kind: str, gain: Price, objective: Objective, language: Language) -> str:
    """Tell what the rules of a kind give up."""
    unit = t(f"selection.unit.{objective}", language)
    rules = t(f"selection.kind.{kind}", language)
    return t("selection.given_up", language, rules=rules, gain=_loss(gain, objective, language), unit=unit)


def _loss(cost: Price, objective: Objective, language: Language) -> str:
    least, most = brings(cost.low, objective, language), brings(cost.high, objective, language)
    return most if least == most else t("selection.price.between", language, low=least, high=most)


def _rules(found: Candidates, rows: tuple[int, ...], language: Language) -> list[str]:
    told = [rule(found, row, language) for row in rows[:_LISTED]]
    left = len(rows) - len(told)
    return [*told, t("selection.more_rules", language, count=left)] if left else told


def _supplies(found: Candidates, conflict: Conflict, language: Language) -> list[str]:
    """Tell how many candidates there are for rules that ask for a number of them."""
    rules = found.problem.rules
    asking = [row for row in conflict.rows if rules.least[row] > 0 and str(rules.kind[row]) not in _LOCKS]
    told = []
    for row in asking[:_LISTED]:
        count = int(np.diff(rules.amounts.indptr)[row])
        told.append(f"{rule(found, row, language)}: {t('selection.candidates', language, count=count)}")
    return told


def _way(found: Candidates, way: Way, language: Language) -> str:
    kind = str(found.problem.rules.kind[way.row])
    text = rule(found, way.row, language)
    if kind in _LOCKS:
        return t("selection.way.drop", language, rule=text)
    if kind == "spacing":
        return t("selection.way.spacing", language, rule=text)
    if kind in TOGETHER:
        rules = t(f"selection.kind.{kind}", language)
        return t("selection.way.all", language, rules=rules, needed=amount(way.needed, language))
    # in full: a rounded budget might not be enough
    needed = rupiah.written(way.needed, language) if kind == "budget" else amount(way.needed, language)
    return t("selection.way.change", language, rule=text, needed=needed)


def _broken(found: Candidates, broken: Broken, language: Language) -> str:
    text = rule(found, broken.row, language)
    if not broken.instead:
        return text
    names = found.table[VILLAGE_NAME].to_numpy(str)
    return t("selection.instead", language, rule=text, villages=", ".join(names[list(broken.instead)]))


def _names(found: Candidates, kind: str, subject: str, language: Language) -> dict[str, str]:
    around = found.around
    group = kind.removesuffix("_min")
    if group == "per_district":
        return {"name": _first(around, DISTRICT_CODE, DISTRICT_NAME, subject)}
    if group == "per_regency":
        return {"name": _first(around, REGENCY_CODE, REGENCY_NAME, subject)}
    if group == "per_sector":
        share = _measured(found.params.sector_share_pct, language)
        return {"name": t(f"export.heading.workers_{subject}", language), "share": share}
    if kind == "spacing":
        one, other = (_first(around, VILLAGE_CODE, VILLAGE_NAME, code) for code in subject.split())
        return {"name": one, "other": other, "km": _measured(found.params.spacing_km, language)}
    if kind in _LOCKS:
        return {"name": _first(around, VILLAGE_CODE, VILLAGE_NAME, subject)}
    return {"name": subject}


def _first(around: pd.DataFrame, code_column: str, name_column: str, code: str) -> str:
    names = around.loc[around[code_column] == code, name_column]
    return f"{names.iloc[0]} ({code})" if len(names) else code


def _amount(kind: str, limit: float, language: Language) -> str:
    return rupiah.spoken(limit, language) if kind == "budget" else amount(limit, language)


def _measured(value: float, language: Language) -> str:
    """Write a measure that a user gave with the decimals it was given with, at most two."""
    return number(value, language, next((d for d in (0, 1) if abs(value - round(value, d)) < 1e-9), 2))


def amount(value: float, language: Language) -> str:
    """Write an amount in the unit of the objective: whole where it is nearly whole or large."""
    return number(value, language, 0 if abs(value - round(value)) < 0.05 or abs(value) >= 1000 else 1)


def shown(value: float, objective: Objective) -> float:
    """Round what a plan brings as it is told: people are whole, points of the score have a decimal."""
    return round(value, 1) if objective == "score" else float(round(value))


def brings(value: float, objective: Objective, language: Language) -> str:
    """Write what a plan brings: people are whole."""
    if objective == "score":
        return amount(value, language)
    return t("selection.less_than_one", language) if 0 < value < 0.5 else number(value, language)


def percent(share: float, language: Language) -> str:
    """Write a share as a percentage, small ones to two decimals."""
    return "?" if not np.isfinite(share) else number(100 * share, language, _decimals(share))


def _at_most(share: float, language: Language) -> str:
    """Write a share that is not exceeded: rounded up."""
    if not np.isfinite(share):
        return "?"
    steps = 10 ** _decimals(share)
    return number(np.ceil(round(100 * share * steps, 6)) / steps, language, _decimals(share))


def _decimals(share: float) -> int:
    return 2 if share < 0.0095 else 1
