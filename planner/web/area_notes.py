"""Notes of a pack into the records: each by itself as the agent's own visit, so that one refused row stops no other."""

from dataclasses import dataclass

from geodata.texts import Language
from planner.errors import PlanError
from planner.pack.notes import Note, Notes, reason
from planner.rights import Principal
from planner.store.acting import write_visit, writing_as
from planner.store.engine import Engine
from planner.store.own_area import rows_as


@dataclass(frozen=True)
class Written:
    """What became of notes: how many were new, how many were known before, and rows that were refused, with why."""

    new: int
    known: int
    refused: tuple[tuple[int, str], ...]


def write_notes(engine: Engine, who: Principal, notes: Notes, language: Language) -> Written:
    """Write down notes as visits of the agent; one that came before changes nothing.

    Parameters
    ----------
    engine
        The records.
    who
        The agent.
    notes
        As `planner.pack.notes.read_notes` gives them.
    language
        Language of the reasons.

    Raises
    ------
    StoreError
        If the account does not work any more, or the records cannot be read.
    """
    before = {key for key in rows_as(engine, who).visits["entry_key"] if isinstance(key, str)}
    refused = {row: " ".join(reason(key, language) for key in keys) for row, keys in notes.refused}
    new = known = 0
    for note in notes.taken:
        try:
            _write(engine, who, note)
        except PlanError as error:
            refused[note.row] = error.text(language)
            continue
        if note.entry_key is not None and note.entry_key.lower() in before:
            known += 1
        else:
            new += 1
    return Written(new, known, tuple(sorted(refused.items())))


def _write(engine: Engine, who: Principal, note: Note) -> None:
    with writing_as(engine, who) as connection:
        write_visit(
            connection,
            note.village_code,
            visited_on=note.visited_on,
            met=note.met,
            interested=note.interested,
            registered=note.registered,
            dusun=note.dusun,
            obstacle=note.obstacle,
            entry_key=note.entry_key,
        )
