"""A long command gives memory back, and works where the C library has no such call."""

import ctypes

import pyarrow as pa

from planner.cli.memory import give_back


def test_arrow_keeps_nothing_back():
    give_back()
    assert pa.default_memory_pool().backend_name == "system"


def test_a_c_library_without_the_call_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    give_back()
