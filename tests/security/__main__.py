"""``python -m tests.security [--advisories FILE]``: secrets, pins, known weaknesses; 1 if something is found.

Without a file of advisories it says that known weaknesses were not looked for.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.security import advisories, pins
from tests.security.secret_scan import scan_repository

ROOT = Path(__file__).parent.parent.parent


def main(arguments: Sequence[str]) -> int:
    """Look, tell what was found, and return 1 if that is anything."""
    parser = argparse.ArgumentParser(prog="tests.security", description=__doc__)
    parser.add_argument("--advisories", type=Path, help="zip or folder of OSV advisories of PyPI")
    asked = parser.parse_args(arguments)
    pinned = pins.pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    wanted = [one for group in pins.asked(ROOT / "pyproject.toml").values() for one in group]
    found = [f"{file}:{line}: {what}" for file, line, what in scan_repository(ROOT)]
    found += [*pins.problems(wanted, pinned), *pins.differing(pinned)]
    if asked.advisories is not None:
        weak = advisories.weaknesses(pinned, advisories.read(asked.advisories))
        found += [f"{one.package} {one.version}: {one.advisory}" for one in weak]
    told = f"{len(pinned)} pins" + ("" if asked.advisories else "; known weaknesses NOT looked for: no --advisories")
    sys.stdout.write("\n".join([*found, f"{len(found)} found; {told}", ""]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
