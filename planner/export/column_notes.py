"""What a file for maps or programs says about itself and about each of its columns."""

import json

from planner.export.about import About, record
from planner.export.columns import Column
from planner.texts import t


def as_json(about: About, columns: tuple[Column, ...]) -> str:
    """Return everything a file says about itself, its columns included, as one line of JSON.

    Parameters
    ----------
    about
        What the file says about itself.
    columns
        The columns of the file, in order; each is told with name, heading, unit and meaning.

    Returns
    -------
    str
        JSON that stays text within a page: ``<`` is written as an escape.
    """
    language = about.language
    told = [
        {"name": c.name, "heading": c.heading(language), "unit": c.unit_text(language), "meaning": c.meaning(language)}
        for c in columns
    ]
    return json_text(record(about) | {"columns": told})


def json_text(value: object) -> str:
    """Return a value as one line of JSON without ``<``, so that no page it is put into takes it for markup."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def with_unit(column: Column, about: About) -> str:
    """Return the meaning of a column, and its unit where it has one."""
    meaning = column.meaning(about.language)
    if column.unit == "none":
        return meaning
    return f"{meaning} {t('export.about.unit', about.language)}: {column.unit_text(about.language)}."


def heading_with_unit(column: Column, about: About) -> str:
    """Return the heading of a column, and its unit where the heading does not name it."""
    heading, unit = column.heading(about.language), column.unit_text(about.language)
    named = column.unit == "none" or f"({unit})" in heading or (column.unit == "percent" and "%" in heading)
    return heading if named else f"{heading} ({unit})"
