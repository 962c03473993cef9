"""``python -m tests.mutants [MODULE ...] [--sample N]``: how many small wrongs the tests see; fails below 85 of 100.

Each mutant runs in a process of its own, forked from one that has the libraries loaded; one at a time.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.operators import Mutant, mutants
from tests.mutants.runner import Bench, Outcome, load_libraries
from tests.mutants.subjects import LEAST_PCT, SUBJECTS, Subject

ROOT = Path(__file__).parent.parent.parent


def main(arguments: Sequence[str]) -> int:
    """Run the mutants that are asked for, tell the survivors, and return 1 if too many are left."""
    asked = _asked(arguments)
    load_libraries()
    counted: Counter[Outcome] = Counter()
    began = time.monotonic()
    for subject in [one for one in SUBJECTS if not asked.modules or one.module in asked.modules]:
        counted += _one(subject, asked.sample)
    _tell("all", counted)
    sys.stdout.write(f"{time.monotonic() - began:.0f} s\n")
    return int(_share(counted) < LEAST_PCT)


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", choices=[[], *(one.module for one in SUBJECTS)], default=[])
    parser.add_argument("--sample", type=int, default=0, help="at most so many mutants of a module, chosen by chance")
    return parser.parse_args(arguments)


def _one(subject: Subject, sample: int) -> Counter[Outcome]:
    bench = Bench(subject, ROOT)
    every = list(mutants(bench.source))
    some = _some(every, sample)
    counted: Counter[Outcome] = Counter()
    for mutant in some:
        outcome = bench.run(mutant.tree)
        counted[outcome] += 1
        if outcome == "survived":
            sys.stdout.write(f"  survived {subject.module}:{mutant.line}  {mutant.what}\n")
            sys.stdout.flush()
    _tell(f"{subject.module} ({len(some)} of {len(every)})", counted)
    return counted


def _some(every: list[Mutant], sample: int) -> list[Mutant]:
    if not sample or sample >= len(every):
        return every
    places = sorted(random.Random(1).sample(range(len(every)), sample))
    return [every[place] for place in places]


def _share(counted: Counter[Outcome]) -> float:
    return 100 * (1 - counted["survived"] / max(1, counted.total()))


def _tell(what: str, counted: Counter[Outcome]) -> None:
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counted.items()))
    sys.stdout.write(f"{what}: {_share(counted):.1f} % seen ({told})\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
