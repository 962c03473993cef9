"""What differs between two plans, in words."""

from collections.abc import Mapping
from typing import Final

from geodata.texts import Language, number
from planner import rupiah
from planner.selection.candidates import ACTIVE, BENEFIT, LAUNCH_COST, REGISTRATIONS
from planner.selection.compare import Comparison
from planner.selection.params import Ends, SelectionParams
from planner.texts import t

_NAMED: Final = {"objective": "selection.unit", "sector": "explain.sector"}
_RULES: Final = frozenset({*SelectionParams.model_fields, "regions", "sector"})
_WHOLE: Final = (REGISTRATIONS, ACTIVE, LAUNCH_COST)


def totals(found: Comparison, language: Language) -> list[tuple[str, list[float]]]:
    """Return the totals of two plans: what, and the figure of each.

    The objective is left out where the plans have different ones: its figures cannot be set side by side.
    """
    names = [str(name) for name in found.totals.columns if name != BENEFIT or "objective" not in found.parameters]
    return [(t(f"compare.total.{name}", language), _figures(found, name)) for name in names]


def value(name: str, setting: object, language: Language) -> str:
    """Return the value of a rule or parameter in words.

    Parameters
    ----------
    name
        Of the setting, as in `Comparison.parameters`.
    setting
        Its value.
    language
        Language of words and numbers.
    """
    if setting is None or setting in ((), {}):
        return t("compare.none", language)
    if name in _NAMED:
        return t(f"{_NAMED[name]}.{setting}", language)
    if isinstance(setting, bool):
        return t(f"compare.{'yes' if setting else 'no'}", language)
    if isinstance(setting, Mapping | tuple):
        return ", ".join(_entries(setting, language))
    if name.endswith("_idr") and isinstance(setting, int | float):
        return rupiah.spoken(float(setting), language)
    return shown(setting, language)


def setting(name: str, language: Language) -> str:
    """Return the name of a rule or parameter in words; a parameter without such a name as it stands in a file.

    Parameters
    ----------
    name
        As in `Comparison.parameters`.
    language
        Language of the words.
    """
    whole, *parts = name.split(".")
    if name in _RULES:
        return t(f"compare.setting.{name}", language)
    if whole == "block_weights":
        return t("compare.setting.weight", language, name=t(f"export.heading.{parts[0]}", language))
    if whole == "criteria" and parts[1] == "weight":
        return t("compare.setting.weight", language, name=t(f"explain.noun.{parts[0]}", language))
    return name


def shown(figure: object, language: Language) -> str:
    """Return a figure as people write it, a text as it is."""
    if not isinstance(figure, int | float):
        return str(figure)
    return number(figure, language, 0 if float(figure).is_integer() else 1 if abs(figure) >= 1 else 3)


def _entries(setting: Mapping[str, Ends] | tuple[object, ...], language: Language) -> list[str]:
    if isinstance(setting, Mapping):
        return [f"{key}={least}..{'' if most is None else most}" for key, (least, most) in setting.items()]
    return [value("", part, language) for part in setting]


def _figures(found: Comparison, name: str) -> list[float]:
    return [round(float(figure)) if name in _WHOLE else float(figure) for figure in found.totals[name]]
