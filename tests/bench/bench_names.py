"""The name doctor on the villages of five provinces, their names corrupted as in the tests."""

import time

import pandas as pd

from geodata.layer import EMBEDDED, load
from geodata.names_match import match
from tests.bench.figures import Figure, give
from tests.geodata.test_names_match import sent


def main() -> None:
    villages = pd.DataFrame(load(EMBEDDED).frame.drop(columns="geometry"))
    for parent in ("district_code", "regency_code"):
        rows = sent(villages, parent, 1)
        began, started = time.perf_counter(), time.process_time()
        match(rows, villages)
        wall_s, cpu_s = time.perf_counter() - began, time.process_time() - started
        give(Figure(f"match corrupted names, {parent.split('_')[0]} known", len(rows), wall_s, cpu_s))


if __name__ == "__main__":
    main()
