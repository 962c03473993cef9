"""The register of declared villages: the published list comes in once, own launches count in scores and plans."""

from datetime import date

import pandas as pd
import pytest

from geodata import declared as published
from geodata.layer import load
from planner.params import ScoringParams
from planner.plan import rank, record, replay
from planner.store import declared
from planner.store.engine import reading, writing
from planner.surroundings import OWN, as_then, surroundings_of, with_declared

ON = date(2026, 3, 1)


@pytest.fixture(scope="module")
def layer():
    return load(None)


@pytest.fixture(scope="module")
def around(layer):
    return surroundings_of(layer)


def records(*codes):
    columns = ["village_code", "earliest_on", "latest_on", "precision", "source"]
    return pd.DataFrame([(code, ON, ON, "day", OWN) for code in codes], columns=columns)


def test_the_published_list_comes_in_once_with_aliases_and_unnamed_villages(engine, layer, around):
    villages = pd.DataFrame(layer.frame.drop(columns="geometry"))
    with writing(engine) as connection:
        assert not declared.is_imported(connection)
        added = declared.import_published(connection, around.declared, villages, who="ana")
        assert declared.is_imported(connection)
        assert declared.import_published(connection, around.declared, villages, who="ana") == 0
        rows = declared.listed(connection)
    assert added == len(rows) == (around.declared["status"] == "declared").sum()
    assert rows["village_name"].isna().sum() == 3
    assert rows.loc[rows["village_name"].isna(), "regency_code"].unique().tolist() == ["17.06"]
    assert rows.set_index("village_name").loc["Megang Sakti 2", "aliases"] == ("Megang Sakti II",)
    assert set(rows["village_code"].dropna()) == set(published.declared_codes(around.declared))
    assert rows["earliest_on"].tolist() == sorted(rows["earliest_on"])


def test_other_names_are_kept_once(engine):
    with writing(engine) as connection:
        declared.add_own(connection, "16.02.03.2001", ON, who="ana")
        declared.add_own(connection, "16.02.03.2001", date(2026, 4, 1), who="ana")
        (row,) = declared.listed(connection).to_dict("records")
        for _ in range(2):
            declared.name_also(connection, row["id"], ["Nama {{7*7}}", "", "Nama {{7*7}}"], who="ana")
        (row,) = declared.listed(connection).to_dict("records")
        assert (row["aliases"], row["earliest_on"]) == (("Nama {{7*7}}",), ON)
        assert declared.known_codes(connection, ["16.02.03.2001", "x"]) == {"16.02.03.2001"}
        for _ in range(2):
            declared.take_back(connection, "16.02.03.2001", left=None, who="ana")
        assert declared.listed(connection).empty


def test_an_entry_keeps_its_names_with_another_day_and_one_of_another_origin_stays(engine, layer, around):
    code, earlier, later = "16.02.03.2001", date(2026, 2, 1), date(2026, 5, 1)
    with writing(engine) as connection:
        declared.import_published(connection, around.declared, pd.DataFrame(layer.frame), who="ana")
        published_rows = declared.listed(connection)
        known = published_rows["village_code"].dropna().iloc[-1]
        declared.add_own(connection, known, date(2001, 1, 1), who="ana")
        declared.take_back(connection, known, left=earlier, who="ana")
        assert declared.listed(connection).equals(published_rows)
        declared.add_own(connection, code, ON, who="ana")
        number = int(declared.listed(connection)["id"].max())
        declared.name_also(connection, number, ["Satu", "Dua"], who="ana")
    versions = [declared.version(engine)]
    for change in (
        lambda connection: declared.take_back(connection, code, left=later, who="ana"),
        lambda connection: declared.add_own(connection, code, earlier, who="ana"),
    ):
        with writing(engine) as connection:
            change(connection)
        versions.append(declared.version(engine))
        with reading(engine) as connection:
            row = declared.listed(connection).set_index("village_code").loc[code]
        assert (row["aliases"], row["earliest_on"]) == (("Dua", "Satu"), row["latest_on"])
        assert row["earliest_on"] == (later, earlier)[len(versions) - 2]
    assert len(set(versions)) == 3


def test_own_launches_count_as_declared_and_published_ones_are_not_doubled(engine, layer, around):
    known = sorted(published.declared_codes(around.declared))
    new = next(code for code in layer.frame["village_code"] if code not in known)
    with writing(engine) as connection:
        for code in (new, known[0]):
            declared.add_own(connection, code, ON, who="ana")
    found = declared.with_own(around, engine)
    assert found.added == {new}
    assert published.declared_codes(found.declared) == {*known, new}
    assert len(found.declared) == len(around.declared) + 1
    assert found.declared.iloc[-1]["earliest_date"] == "2026-03-01"
    with reading(engine) as connection:
        assert len(declared.listed(connection)) == 2


def test_a_plan_is_replayed_with_the_declared_villages_of_its_time(layer, around):
    codes = layer.frame["village_code"]
    first = with_declared(around, records(codes.iloc[0]))
    later = with_declared(around, records(*codes.iloc[:3]))
    assert as_then(later, first.added).added == first.added
    assert published.declared_codes(as_then(later, first.added).declared) == published.declared_codes(first.declared)
    assert as_then(later, ()).declared.equals(around.declared)
    for then in (around, first):
        made = record(rank(layer, then, ScoringParams(), regions=["19"]), layer)
        assert replay(made, layer, later, name="x.json") == made
