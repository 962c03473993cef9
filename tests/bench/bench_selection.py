"""Time, memory and proved gap of selections: 9,401 and 83,246 villages; greedy and spopt beside them.

Run from the project's root: ``python -m tests.bench.bench_selection``. Each measurement is a process of its own. The
five provinces are built from ../shared/data where it exists, else they are the layer that comes with the program. The
country has its real points where ../shared/data/national exists; its figures are drawn from those of the five
provinces, so only size and places are real. spopt is measured where it is installed (``pip install spopt``): plain
maximal covering without money or quotas is all it can do.
"""

import multiprocessing
import resource
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csc_array

from geodata.distance import near_pairs
from geodata.layer import EMBEDDED, load
from geodata.schema import LATITUDE, LONGITUDE, REGENCY_CODE
from planner.criteria import Surroundings, measure
from planner.params import ScoringParams
from planner.plan import Ranking
from planner.ranking import RANK
from planner.scoring import scored
from planner.selection.candidates import candidates
from planner.selection.core import robust_plan
from planner.selection.params import SelectionParams
from planner.selection.problem import Problem, Rules
from planner.selection.solve import solve
from planner.selection.worlds import worlds_of
from planner.surroundings import surroundings_of
from tests.bench.bench_layer import build_five_provinces
from tests.conftest import SHARED

FIVE, COUNTRY = 9_401, 83_246
OUTLINES = SHARED / "national" / "indonesia_villages_300m.parquet"
SPOPT = (1_000, 2_000)
CASES = (
    *((FIVE, launches, km) for km in (0, 5, 10) for launches in (50, 200, 500)),
    *((COUNTRY, launches, km) for km in (0, 5) for launches in (50, 200)),
)


def read(path: Path) -> tuple[pd.DataFrame, Surroundings]:
    layer = load(path)
    return pd.DataFrame(layer.frame.drop(columns="geometry")), surroundings_of(layer, path)


def country(five: pd.DataFrame) -> pd.DataFrame:
    """Real villages of the country with figures drawn from those of the five provinces."""
    outlines = gpd.read_parquet(OUTLINES)
    points = outlines.geometry.representative_point()
    code = outlines["village_code"].astype(str)
    drawn = five.iloc[np.random.default_rng(7).integers(len(five), size=len(outlines))].reset_index(drop=True)
    own = {
        "village_code": code,
        "district_code": code.str[:8],
        "regency_code": code.str[:5],
        "province_code": code.str[:2],
        LONGITUDE: points.x,
        LATITUDE: points.y,
    }
    return drawn.assign(**{name: values.to_numpy() for name, values in own.items()}).dropna(subset=[LONGITUDE])


def ranking(villages: pd.DataFrame, around: Surroundings) -> Ranking:
    params = ScoringParams()
    scores = scored(measure(villages, params, around), params)
    return Ranking(scores, scores.table.assign(**{RANK: range(1, len(scores.table) + 1)}), (), None)


def rules(villages: pd.DataFrame, launches: int, km: float) -> SelectionParams:
    """Budget, quotas per regency and sector, one per district."""
    regencies = villages[REGENCY_CODE].nunique()
    return SelectionParams(
        budget_idr=launches * 20_000_000,
        launches=launches,
        max_per_district=1,
        max_per_regency=max(2, 2 * -(-launches // regencies)),
        min_per_regency=1 if launches >= 2 * regencies else 0,
        sectors={"fishery": (launches // 20, None)},
        spillover_km=float(km),
    )


def selected(folder: Path, villages: int, launches: int, km: float) -> None:
    five, around = pd.read_pickle(folder / f"{villages}.pickle")
    found = candidates(ranking(five, around), around, rules(five, launches, km))
    started, cpu = time.perf_counter(), time.process_time()
    answer = solve(found.problem)
    wall, busy = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    less = "none" if answer.greedy_objective is None else f"{1 - answer.greedy_objective / answer.objective:6.2%}"
    print(
        f"{villages:>7,} villages {launches:>4} launches {km:>3} km {wall:7.2f} s {busy:7.2f} s CPU {peak:6.0f} MB peak"
        f"  gap {answer.gap:8.4%} {answer.status:10} greedy {less} less",
        flush=True,
    )


def worlds(folder: Path, villages: int, launches: int, km: float) -> None:
    five, around = pd.read_pickle(folder / f"{villages}.pickle")
    found = candidates(ranking(five, around), around, rules(five, launches, km))
    best = solve(found.problem)
    started, cpu = time.perf_counter(), time.process_time()
    robust_plan(worlds_of(found, seed=1), best, worlds=100)
    wall, busy = time.perf_counter() - started, time.process_time() - cpu
    print(
        f"{villages:>7,} villages {launches:>4} launches {km:>3} km, 100 worlds {wall:7.1f} s {busy:7.1f} s CPU",
        flush=True,
    )


def covered(folder: Path, villages: int) -> None:
    """Plain maximal covering within 5 km, ten launches: ours and that of spopt."""
    five, _ = pd.read_pickle(folder / f"{FIVE}.pickle")
    some = five.dropna(subset=["eligible_workers"]).head(villages)
    points, people = some[[LONGITUDE, LATITUDE]].to_numpy(float), some["eligible_workers"].to_numpy(float)
    pairs, _ = near_pairs(points, 5.0)
    n = len(some)
    near = np.zeros((n, n), dtype=bool)
    near[pairs[:, 0], pairs[:, 1]] = near[pairs[:, 1], pairs[:, 0]] = True
    np.fill_diagonal(near, val=True)
    started = time.process_time()
    limit = Rules.one("launches", np.ones(n), most=10)
    ours = solve(Problem(np.zeros(n), limit, people, csc_array(near.astype(float))), gap=0.0)
    our_cpu = time.process_time() - started
    try:
        import pulp
        from spopt.locate import MCLP
    except ImportError:
        print(f"{n:>7,} villages covering: ours {our_cpu:6.2f} s CPU; spopt is not installed", flush=True)
        return
    started = time.process_time()
    model = MCLP.from_cost_matrix(np.where(near, 0.0, 9.0), people, service_radius=1.0, p_facilities=10)
    model.solve(pulp.HiGHS(msg=False) if pulp.HiGHS().available() else pulp.PULP_CBC_CMD(msg=False))
    cpu = time.process_time() - started
    theirs = pulp.value(model.problem.objective)
    print(
        f"{n:>7,} villages covering: ours {our_cpu:6.2f} s CPU, {ours.objective:,.0f} people; "
        f"spopt {cpu:6.1f} s CPU, {theirs:,.0f} people; {cpu / max(our_cpu, 1e-3):,.0f} times as long",
        flush=True,
    )


def prepare(folder: Path) -> None:
    path = EMBEDDED
    if SHARED.is_dir():
        build_five_provinces(folder)
        path = folder / "five.parquet"
    print("layer:", "embedded" if path == EMBEDDED else "built from ../shared/data", flush=True)
    five, around = read(path)
    pd.to_pickle((five, around), folder / f"{FIVE}.pickle")
    if OUTLINES.is_file():
        pd.to_pickle((country(five), around), folder / f"{COUNTRY}.pickle")


def main() -> None:
    context = multiprocessing.get_context("spawn")

    def run(step: Callable[..., None], *arguments: object) -> None:
        process = context.Process(target=step, args=arguments)
        process.start()
        process.join()

    with TemporaryDirectory() as name:
        folder = Path(name)
        run(prepare, folder)
        for villages, launches, km in CASES:
            if (folder / f"{villages}.pickle").is_file():
                run(selected, folder, villages, launches, km)
        run(worlds, folder, FIVE, 200, 0)
        for villages in SPOPT:
            run(covered, folder, villages)


if __name__ == "__main__":
    main()
