"""Talking cards: every sum of the day, dated and sourced, on one page; whom to meet."""

import datetime as dt

import pytest

from geodata.schema import SECTORS, sector_column
from planner.errors import PlanError
from planner.field.cards import talking_entries
from planner.field.contacts import MOST, contacts, leading_sectors
from planner.field.line import Source
from planner.field.talking_card import talking_card
from planner.rupiah import written
from planner.tariffs import monthly_idr
from tests.planner.field.frames import TODAY

LANGUAGES = ("id", "en")


def words(sector, day=TODAY, language="id"):
    return {title: [one.value for one in entries] for title, entries in talking_entries(sector, day, language)}


def village(kind="desa", eligible=1_000, **more):
    return {"village_type": kind, "eligible_workers": eligible, **more}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sector", SECTORS)
def test_a_card_is_one_page_and_has_a_sentence_of_its_own(sector, language):
    card = words(sector, language=language)
    lines = list(card) + [one for found in card.values() for one in found]
    assert len(card) == 7
    assert sum(-(-len(line) // 75) for line in lines) <= 40  # lines of a page in large print
    others = [words(other, language=language) for other in SECTORS if other != sector]
    (say,) = list(card.values())[-1]
    assert say.startswith("“")
    assert all(say not in list(other.values())[-1] for other in others)


@pytest.mark.parametrize("sector", SECTORS)
def test_every_sum_is_that_of_the_table_and_has_a_dated_source(sector):
    for section in talking_card(sector, TODAY):
        for line in section.lines:
            said = line.text("id")
            example = section.title.endswith(".say")
            if "Rp" in said and not example:
                assert line.source is not None
                assert line.source.addresses
                assert len(line.source.day.split(" | ")) == len(line.source.addresses)
    everything = str(words(sector))
    for programme, payer in (("jkk_jkm", "self"), ("jkk_jkm", "state"), ("jkk_jkm_jht", "self")):
        assert written(monthly_idr(TODAY, programme=programme, payer=payer), "id") in everything
    for sum_of_the_scheme in ("Rp42 juta", "Rp10 juta", "Rp174 juta", "48 kali", "56 kali", "65 tahun", "NIK"):
        assert sum_of_the_scheme in everything


def test_the_discount_is_told_with_its_end_and_for_whom():
    assert "diskon sampai 31 Desember 2026" in str(words("plantation"))
    assert "1 Januari 2027 diperkirakan Rp16.800" in str(words("plantation"))
    assert "31 Maret 2027" not in str(words("plantation"))
    assert "diskon sampai 31 Maret 2027" in str(words("trade_services"))


def test_the_card_of_another_day_has_the_sums_of_that_day():
    before, after = words("fishery", dt.date(2026, 2, 1)), words("fishery", dt.date(2027, 5, 1))
    assert "Mulai 1 April 2026 ada diskon: Rp8.400" in str(before)
    assert "Per 1 Mei 2027: Rp16.800 sebulan per orang, dibayar sendiri." in str(after)
    assert "Tunggakan" not in str(after)
    drivers = words("trade_services", dt.date(2027, 2, 1))
    assert "Sopir, ojek, dan kurir: Rp8.400" in str(drivers)


def test_a_day_without_tariff_is_told():
    with pytest.raises(PlanError, match="no tariff of jkk_jkm for 2040-01-01"):
        talking_card("fishery", dt.date(2040, 1, 1))


def test_the_two_bpjs_are_told_apart_and_no_identity_number_is_asked_for():
    for language in LANGUAGES:
        card = words("other", language=language)
        assert "BPJS Kesehatan" in str(card)
    assert "jangan dicatat di sini" in str(words("other"))


def roles(row):
    return [one.role.rsplit(".", 1)[1] for one in contacts(row)]


def test_a_desa_and_a_kelurahan_have_heads_of_their_own():
    assert roles(village())[:2] == ["kades", "kadus"]
    assert roles(village("kelurahan"))[:2] == ["lurah", "rt_rw"]
    assert "bumdes" not in roles(village("kelurahan", bumdes_workers=9))
    assert roles(village(bumdes_workers=9)) == ["kades", "kadus", "bumdes"]


def test_a_village_of_oil_palm_has_its_groups_and_a_mill_only_where_one_is_near():
    palm = village(workers_plantation=600, workers_fishery=10)
    assert {"farmer_group", "cooperative", "extension", "collector"} <= set(roles(palm))
    assert "mill" not in roles(palm)
    assert "mill" not in roles({**palm, "mill_km": 30.0})
    assert "mill" in roles({**palm, "mill_km": 4.0})


def test_a_village_of_fishers_is_known_though_most_are_not():
    shore = village(workers_plantation=300, workers_fishery=160, workers_other=540, port_km=1.5)
    assert leading_sectors(shore) == ("fishery", "plantation")
    assert roles(shore)[2:5] == ["fisher_group", "port", "fishery_extension"]


def test_in_town_markets_come_first():
    town = village("kelurahan", workers_trade_services=280, workers_other=600, workers_plantation=30)
    assert leading_sectors(town) == ("trade_services",)
    assert roles(town) == ["lurah", "rt_rw", "market", "drivers"]


def test_missing_figures_leave_the_heads_and_no_sector():
    assert leading_sectors(village(**{sector_column(one): None for one in SECTORS})) == ()
    assert leading_sectors(village(workers_other=50)) == ()
    assert leading_sectors(village(workers_livestock=2)) == ("livestock",)
    assert roles({}) == ["kades", "kadus", "bumdes"]


def test_contacts_are_few_each_once_and_say_why_in_both_languages():
    busy = village(**{sector_column(one): 300 for one in SECTORS}, mill_km=1.0, port_km=1.0, bumdes_workers=3)
    found = contacts(busy)
    assert len(found) == MOST == len({one.role for one in found})
    from planner.texts import t

    for one in found:
        assert t(one.reason, "id") != t(one.reason, "en")


def test_a_source_says_its_dates_as_people_write_them():
    source = Source(
        "https://a.example.org/x | https://b.example.org/y | https://c.example.org",
        "2025-10 | 2025-10-07 | n.d.",
        "A | B | C",
    )
    assert "Oktober 2025, 7 Oktober 2025, " in source.text("id")
    assert "October 2025, 7 October 2025, " in source.text("en")
