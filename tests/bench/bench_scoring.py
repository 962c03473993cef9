"""Scoring, worlds, hot spots and what else a list is put through; pymcdm, scikit-criteria and esda beside them.

``python -m tests.bench.bench_scoring [FOLDER]``. Each measurement is a process of its own. The five provinces are
9,401 villages; the country repeats their figures up to 83,246: only its size is real. Growth is against half of them.

The peers do what a user writes with them: min-max normalisation, a weighted sum, ranks. They have no blocks, no filled
values and no parts that add up, and the worlds of pymcdm are a loop around it.
"""

import importlib.util
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from geodata.layer import load
from geodata.paths import Paths
from geodata.schema import DISTRICT_CODE, PROVINCE_CODE, REGENCY_CODE, VILLAGE_CODE
from planner.clusters import clusters
from planner.criteria import Criteria, Surroundings, measure
from planner.diagnosis import diagnose
from planner.hotspots import hot_spots
from planner.params import BlockWeights, ScoringParams
from planner.scoring import scored
from planner.surroundings import surroundings_of
from planner.worlds import influence, robust
from tests.bench.apart import Used, apart, call
from tests.bench.data_folders import five_provinces, layers
from tests.bench.figures import Figure, Peer, give, leave_out, quotient

FIVE, COUNTRY = 9_401, 83_246
PARAMS = ScoringParams()
CODES = (VILLAGE_CODE, DISTRICT_CODE, REGENCY_CODE, PROVINCE_CODE)
ENDS = (f"{VILLAGE_CODE}_a", f"{VILLAGE_CODE}_b")
TURNS, WORLDS, DRAWS, LONGEST_S = 20, 1_000, 999, 200.0


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


def write(path: Path, folder: Path) -> None:
    """Put villages, criteria, links and the figure of the hot spots into files for the steps."""
    for villages in (FIVE, COUNTRY // 2, COUNTRY):
        frame, around = read(path, villages)
        criteria = measure(frame, PARAMS, around)
        place = pd.Series(np.arange(villages), index=criteria.villages[VILLAGE_CODE])
        links = pd.concat([around.pairs[end].map(place) for end in ENDS], axis=1).dropna().to_numpy(np.int64)
        need = np.nan_to_num(scored(criteria, PARAMS).blocks[:, 0])
        pd.to_pickle((frame, around, criteria, links, need), folder / f"{villages}.pickle")


# ours


def measure_and_score(file: Path) -> Callable[[], Any]:
    frame, around, *_ = pd.read_pickle(file)

    def work() -> None:
        scored(measure(frame, PARAMS, around), PARAMS)

    return work


def score_again(file: Path) -> Callable[[], Any]:
    """Many times, as when someone drags a weight."""
    criteria = pd.read_pickle(file)[2]

    def drag() -> None:
        for turn in range(TURNS):
            params = PARAMS.model_copy(update={"block_weights": BlockWeights(need=0.3 + turn / 50)})
            pd.Series(scored(criteria, params).score).rank(method="first", ascending=False)

    return drag


def on_scores(step: Callable[..., Any], file: Path) -> Callable[[], Any]:
    scores = scored(pd.read_pickle(file)[2], PARAMS)
    return partial(step, scores)


def groups(scores) -> Any:
    return robust(scores, worlds=WORLDS).table["group"].value_counts().to_dict()


def all_clusters(file: Path) -> Callable[[], Any]:
    _, around, criteria, *_ = pd.read_pickle(file)
    scores = scored(criteria, PARAMS)
    return lambda: clusters(scores, around.pairs).value_counts().to_dict()


def local_moran(file: Path) -> Callable[[], Any]:
    *_, links, need = pd.read_pickle(file)
    return lambda: hot_spots(need, links, seed=1, permutations=DRAWS).moran


# what others do


def criteria_of(file: Path) -> tuple[Criteria, np.ndarray]:
    criteria: Criteria = pd.read_pickle(file)[2]
    return criteria, np.full(len(criteria.keys), 1 / len(criteria.keys))


def pymcdm_again(file: Path) -> Callable[[], Any]:
    from pymcdm.methods import WSM
    from pymcdm.normalizations import minmax_normalization

    criteria, weights = criteria_of(file)
    value, kinds = spread(criteria.value), np.ones(len(weights))

    def drag() -> None:
        method = WSM(normalization_function=minmax_normalization)
        for turn in range(TURNS):
            changed = weights * (1 + turn / 50 * (np.arange(len(weights)) == 0))
            method.rank(method(value, changed / changed.sum(), kinds))

    return drag


def spread(value: np.ndarray) -> np.ndarray:
    """Give a criterion that is the same everywhere a spread: pymcdm and scikit-criteria divide by it."""
    same = np.ptp(value, axis=0) == 0
    return value + same * np.linspace(0, 1e-6, len(value))[:, None]


def scikit_criteria_again(file: Path) -> Callable[[], Any]:
    import skcriteria
    from skcriteria.agg.simple import WeightedSumModel
    from skcriteria.pipelines import mkpipe
    from skcriteria.preprocessing.scalers import MinMaxScaler

    criteria, weights = criteria_of(file)
    value = spread(criteria.value)

    def drag() -> None:
        method = mkpipe(MinMaxScaler(target="matrix"), WeightedSumModel())
        for turn in range(TURNS):
            changed = weights * (1 + turn / 50 * (np.arange(len(weights)) == 0))
            matrix = skcriteria.mkdm(value, [max] * len(weights), weights=changed / changed.sum())
            method.evaluate(matrix).rank_  # noqa: B018 (the ranks are worked out when asked for)

    return drag


def pymcdm_worlds(file: Path) -> Callable[[], Any]:
    from pymcdm.methods import WSM
    from pymcdm.normalizations import minmax_normalization

    criteria, weights = criteria_of(file)

    def loop() -> None:
        drawn, method = np.random.default_rng(1), WSM(normalization_function=minmax_normalization)
        ranks = np.empty((WORLDS, len(criteria.value)), dtype=np.float32)
        for world in range(WORLDS):
            value = spread(drawn.uniform(criteria.low, np.maximum(criteria.high, criteria.low)))
            scores = method(value, drawn.dirichlet(50 * weights), np.ones(len(weights)))
            ranks[world] = method.rank(scores)
        np.quantile(ranks, [0.05, 0.5, 0.95], axis=0)

    return loop


def esda_moran(file: Path) -> Callable[[], Any]:
    from esda import Moran_Local
    from libpysal.weights import W

    *_, links, need = pd.read_pickle(file)
    near: dict[int, list[int]] = {village: [] for village in range(len(need))}
    for one, other in links:
        near[one].append(other)
        near[other].append(one)

    def local() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            Moran_Local(need, W(near, silence_warnings=True), permutations=DRAWS, seed=1, n_jobs=1)

    return local


STEPS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("measure the criteria and score", measure_and_score),
    ("what the choices of method do (Sobol)", partial(on_scores, influence)),
    ("diagnosis of the weights", partial(on_scores, diagnose)),
    ("hot spots, 9,999 draws", all_clusters),
)
BESIDE = (
    (f"{TURNS} changes of a weight: score and rank", score_again, "pymcdm WSM", pymcdm_again),
    (f"{TURNS} changes of a weight, beside scikit-criteria", score_again, "scikit-criteria", scikit_criteria_again),
    (f"{WORLDS:,} worlds", partial(on_scores, groups), f"pymcdm WSM {WORLDS:,} times", pymcdm_worlds),
    (f"hot spots, {DRAWS} draws", local_moran, "esda Moran_Local", esda_moran),
)


def growth(step: Callable[..., Any], used: Used, folder: Path) -> float | None:
    return quotient(used.cpu_s, apart(step, folder / f"{COUNTRY // 2}.pickle").cpu_s)


def main() -> None:
    with layers() as kept, TemporaryDirectory() as name:
        folder = Path(name)
        call(write, Paths.of(five_provinces(kept)).villages, folder)
        for villages in (FIVE, COUNTRY):
            file = folder / f"{villages}.pickle"
            for what, step in STEPS if villages == FIVE else STEPS[:1]:
                used = apart(step, file)
                grown = growth(step, used, folder) if villages == COUNTRY else None
                give(Figure(what, villages, **used.figures, growth=grown))
            for what, step, name_of_peer, theirs in BESIDE:
                if theirs is scikit_criteria_again and importlib.util.find_spec("skcriteria") is None:
                    leave_out(f"{what}, {villages:,} villages", "pip install scikit-criteria")
                    continue
                used, peer, note = apart(step, file), None, ""
                grown = growth(step, used, folder) if villages == COUNTRY else None
                try:
                    peer = Peer(name_of_peer, **apart(theirs, file, longest_s=LONGEST_S).figures)
                except TimeoutError as ended:
                    note = f"{name_of_peer} was {ended}"
                give(Figure(what, villages, **used.figures, growth=grown, against=peer, note=note))


if __name__ == "__main__":
    main()
