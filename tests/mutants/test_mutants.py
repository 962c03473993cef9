"""The mutants are wrong in one place each, and the runner tells those that tests see from those that they do not."""

import ast
import textwrap
from pathlib import Path

import pytest

from tests.mutants.operators import mutants
from tests.mutants.runner import Bench, UnsoundError
from tests.mutants.subjects import SUBJECTS, Subject

ROOT = Path(__file__).parent.parent.parent

WRONGS = {
    "x = a < b": ["x = a <= b", "x = a >= b"],
    "x = a == b": ["x = a != b"],
    "x = a not in b": ["x = a in b"],
    "x = a + b": ["x = a - b"],
    "x = a and b": ["x = a or b"],
    "x = not a": ["x = a"],
    "x = True": ["x = False"],
    "x = 4": ["x = 5"],
    "x = {'a', b}": ["x = {b}", "x = {'a'}"],
    "x = {'a': f, 'b': f, 'c': g}": [
        "x = {'a': g, 'b': f, 'c': g}",
        "x = {'a': f, 'b': g, 'c': g}",
        "x = {'a': f, 'b': f, 'c': f}",
    ],
    "x = 'a = :agent AND b'": ["x = 'a = :agent OR b'", "x = 'a <> :agent AND b'"],
    "x = 'salt AND pepper, a text'": ["x = 'salt OR pepper, a text'"],
    "x = 'a text'": [],
    "x: Literal[4] = y": [],
    "if a:\n    f()": ["if not a:\n    f()", "if a:\n    pass"],
    "x = [a for a in b if a]": ["x = [a for a in b]"],
    "raise Error(a)": ["pass"],
    'def f(a: int=b) -> \'SELECT = 1\':\n    """Say = :what AND."""': [],
}


@pytest.mark.parametrize("source", WRONGS)
def test_each_wrong_is_in_one_place(source):
    assert [ast.unparse(mutant.tree) for mutant in mutants(source)] == WRONGS[source]


def test_every_mutant_of_a_module_is_another_program():
    source = (ROOT / "planner" / "rights.py").read_text(encoding="utf-8")
    found = [ast.unparse(mutant.tree) for mutant in mutants(source)]
    assert len(found) > 20
    assert ast.unparse(ast.parse(source)) not in found


def test_modules_and_their_tests_are_there():
    for subject in SUBJECTS:
        assert (ROOT / subject.module.replace(".", "/")).with_suffix(".py").is_file()
        assert all((ROOT / name).is_file() for name in subject.tests)


FORKED = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
MODULE = "LIMIT = 3\n\n\ndef allowed(n):\n    return n < LIMIT\n"


def bench(folder, test):
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n', encoding="utf-8")
    (folder / "planted.py").write_text(MODULE, encoding="utf-8")
    (folder / "test_planted.py").write_text(textwrap.dedent(test), encoding="utf-8")
    return Bench(Subject("planted", ("test_planted.py",)), folder)


@FORKED
def test_survivors_are_told_from_those_that_are_seen(tmp_path):
    made = bench(tmp_path, "from planted import allowed\n\ndef test_it():\n    assert allowed(2) and not allowed(9)\n")
    seen = {ast.unparse(mutant.tree).split("return ")[1]: made.run(mutant.tree) for mutant in mutants(MODULE)}
    assert seen == {"n < LIMIT": "survived", "n <= LIMIT": "survived", "n >= LIMIT": "killed"}
    assert made.run(ast.parse("raise ImportError")) == "killed"
    made.seconds = 2
    assert made.run(ast.parse("while True:\n    pass")) == "timed out"


@FORKED
def test_tests_that_fail_as_they_are_prove_nothing(tmp_path):
    with pytest.raises(UnsoundError, match="do not pass as they are"):
        bench(tmp_path, "def test_it():\n    assert False\n")
    with pytest.raises(UnsoundError, match="no test runs"):
        bench(tmp_path, "")
