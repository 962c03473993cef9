"""The name doctor on the villages of five provinces, their names corrupted as in the tests."""

import time

import pandas as pd

from geodata.layer import EMBEDDED, load
from geodata.names_match import match
from tests.geodata.test_names_match import sent


def main() -> None:
    villages = pd.DataFrame(load(EMBEDDED).frame.drop(columns="geometry"))
    for parent in ("district_code", "regency_code"):
        rows = sent(villages, parent, 1)
        started = time.process_time()
        match(rows, villages)
        print(f"{len(rows)} corrupted names within {parent.split('_')[0]}: {time.process_time() - started:.1f} s")


if __name__ == "__main__":
    main()
