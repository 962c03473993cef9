"""Start of the child process that reads a layer in batches, by the path of this file.

The package that reads outlines of users is a package of its own there, as its own start says.
"""

import sys
from importlib import import_module
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "readers" / "vector" / "child"

sys.path.insert(0, str(PACKAGE.parent))
import_module(PACKAGE.name)
del sys.path[0]
stream = import_module(f"{PACKAGE.name}.stream")

if __name__ == "__main__":
    stream.main()
