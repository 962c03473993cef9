"""Files of agents and of assignments that an office keeps: codes only, every row checked."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from geodata import codes
from geodata.readers.files import read_json, read_text
from geodata.readers.vector.columns import refuse_personal_data
from geodata.schema import VILLAGE_CODE
from geodata.texts import LANGUAGES
from planner.errors import PlanError
from planner.territories.agents import AGENT, made
from planner.texts import t
from planner.uploads.columns import plain
from planner.uploads.kinds import COLUMNS

_EXPECTED: Final = f"CSV: {AGENT}, {VILLAGE_CODE}"
AGENT_CODE: Final = re.compile(r"(?=.*[\w])[A-Za-z0-9][A-Za-z0-9._/\-]{0,29}")
"""What a code of an agent looks like: no spaces, so that it is no name of a person."""
_LISTED: Final = 8


def read_agents(path: Path, villages: pd.DataFrame) -> pd.DataFrame:
    """Read agents and the villages they live in.

    Parameters
    ----------
    path
        CSV, separated by commas or semicolons: a column ``agent_code`` and, if known, ``village_code`` of the home;
        headings as offices write them are understood. Other columns are left out.
    villages
        All villages known: ``village_code``, ``longitude``, ``latitude``.

    Returns
    -------
    As of `planner.territories.agents.made`.

    Raises
    ------
    PlanError
        If rows or columns cannot be used.
    DataError
        If the file cannot be read, or has columns that look like personal data.
    """
    table = _read_csv(path)
    found = _columns(table, path, needed=(AGENT,))
    _check_agents(found, path)
    homes: Sequence[str | None] | None = None
    if VILLAGE_CODE in found.columns:
        known = _codes(found.loc[found[VILLAGE_CODE] != "", VILLAGE_CODE], path).to_dict()
        homes = [known.get(row) for row in found.index]
    return made(found[AGENT].tolist(), homes, villages)


def read_assignment(path: Path) -> dict[str, str]:
    """Read which agent has which village.

    Parameters
    ----------
    path
        CSV, or GeoJSON as `planner territories` writes it: ``village_code`` and ``agent_code``.

    Returns
    -------
    Agent code by village code; villages without agent are left out.

    Raises
    ------
    PlanError
        If rows or columns cannot be used, or a village has two agents.
    DataError
        If the file cannot be read, or has columns that look like personal data.
    """
    table = _read_features(path) if path.suffix.lower() in (".geojson", ".json") else _read_csv(path)
    found = _columns(table, path, needed=(VILLAGE_CODE, AGENT))
    found = found[found[AGENT] != ""]
    _check_agents(found, path)
    pairs: dict[str, str] = {}
    for village, agent in zip(_codes(found[VILLAGE_CODE], path), found[AGENT], strict=True):
        if pairs.setdefault(village, agent) != agent:
            raise PlanError("territories.file_two_agents", file=path.name, code=village)
    if not pairs:
        raise PlanError("territories.file_no_rows", file=path.name, expected=_EXPECTED)
    return pairs


def parse_pairs(text: str, *, option: str) -> dict[str, str]:
    """Read ``16.02.03.2001=A-01,16.02.03.2002=A-02``: agents of villages. Raises PlanError if it is not like that."""
    pairs: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        village, sign, agent = (word.strip() for word in part.partition("="))
        if not sign or not agent or codes.village_problems(pd.Series([village])).notna().any():
            raise PlanError("territories.pair_unreadable", option=option, text=part[:60])
        pairs[str(codes.normalised(pd.Series([village])).iloc[0])] = agent
    return pairs


def parse_links(text: str, *, option: str) -> list[tuple[str, str]]:
    """Read ``19.02.02.2010:19.02.03.2004,16.02:16.07``: pairs of places. Raises PlanError if it is not like that."""
    links: list[tuple[str, str]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        one, sign, other = (word.strip() for word in part.partition(":"))
        if not sign or not (re.fullmatch(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?", one) and re.fullmatch(r"[\d.]+", other)):
            raise PlanError("territories.link_unreadable", option=option, text=part[:60])
        links.append((one, other))
    return links


def _read_csv(path: Path) -> pd.DataFrame:
    content = read_text(path, expected=_EXPECTED)
    first = next((line for line in content.splitlines() if line.strip()), "")
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        lines = list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise PlanError("territories.file_broken", file=path.name, expected=_EXPECTED) from error
    rows = {i: [cell.strip() for cell in row] for i, row in enumerate(lines, start=1) if any(c.strip() for c in row)}
    numbers = list(rows)
    if len(numbers) < 2:
        raise PlanError("territories.file_no_rows", file=path.name, expected=_EXPECTED)
    header = rows[numbers[0]]
    body = {i: (rows[i] + [""] * len(header))[: len(header)] for i in numbers[1:]}
    return pd.DataFrame.from_dict(body, orient="index", columns=header, dtype="str")


def _read_features(path: Path) -> pd.DataFrame:
    document = read_json(path, expected=_EXPECTED)
    features = document.get("features") if isinstance(document, dict) else None
    rows = [f.get("properties") for f in features if isinstance(f, dict)] if isinstance(features, list) else []
    kept = [{str(k): "" if v is None else str(v) for k, v in row.items()} for row in rows if isinstance(row, dict)]
    if not kept:
        raise PlanError("territories.file_no_rows", file=path.name, expected=_EXPECTED)
    return pd.DataFrame(kept, index=range(1, len(kept) + 1)).fillna("").astype("str")


def _headings() -> Mapping[str, frozenset[str]]:
    known = {column.name: column.headings for column in COLUMNS["agents"] if column.name in (AGENT, VILLAGE_CODE)}
    return {
        name: frozenset(
            {plain(name), *map(plain, words), *(plain(t(f"export.heading.{name}", lang)) for lang in LANGUAGES)}
        )
        for name, words in known.items()
    }


def _columns(table: pd.DataFrame, path: Path, *, needed: Sequence[str]) -> pd.DataFrame:
    refuse_personal_data(table, file=path.name)
    chosen: dict[str, pd.Series[str]] = {}
    for name, words in _headings().items():
        at = [i for i, heading in enumerate(table.columns) if plain(str(heading)) in words]
        if len(at) > 1:
            raise PlanError("territories.file_columns_twice", file=path.name, column=name)
        if at:
            chosen[name] = table.iloc[:, at[0]]
    missing = [name for name in needed if name not in chosen]
    if missing:
        raise PlanError("territories.file_columns", file=path.name, missing=", ".join(missing), expected=_EXPECTED)
    return pd.DataFrame(chosen)


def _check_agents(table: pd.DataFrame, path: Path) -> None:
    bad = [str(row) for row, agent in table[AGENT].items() if not AGENT_CODE.fullmatch(str(agent))]
    if bad:
        raise PlanError("territories.file_agent_code", file=path.name, rows=", ".join(bad[:_LISTED]))


def _codes(given: "pd.Series[str]", path: Path) -> "pd.Series[str]":
    """Return village codes in their usual form; index: rows of the file. The first that is none is told."""
    bad = given[codes.village_problems(given).notna()]
    if len(bad):
        found = str(bad.iloc[0])[:20] or "-"
        raise PlanError("territories.file_village_code", file=path.name, row=str(bad.index[0]), found=found)
    return codes.normalised(given)
