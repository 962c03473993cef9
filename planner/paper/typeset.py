"""A template and its content in, a page out; the same content gives the same bytes."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal

from planner.errors import PlanMachineError

if TYPE_CHECKING:
    import typst

Output = Literal["pdf", "png", "svg"]

_ROOT: Final = Path(__file__).parent.parent  # templates import each other from here: "/paper/page.typ"
_ONE_AT_A_TIME: Final = Lock()
_LARGE: Final = 100_000  # characters of content
_PAGES_REMEMBERED: Final = 10


def typeset(template: Path, content: Mapping[str, Any], *, output: Output = "pdf", ppi: float = 144) -> bytes:
    """Return a template filled with content.

    Parameters
    ----------
    template
        A typst file of this package; it reads its content with ``json(bytes(sys.inputs.content))``.
    content
        What JSON can hold; texts are shown as they are and never read as markup.
    output
        ``pdf`` holds all pages, ``png`` and ``svg`` the only page of a template that has one.
    ppi
        Pixels per inch of a PNG.

    Raises
    ------
    PlanMachineError
        If it cannot be set.
    """
    from typst import TypstError  # noqa: PLC0415 (6 MB that files without paper do without)

    told = json.dumps(content, ensure_ascii=False, allow_nan=False)
    try:
        with _ONE_AT_A_TIME:
            found = _compiler().compile(
                template, format=output, ppi=ppi, sys_inputs={"content": told}, root=_ROOT, timestamp=0
            )
            if len(told) > _LARGE:
                _forget()
    except TypstError as error:
        raise PlanMachineError("paper.not_set", template=template.name, reason=error.message) from error
    assert isinstance(found, bytes)
    return found


def _forget() -> None:
    """Free what the last page left behind: typst keeps it until ten further pages did without it.

    Six papers of 12,000 cells each would hold 1.9 GB; so they hold 0.4 GB, for 0.02 s each.
    """
    for _ in range(_PAGES_REMEMBERED + 1):
        _compiler().compile(b"x", format="pdf", timestamp=0)


@cache
def _compiler() -> "typst.Compiler":
    """Return the one compiler of the process, which knows the fonts it brings and no others: the same everywhere."""
    from typst import Compiler, Fonts  # noqa: PLC0415 (see above)

    return Compiler(root=_ROOT, font_paths=Fonts(include_system_fonts=False))
