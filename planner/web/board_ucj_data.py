"""What the section of coverage targets shows: registers, the office's own targets, and what the office counted."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from geodata import office_day
from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.paths import Paths
from planner import ucj_board
from planner.coverage_figures import OWN
from planner.store import results
from planner.store.engine import Engine, in_use
from planner.ucj import REGION_CODE
from planner.ucj_counted import counted_by_month
from planner.web import data, visitor


@dataclass(frozen=True)
class Standing:
    """Where coverage stands.

    Attributes
    ----------
    regions
        Names of provinces and regencies by code.
    targets, figures, board, segments, misfits
        Of ``planner.ucj_board``.
    counted
        Of ``planner.ucj_counted``; empty without records.
    fingerprint
        Of the layer.
    own_targets
        How many rows the office's own register has.
    """

    regions: "pd.Series[str]"
    targets: pd.DataFrame
    figures: pd.DataFrame
    board: pd.DataFrame
    segments: pd.DataFrame
    misfits: pd.DataFrame
    counted: pd.DataFrame
    fingerprint: str
    own_targets: int

    @cached_property
    def lines(self) -> dict[str, dict[Hashable, Any]]:
        """The rows of ``board`` by code."""
        return dict(zip(map(str, self.board.index), self.board.to_dict("records"), strict=True))

    def within(self, region: str) -> "pd.Index[str]":
        """Return the codes to show: a region with all that lies in it and above it; else all that have a figure."""
        codes = self.regions.index
        if region:
            return codes[(codes == region[:2]) | codes.str.startswith(region)]
        told = self.board[[ucj_board.FIGURE_ROW, ucj_board.TARGET_ROW]].notna().any(axis=1)
        return codes[told.to_numpy() | (codes.str.len() == 2)]


def standing(refused: Callable[[DataError], None]) -> Standing:
    """Read everything; an own register that cannot be used is told, and the built-in one stands alone.

    Parameters
    ----------
    refused
        Told why the own register cannot be used.

    Raises
    ------
    DataError
        If the layer, the built-in registers or the records cannot be read.
    """
    layer = data.st_layer()
    regions = data.st_regions(layer.fingerprint, layer)["name"]
    folder = Paths.of().root
    own = folder / ucj_board.OWN_FILE
    state = own.stat() if own.is_file() else None
    key = (state.st_mtime_ns, state.st_size, state.st_ino) if state else None
    told = _st_told(layer.fingerprint, office_day.today(), key, regions, folder)
    if told.refused is not None:
        refused(told.refused)
    counted, own_targets = _counted(layer), int(told.targets[OWN].sum())
    shown = (told.targets, told.figures, told.board, told.segments, told.misfits)
    return Standing(regions, *shown, counted, layer.fingerprint, own_targets)


class _Told(NamedTuple):
    """What the registers say, and why the own one cannot be used."""

    targets: pd.DataFrame
    figures: pd.DataFrame
    board: pd.DataFrame
    segments: pd.DataFrame
    misfits: pd.DataFrame
    refused: DataError | None


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_told(
    fingerprint: str,  # noqa: ARG001  # part of the key
    today: date,
    own: tuple[int, ...] | None,  # noqa: ARG001  # part of the key
    _regions: "pd.Series[str]",
    _folder: Path,
) -> _Told:
    """Return what the registers say of the regions on a day; nobody may change it."""
    refusals: list[DataError] = []
    targets = ucj_board.usable_targets(_folder, refusals.append)
    figures = ucj_board.all_figures(targets)
    board = ucj_board.board(_regions, targets, figures, today=today)
    segments = ucj_board.segments(_regions, figures)
    return _Told(targets, figures, board, segments, ucj_board.misfits(targets, figures), next(iter(refusals), None))


def _counted(layer: VillageLayer) -> pd.DataFrame:
    if not in_use(Paths.of().records) or not visitor.may("page.public"):
        return pd.DataFrame(columns=[REGION_CODE])
    engine = visitor.records()
    return _st_counted(layer.fingerprint, str(engine.url), results.version(engine), layer, engine)


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_counted(
    fingerprint: str,  # noqa: ARG001  # part of the key
    database: str,  # noqa: ARG001  # part of the key
    known: str,  # noqa: ARG001  # part of the key
    _layer: VillageLayer,
    _engine: Engine,
) -> pd.DataFrame:
    """Return sums of regions, for the roles that may see all villages; nobody may change them."""
    villages = pd.DataFrame(_layer.frame.drop(columns=_layer.frame.geometry.name))
    return counted_by_month(results.read(_engine).records.participants, villages)
