"""Small frames as the records give them, and an area made of them."""

import datetime as dt

import pandas as pd

from planner.field.own_area import own_area
from tests.web.conftest import grid_layer

TODAY = dt.date(2026, 11, 23)
LAYER = grid_layer(4, 4)
OWN = sorted(LAYER["village_code"])[:6]
OTHERS = sorted(set(LAYER["village_code"]) - set(OWN))


def visits(*rows):
    """Visits as (village, day, registered)."""
    named = [
        {
            "village_code": code,
            "visited_on": day,
            "dusun": None,
            "met": 20,
            "interested": 5,
            "registered": registered,
            "obstacle": None,
        }
        for code, day, registered in rows
    ]
    columns = ["village_code", "visited_on", "dusun", "met", "interested", "registered", "obstacle"]
    return pd.DataFrame(named, columns=columns)


def participants(*rows):
    """Counts as (village, month, active, inactive)."""
    frame = pd.DataFrame(list(rows), columns=["village_code", "month", "active", "inactive"])
    return frame.astype({"active": "Int64", "inactive": "Int64"})


def funded(*rows):
    """Groups as (village, fund, people, start, end)."""
    return pd.DataFrame(list(rows), columns=["village_code", "fund", "people", "starts_on", "ends_on"])


def owned(codes=OWN, month=None, active=None, inactive=None):
    n = len(codes)
    frame = pd.DataFrame({"village_code": list(codes), "from_on": [dt.date(2026, 9, 1)] * n, "month": [month] * n})
    frame = frame.assign(active=[active] * n, inactive=[inactive] * n, last_visit_on=[None] * n)
    return frame.astype({"active": "Int64", "inactive": "Int64"})


def area(day=TODAY, **more):
    given = {
        "agent": "AG-1",
        "owned": owned(),
        "visits": visits(),
        "participants": participants(),
        "funded": funded(),
    }
    return own_area(LAYER, day, **{**given, **more})
