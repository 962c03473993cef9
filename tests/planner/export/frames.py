"""Small ranked lists and what a file says about them."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Point, Polygon

from geodata import schema
from geodata.texts import Language
from planner.coverage import COVERAGE, GAP
from planner.export import About, Source
from planner.ranking import RANK

SHEETS: dict[Language, tuple[str, str]] = {
    "id": ("Daftar prioritas", "Tentang data"),
    "en": ("Priority list", "About the data"),
}


def ranked(names: tuple[str | None, ...] = ("Sungai Rotan", "Muara Lematang", "Tanjung Miring")) -> gpd.GeoDataFrame:
    """A ranked list, one village per name, index in no order; the last village has no outline."""
    rows = len(names)
    number = np.arange(rows)
    table = pd.DataFrame(
        {
            RANK: number + 1,
            schema.VILLAGE_NAME: pd.Series(names, dtype=object),
            schema.VILLAGE_TYPE: "desa",
            schema.DISTRICT_NAME: "Sungai Rotan",
            schema.REGENCY_NAME: "Kabupaten Muara Enim",
            schema.PROVINCE_NAME: "Sumatera Selatan",
            schema.VILLAGE_CODE: [f"16.03.05.{2001 + n}" for n in number],
            schema.DISTRICT_CODE: "16.03.05",
            schema.REGENCY_CODE: "16.03",
            schema.PROVINCE_CODE: "16",
            schema.BPS_CODE: pd.Series(["1603050001", *[None] * (rows - 1)], dtype=object),
            GAP: 12_345 - number,
            schema.low(GAP): 10_000 - number,
            schema.high(GAP): 15_000 - number,
            schema.basis(GAP): ["observed", *["disaggregated"] * (rows - 1)],
            schema.ELIGIBLE: 13_000 - number,
            schema.low(schema.ELIGIBLE): 11_000 - number,
            schema.high(schema.ELIGIBLE): 16_000 - number,
            schema.basis(schema.ELIGIBLE): "assumed",
            schema.ACTIVE_BPU: 655,
            COVERAGE: 100 * 655 / (13_000 - number),
            schema.FAMILIES: pd.Series([812, *[None] * (rows - 1)], dtype="Int64"),
            schema.AREA_KM2: 1 / (3.0 + number),
            schema.OUTLINE: [*["official"] * (rows - 1), "merged"],
            schema.LONGITUDE: 104.123456 + number / 7,
            schema.LATITUDE: -3.4,
            "secret_note": "stays out",
        },
    )
    squares = [Point(104.1234567 + n, -3.4).buffer(0.01, quad_segs=2) for n in range(rows - 1)]
    frame = gpd.GeoDataFrame(table, geometry=[*squares, Polygon()], crs=schema.CRS_STORED)
    return frame.set_axis(pd.Index(100 - 7 * number, name="row"), axis=0)


def about(language: Language = "id", **changes: object) -> About:
    """What a file says about the list."""
    base = About(
        title="Daftar uji",
        language=language,
        created=date(2026, 11, 22),
        fingerprint="3f5a9c0e7b1d2a46",
        parameters={"region": ["15", "16"], "sector": None, "weights": {"need": 0.6}, "strict": True, "year": 2026},
        sources=(
            Source(GAP, "disaggregated", "BPS, Sakernas", "2024", "https://bps.example", "CC BY 4.0", "Per provinsi."),
            Source("unlisted_figure", "assumed", "BPJS Ketenagakerjaan", "2023", "", ""),
        ),
        notes=("Tidak ada rumus resmi Desa Sadar.", "=1+1"),
    )
    return replace(base, **changes)
