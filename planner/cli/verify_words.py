"""What ``planner verify`` and ``planner export log`` say, in words; what a file holds is shown as one line of text."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Final

from babel.dates import format_date, format_datetime, get_timezone

from geodata.texts import load
from planner.cell_changes import CellChange, Changes
from planner.cli.session import Session, printable
from planner.errors import PlanError
from planner.export_shelf import Entry
from planner.provenance import Stamp
from planner.texts import FOLDER, t
from planner.uploads.apart.exchange import Cell
from planner.verification import Verdict

_LONGEST: Final = 60
_LISTED: Final = 10
_WORKING: Final = (".json", ".toml")
_ZONE: Final = get_timezone("Asia/Jakarta")


def told(
    verdict: Verdict, found: Changes | PlanError | None, *, file: str, register: str, session: Session
) -> Iterator[str]:
    """Give the lines that tell what became of a file.

    Parameters
    ----------
    verdict
        Whether it is still what was exported.
    found
        What was changed in a table; why that cannot be told; nothing where it was not compared.
    file
        Name of the file.
    register
        Where exports are written down.
    session
        Its language is that of the words.
    """
    language, name = session.language, _shown(file)
    if not verdict.entries:
        numbers = ", ".join(verdict.stated.numbers[:_LISTED])
        yield t(f"cli.verify.{verdict.status}", language, file=name, number=numbers, register=register)
        if verdict.status == "unmarked" and Path(file).suffix.lower() in _WORKING:
            yield t("cli.verify.working_file", language)
        if verdict.stated.stamp is not None:
            yield t("cli.verify.states", language)
            yield _made_from(session, verdict.stated.stamp)
        return
    entry = verdict.entries[0]
    said = {"file": name, "number": entry.stamp.id, "time": _time(entry.made_at, session), "by": _shown(entry.by)}
    yield t(f"cli.verify.{verdict.status}", language, **said)
    yield _made_from(session, entry.stamp)
    if len(verdict.entries) > 1:
        yield t("cli.verify.more", language, count=len(verdict.entries) - 1)
    if verdict.status == "changed":
        yield from _changes(session, found, kept=any(one.kept for one in verdict.entries))


def row(session: Session, entry: Entry) -> list[object]:
    """Return an export as a row: when, by whom, number, what, format, plan, kilobytes, whether it is kept."""
    stamp = entry.stamp
    return [
        _time(entry.made_at, session),
        _shown(entry.by),
        stamp.id,
        _kind(stamp, session),
        stamp.format,
        _shown(stamp.plan),
        -(-entry.size // 1_000),
        t(f"cli.export.log.{'yes' if entry.kept else 'no'}", session.language),
    ]


def _made_from(session: Session, stamp: Stamp) -> str:
    parts = {
        "kind": _kind(stamp, session),
        "day": _day(stamp.made_on, session),
        "plan": _shown(stamp.plan) if stamp.plan else t("cli.verify.no_plan", session.language),
        "fingerprint": _shown(stamp.fingerprint),
        "params": _shown(stamp.params_sha256[:16]) or "-",
        "program": _shown(stamp.program),
    }
    return t("cli.verify.made_from", session.language, **parts)


def _changes(session: Session, found: Changes | PlanError | None, *, kept: bool) -> Iterator[str]:
    language = session.language
    if found is None:
        yield t(f"cli.verify.not_compared.{'format' if kept else 'gone'}", language)
    elif isinstance(found, PlanError):
        yield t("cli.verify.not_compared.unreadable", language, reason=printable(found.text(language)))
    elif not found.any:
        yield t("cli.verify.same_values", language)
    else:
        yield from _differing(session, found)


def _differing(session: Session, found: Changes) -> Iterator[str]:
    language = session.language
    for name in ("gone", "added", "sheets_gone", "sheets_added"):
        values: tuple[str, ...] = getattr(found, name)
        if values:
            shown = ", ".join(_shown(value) for value in values[:_LISTED]) + (", …" if len(values) > _LISTED else "")
            yield t(f"cli.verify.{name}", language, count=len(values), names=shown)
    if found.reordered:
        yield t("cli.verify.reordered", language)
    if found.count:
        yield t("cli.verify.cells", language, count=found.count)
        yield from (_cell(session, cell) for cell in found.cells)
    if found.count > len(found.cells):
        yield t("cli.verify.more_cells", language, count=found.count - len(found.cells))


def _cell(session: Session, change: CellChange) -> str:
    place = f"{_shown(change.sheet)}!{change.cell}" if change.sheet else change.cell
    place += f" ({change.village_code})" if change.village_code else ""
    before, after = (_value(session, value) for value in (change.before, change.after))
    return t("cli.verify.cell", session.language, place=place, before=before, after=after)


def _value(session: Session, value: Cell) -> str:
    if value is None:
        return t("cli.verify.empty", session.language)
    return _shown(value if isinstance(value, str) else session.shown(value))


def _kind(stamp: Stamp, session: Session) -> str:
    key = f"web.audit.value.document.{stamp.kind}"
    return t(key, session.language) if key in load(FOLDER) else _shown(stamp.kind)


def _day(when: date, session: Session) -> str:
    return str(format_date(when, "d MMMM yyyy", locale=session.language))


def _time(when: datetime, session: Session) -> str:
    return str(format_datetime(when, "d MMM yyyy HH:mm 'WIB'", tzinfo=_ZONE, locale=session.language))


def _shown(text: str) -> str:
    shown = printable(" ".join(text.split()))
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
