"""Places in the language of the page."""

from typing import TYPE_CHECKING, Any

from geodata import schema
from geodata.texts import Language
from planner.source_words import dated as dated  # noqa: PLC0414 (the other pages take them from here)
from planner.source_words import of_source as of_source  # noqa: PLC0414
from planner.texts import t

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def placed(village: "Mapping[str, Any] | pd.Series[Any]", language: Language) -> str:
    """Say whether it is a desa or a kelurahan, where it lies, and its code."""
    return t(
        "web.card.place",
        language,
        type=t(f"web.type.{village[schema.VILLAGE_TYPE]}", language),
        district=village[schema.DISTRICT_NAME],
        regency=village[schema.REGENCY_NAME],
        province=village[schema.PROVINCE_NAME],
        code=village[schema.VILLAGE_CODE],
    )
