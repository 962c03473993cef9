"""Writing down what leaves the office by a page."""

from geodata.paths import Paths
from planner.export_folder import ExportFolder
from planner.export_shelf import Exported, ExportShelf
from planner.provenance import Stamp
from planner.rights import Principal
from planner.store.engine import in_use
from planner.store.exports import ExportRecords
from planner.web import visitor


def kept(stamp: Stamp, content: bytes, *, by: Principal | None = None) -> bytes:
    """Write down an exported file, and return its content as it is.

    Parameters
    ----------
    stamp
        What the file was made from.
    content
        The file.
    by
        Who exports it. Needed in what a download button calls, which runs where nobody is in front of the screen: take
        `planner.web.visitor.current` when the button is drawn. Elsewhere it is who is in front of the screen.

    Raises
    ------
    SignedOutError
        If nobody is signed in.
    PlanError
        If it cannot be written down: then nothing may leave, or the account is disabled meanwhile.
    """
    _shelf(visitor.current() if by is None else by).keep(stamp, Exported.of(content))
    return content


def _shelf(by: Principal) -> ExportShelf:
    paths = Paths.of()
    return ExportRecords(visitor.records(), by) if in_use(paths.records) else ExportFolder(paths.exports, by.login)
