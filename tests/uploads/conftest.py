"""Five villages that the checks know."""

import datetime as dt

import pandas as pd
import pytest

from planner.uploads import Known

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="session")
def known() -> Known:
    villages = pd.DataFrame(
        {
            "village_code": ["16.02.03.2001", "16.02.03.2002", "16.02.03.1001", "16.02.04.2001", "16.71.01.1001"],
            "village_name": ["Sukaraja", "Tanjung Sari", "Kota Raya", "Bumi Agung", "Ilir Barat"],
            "district_code": ["16.02.03", "16.02.03", "16.02.03", "16.02.04", "16.71.01"],
            "district_name": ["Tanjung Lubuk", "Tanjung Lubuk", "Tanjung Lubuk", "Pedamaran", "Ilir Barat Dua"],
            "regency_code": ["16.02", "16.02", "16.02", "16.02", "16.71"],
            "regency_name": [*["Kabupaten Ogan Komering Ilir"] * 4, "Kota Palembang"],
        }
    )
    bridge = pd.DataFrame(
        {
            "bps_code": ["1602030001", "1602030002", "1602031001", "1671010001"],
            "village_code": ["16.02.03.2001", "16.02.03.2002", "16.02.04.2001", "16.71.01.1001"],
        }
    )
    workers = pd.Series({"16.02.03.2001": 500.0, "16.02.03.2002": 300.0, "16.71.01.1001": 9000.0})
    return Known(villages, bridge, workers)
