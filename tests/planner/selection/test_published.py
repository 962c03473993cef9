"""Published problems with known answers: knapsacks, several budgets at once, coverings."""

from itertools import combinations, product

import numpy as np
import pytest
from scipy.sparse import csc_array, csr_array

from planner.selection.problem import Problem, Rules
from planner.selection.solve import solve
from tests.planner.selection.instances import WHOLE, screening


@pytest.fixture(params=[WHOLE, (0, 4, 2, 3)], ids=["whole", "screened"], autouse=True)
def sizes(request):
    """Each problem is solved as it is, and with its candidates screened as those of a country are."""
    with screening(request.param):
        yield


def numbers(text):
    return np.array(text.split(), dtype=float)


KNAPSACKS = {
    "p01": (165, "23 31 29 44 53 38 63 85 89 82", "92 57 49 68 60 43 67 84 87 72", "1111010000", 309),
    "p02": (26, "12 7 11 8 9", "24 13 23 15 16", "01110", 51),
    "p03": (190, "56 59 80 64 75 17", "50 50 64 46 50 5", "110010", 150),
    "p04": (50, "31 10 20 19 4 3 6", "70 20 39 37 7 5 10", "1001000", 107),
    "p05": (104, "25 35 45 5 25 3 2 2", "350 400 450 20 70 8 5 5", "10111011", 900),
    "p06": (170, "41 50 49 59 55 57 60", "442 525 511 593 546 564 617", "0101001", 1735),
    "p07": (
        750,
        "70 73 77 80 82 87 90 94 98 106 110 113 115 118 120",
        "135 139 149 150 156 163 173 184 192 201 210 214 221 229 240",
        "101010111000011",
        1458,
    ),
    "p08": (
        6_404_180,
        """382745 799601 909247 729069 467902 44328 34610 698150 823460 903959 853665 551830 610856 670702
        488960 951111 323046 446298 931161 31385 496951 264724 224916 169684""",
        """825594 1677009 1676628 1523970 943972 97426 69666 1296457 1679693 1902996 1844992 1049289 1252836
        1319836 953277 2067538 675367 853655 1826027 65731 901489 577243 466257 369261""",
        "110111000110100100000111",
        13_549_094,
    ),
}


@pytest.mark.parametrize("name", KNAPSACKS)
def test_knapsacks(name):
    """J. Burkardt, KNAPSACK_01, data for the 01 knapsack problem (Florida State University), with its selections.

    p04 is among the examples of Martello and Toth (1990), "Knapsack Problems", chapter 2.
    """
    capacity, weights, profits, selection, best = KNAPSACKS[name]
    problem = Problem(numbers(profits), Rules.one("budget", numbers(weights), most=capacity))
    answer = solve(problem, gap=0.0)
    assert (answer.status, answer.objective) == ("optimal", best)
    assert answer.chosen.tolist() == [one == "1" for one in selection]


PETERSEN = [
    (
        3800,
        "100 600 1200 2400 500 2000",
        """8 12 13 64 22 41
           8 12 13 75 22 41
           3 6 4 18 6 4
           5 10 8 32 6 12
           5 13 8 42 6 20
           5 13 8 48 6 20
           0 0 0 0 8 0
           3 0 4 0 8 0
           3 2 4 0 8 4
           3 2 4 8 8 4""",
        "80 96 20 36 44 48 10 18 22 24",
    ),
    (
        8706.1,
        "600.1 310.5 1800 3850 18.6 198.7 882 4200 402.5 327",
        """20 5 100 200 2 4 60 150 80 40
           20 7 130 280 2 8 110 210 100 40
           60 3 50 100 4 2 20 40 6 12
           60 8 70 200 4 6 40 70 16 20
           60 13 70 250 4 10 60 90 20 24
           60 13 70 280 4 10 70 105 22 28
           5 2 20 100 2 5 10 60 0 0
           45 14 80 180 6 10 40 100 20 0
           55 14 80 200 6 10 50 140 30 40
           65 14 80 220 6 10 50 180 30 50""",
        "450 540 200 360 440 480 200 360 440 480",
    ),
    (
        4015,
        "100 220 90 400 300 400 205 120 160 580 400 140 100 1300 650",
        """8 24 13 80 70 80 45 15 28 90 130 32 20 120 40
           8 44 13 100 100 90 75 25 28 120 130 32 40 160 40
           3 6 4 20 20 30 8 3 12 14 40 6 3 20 5
           5 9 6 40 30 40 16 5 18 24 60 16 11 30 25
           5 11 7 50 40 40 19 7 18 29 70 21 17 30 25
           5 11 7 55 40 40 21 9 18 29 70 21 17 35 25
           0 0 1 10 4 10 0 6 0 6 32 3 0 70 10
           3 4 5 20 14 20 6 12 10 18 42 9 12 100 20
           3 6 9 30 29 20 12 12 10 30 42 18 18 110 20
           3 8 9 35 29 20 16 15 10 30 42 20 18 120 20""",
        "550 700 130 240 280 310 110 205 260 275",
    ),
    (
        6120,
        "100 220 90 400 300 400 205 120 160 580 400 140 100 1300 650 320 480 80 60 2550",
        """8 24 13 80 70 80 45 15 28 90 130 32 20 120 40 30 20 6 3 180
           8 44 13 100 100 90 75 25 28 120 130 32 40 160 40 60 55 10 6 240
           3 6 4 20 20 30 8 3 12 14 40 6 3 20 5 0 5 3 0 20
           5 9 6 40 30 40 16 5 18 24 60 16 11 30 25 10 13 5 1 80
           5 11 7 50 40 40 19 7 18 29 70 21 17 30 25 15 25 5 1 100
           5 11 7 55 40 40 21 9 18 29 70 21 17 35 25 20 25 5 2 110
           0 0 1 10 4 10 0 6 0 6 32 3 0 70 10 0 0 0 0 0
           3 4 5 20 14 20 6 12 10 18 42 9 12 100 20 5 6 4 1 20
           3 6 9 30 29 20 12 12 10 30 42 18 18 110 20 15 18 7 2 40
           3 8 9 35 29 20 16 15 10 30 42 20 18 120 20 20 22 7 3 50""",
        "550 700 130 240 280 310 110 205 260 275",
    ),
    (
        12_400,
        """100 220 90 400 300 400 205 120 160 580 400 140 100 1300 650 320 480 80 60 2550 3100 1100 950 450 300 220 200
           520""",
        """8 24 13 80 70 80 45 15 28 90 130 32 20 120 40 30 20 6 3 180 220 50 30 50 12 5 8 18
           8 44 13 100 100 90 75 25 28 120 130 32 40 160 40 60 55 10 6 240 290 80 90 70 27 17 8 28
           3 6 4 20 20 30 8 3 12 14 40 6 3 20 5 0 5 3 0 20 30 40 10 0 5 0 0 10
           5 9 6 40 30 40 16 5 18 24 60 16 11 30 25 10 13 5 1 80 60 50 20 30 10 5 3 20
           5 11 7 50 40 40 19 7 18 29 70 21 17 30 25 15 25 5 1 100 70 55 20 50 15 15 6 20
           5 11 7 55 40 40 21 9 18 29 70 21 17 35 25 20 25 5 2 110 70 55 20 50 20 15 6 20
           0 0 1 10 4 10 0 6 0 6 32 3 0 70 10 0 0 0 0 0 30 10 0 10 10 5 0 10
           3 4 5 20 14 20 6 12 10 18 42 9 12 100 20 5 6 4 1 20 50 30 5 20 20 10 10 20
           3 6 9 30 29 20 12 12 10 30 42 18 18 110 20 15 18 7 2 40 60 50 25 25 25 15 10 28
           3 8 9 35 29 20 16 15 10 30 42 20 18 120 20 20 22 7 3 50 60 55 25 30 25 15 10 28""",
        "930 1210 272 462 532 572 240 400 470 490",
    ),
    (
        10_618,
        """560 1125 300 620 2100 431 68 328 47 122 322 196 41 25 425 4260 416 115 82 22 631 132 420 86 42 103 215 81 91
           26 49 420 316 72 71 49 108 116 90""",
        """40 91 10 30 160 20 3 12 3 18 9 25 1 1 10 280 10 8 1 1 49 8 21 6 1 5 10 8 2 1 0 10 42 6 4 8 0 10 1
           16 92 41 16 150 23 4 18 6 0 12 8 2 1 0 200 20 6 2 1 70 9 22 4 1 5 10 6 4 0 4 12 8 4 3 0 10 0 6
           38 39 32 71 80 26 5 40 8 12 30 15 0 1 23 100 0 20 3 0 40 6 8 0 6 4 22 4 6 1 5 14 8 2 8 0 20 0 0
           8 71 30 60 200 18 6 30 4 8 31 6 3 0 18 60 21 4 0 2 32 15 31 2 2 7 8 2 8 0 2 8 6 7 1 0 0 20 8
           38 52 30 42 170 9 7 20 0 3 21 4 1 2 14 310 8 4 6 1 18 15 38 10 4 8 6 0 0 3 0 10 6 1 3 0 3 5 4""",
        "600 500 500 500 600",
    ),
    (
        16_537,
        """560 1125 300 620 2100 431 68 328 47 122 322 196 41 25 425 4260 416 115 82 22 631 132 420 86 42 103
           215 81 91 26 49 420 316 72 71 49 108 116 90 738 1811 430 3060 215 58 296 620 418 47 81""",
        """40 91 10 30 160 20 3 12 3 18 9 25 1 1 10 280 10 8 1 1 49 8 21 6 1 5 10 8 2 1 0 10 42 6 4 8 0 10 1 40
           86 11 120 8 3 32 28 13 2 4 16 92 41 16 150 23 4 18 6 0 12 8 2 1 0 200 20 6 2 1 70 9 22 4 1 5 10 6 4
           0 4 12 8 4 3 0 10 0 6 28 93 9 30 22 0 36 45 13 2 2 38 39 32 71 80 26 5 40 8 12 30 15 0 1 23 100 0 20
           3 0 40 6 8 0 6 4 22 4 6 1 5 14 8 2 8 0 20 0 0 6 12 6 80 13 6 22 14 0 1 2 8 71 30 60 200 18 6 30 4 8
           31 6 3 0 18 60 21 4 0 2 32 15 31 2 2 7 8 2 8 0 2 8 6 7 1 0 0 20 8 14 20 2 40 6 1 14 20 12 0 1 38 52
           30 42 170 9 7 20 0 3 21 4 1 2 14 310 8 4 6 1 18 15 38 10 4 8 6 0 0 3 0 10 6 1 3 0 3 5 4 0 30 12 16
           18 3 16 22 30 4 0""",
        "800 650 550 550 650",
    ),
]


@pytest.mark.parametrize("case", PETERSEN, ids=[f"petersen {number}" for number in range(1, 8)])
def test_several_budgets_at_once(case):
    """C. C. Petersen (1967), selection of research projects, Management Science 13(9); OR-Library, file mknap1."""
    best, profits, amounts, limits = case
    profits, limits = numbers(profits), numbers(limits)
    rows = csr_array(numbers(amounts).reshape(len(limits), len(profits)))
    count = len(limits)
    rules = Rules(rows, np.full(count, -np.inf), limits, np.full(count, "budget"), np.arange(count).astype(str))
    answer = solve(Problem(profits, rules), gap=0.0)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(best, abs=1e-6)
    assert (rules.used(answer.chosen) <= limits).all()


def affine(dimension):
    """Lines of the affine space over three elements: points in line are three that sum to nothing."""
    points = list(product(range(3), repeat=dimension))
    lines = {
        frozenset((one, other, tuple((-a - b) % 3 for a, b in zip(one, other, strict=True))))
        for one, other in combinations(points, 2)
    }
    return points, lines


def projective(dimension):
    """Lines of the projective space over two elements: points other than nothing, two and their sum."""
    points = list(range(1, 2 ** (dimension + 1)))
    return points, {frozenset((one, other, one ^ other)) for one, other in combinations(points, 2)}


@pytest.mark.parametrize(
    ("space", "lines", "needed"),
    [
        pytest.param(projective(2), 7, 3, id="Fano plane"),
        pytest.param(projective(3), 35, 7, id="PG(3,2)"),
        pytest.param(affine(2), 12, 5, id="AG(2,3)"),
    ],
)
def test_lines_are_all_reached_from_no_fewer_points_than_known(space, lines, needed):
    """Maximal covering of the lines of finite spaces.

    The fewest points that meet all lines: a hyperplane of PG(n,2) (Bose and Burton 1966); in AG(2,3) all but a largest
    cap, which has 4 points (Davis and Maclagan 2003, "The card game SET"). AG(2,3) is the Steiner triple system A9 of
    Fulkerson, Nemhauser and Trotter (1974).
    """
    points, every = space
    assert len(every) == lines
    cover = csc_array(np.array([[point in line for point in points] for line in every], dtype=float))

    def reached(launches):
        rules = Rules.one("launches", np.ones(len(points)), most=launches)
        answer = solve(Problem(np.zeros(len(points)), rules, np.ones(lines), cover), gap=0.0)
        assert answer.status == "optimal"
        return answer.objective

    assert reached(needed) == lines
    assert reached(needed - 1) < lines
