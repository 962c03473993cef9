"""An office at work: people who walk through all pages, choose villages, rank them in many worlds, share targets.

Run from the project's root: ``python -m tests.bench.bench_load``. Five provinces and their records, one server, two
minutes for each number of people; the clients are those of `tests.load`, on the same machine.
"""

import asyncio
import time

import numpy as np

from tests.bench.data_folders import five_provinces, layers
from tests.bench.figures import Figure, give
from tests.load.users import at_once, opened, warmed

PEOPLE = (25, 50)
THINK_S, LASTS_S = 5.0, 120.0
FIVE = 9_401


def main() -> None:
    with layers() as kept, opened(five_provinces(kept) / "layer" / "villages.parquet") as place:
        asyncio.run(warmed(place))
        for people in PEOPLE:
            cpu, began = place.server.cpu_s(), time.monotonic()
            results = asyncio.run(at_once(place, people, think_s=THINK_S, lasts_s=LASTS_S))
            cpu, wall = place.server.cpu_s() - cpu, time.monotonic() - began
            every = results.every
            also = {
                "errors": sum(results.errors.values()),
                "clicks": len(every),
                "s at the middle": float(np.median(every)),
                "ms CPU a click in the server": 1000 * cpu / len(every),
                "% of a core busy": 100 * cpu / wall,
                "MB of the server": place.server.memory_mb("VmHWM"),
            }
            what = f"office: 95 % of the clicks of {people} people, {THINK_S:g} s to think"
            give(Figure(what, FIVE, float(np.quantile(every, 0.95)), also=also))
            for error, times in results.errors.most_common(5):
                print(f"    {times} x {error}")


if __name__ == "__main__":
    main()
