"""Time, memory and proved gap of choosing villages: 9,401 and 83,246 candidates, with and without spillover.

Run from the project's root: ``python -m tests.bench.bench_selection``. Each measurement is a process of its own. The
five provinces are built from ../shared/data; the country has its real points and codes, and each village the figures
of one of the five provinces, drawn with a fixed seed. Every case has a budget that binds, a number of launches, a most
(and in the five provinces a least) per regency, a least of fishery villages and one launch per district. Beside it
what steps of most gain bring, and spopt's MCLP where it can do the case. Seconds are those of solving, of the clock
and of the processor; the peak is that of the process with libraries and figures.
"""

import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csc_array, vstack
from scipy.spatial import cKDTree

from geodata.layer import load
from geodata.offices import office_km, read_offices
from geodata.schema import DISTRICT_CODE, PROVINCE_CODE, REGENCY_CODE, VILLAGE_CODE
from planner.coverage import gap
from planner.params import CostRates, Funnel
from planner.selection.greedy import greedy
from planner.selection.problem import Problem, Rules
from planner.selection.solve import solve
from tests.bench.bench_layer import COUNTRY, build_five_provinces

EARTH_KM = 6371.0
BANDS = 3
SPILL = 0.25
MONEY_PER_LAUNCH_IDR = 19_200_000
LIMITS = {  # of seconds on the processor
    ("five", 200, 0): 10,
    ("five", 200, 5): 20,
    ("country", 200, 0): 10,
    ("country", 200, 5): 60,
}
PEAK_MB, GAP = 1_500, 0.001
CASES = [("five", launches, km) for km in (0, 5, 10) for launches in (50, 200, 500)]
CASES += [("country", 200, 0), ("country", 200, 5)]
PLAIN = (1_000, 2_000)


@dataclass(frozen=True)
class Figures:
    """What is chosen from: candidates in the order of their codes, shapes (n,) and (n, 3)."""

    benefit: np.ndarray
    cost_idr: np.ndarray
    regency: np.ndarray
    district: np.ndarray
    fishery: np.ndarray
    xyz_km: np.ndarray
    least_per_regency: int


def five_provinces(villages: pd.DataFrame) -> Figures:
    km = office_km(villages, read_offices()).to_numpy()
    return figures(villages, np.nan_to_num(CostRates().launch_cost_idr(km), nan=3e7), least_per_regency=1)


def country(five: pd.DataFrame) -> Figures:
    """Real points and codes; figures of the five provinces; offices at a distance drawn between 0 and 120 km."""
    outlines = gpd.read_parquet(COUNTRY)
    codes, points = outlines[VILLAGE_CODE].astype(str), outlines.geometry.representative_point()
    drawn = five.iloc[np.random.default_rng(7).integers(len(five), size=len(outlines))].reset_index(drop=True)
    places = {
        VILLAGE_CODE: codes,
        DISTRICT_CODE: codes.str[:8],
        REGENCY_CODE: codes.str[:5],
        PROVINCE_CODE: codes.str[:2],
    }
    places |= {"longitude": points.x, "latitude": points.y}
    villages = drawn.assign(**{name: column.to_numpy() for name, column in places.items()})
    km = np.random.default_rng(3).uniform(0, 120, len(villages))
    return figures(villages, CostRates().launch_cost_idr(km), least_per_regency=0)


def figures(villages: pd.DataFrame, cost_idr: np.ndarray, *, least_per_regency: int) -> Figures:
    order = np.argsort(villages[VILLAGE_CODE].to_numpy(dtype=str))
    rows = villages.iloc[order]
    share = (rows["workers_fishery"].astype(float) / rows["eligible_workers"].astype(float)).fillna(0).to_numpy()
    longitude, latitude = np.radians(rows["longitude"].to_numpy()), np.radians(rows["latitude"].to_numpy())
    across = np.cos(latitude)
    return Figures(
        Funnel().active(gap(rows)["gap_workers"].astype(float).to_numpy()),
        np.rint(cost_idr[order]),
        rows[REGENCY_CODE].to_numpy(dtype=str),
        rows[DISTRICT_CODE].to_numpy(dtype=str),
        share > 0.1,
        EARTH_KM * np.column_stack([across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)]),
        least_per_regency,
    )


def problem_of(given: Figures, launches: int, km: float) -> Problem:
    count = len(given.benefit)
    least = given.least_per_regency if launches >= 100 else 0
    most = max(2, launches // (30 if given.least_per_regency else 100))
    rules = Rules.one("budget", given.cost_idr, most=launches * MONEY_PER_LAUNCH_IDR).joined(
        Rules.one("launches", np.ones(count), most=launches),
        Rules.per_group("per_regency", given.regency, least=least or -np.inf, most=most),
        Rules.per_group("per_district", given.district, most=1),
        Rules.one("sector", given.fishery.astype(float), least=launches // 10),
    )
    if not km:
        return Problem(given.benefit, rules)
    worth = np.tile(SPILL * given.benefit / BANDS, BANDS)
    return Problem((1 - SPILL) * given.benefit, rules, worth, bands(given.xyz_km, km))


def bands(xyz_km: np.ndarray, km: float) -> csc_array:
    """Who is reached within a third, two thirds and the whole of the distance, themselves too."""
    count = len(xyz_km)
    pairs = cKDTree(xyz_km).query_pairs(km, output_type="ndarray")
    apart = np.linalg.norm(xyz_km[pairs[:, 0]] - xyz_km[pairs[:, 1]], axis=1)
    parts = []
    for band in range(1, BANDS + 1):
        near = pairs[apart <= km * band / BANDS]
        rows = np.concatenate([near[:, 0], near[:, 1], np.arange(count)])
        columns = np.concatenate([near[:, 1], near[:, 0], np.arange(count)])
        parts.append(coo_array((np.ones(len(rows)), (rows, columns)), shape=(count, count)))
    return csc_array(vstack(parts, format="csc"))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def timed(step: Callable[[], object]) -> tuple[object, float, float]:
    """Return what a step returns, its seconds on the clock and on the processor."""
    started, cpu = time.perf_counter(), time.process_time()
    result = step()
    return result, time.perf_counter() - started, time.process_time() - cpu


def choose(folder: Path, which: str, launches: int, km: float) -> None:
    given: Figures = pd.read_pickle(folder / f"{which}.pickle")
    problem = problem_of(given, launches, km)
    answer, wall, cpu = timed(lambda: solve(problem, gap=GAP))
    peak = peak_mb()
    stepped, _, steps_cpu = timed(lambda: greedy(problem))
    assert answer.chosen is not None
    assert not problem.rules.broken(answer.chosen).any()
    short = "none found" if stepped is None else f"{1 - problem.value(stepped) / answer.objective:10.2%}"
    limit = LIMITS.get((which, launches, km))
    good = answer.gap <= GAP and peak <= PEAK_MB and (limit is None or cpu <= limit)
    asked = f"{'' if limit is None else f'limit {limit} s: '}{'ok' if good else 'MISSED'}"
    print(
        f"{len(given.benefit):>8,} {launches:>8} {km:>4} km {wall:7.2f} s {cpu:7.2f} s {peak:6.0f} MB "
        f"{answer.gap:9.4%} {answer.chosen.sum():>6} {short:>10} {steps_cpu:6.2f} s  {asked}",
        flush=True,
    )


def plain(folder: Path, villages: int, launches: int = 20, km: float = 5.0) -> None:
    """Maximal covering and nothing else (no budget, no quotas), which is what spopt solves; the same for both."""
    given: Figures = pd.read_pickle(folder / "five.pickle")
    near = given.xyz_km[:villages]
    apart = np.linalg.norm(near[:, None] - near[None], axis=2)
    worth = given.benefit[:villages]
    rules = Rules.one("launches", np.ones(villages), most=launches)

    def ours() -> float:
        problem = Problem(np.zeros(villages), rules, worth, csc_array((apart <= km).astype(float)))
        return solve(problem, gap=0.0).objective

    best, _, cpu = timed(ours)
    said = f"plain covering, {villages:,} villages, {launches} launches, {km:g} km: {best:.1f} in {cpu:.2f} s CPU"
    if find_spec("spopt") is None or find_spec("pulp") is None:
        print(f"{said}; spopt: not installed", flush=True)
        return
    theirs, built, solved = spopt_mclp(apart, worth, launches, km)
    same = "equal" if np.isclose(best, theirs, rtol=1e-6) else "NOT EQUAL"
    print(
        f"{said}; spopt {theirs:.1f} ({same}) in {built + solved:.2f} s CPU (model {built:.2f}, solver {solved:.2f}): "
        f"{(built + solved) / cpu:.0f} times ours",
        flush=True,
    )


def spopt_mclp(apart: np.ndarray, worth: np.ndarray, launches: int, km: float) -> tuple[float, float, float]:
    """Return spopt's objective and its seconds on the processor for the model and for the solver (HiGHS as well)."""
    import pulp
    from spopt.locate import MCLP

    model, _, built = timed(lambda: MCLP.from_cost_matrix(apart, worth, service_radius=km, p_facilities=launches))
    solver = pulp.HiGHS(msg=False, gapRel=0.0, threads=1)
    _, _, solved = timed(lambda: model.solve(solver))
    return float(pulp.value(model.problem.objective)), built, solved


def prepare(folder: Path) -> None:
    """Read the layers once for all cases, without outlines."""
    build_five_provinces(folder)
    five = pd.DataFrame(load(folder / "five.parquet").frame.drop(columns="geometry"))
    pd.to_pickle(five_provinces(five), folder / "five.pickle")
    pd.to_pickle(country(five), folder / "country.pickle")


def main() -> None:
    context = multiprocessing.get_context("spawn")

    def run(step: Callable[..., None], *arguments: object) -> None:
        process = context.Process(target=step, args=arguments)
        process.start()
        process.join()

    with TemporaryDirectory() as name:
        folder = Path(name)
        run(prepare, folder)
        print("villages launches spill      wall        CPU      peak       gap chosen  greedy short of it, its CPU")
        for case in CASES:
            run(choose, folder, *case)
        for villages in PLAIN:
            run(plain, folder, villages)


if __name__ == "__main__":
    main()
