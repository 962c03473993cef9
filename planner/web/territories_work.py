"""The division somebody works on: what was asked, the draft with its steps, what is picked; kept in the session."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from planner.errors import PlanError
from planner.territories import moves
from planner.territories.agents import AGENT
from planner.territories.divide import Territories
from planner.territories.moves import Draft
from planner.territories.rebalance import Rebalanced
from planner.territories.report import Quality, changed, quality
from planner.web import territories_file
from planner.web.area_colours import beside, coloured
from planner.web.territories_asked import Asked

_WORK: Final = "territories-work"


@dataclass
class Work:
    """A division somebody works on.

    Attributes
    ----------
    asked
        What it began with.
    draft
        As it stands now, with the steps before it.
    before
        What it is compared with: agent of each village code.
    kind
        What that is: ``records``, ``file``, ``made`` (as it was divided) or ``agents`` (before agents came and went).
    undone
        Steps that were undone, the last one last.
    picked
        Codes of the villages that are picked.
    heard
        The last change of them on the map.
    rebalanced
        What came of the last rebalance, while nothing was done after it.
    seen
        Who had which village as the records told when the division was begun; nothing without records.
    saved
        The draft that was saved last, and from when it holds.
    """

    asked: Asked
    draft: Draft
    before: Mapping[str, str]
    kind: str
    undone: list[Draft] = field(default_factory=list)
    picked: tuple[str, ...] = ()
    heard: int = 0
    rebalanced: Rebalanced | None = None
    seen: pd.DataFrame | None = None
    saved: tuple[Draft, date] | None = None
    _seen: tuple[Draft, Quality] | None = None
    _colours: tuple[Draft, dict[str, str]] | None = None
    _changes: tuple[Draft, Mapping[str, str], pd.DataFrame] | None = None

    @property
    def agents(self) -> list[str]:
        """Codes of the agents."""
        return [str(code) for code in self.draft.base.agents[AGENT]]

    @property
    def limit_pct(self) -> float:
        """The deviation not to pass; a rebalance has its own."""
        params = self.draft.base.ground.params
        return params.rebalance_limit_pct if self.kind == "agents" else params.limit_pct

    def quality(self) -> Quality:
        """Return how good the draft is."""
        if self._seen is None or self._seen[0] is not self.draft:
            self._seen = (self.draft, quality(moves.finished(self.draft)))
        return self._seen[1]

    def colours(self) -> dict[str, str]:
        """Return the colour of each area; those of the draft before are kept where they can be."""
        if self._colours is None or self._colours[0] is not self.draft:
            near = beside(self.draft.base.ground.graph, self.draft.assignment)
            for one, others in beside(self.draft.base.ground.graph, self.before).items():
                near.setdefault(one, set()).update(others)
                for other in others:
                    near.setdefault(other, set()).add(one)
            known = self._colours[1] if self._colours else None
            self._colours = (self.draft, coloured(near, known))
        return self._colours[1]

    def changes(self) -> pd.DataFrame:
        """Return the villages that change hands against what the draft is compared with."""
        if self._changes is None or self._changes[0] is not self.draft or self._changes[1] is not self.before:
            now = moves.finished(self.draft)
            found = changed(self.before, now.assignment, pd.Series(now.ground.load, index=now.assignment.index))
            self._changes = (self.draft, self.before, found)
        return self._changes[2]

    def pick(self, codes: Iterable[str]) -> None:
        """Pick villages; those that are not divided are left out."""
        self.picked = tuple(dict.fromkeys(code for code in codes if code in self.draft.assignment))

    def step(self, draft: Draft) -> None:
        """Take a step; what was undone before cannot be done again."""
        self.draft, self.undone, self.rebalanced = draft, [], None
        self._keep()

    def move(self, codes: Iterable[str], agent: str) -> None:
        """Give villages to an agent. Raises like `planner.territories.moves.moved`."""
        own = [code for code in codes if self.draft.assignment.get(code) != agent]
        if own:
            self.step(moves.moved(self.draft, own, agent))
        self.picked = ()

    def lock(self, codes: Iterable[str]) -> None:
        """Lock villages."""
        self.step(moves.locked(self.draft, codes))

    def unlock(self, codes: Iterable[str]) -> None:
        """Unlock villages."""
        self.step(moves.unlocked(self.draft, codes))

    def undo(self) -> None:
        """Undo a step. Raises PlanError if there is none."""
        now = self.draft
        before = moves.undone(now)
        self.step_back(before, now)

    def step_back(self, before: Draft, now: Draft) -> None:
        """Go back to the draft before, which knows the steps before it."""
        self.draft, self.rebalanced = before, None
        self.undone.append(now)
        self._keep()

    def redo(self) -> None:
        """Do again what was undone.

        Raises
        ------
        PlanError
            If nothing was undone.
        """
        if not self.undone:
            raise PlanError("web.territories.nothing_to_redo")
        self.draft = self.undone.pop()
        self.rebalanced = None
        self._keep()

    def compare(self, records: Mapping[str, str], seen: pd.DataFrame) -> None:
        """Compare the draft with the records from now on: agent of each village, and all that was seen of them."""
        self.before = {code: agent for code, agent in records.items() if code in self.draft.assignment}
        self.kind, self.seen, self.rebalanced = "records", seen, None

    def _keep(self) -> None:
        territories_file.keep(self.asked, self.draft, self.before, self.kind, self.seen)

    def take(self, made: Rebalanced) -> None:
        """Take over a rebalance as one step; the draft is compared with what was before it."""
        before, now = dict(self.draft.assignment), self.draft
        self.step(replace(moves.draft(made.territories), before=(*now.before, replace(now, before=()))))
        self.before, self.kind, self.rebalanced, self.picked = before, "agents", made, ()
        self._keep()


def begun(asked: Asked, found: Territories, before: Mapping[str, str] | None, kind: str) -> Work:
    """Begin to work on a division.

    Parameters
    ----------
    asked, found
        What was asked, and what came of it.
    before
        What it is compared with; nothing for the division itself.
    kind
        What that is, see `Work`.
    """
    locks = {code: agent for code, agent in asked.locks if found.assignment.get(code) == agent}
    start = moves.draft(replace(found, locks=locks))
    known = dict(start.assignment) if before is None else dict(before)
    return Work(asked, start, known, "made" if before is None else kind)


def current() -> Work | None:
    """Return the division of this visit."""
    work: Work | None = st.session_state.get(_WORK)
    return work


def put(work: Work | None) -> None:
    """Keep a division for this visit, or none; the map that stays on the screen goes on counting its changes."""
    before = current()
    if work is not None and before is not None:
        work.heard = before.heard
    st.session_state[_WORK] = work
