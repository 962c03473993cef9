"""The figures of README's examples, worked out again by the commands that README shows, on the embedded layer.

``python -m tests.bench.bench_examples``. Not times: what the commands answer must be what README says.
"""

import json
import subprocess
import sys
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from geodata.layer import EMBEDDED, load
from planner.criteria import measure
from planner.diagnosis import diagnose
from planner.params import ScoringParams
from planner.scoring import scored
from planner.surroundings import surroundings_of
from planner.worlds import robust
from tests.bench.figures import Figure, give

START = "from planner.cli import run; run()"
TARGET = "target --from 800000 --to 1000000 --start 2026-12-01"
FIVE = 9_401
SELECT = "select --budget 500jt --launches 20 --max-per-regency 2 --worlds 200 --given-up"


def answer(words: str, home: str) -> Any:
    command = [sys.executable, "-c", START, *words.split(), "--json", "--data-dir", home]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def give_target(home: str) -> None:
    found = answer(TARGET, home)
    also = {
        "registrations": found["registrations"]["value"],
        "villages launched": found["launches"]["value"],
        "agents": found["agents"]["value"],
        "% of the simulations reach it": found["chance_of_enough_pct"],
    }
    give(Figure("example: from 800,000 to 1,000,000", FIVE, also=also))


def give_choice(home: str) -> None:
    found = answer(SELECT, home)
    also = {
        "participants": round(found["objective"]),
        "% gap": 100 * found["gap"],
        "% less than the best of the middle world": found["regret_pct"][1],
    }
    give(Figure("example: 20 launches for Rp500 million", FIVE, also=also))


def give_score() -> None:
    layer = load(EMBEDDED)
    villages = pd.DataFrame(layer.frame.drop(columns="geometry"))
    params = ScoringParams()
    scores = scored(measure(villages, params, surroundings_of(layer, EMBEDDED)), params)
    weight = diagnose(scores).criteria.loc["gap_workers"]
    also = {
        "% of the order by uncovered workers": 100 * weight["effective_weight"],
        "% nominal": 100 * weight["weight"],
        "villages on the list in more than 80 % of the worlds": int((robust(scores).table["in_top"] > 0.8).sum()),
    }
    give(Figure("example: the score with default parameters", FIVE, also=also))


def main() -> None:
    with TemporaryDirectory() as home:
        give_target(home)
        give_choice(home)
    give_score()


if __name__ == "__main__":
    main()
