"""The own area: only own villages, the same days from the same area, cards in both languages."""

import datetime as dt
import time

import numpy as np
import pandas as pd
import pytest

from geodata import layer as layers
from geodata.schema import ACTIVE_BPU, VILLAGE_CODE, basis
from planner.coverage import GAP
from planner.errors import PlanError
from planner.field.cards import village_cards
from planner.field.days import ELSEWHERE, month_plan, navigation_links, stops_of
from planner.field.own_area import lands_of, own_area
from planner.territories.load import workload
from planner.territories.params import WorkloadParams
from tests.conftest import assert_unchanged
from tests.planner.field.frames import (
    LAYER,
    OTHERS,
    OWN,
    TODAY,
    area,
    funded,
    owned,
    participants,
    visits,
)

OCTOBER = dt.date(2026, 10, 1)
HOSTILE = LAYER.set_index(VILLAGE_CODE)["village_name"]


def card_of(found, code, day=TODAY, language="id", **more):
    return next(card for card in village_cards(found, day, language, **more) if card.code == code)


def full(**more):
    return area(
        owned=owned(month=OCTOBER, active=20, inactive=2),
        visits=visits((OWN[0], dt.date(2026, 11, 3), 4), (OWN[1], dt.date(2026, 11, 20), 2)),
        participants=participants(
            *((code, dt.date(2026, 9, 1), 25, 0) for code in (*OWN, *OTHERS)),
            *((code, OCTOBER, 20, 2) for code in (*OWN, *OTHERS)),
        ),
        funded=funded(
            *((code, "APBDes", 9, dt.date(2026, 7, 1), dt.date(2026, 12, 31)) for code in (OWN[0], OTHERS[0]))
        ),
        **more,
    )


def test_the_area_holds_own_villages_only_whatever_is_given():
    dates = pd.DataFrame({"village_code": [OTHERS[0], OWN[2]], "on_day": [dt.date(2026, 11, 26)] * 2})
    found = full(dates=dates)
    assert found.villages[VILLAGE_CODE].tolist() == OWN
    assert set(found.follow_ups[VILLAGE_CODE]) <= set(OWN)
    assert set(found.dates) == {OWN[2]}
    everything = found.villages.drop(columns="geometry").to_csv() + found.follow_ups.to_csv() + str(found.dates)
    assert not any(code in everything for code in OTHERS)


def test_arguments_are_left_alone():
    given, before = owned(), owned()
    layer = LAYER.copy()
    area(owned=given)
    assert_unchanged(given, before)
    assert_unchanged(LAYER.drop(columns="geometry"), layer.drop(columns="geometry"))


def test_reported_participants_take_the_place_of_estimates():
    counted, guessed = full().villages, area().villages
    assert (counted[ACTIVE_BPU] == 20).all()
    assert (counted[basis(ACTIVE_BPU)] == "observed").all()
    assert (counted[GAP] == counted["eligible_workers"] - 20).all()
    assert (guessed[basis(ACTIVE_BPU)] == "disaggregated").all()
    assert guessed[GAP].tolist() == (guessed["eligible_workers"] - guessed[ACTIVE_BPU]).tolist()


def test_month_and_quiet_are_those_of_the_own_visits_and_villages():
    found = full()
    assert (found.month.registered, found.month.participants) == (6, 120)
    assert found.month.per_participant_year_idr == 13_860  # two months at the discount, ten without
    assert found.quiet.last_result_on == dt.date(2026, 11, 20)
    assert found.visits["visited_on"].tolist() == [dt.date(2026, 11, 20), dt.date(2026, 11, 3)]
    none = area()
    assert none.month.participants is None
    assert none.quiet.level == "warn_75"  # 83 days since the first village
    assert area(since=dt.date(2026, 11, 1)).quiet.level == "none"


def test_the_year_is_counted_at_todays_tariff_where_the_table_ends():
    assert area(dt.date(2030, 6, 1)).month.per_participant_year_idr == 12 * 1_260


def test_an_agent_without_villages_has_an_empty_area():
    found = area(owned=owned([]))
    assert found.villages.empty
    assert (found.quiet.level, found.month.missing) == ("none", 50)
    with pytest.raises(PlanError, match="villages"):
        month_plan(found)


def test_a_village_the_layer_lacks_keeps_its_code_and_gets_no_stop():
    found = area(owned=owned([*OWN, "16.99.99.2001"]))
    card = card_of(found, "16.99.99.2001", TODAY, "en")
    assert card.title == "16.99.99.2001"
    assert "not in the data" in card.note
    assert {one.value for one in card.figures} == {"–"}
    assert card.sectors == ()
    assert "16.99.99.2001" not in set(month_plan(found).stops[VILLAGE_CODE])


def test_the_same_area_gives_the_same_days_and_every_village_is_visited():
    first, again = month_plan(full()), month_plan(full())
    pd.testing.assert_frame_equal(first.stops, again.stops)
    assert set(first.stops[VILLAGE_CODE]) == set(OWN)
    assert first.home in OWN
    assert not first.home_is_known
    assert {day.month for day in month_plan(full(), month="2027-01").stops["date"]} == {1}


def test_too_many_visits_are_cut_for_all_villages_alike_and_told():
    busy = LAYER.assign(**{name: LAYER[name] * 20 for name in LAYER if str(name).startswith("eligible_workers")})
    busy["eligible_workers_basis"] = LAYER["eligible_workers_basis"]
    codes = sorted(LAYER[VILLAGE_CODE])
    rows = {"visits": visits(), "participants": participants(), "funded": funded()}
    found = own_area(busy, TODAY, agent="AG-1", owned=owned(codes), **rows)
    plan = month_plan(found)
    wanted = workload(found.villages, WorkloadParams())["visits_per_month"].sum()
    assert set(plan.stops[VILLAGE_CODE]) == set(codes)
    assert set(plan.missed["reason"]) == {"no_room"}
    assert len(plan.stops) + len(plan.missed) == round(wanted) > 2 * len(plan.stops)
    assert plan.days["hours"].max() <= 8


def test_a_home_outside_begins_the_days_without_telling_its_code():
    found = full(home=OTHERS[-1])
    plan = month_plan(found)
    assert plan.home_is_known
    assert plan.home == ELSEWHERE
    assert OTHERS[-1] not in plan.stops.to_csv()
    assert month_plan(full(home=OWN[3])).home == OWN[3]
    assert month_plan(full(home="16.99.99.2001")).home_is_known is False


def test_set_dates_are_kept_and_one_on_a_sunday_is_told():
    days = [dt.date(2026, 11, 25), dt.date(2026, 11, 22), dt.date(2026, 12, 8)]
    found = full(dates=pd.DataFrame({"village_code": [OWN[4]] * 3, "on_day": days}))
    assert found.dates[OWN[4]] == tuple(sorted(days))
    plan = month_plan(found)
    assert OWN[4] in [stop.village_code for stop in stops_of(plan, days[0])]
    lost = plan.missed[plan.missed["reason"] == "not_working_day"]
    assert lost[VILLAGE_CODE].tolist() == [OWN[4]]


def test_stops_of_a_day_are_in_order_with_clock_times():
    plan = month_plan(full())
    day = plan.stops["date"].iloc[0]
    stops = stops_of(plan, day)
    assert [stop.number for stop in stops] == list(range(1, len(stops) + 1))
    times = [moment for stop in stops for moment in (stop.arrive, stop.leave)]
    assert times == sorted(times)
    assert stops_of(plan, dt.date(2026, 11, 22)) == ()


def test_villages_across_water_take_longer():
    lands = pd.Series(np.where(LAYER[VILLAGE_CODE].isin(OWN[:3]), 0, 1), index=LAYER[VILLAGE_CODE])
    assert month_plan(full(lands=lands)).stops["travel_min"].max() > month_plan(full()).stops["travel_min"].max() + 20


def test_links_lead_to_the_point_and_ask_nothing_by_themselves():
    links = navigation_links(-3.5101527, 104.6798084)
    assert links.geo == "geo:-3.510153,104.679808?q=-3.510153,104.679808"
    assert links.maps == "https://www.google.com/maps/dir/?api=1&destination=-3.510153,104.679808"


def test_a_card_tells_all_and_the_next_days():
    found = full(dates=pd.DataFrame({"village_code": [OWN[0]], "on_day": [dt.date(2026, 11, 26)]}))
    plan = month_plan(found)
    card = card_of(found, OWN[0], TODAY, "id", plan=plan)
    assert card.title == f"Desa {HOSTILE[OWN[0]]}"  # as it is: whoever renders it escapes it
    assert [one.label for one in card.figures][-1] == "Peserta pada Oktober 2026"
    assert card.figures[-1].value == "20 aktif, 2 nonaktif"
    assert card.figures[1].value == "80 (30–180)"
    assert card.figures[1].note == "hasil pembagian"
    assert "Kamis, 26 November 2026 (ditetapkan kantor)" in card.next_days
    assert [one.label for one in card.visits] == ["3 November 2026"]
    assert card.visits[0].value == "bertemu 20, berminat 5, mendaftar 4"
    assert [one.label for one in card.follow_ups] == [
        "Peserta menjadi nonaktif",
        "Peserta aktif berkurang",
        "Iuran yang dibayari hampir habis",
    ]
    assert card.say[0][0] == "Apa ini"
    assert card_of(found, OWN[0], dt.date(2026, 12, 1), "id", plan=plan).next_days == ()


def test_every_own_village_has_a_card_and_no_other():
    assert [card.code for card in village_cards(full(), TODAY, "id")] == OWN


def test_a_card_is_whole_in_both_languages():
    found = full()
    for code in OWN:
        one, other = (card_of(found, code, TODAY, language) for language in ("id", "en"))
        assert len(one.contacts) == len(other.contacts) >= 3
        assert [len(entries) for _, entries in one.say] == [len(entries) for _, entries in other.say]
        assert not {entry.value for entry in one.contacts} & {entry.value for entry in other.contacts}


def test_what_was_written_down_stays_as_it_is():
    said = visits((OWN[0], TODAY, 0)).assign(dusun="Dusun <b>", obstacle="Hujan & banjir")
    card = card_of(area(visits=said), OWN[0], TODAY, "en")
    assert card.visits[0].value == "Dusun <b>: met 20, interested 5, registered 0"
    assert card.visits[0].note == "Hujan & banjir"
    assert card.figures[-1].note == "never reported"


def test_an_area_of_25_real_villages_is_planned_at_once():
    layer = layers.load()
    codes = sorted(layer.frame[VILLAGE_CODE])[:25]
    lands = lands_of(layer.frame, layers.load_neighbours(layer))
    rows = {"visits": visits(), "participants": participants(), "funded": funded()}
    found = own_area(layer.frame, TODAY, agent="AG-1", owned=owned(codes), lands=lands, **rows)
    began = time.process_time()
    plan = month_plan(found)
    assert time.process_time() - began < 0.8  # measured 0.15 s
    assert len(plan.stops) >= 25
    assert all(card.contacts for card in village_cards(found, TODAY, "id", plan=plan))
