"""Start of the child process, by the path of this file; see `geodata.readers.vector.child.__main__`."""

import sys
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parent

sys.path.insert(0, str(FOLDER.parent))
import_module(FOLDER.name)
del sys.path[0]  # only this package: its neighbours stay out of reach
process = import_module(f"{FOLDER.name}.process")

if __name__ == "__main__":
    process.main()
