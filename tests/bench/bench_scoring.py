"""Time and memory of 1,000 worlds, and of scoring again after a weight was moved: 9,401 and 83,246 villages.

Run from the project's root: ``python -m tests.bench.bench_scoring``. Each measurement is a process of its own. Figures
are synthetic: only their number is real.
"""

import multiprocessing
import resource
import time

import numpy as np

from planner.aggregate import Block, score, topsis
from planner.hotspots import hot_spots
from planner.normalise import freeze_goalposts, scaled
from planner.robustness import ranked, run_worlds

VILLAGES = (9_401, 83_246)
CRITERIA = 9
WORLDS = 1_000
BLOCKS = ((0, 1, 2), (3, 4, 5), (6, 7, 8))


def synthetic(villages: int) -> np.ndarray:
    return np.random.default_rng(1).lognormal(3, 1, (villages, CRITERIA))


def blocks(weights: np.ndarray) -> list[Block]:
    return [Block(columns, tuple(weights[list(columns)]), float(weights[list(columns)].sum())) for columns in BLOCKS]


def scorers(values: np.ndarray) -> list:
    """Four scales times two ways between blocks, and TOPSIS."""
    goalposts = [freeze_goalposts(column) for column in values.T]

    def scorer(scale, between):
        def scores(figures, weights):
            x = np.column_stack([scaled(c, scale, goalposts=g) for c, g in zip(figures.T, goalposts, strict=True)])
            return score(x, blocks(weights), between=between)

        return scores

    ways = [
        scorer(scale, between)
        for scale in ("goalposts", "minmax", "zscore", "percentile")
        for between in ("geometric", "arithmetic")
    ]
    return [*ways, lambda figures, weights: topsis(figures, weights, np.ones(CRITERIA, dtype=bool))]


def thousand_worlds(villages: int) -> None:
    values = synthetic(villages)
    run_worlds(
        values * 0.8,
        values,
        values * 1.3,
        scorers=scorers(values),
        weights=np.ones(CRITERIA),
        spread=50,
        worlds=WORLDS,
        top=50,
        seed=1,
    )


def score_again(villages: int) -> None:
    """Twenty times, as when someone drags a weight; criteria are on their scale already."""
    values = synthetic(villages)
    x = np.column_stack([scaled(c, "goalposts", goalposts=freeze_goalposts(c)) for c in values.T])
    milliseconds = []
    for turn in range(20):
        weights = np.ones(CRITERIA)
        weights[turn % CRITERIA] = 2
        started = time.perf_counter()
        ranked(score(x, blocks(weights)))
        milliseconds.append(1e3 * (time.perf_counter() - started))
    print(f"   score and rank again: median {np.median(milliseconds):.1f} ms, worst {max(milliseconds):.1f} ms")


def hot_spots_on_a_grid(villages: int) -> None:
    side = int(villages**0.5)
    cells = np.arange(side * side).reshape(side, side)
    shifts = ((cells[:, :-1], cells[:, 1:]), (cells[:-1], cells[1:]), (cells[:-1, :-1], cells[1:, 1:]))
    links = np.concatenate([np.column_stack([a.ravel(), b.ravel()]) for a, b in shifts])
    hot_spots(synthetic(side * side)[:, 0], links, seed=1)


STEPS = (thousand_worlds, score_again, hot_spots_on_a_grid)


def measure(step, villages: int) -> None:
    started, cpu = time.perf_counter(), time.process_time()
    step(villages)
    wall, busy = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{step.__name__:20} {villages:>7,} villages {wall:8.2f} s {busy:8.2f} s CPU {peak:6.0f} MB peak", flush=True)


def main() -> None:
    context = multiprocessing.get_context("spawn")
    for villages in VILLAGES:
        for step in STEPS:
            process = context.Process(target=measure, args=(step, villages))
            process.start()
            process.join()


if __name__ == "__main__":
    main()
