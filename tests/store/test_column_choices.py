"""Columns that a sender chose are taken again for the next file. Both engines."""

import sqlalchemy as sa

from planner.store.column_choices import remember_columns, remembered_columns
from planner.uploads import Columns

HEADINGS = ["Jumlah A", "Bulan", "Lain {{7*7}}"]


def test_what_a_sender_chose_comes_back_for_the_same_headings_in_any_order(engine: sa.Engine) -> None:
    assert remembered_columns(engine, "kacab-plg", "participants", HEADINGS) is None
    first = Columns({"active": "Jumlah A", "month": "Bulan"}, {"segment": "BPU"})
    remember_columns(engine, "Kacab-PLG", "participants", HEADINGS, first)
    assert remembered_columns(engine, "kacab-plg", "participants", HEADINGS[::-1]) == first
    assert remembered_columns(engine, "kacab-plg", "visits", HEADINGS) is None
    assert remembered_columns(engine, "kacab-jbi", "participants", HEADINGS) is None


def test_the_same_headings_come_first_then_the_last_choice_as_far_as_it_fits(engine: sa.Engine) -> None:
    remember_columns(engine, "ana", "visits", HEADINGS, Columns({"met": "Jumlah A"}))
    remember_columns(engine, "ana", "visits", ["X", "Bulan"], Columns({"met": "X", "date": "Bulan"}))
    assert remembered_columns(engine, "ana", "visits", HEADINGS) == Columns({"met": "Jumlah A"})
    assert remembered_columns(engine, "ana", "visits", ["Bulan", "Y"]) == Columns({"date": "Bulan"})
    assert remembered_columns(engine, "ana", "visits", ["Y"]) is None
    remember_columns(engine, "ana", "visits", HEADINGS, Columns({"met": "Bulan"}))
    assert remembered_columns(engine, "ana", "visits", HEADINGS) == Columns({"met": "Bulan"})
