"""Time and memory of scoring, 1,000 worlds and what else a list is put through: 9,401 and 83,246 villages.

Run from the project's root: ``python -m tests.bench.bench_scoring``. Each measurement is a process of its own. The
five provinces are built from ../shared/data where it exists, else they are the layer that comes with the program; the
country repeats their figures: only its size is real. Seconds are those of the step, the peak is that of the process
with libraries and layer.
"""

import multiprocessing
import resource
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from geodata.layer import EMBEDDED, load
from geodata.schema import DISTRICT_CODE, PROVINCE_CODE, REGENCY_CODE, VILLAGE_CODE
from planner.clusters import clusters
from planner.criteria import Criteria, Surroundings, measure
from planner.diagnosis import diagnose
from planner.params import BlockWeights, ScoringParams
from planner.ranking import RANK
from planner.scoring import Scores, scored
from planner.surroundings import surroundings_of
from planner.worlds import influence, robust
from tests.bench.bench_layer import build_five_provinces
from tests.conftest import SHARED

VILLAGES = (9_401, 83_246)
PARAMS = ScoringParams()
CODES = (VILLAGE_CODE, DISTRICT_CODE, REGENCY_CODE, PROVINCE_CODE)
ENDS = (f"{VILLAGE_CODE}_a", f"{VILLAGE_CODE}_b")


def read(path: Path, villages: int) -> tuple[pd.DataFrame, Surroundings]:
    """Return the layer, repeated under the codes of provinces 25 to 29, 35 to 39 ... up to the number of villages."""
    layer = load(path)
    around = surroundings_of(layer, path)
    five = pd.DataFrame(layer.frame.drop(columns="geometry"))
    copies, pairs = [], []
    for copy in range(-(-villages // len(five))):
        copies.append(five.assign(**{column: moved(five[column], copy) for column in CODES}))
        pairs.append(around.pairs.assign(**{end: moved(around.pairs[end], copy) for end in ENDS}))
    every = pd.concat(copies, ignore_index=True).iloc[:villages]
    return every, Surroundings(pd.concat(pairs, ignore_index=True), around.declared, around.offices)


def moved(codes: pd.Series, copy: int) -> pd.Series:
    return (codes.str[:2].astype(int) + 10 * copy).astype(str) + codes.str[2:]


def measure_and_score(villages: pd.DataFrame, around: Surroundings) -> None:
    scored(measure(villages, PARAMS, around), PARAMS)


def score_again(criteria: Criteria) -> None:
    """Twenty times, as when someone drags a weight."""
    milliseconds = []
    for turn in range(20):
        params = PARAMS.model_copy(update={"block_weights": BlockWeights(need=0.3 + turn / 50)})
        started = time.perf_counter()
        pd.Series(scored(criteria, params).score).rank(method="first", ascending=False)
        milliseconds.append(1e3 * (time.perf_counter() - started))
    print(f"   score and rank again: median {np.median(milliseconds):.1f} ms, worst {max(milliseconds):.1f} ms")


def thousand_worlds(scores: Scores) -> None:
    table = robust(scores).table
    counts = table["group"].value_counts().to_dict()
    wide = (table["rank_high"] - table["rank_low"])[table[RANK] <= PARAMS.top].median()
    print(f"   groups {counts}; median width of the rank interval on the list {wide:.0f} places")


def influence_of_choices(scores: Scores) -> None:
    print(influence(scores).round(2).to_string())


def diagnosis(scores: Scores) -> None:
    diagnose(scores)


def hot_spots(scores: Scores, around: Surroundings) -> None:
    clusters(scores, around.pairs)


def prepared(name: str, file: Path) -> Callable[[], None]:
    """Return a step with all that it needs at hand."""
    frame, around = pd.read_pickle(file)
    if name == "measure_and_score":
        return lambda: measure_and_score(frame, around)
    criteria = measure(frame, PARAMS, around)
    if name == "score_again":
        return lambda: score_again(criteria)
    scores = scored(criteria, PARAMS)
    if name == "hot_spots":
        return lambda: hot_spots(scores, around)
    return lambda: ON_SCORES[name](scores)


ON_SCORES = {
    "thousand_worlds": thousand_worlds,
    "influence_of_choices": influence_of_choices,
    "diagnosis": diagnosis,
}
STEPS = ("measure_and_score", "score_again", *ON_SCORES, "hot_spots")


def timed(name: str, file: Path, villages: int) -> None:
    step = prepared(name, file)
    started, cpu = time.perf_counter(), time.process_time()
    step()
    wall, busy = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{name:22} {villages:>7,} villages {wall:8.2f} s {busy:8.2f} s CPU {peak:6.0f} MB peak", flush=True)


def prepare(folder: Path) -> None:
    """Read the layer once for all steps, without its outlines."""
    path = EMBEDDED
    if SHARED.is_dir():
        build_five_provinces(folder)
        path = folder / "five.parquet"
    print("layer:", "embedded" if path == EMBEDDED else "built from ../shared/data", flush=True)
    for villages in VILLAGES:
        pd.to_pickle(read(path, villages), folder / f"{villages}.pickle")


def main() -> None:
    context = multiprocessing.get_context("spawn")

    def run(step: Callable[..., None], *arguments: object) -> None:
        process = context.Process(target=step, args=arguments)
        process.start()
        process.join()

    with TemporaryDirectory() as folder:
        run(prepare, Path(folder))
        for villages in VILLAGES:
            for name in STEPS:
                run(timed, name, Path(folder) / f"{villages}.pickle", villages)


if __name__ == "__main__":
    main()
