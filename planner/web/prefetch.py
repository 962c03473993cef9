"""What a browser will ask for once the map is shown: told with the first page, it comes while Streamlit starts."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from threading import Lock

_guard = Lock()
_wanted: tuple[str, ...] = ()


def keep(files: Iterable[Path]) -> None:
    """Keep the served files of the map that was shown last; the same for all visitors."""
    global _wanted  # noqa: PLW0603  # one server, one layer
    names = tuple(f"app/static/{path.name}" for path in files)
    with _guard:
        _wanted = names


def links() -> str:
    """Return the head of the page that names them, HTML; addresses are seen from the root."""
    return "".join(f'<link rel="prefetch" href="./{escape(name)}">' for name in _wanted)
