"""Next step and owner: of the launch on record, else a proposal and the office that serves the regency."""

from datetime import date

import pandas as pd
import pytest

from planner.priority.steps import Records, next_steps
from tests.conftest import assert_aligned

TODAY = date(2026, 11, 23)
CODES = ["16.01.01.2001", "16.01.01.2002", "16.01.01.2003"]


def villages(**changes) -> pd.DataFrame:
    columns = {
        "village_code": CODES,
        "gate": "unknown",
        "declared": "not_declared",
        "branch": ["Kantor A", "Kantor B", None],
        "branch_basis": ["published", "assumed", "assumed"],
    }
    return pd.DataFrame({**columns, **changes}, index=[7, 3, 5])


def launch(code, *, step="usulan", status="open", due=date(2026, 12, 12), owner="Rina") -> dict:
    return {"village_code": code, "status": status, "step": step, "due_on": due, "owner": owner}


def records(*launches, officials=()) -> Records:
    counts = pd.DataFrame(
        [(registered, total, TODAY) for _, registered, total in officials],
        columns=["registered", "total", "counted_on"],
        index=pd.Index([code for code, *_ in officials], name="village_code", dtype="str"),
    )
    columns = ["village_code", "status", "step", "due_on", "owner"]
    return Records(pd.DataFrame(list(launches), columns=columns, dtype=object), counts)


def test_without_records_a_village_is_proposed_by_its_office() -> None:
    frame = villages(gate=["unknown", "met", "not_met"], declared=["not_declared", "not_declared", "declared"])
    found = next_steps(frame, None, today=TODAY, language="id")
    assert_aligned(found, frame)
    assert found["next_step"].tolist() == [
        "Periksa pendaftaran perangkat, lalu usulkan sebagai Desa Sadar.",
        "Usulkan sebagai Desa Sadar; semua perangkat sudah terdaftar.",
        "Sudah Desa Sadar; dampingi peserta agar tetap aktif.",
    ]
    assert found["owner"].tolist() == ["Kantor A", "Kantor B", ""]
    assert found["owner_basis"].tolist() == ["published", "assumed", "assumed"]


def test_a_running_launch_has_its_step_day_and_owner() -> None:
    known = records(
        launch(CODES[0]),
        launch(CODES[1], step="mou", due=date(2026, 11, 20), owner=None),
        launch(CODES[2], status="cancelled"),
    )
    found = next_steps(villages(), known, today=TODAY, language="id")
    assert found["next_step"].tolist()[:2] == [
        "Daftarkan kepala desa dan semua perangkat, tenggat 12 Desember 2026.",
        "Adakan peresmian, tenggat 20 November 2026 (terlambat 3 hari).",
    ]
    assert found["next_step"].iloc[2].startswith("Periksa pendaftaran perangkat")
    assert found["owner"].tolist() == ["Rina", "Kantor B", ""]
    assert found["owner_basis"].tolist() == ["recorded", "assumed", "assumed"]


def test_a_launch_without_a_day() -> None:
    found = next_steps(villages(), records(launch(CODES[0], due=None)), today=TODAY, language="en")
    assert found["next_step"].iloc[0] == "Register the village head and all officials."


@pytest.mark.parametrize(("counts", "words"), [((9, 9), "all its officials are registered"), ((8, 9), "Register all")])
def test_the_count_of_the_office_goes_before_the_layer(counts, words) -> None:
    found = next_steps(villages(), records(officials=[(CODES[0], *counts)]), today=TODAY, language="en")
    assert words in found["next_step"].iloc[0]
    assert found["next_step"].iloc[1].startswith("Check that")


def test_hostile_names_of_owners_lose_what_no_format_holds() -> None:
    found = next_steps(villages(), records(launch(CODES[0], owner="=1+1\nRina")), today=TODAY, language="id")
    assert found["owner"].iloc[0] == "=1+1 Rina"
