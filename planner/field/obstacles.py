"""What often stands in the way: the short list of the visit log, the same on the page and in the offline pack.

The words of the choice are kept as the obstacle of the visit, with a remark after them.
"""

from typing import Final

from geodata.texts import Language
from planner.texts import t

OBSTACLES: Final = ("absent", "money", "season", "unsure", "health", "papers", "officials", "insured")
BETWEEN: Final = "; "
"""What stands between the choice and the remark; the scripts of both forms write the same."""


def obstacle_words(language: Language) -> tuple[str, ...]:
    """Return the list in words."""
    return tuple(t(f"field.obstacle.{name}", language) for name in OBSTACLES)
