"""Runs of the command line on the embedded default, which is read and ranked once."""

from functools import cache

from geodata.layer import load
from planner import cli, plan, plan_record
from planner.cli import main, plans, score, select, villages
from planner.params import ScoringParams
from planner.selection import plan as selection_plan
from planner.surroundings import surroundings_of

DEFAULTS = ScoringParams()
COMMAND = cache(cli.command)
RANK = plan.rank


@cache
def layer():
    return load(None)


@cache
def surroundings():
    return surroundings_of(layer(), None)


@cache
def by_default(regions, sector):
    return RANK(layer(), surroundings(), DEFAULTS, regions=list(regions) or None, sector=sector)


def ranked(_layer, _surroundings, params, *, regions, sector):
    if params != DEFAULTS:
        return RANK(layer(), surroundings(), params, regions=regions, sector=sector)
    return by_default(tuple(regions or ()), sector)


def read_once(monkeypatch):
    """Share one embedded default, registers, rankings and the command: making them is most of a run."""
    monkeypatch.setattr(cli, "command", COMMAND)
    monkeypatch.setattr(villages, "load", lambda _file, **_: layer())
    for module in (plan_record, selection_plan):
        monkeypatch.setattr(module, "rank", ranked)
    for module in (plan, selection_plan):
        monkeypatch.setattr(module, "verify", lambda _layer: None)  # nobody changes it here
    for module in (select, plans, score):
        monkeypatch.setattr(module, "surroundings_of", lambda _layer, _file: surroundings())


def run(capsys, *arguments):
    """Return exit code, what stands on the output stream, and what on the error stream."""
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err
