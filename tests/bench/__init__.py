"""Benchmarks: plain scripts that print figures; no test depends on their times."""
