"""What briefs are made from in tests: the small layer of the pages, and the registers of the program."""

from dataclasses import replace
from datetime import date

import pandas as pd

from geodata.layer import make_layer
from geodata.offices import read_offices
from planner import published, ucj_board
from planner.briefs import Basis, Known
from planner.briefs.proposed import of_gap
from planner.params import ScoringParams
from planner.provenance import Stamp
from tests.web.conftest import RECORDS, grid_layer

ON = date(2026, 11, 23)
FUNNEL = ScoringParams().funnel
KNOWN = Known(ucj_board.all_targets(None), published.read_budgets(), read_offices())


def basis(frame=None, *, order=None, **known):
    layer = make_layer(grid_layer(10, 6) if frame is None else frame, RECORDS, {"built": "2026-11-22"})
    usual = of_gap(layer, FUNNEL, declared=frozenset())
    return Basis(layer, order or usual, usual, replace(KNOWN, **known), ON)


def stamp(of, language="id"):
    return Stamp("regency_brief", ".pdf", language, ON, of.layer.fingerprint)


def groups(*rows):
    """Groups of funds: regency, fund, people, first day, months."""
    frame = pd.DataFrame(rows, columns=["regency_code", "fund", "workers", "start", "months"])
    return frame.assign(village_code=None, group=[str(i) for i in range(len(frame))]).astype(
        {"start": "datetime64[s]", "months": "int64", "workers": "int64"}
    )
