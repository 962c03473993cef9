"""The stamp of briefs: the same on the command line and on the pages."""

from collections.abc import Sequence
from hashlib import sha256

from geodata.texts import Language
from planner.briefs.content import Basis, Known
from planner.params import ScoringParams
from planner.provenance import Stamp, params_sha256

ENDING = ".pdf"


def stamp_of(
    basis: Basis,
    codes: Sequence[str],
    scoring: ScoringParams,
    *,
    language: Language,
    plan: str = "",
    record: bytes = b"",
) -> Stamp:
    """Return what a file of briefs is made from.

    Parameters
    ----------
    basis
        What the briefs share.
    codes
        The regencies, in their order.
    scoring
        Parameters of score and funnel.
    language
        Language of the briefs.
    plan, record
        Name and record of the plan; empty without one.
    """
    return Stamp(
        kind="regency_brief",
        format=ENDING,
        language=language,
        made_on=basis.on,
        fingerprint=basis.layer.fingerprint,
        plan=plan,
        plan_sha256=sha256(record).hexdigest() if record else "",
        params_sha256=params_sha256(scoring.model_dump(mode="json")),
        smallest=basis.smallest,
        asked={"regency": list(codes), "villages": basis.order.kind, "known": _digest(basis.known)},
    )


def _digest(known: Known) -> str:
    """Return a hash of what registers and records told."""
    tables = [table.to_csv(index=False) for table in (known.targets, known.budgets, known.offices)]
    tables.append("" if known.groups is None else known.groups.to_csv(index=False))
    officials = sorted((code, one.registered, one.total, one.counted_on) for code, one in known.officials.items())
    return sha256("\n".join([*tables, str(officials)]).encode()).hexdigest()[:16]
