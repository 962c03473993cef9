"""Runs the tests of a module with something else in its place."""

import ast
import importlib
import os
import signal
import sys
import tempfile
import time
import traceback
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import Phase, settings

from tests.mutants.subjects import Subject

Outcome = Literal["killed", "survived", "timed out"]
LIBRARIES = ("geopandas", "highspy", "numpy", "pandas", "pyarrow.parquet", "pydantic", "scipy.sparse", "sqlalchemy")
"""Loaded once, before the processes are forked; none of them is ours."""
PROFILE = "mutants"


def load_libraries() -> None:
    """Load the libraries that every process would load for itself."""
    for name in LIBRARIES:
        importlib.import_module(name)


class UnsoundError(Exception):
    """The tests do not pass as they are, so nothing can be learned from them."""


class Bench:
    """The tests of a subject, ready to run on other versions of it.

    Parameters
    ----------
    subject
        A module and its tests.
    root
        Folder with both.

    Raises
    ------
    UnsoundError
        If the tests fail, or none runs, on the module as it is.
    """

    def __init__(self, subject: Subject, root: Path) -> None:
        # no shrinking: the first failure is enough; no memory of failures: the next mutant starts afresh
        phases = (Phase.explicit, Phase.generate)
        settings.register_profile(PROFILE, deadline=None, max_examples=50, phases=phases, database=None)
        self.subject = subject
        self.root = root
        self.file = root.joinpath(*subject.module.split(".")).with_suffix(".py")
        self.source = self.file.read_text(encoding="utf-8")
        self.seconds = 600.0
        self.said = ""
        began = time.monotonic()
        if self.run(ast.parse(self.source)) != "survived":
            raise UnsoundError(f"{subject.module}: its tests do not pass as they are\n{self.said}")
        self.seconds = 10 + 4 * (time.monotonic() - began)

    def run(self, tree: ast.Module) -> Outcome:
        """Return what the tests say of a version of the module: they fail, pass, or do not come to an end."""
        with tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True) as folder:
            child = os.fork()
            if not child:
                self._tests(tree, folder)
            _, status = os.waitpid(child, 0)
            self.said = Path(folder, "said").read_text(errors="replace")[-2000:]
        if os.WIFSIGNALED(status):
            return "timed out" if os.WTERMSIG(status) == signal.SIGALRM else "killed"
        code = os.WEXITSTATUS(status)
        if code in {pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.USAGE_ERROR}:
            raise UnsoundError(f"{self.subject.module}: no test runs")
        return "killed" if code else "survived"

    def _tests(self, tree: ast.Module, folder: str) -> None:
        """Run the tests and end this process."""
        code = 70
        try:
            signal.setitimer(signal.ITIMER_REAL, self.seconds)
            said = os.open(f"{folder}/said", os.O_WRONLY | os.O_CREAT)
            os.dup2(said, 1)
            os.dup2(said, 2)
            os.chdir(self.root)
            sys.meta_path.insert(0, _Instead(self.subject.module, self.file, tree))
            options = ["-x", "-q", "-p", "no:xdist", "-p", "no:benchmark", "--assert=plain"]
            options += [f"--hypothesis-profile={PROFILE}", "--hypothesis-seed=0", f"--basetemp={folder}/t"]
            options += ["-k", self.subject.chosen] if self.subject.chosen else []
            code = int(pytest.main([*options, *self.subject.tests]))
        except BaseException:  # noqa: BLE001 (told in what was said)
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(code)


class _Instead:
    """Gives a version of one module to whoever imports it."""

    def __init__(self, name: str, file: Path, tree: ast.Module) -> None:
        self.name = name
        self.file = str(file)
        self.tree = tree

    def find_spec(self, name: str, *_: object) -> object:
        """Return where the module comes from; nothing for others."""
        if name != self.name:
            return None
        return spec_from_file_location(name, self.file, loader=_Loader(name, self.file, self.tree))


class _Loader(SourceFileLoader):
    def __init__(self, name: str, file: str, tree: ast.Module) -> None:
        super().__init__(name, file)
        self.tree = tree

    def get_code(self, _name: str) -> object:
        return compile(self.tree, self.path, "exec")
