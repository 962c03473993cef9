"""Data for the load: a layer, an office with accounts, agents, launches and counted participants."""

import shutil
from datetime import timedelta
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from geodata import schema
from geodata.layer import VillageLayer, load
from geodata.office_day import today
from geodata.paths import Paths
from planner.rights import CONSOLE
from planner.store import schema as tables
from planner.store.engine import writing
from planner.store.intake import keep
from tests.store import boards
from tests.store.kept import checked
from tests.web.office import Office

AGENTS = 20
VILLAGES_EACH = 8
MONTHS = 6


def office(layer: VillageLayer, data_dir: Path) -> Office:
    """Fill a folder that has this layer with the records of an office; its agents have villages and results."""
    made = Office(data_dir)
    codes = layer.frame[schema.VILLAGE_CODE].tolist()
    for number in range(3, AGENTS + 1):
        made.add(f"agent{number}", "agent", f"A-{number}")
    with writing(made.engine) as connection:
        ids = connection.execute(sa.select(tables.agents.c.id).order_by(tables.agents.c.id)).scalars().all()
    boards.fill(made.engine, codes[:20], today(), agents=ids[:2])
    step = max(len(codes) // AGENTS, 1)
    given = [
        {"agent_id": agent, "village_code": code, "from_on": today() - timedelta(days=200)}
        for place, agent in list(enumerate(ids))[2:]  # the first two have those of the boards
        for code in codes[place * step : (place + 1) * step][:VILLAGES_EACH]
    ]
    with writing(made.engine) as connection:
        connection.execute(sa.insert(tables.assignments), given)
    counted = sorted({row["village_code"] for row in given})
    first = pd.Timestamp(today()).replace(day=1)
    months = [(first - pd.DateOffset(months=back)).date() for back in range(1, MONTHS + 1)]
    rows = [(code, month, "PU", 40 + at % 30) for at, code in enumerate(counted) for month in months]
    counts = pd.DataFrame(rows, columns=["village_code", "month", "segment", "active"]).assign(inactive=3)
    keep(made.engine, checked("participants", counts), "peserta.xlsx", "b" * 64, by=CONSOLE)
    return made


def of_layer(file: Path, data_dir: Path) -> Office:
    """Put a layer and the records of an office into an empty folder."""
    target = Paths.of(data_dir).villages
    target.parent.mkdir(parents=True, exist_ok=True)
    for part in file.parent.glob(f"{file.stem}*"):
        shutil.copyfile(part, target.with_name(part.name))
    return office(load(target), data_dir)
