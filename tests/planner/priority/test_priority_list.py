"""The priority list: of a plan and of a ranking, with misses, notes, a stamp, and the same bytes every time."""

import json
import re
import zipfile
from datetime import date
from functools import cache

import openpyxl
import pandas as pd
import pyogrio
import pytest

from geodata import schema
from geodata.layer import make_layer
from geodata.texts import LANGUAGES
from planner import worlds
from planner.errors import PlanError
from planner.export import write
from planner.export.columns import PRIORITY, for_people, printed
from planner.export.paper_list import content
from planner.params import ScoringParams
from planner.plan import Ranking, rank
from planner.plan_record import Asked
from planner.priority import PriorityList, priority_list, stamped
from planner.provenance import PATTERN
from planner.selection.core import robust_plan
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan, answer
from planner.selection.worlds import worlds_of
from tests.planner.small_plans import around, chosen, made, small_layer

DAY = date(2026, 11, 23)
VILLAGES = 60


@cache
def ranking() -> Ranking:
    return rank(small_layer(), around(), ScoringParams())


@cache
def plan() -> SelectionPlan:
    return chosen(small_layer())


@cache
def robust() -> worlds.Robust:
    return worlds.robust(ranking().scores, worlds=100, top=5)


def listed(source=None, language="id", **options) -> PriorityList:
    given = {"on": DAY, "language": language, "robust": lambda _: robust()} | options
    return priority_list(source or plan(), small_layer(), around(), **given)


def test_list_of_a_plan() -> None:
    found = listed(name="Rencana A")
    assert list(found.frame[schema.VILLAGE_CODE]) == list(plan().chosen[schema.VILLAGE_CODE])
    assert found.frame["rank"].tolist() == [1, 2, 3]
    assert found.about.title == "Daftar prioritas Desa Sadar: rencana “Rencana A”, 3 desa"
    assert found.frame["reason"].str.startswith("Dipilih karena diperkirakan membawa ").all()
    assert (found.frame["rank_low"] <= found.frame["rank_high"]).all()
    by_code = ranking().table.set_index(schema.VILLAGE_CODE)["rank"]
    assert found.frame["score_rank"].tolist() == by_code[found.frame[schema.VILLAGE_CODE]].tolist()


def test_every_row_answers_what_a_meeting_asks() -> None:
    found = listed(ranking(), top=20)
    shown = {column.name for column in printed(for_people(found.frame))}
    assert shown == set(PRIORITY)
    asked = found.frame[[*PRIORITY]]
    assert asked.notna().all().all()
    assert (asked["owner"] != "").all()


def test_list_of_a_ranking_ends_after_the_top_without_declared_villages() -> None:
    found = listed(ranking(), top=5)
    free = ranking().table[ranking().table["declared"] != "declared"]
    assert found.frame[schema.VILLAGE_CODE].tolist() == free[schema.VILLAGE_CODE].tolist()[:5]
    assert found.frame["rank"].tolist() == [1, 2, 3, 4, 5]
    assert len(found.misses) == 20
    assert found.misses["why"].str.match(r"Kurang [\d,]+ poin").all()
    assert not set(found.misses[schema.VILLAGE_CODE]) & set(found.frame[schema.VILLAGE_CODE])


def test_declared_villages_before_the_last_are_told() -> None:
    code = ranking().table[schema.VILLAGE_CODE].iloc[1]
    criteria = ranking().scores.criteria
    villages = criteria.villages.assign(
        declared=criteria.villages["declared"].where(criteria.villages[schema.VILLAGE_CODE] != code, "declared")
    )
    marked = ranking().table["declared"].where(ranking().table[schema.VILLAGE_CODE] != code, "declared")
    changed = Ranking(ranking().scores, ranking().table.assign(declared=marked), (), None)
    assert len(villages) == VILLAGES
    found = listed(changed, top=4)
    assert code not in set(found.frame[schema.VILLAGE_CODE])
    assert found.misses.iloc[0][[schema.VILLAGE_CODE, "why"]].tolist() == [code, "Sudah tercatat sebagai Desa Sadar."]
    assert found.frame["score_rank"].tolist() == [1, 3, 4, 5]


def test_a_list_of_all_villages_misses_none() -> None:
    found = listed(ranking())
    assert len(found.frame) == VILLAGES
    assert found.misses.empty
    assert found.about.appendix[0].rows[0][0] == "Semua desa di wilayah ini ada dalam daftar."


def test_nearest_misses_of_a_plan_bring_most_and_say_why() -> None:
    found = listed(language="en")
    candidates = plan().candidates.table
    best = candidates[~candidates[schema.VILLAGE_CODE].isin(plan().codes)]["benefit"].max()
    first = candidates.set_index(schema.VILLAGE_CODE).loc[found.misses[schema.VILLAGE_CODE].iloc[0], "benefit"]
    assert first == best
    assert found.misses["why"].str.startswith("Adding it breaks rules: launches: at most 3, used by ").all()


def test_a_village_that_was_asked_for_says_so() -> None:
    code = ranking().table[schema.VILLAGE_CODE].iloc[-1]
    rules = SelectionParams(launches=2, must=(code,))
    asked = Asked(rules, (), None, ScoringParams()).candidates(small_layer(), around())
    found = listed(SelectionPlan(asked, answer(asked))).frame.set_index(schema.VILLAGE_CODE)
    assert found.loc[code, "reason"].startswith("Masuk karena diminta; ")


def test_villages_that_swing_are_marked() -> None:
    swing = robust_plan(worlds_of(plan().candidates, seed=1), plan().selection, worlds=20)
    found = listed(swing=lambda _: swing)
    others = found.frame[found.frame["chosen"] == "not_chosen"]
    assert len(others)
    assert others["reason"].str.startswith("Belum terpilih, tetapi masuk rencana terbaik pada ").all()
    assert not set(found.misses[schema.VILLAGE_CODE]) & set(found.frame[schema.VILLAGE_CODE])


def test_without_worlds_there_are_no_intervals() -> None:
    found = listed(ranking(), robust=None, top=3)
    assert "rank_low" not in found.frame
    assert "simulasi" not in " ".join(found.about.notes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_are_honest(language) -> None:
    notes = " ".join(listed(ranking(), language, top=3).about.notes)
    words = {
        "id": ("belum ada yang menyetujuinya", "Tidak ada rumus resmi", "benih acak 2026", "100 simulasi"),
        "en": ("nobody has checked what the funds hold", "no official formula", "seed 2026", "100 simulations"),
    }
    assert all(word in notes for word in words[language])


def test_what_it_was_made_from_stands_in_the_stamp() -> None:
    record = made("a")
    found = listed(name="a")
    one, other = stamped(found, ".xlsx", plan="a", record=record), stamped(found, ".pdf", plan="a", record=record)
    assert one.stamp.id != other.stamp.id
    assert one.stamp.id == stamped(listed(name="a"), ".xlsx", plan="a", record=record).stamp.id
    assert one.stamp.fingerprint == small_layer().fingerprint
    assert len(one.stamp.plan_sha256) == len(one.stamp.params_sha256) == 64
    json.dumps(one.stamp.record())


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".pdf", ".gpkg", ".geojson", ".parquet"])
def test_every_format_holds_the_list(tmp_path, ending) -> None:
    found = listed()
    write(tmp_path / f"a{ending}", found.frame, stamped(found, ending))
    assert (tmp_path / f"a{ending}").stat().st_size > 500


@pytest.mark.parametrize("ending", [".xlsx", ".pdf"])
def test_the_same_list_gives_the_same_bytes_and_tells_its_number(tmp_path, ending) -> None:
    files = []
    for name in ("a", "b"):
        found = listed()
        about = stamped(found, ending)
        write(tmp_path / f"{name}{ending}", found.frame, about)
        files.append((tmp_path / f"{name}{ending}").read_bytes())
    assert files[0] == files[1]
    text = files[0].decode("latin-1")
    if ending == ".xlsx":
        with zipfile.ZipFile(tmp_path / f"a{ending}") as archive:
            assert about.stamp.id in archive.read("docProps/core.xml").decode()
            text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert set(PATTERN.findall(text)) == {about.stamp.id}


def test_workbook_has_three_sheets_ready_to_filter_and_print(tmp_path) -> None:
    found = listed(ranking(), top=8)
    about = stamped(found, ".xlsx")
    write(tmp_path / "a.xlsx", found.frame, about)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Daftar prioritas", "Yang tidak masuk", "Tentang data"]
    main, misses, told = book.worksheets
    assert main.print_area.endswith("$S$9")
    assert main.auto_filter.ref == main.dimensions
    assert misses.auto_filter.ref == "A1:I21"
    assert misses.freeze_panes == "B2"
    assert misses.page_setup.orientation == "landscape"
    reason = main.cell(2, list(PRIORITY).index("reason") + 1)
    assert reason.alignment.wrap_text
    assert main.row_dimensions[2].height >= 45
    rows = [[cell.value for cell in row if cell.value is not None] for row in told.iter_rows()]
    assert ["Nomor berkas", about.stamp.id] in rows
    assert ["worlds", "100"] in rows
    assert ["seed", "2026"] in rows


def test_cells_on_paper_hold_what_belongs_together() -> None:
    found = listed(ranking(), "en", top=2)
    said = content(found.frame, stamped(found, ".pdf"))
    row = said["main"]["rows"][0]
    first = found.frame.iloc[0]
    assert row[0] == [["1", "*"]]
    assert row[1][0] == [first[schema.VILLAGE_NAME].replace("\n", " ").replace("\t", " "), "*"]
    assert re.fullmatch(r"rank 1 \(range \d+\u2060–\u2060\d+\)", row[2][1][0])
    assert re.fullmatch(r"\d+ active \(\d+\u2060–\u2060\d+\)", row[4][0][0])
    assert said["appendix"][0]["title"] == "Not in the list"
    json.dumps(said, allow_nan=False)


def test_too_long_for_paper(tmp_path) -> None:
    found = listed()
    many = pd.concat([found.frame] * 400)
    with pytest.raises(PlanError, match=r"a list on paper holds up to 500 villages, and there are 1,200") as caught:
        write(tmp_path / "a.pdf", many, found.about)
    assert "paling banyak 500 desa" in caught.value.text("id")
    assert not (tmp_path / "a.pdf").exists()


def test_map_files_know_the_columns(tmp_path) -> None:
    found = listed()
    write(tmp_path / "a.gpkg", found.frame, stamped(found, ".gpkg"))
    read = pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="villages")
    assert read["reason"].tolist() == found.frame["reason"].tolist()
    assert read["funding_idr"].tolist() == found.frame["funding_idr"].tolist()
    about = json.loads(pyogrio.read_info(tmp_path / "a.gpkg", layer="villages")["dataset_metadata"]["about"])
    assert PATTERN.fullmatch(about["export"]["id"])


def test_few_participants_are_hidden_and_nothing_tells_them() -> None:
    frame = small_layer().frame
    code = ranking().table[schema.VILLAGE_CODE].iloc[0]
    here = frame[schema.VILLAGE_CODE] == code
    counted = {
        part: frame[part].mask(here, 3)
        for part in (schema.ACTIVE_BPU, schema.low(schema.ACTIVE_BPU), schema.high(schema.ACTIVE_BPU))
    }
    how = frame[schema.basis(schema.ACTIVE_BPU)].mask(here, "observed")
    changed = make_layer(frame.assign(**counted, **{schema.basis(schema.ACTIVE_BPU): how}), {}, {})
    found = rank(changed, around(), ScoringParams())
    told = priority_list(found, changed, around(), on=DAY, language="en", top=30)
    row = told.frame.set_index(schema.VILLAGE_CODE).loc[code]
    assert pd.isna(row[schema.ACTIVE_BPU])
    assert not re.search("uncovered|coverage|lapsed", row["reason"])
    true_gap = int(frame.loc[here, schema.ELIGIBLE].iloc[0]) - 3
    assert row["gap_workers_low"] < true_gap < row["gap_workers_high"]
    assert stamped(told, ".csv").stamp.smallest == 5
    open_ = priority_list(found, changed, around(), on=DAY, language="en", top=30, smallest=0)
    assert open_.frame.set_index(schema.VILLAGE_CODE).loc[code, schema.ACTIVE_BPU] == 3
