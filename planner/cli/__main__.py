"""``python -m planner.cli`` is the command ``planner``."""

from planner.cli import run

run()
