"""Lines of a table: what was measured beside what was told to hold."""

from collections.abc import Sequence
from statistics import median

NOT_MEASURED = "not measured"


def heading(title: str) -> None:
    print(f"\n{title}\n{'':44} {'median':>9} {'worst':>9} {'n':>4}  limit", flush=True)


def line(
    what: str, values: Sequence[float], unit: str, *, below: float | None = None, counted: float | None = None
) -> None:
    """Print one measurement; the limit is for the median, or for ``counted`` where that is given instead."""
    if not values:
        print(f"{what:44} {NOT_MEASURED:>9}", flush=True)
        return
    counted = median(values) if counted is None else counted
    limit = "" if below is None else f"< {below:g} {unit}: {'held' if counted < below else 'MISSED'}"
    shown = (f"{value:.3g}" if value < 100 else f"{value:,.0f}" for value in (counted, max(values)))
    print(f"{what:44} {' '.join(f'{value:>9}' for value in shown)} {len(values):>4}  {limit or unit}", flush=True)


def exactly(what: str, value: int, *, wanted: int) -> None:
    """Print a count that must be what is told."""
    print(f"{what:44} {value:>9} {'':>9} {'':>4}  {wanted}: {'held' if value == wanted else 'MISSED'}", flush=True)
