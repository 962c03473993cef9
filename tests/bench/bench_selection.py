"""Time, memory and proved gap of selections; a plain program in whole numbers and spopt beside them.

``python -m tests.bench.bench_selection [FOLDER]``. Each measurement is a process of its own. The country has its real
points; its figures are drawn from those of the five provinces, so only size and places are real.

- *all villages in one program*: the same problem as prioritizr and the like hand it to a solver, every village
  and every village around with a column, solved by the same HiGHS (``scipy.optimize.milp``) to the same gap,
  ended after a while.
- *spopt MCLP*: plain maximal covering without money or quotas is all it can do. Its matrix of all pairs grows with the
  square of the villages, so it is measured for few of them; ours for all.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csc_array, csr_array, eye_array

from geodata.distance import near_pairs
from geodata.layer import load
from geodata.paths import Paths
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
from tests.bench.apart import apart, call
from tests.bench.data_folders import COUNTRY as OUTLINES
from tests.bench.data_folders import five_provinces, layers
from tests.bench.figures import Figure, Peer, give, quotient

FIVE, COUNTRY = 9_401, 83_246
SPOPT = (1_000, 2_000)
GAP, PLAIN_S = 0.001, 100
CASES = (
    *((FIVE, launches, km) for km in (0, 5) for launches in (50, 200, 500)),
    (FIVE, 200, 10),
    *((COUNTRY, launches, km) for km in (0, 5) for launches in (50, 200)),
)
PLAIN = ((FIVE, 200, 0), (FIVE, 200, 5), (COUNTRY, 200, 0), (COUNTRY, 200, 5))
GROWTH = ((COUNTRY, 200, 0), (COUNTRY, 200, 5))


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


def problem(folder: Path, villages: int, launches: int, km: float, *, share: int = 1) -> Problem:
    """Return what is chosen from; ``share`` 2 takes every other regency, for half of the money and launches."""
    five, around = pd.read_pickle(folder / f"{villages}.pickle")
    if share > 1:
        kept = pd.factorize(five[REGENCY_CODE], sort=True)[0] % share == 0
        five, launches = five[kept].reset_index(drop=True), launches // share
    return candidates(ranking(five, around), around, rules(five, launches, km)).problem


def selected(folder: Path, villages: int, launches: int, km: float, share: int) -> Callable[[], Any]:
    given = problem(folder, villages, launches, km, share=share)

    def choose() -> tuple[float, float, float]:
        answer = solve(given, gap=GAP)
        greedy = np.nan if answer.greedy_objective is None else 1 - answer.greedy_objective / answer.objective
        return answer.objective, answer.gap, greedy

    return choose


def plainly(folder: Path, villages: int, launches: int, km: float) -> Callable[[], Any]:
    """The textbook program: a column per village, one per village around, nothing left out."""
    given = problem(folder, villages, launches, km)

    def choose() -> tuple[float, float]:
        n, m = given.villages, len(given.worth)
        rows = block_array(
            [[csr_array(given.rules.amounts), csr_array((len(given.rules), m))], [-given.reach, eye_array(m)]],
            format="csr",
        )
        least = np.concatenate([given.rules.least, np.full(m, -np.inf)])
        most = np.concatenate([given.rules.most, np.zeros(m)])
        found = milp(
            -np.concatenate([given.own, given.worth]),
            integrality=np.concatenate([np.ones(n), np.zeros(m)]),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(rows, least, most),
            options={"mip_rel_gap": GAP, "time_limit": PLAIN_S},
        )
        best = np.nan if found.x is None else given.value(found.x[:n] > 0.5)
        return best, np.nan if found.mip_gap is None else float(found.mip_gap)

    return choose


def worlds(folder: Path, villages: int, launches: int, km: float) -> Callable[[], Any]:
    five, around = pd.read_pickle(folder / f"{villages}.pickle")
    found = candidates(ranking(five, around), around, rules(five, launches, km))
    best = solve(found.problem)
    return lambda: robust_plan(worlds_of(found, seed=1), best, worlds=100) and None


def covering(folder: Path, file: int, villages: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Return pairs within 5 km and the people of some villages."""
    five, _ = pd.read_pickle(folder / f"{file}.pickle")
    some = five.dropna(subset=["eligible_workers"]).head(villages)
    pairs, _ = near_pairs(some[[LONGITUDE, LATITUDE]].to_numpy(float), 5.0)
    return pairs, some["eligible_workers"].to_numpy(float), len(some)


def covered(folder: Path, file: int, villages: int) -> Callable[[], Any]:
    """Plain maximal covering within 5 km, ten launches."""
    pairs, people, n = covering(folder, file, villages)

    def choose() -> float:
        rows, columns = np.concatenate([pairs, pairs[:, ::-1], np.repeat(np.arange(n)[:, None], 2, axis=1)]).T
        near = csc_array((np.ones(len(rows)), (rows, columns)), shape=(n, n))
        limit = Rules.one("launches", np.ones(n), most=10)
        return solve(Problem(np.zeros(n), limit, people, near), gap=0.0).objective

    return choose


def covered_by_spopt(folder: Path, file: int, villages: int) -> Callable[[], Any]:
    import pulp
    from spopt.locate import MCLP

    pairs, people, n = covering(folder, file, villages)

    def choose() -> float:
        far = np.full((n, n), 9.0)
        far[pairs[:, 0], pairs[:, 1]] = far[pairs[:, 1], pairs[:, 0]] = 0.0
        np.fill_diagonal(far, 0.0)
        model = MCLP.from_cost_matrix(far, people, service_radius=1.0, p_facilities=10)
        model.solve(pulp.HiGHS(msg=False) if pulp.HiGHS().available() else pulp.PULP_CBC_CMD(msg=False))
        return float(pulp.value(model.problem.objective))

    return choose


def prepare(folder: Path, path: Path) -> None:
    five, around = read(path)
    pd.to_pickle((five, around), folder / f"{FIVE}.pickle")
    pd.to_pickle((country(five), around), folder / f"{COUNTRY}.pickle")


def beside(folder: Path, villages: int, launches: int, km: int) -> tuple[Peer | None, float, float]:
    """Return the plain program with what it found and the gap left; nothing where it does not keep to its time."""
    try:
        plain = apart(plainly, folder, villages, launches, km, longest_s=2 * PLAIN_S)
    except TimeoutError:
        return None, np.nan, np.nan
    return Peer("all villages in one program (HiGHS)", plain.wall_s, plain.cpu_s, plain.peak_mb), *plain.answer


def give_choice(folder: Path, villages: int, launches: int, km: int) -> None:
    used = apart(selected, folder, villages, launches, km, 1)
    objective, gap, greedy = used.answer
    spillover = f", {km} km spillover" if km else ""
    also = {"% gap proved": 100 * gap} | ({} if np.isnan(greedy) else {"% less by greedy": 100 * greedy})
    grown, peer, note = None, None, ""
    if (villages, launches, km) in GROWTH:
        grown = quotient(used.cpu_s, apart(selected, folder, villages, launches, km, 2).cpu_s)
    if (villages, launches, km) in PLAIN:
        peer, best, left = beside(folder, villages, launches, km)
        if peer is None:
            note = f"all villages in one program were ended after {2 * PLAIN_S} s without an answer"
        elif np.isnan(best):
            note = f"the other found no choice in {PLAIN_S} s"
        elif left > GAP:
            had = f"{100 * best / objective:.1f} % of ours, gap {100 * left:.1f} %"
            note = f"the other, ended after {PLAIN_S} s, had {had}"
        else:
            note = f"the other's answer is {100 * best / objective:.2f} % of ours"
    what = f"select {launches} launches, budget, quotas, one per district{spillover}"
    give(Figure(what, villages, **used.figures, growth=grown, also=also, against=peer, note=note))


def give_covering(folder: Path, file: int, villages: int, *, beside: bool) -> None:
    used, half = (apart(covered, folder, file, n) for n in (villages, villages // 2))
    peer, note = None, ""
    if beside:
        other = apart(covered_by_spopt, folder, file, villages)
        if not np.isclose(other.answer, used.answer):
            raise RuntimeError(f"spopt covers {other.answer}, ours {used.answer}")
        peer, note = Peer("spopt MCLP", other.wall_s, other.cpu_s, other.peak_mb), "the same answer"
    what, grown = "plain maximal covering, ten launches", quotient(used.cpu_s, half.cpu_s)
    give(Figure(what, villages, **used.figures, growth=grown, against=peer, note=note))


def main() -> None:
    with layers() as kept, TemporaryDirectory() as name:
        folder = Path(name)
        call(prepare, folder, Paths.of(five_provinces(kept)).villages)
        for case in CASES:
            give_choice(folder, *case)
        used = apart(worlds, folder, FIVE, 200, 0)
        give(Figure("100 worlds of a selection of 200, each solved", FIVE, **used.figures))
        for villages in SPOPT:
            give_covering(folder, FIVE, villages, beside=True)
        for villages in (FIVE, COUNTRY):
            give_covering(folder, villages, villages, beside=False)


if __name__ == "__main__":
    main()
