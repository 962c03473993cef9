"""The words of the village layer: column names, units and allowed values. No bare column name stands elsewhere."""

from typing import Final, Literal

CRS_STORED: Final = "EPSG:4326"

VILLAGE_CODE: Final = "village_code"  # Kemendagri, 16.02.03.2001
VILLAGE_NAME: Final = "village_name"
VILLAGE_TYPE: Final = "village_type"  # desa | kelurahan
DISTRICT_CODE: Final = "district_code"
DISTRICT_NAME: Final = "district_name"
REGENCY_CODE: Final = "regency_code"
REGENCY_NAME: Final = "regency_name"
PROVINCE_CODE: Final = "province_code"
PROVINCE_NAME: Final = "province_name"
BPS_CODE: Final = "bps_code"  # 10 digits, missing where the bridge has none

OUTLINE: Final = "outline"  # official | own | approximate | merged
MERGED_INTO: Final = "merged_into"  # district whose published outlines contain the land of a village without outline
LONGITUDE: Final = "longitude"
LATITUDE: Final = "latitude"
POINT_BASIS: Final = "point_basis"  # inside | published | district_mean
AREA_KM2: Final = "area_km2"
COAST_KM: Final = "coast_km"  # length of outline that borders the open sea

IDM: Final = "idm"  # village index of Kemendesa, 0 to 1; kelurahan have none
IDM_SOCIAL: Final = "iks"
IDM_ECONOMIC: Final = "ike"
IDM_ECOLOGICAL: Final = "ikl"
IDM_STATUS: Final = "idm_status"
MILL_KM: Final = "mill_km"  # to the nearest palm oil mill
PORT_KM: Final = "port_km"  # to the nearest fishing port
BUMDES_WORKERS: Final = "bumdes_workers"  # people working in enterprises the village owns

POPULATION: Final = "population"
FAMILIES: Final = "families"
POLLING_STATIONS: Final = "polling_stations"
WORKERS: Final = "workers"  # working people
ELIGIBLE: Final = "eligible_workers"  # informal workers, whom BPU is for
ACTIVE_BPU: Final = "active_bpu"
INACTIVE_BPU: Final = "inactive_bpu"

Sector = Literal["plantation", "food_crop", "livestock", "fishery", "home_industry", "trade_services", "other"]
SECTORS: Final[tuple[Sector, ...]] = (
    "plantation",
    "food_crop",
    "livestock",
    "fishery",
    "home_industry",
    "trade_services",
    "other",
)

Basis = Literal["observed", "disaggregated", "assumed"]


def sector_column(sector: Sector) -> str:
    """Return the column that counts the informal workers of a sector."""
    return f"workers_{sector}"


def low(column: str) -> str:
    """Return the column with the lower end of a figure's range."""
    return f"{column}_low"


def high(column: str) -> str:
    """Return the column with the upper end of a figure's range."""
    return f"{column}_high"


def basis(column: str) -> str:
    """Return the column that says how a figure was obtained."""
    return f"{column}_basis"


PLACE_COLUMNS: Final[tuple[str, ...]] = (
    VILLAGE_CODE,
    VILLAGE_NAME,
    VILLAGE_TYPE,
    DISTRICT_CODE,
    DISTRICT_NAME,
    REGENCY_CODE,
    REGENCY_NAME,
    PROVINCE_CODE,
    PROVINCE_NAME,
    BPS_CODE,
    OUTLINE,
    MERGED_INTO,
    LONGITUDE,
    LATITUDE,
    POINT_BASIS,
)

# What is known of a village as published or measured, one value and no range.
OBSERVED: Final[tuple[str, ...]] = (
    AREA_KM2,
    COAST_KM,
    POLLING_STATIONS,
    FAMILIES,
    IDM,
    IDM_SOCIAL,
    IDM_ECONOMIC,
    IDM_ECOLOGICAL,
    IDM_STATUS,
    MILL_KM,
    PORT_KM,
    BUMDES_WORKERS,
)

# What is estimated: each with its range and basis.
ESTIMATES: Final[tuple[str, ...]] = (
    POPULATION,
    WORKERS,
    ELIGIBLE,
    *(sector_column(s) for s in SECTORS),
    ACTIVE_BPU,
    INACTIVE_BPU,
)
