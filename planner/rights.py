"""Who may do what: roles, and the deeds each role may do. What is not named here nobody may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from planner.errors import PlanError

Role = Literal["planner", "manager", "agent", "admin"]
Action = Literal[
    "page.public",
    "page.area",
    "page.uploads",
    "page.launches",
    "page.agents",
    "page.territories",
    "page.people",
    "plan.read",
    "plan.change",
    "upload.commit",
    "upload.undo",
    "held.settle",
    "alias.change",
    "launch.change",
    "launch.override",
    "visit.write",
    "assignment.change",
    "view.as_agent",
    "user.change",
    "audit.read",
]

_OFFICE: Final[frozenset[Role]] = frozenset({"planner", "manager", "admin"})
_HEADS: Final[frozenset[Role]] = frozenset({"manager", "admin"})
_ADMIN: Final[frozenset[Role]] = frozenset({"admin"})
_AGENT: Final[frozenset[Role]] = frozenset({"agent"})

ALLOWED: Final[Mapping[Action, frozenset[Role]]] = {
    "page.public": _OFFICE,  # figures of all villages, with what was counted
    "page.area": _AGENT,
    "page.uploads": _OFFICE,
    "page.launches": _OFFICE,
    "page.agents": _OFFICE,
    "page.territories": _OFFICE,
    "page.people": _ADMIN,
    "plan.read": _OFFICE,
    "plan.change": _OFFICE,
    "upload.commit": _OFFICE,
    "upload.undo": _OFFICE,
    "held.settle": _OFFICE,
    "alias.change": _OFFICE,
    "launch.change": _OFFICE,
    "launch.override": _HEADS,
    "visit.write": _AGENT,
    "assignment.change": _HEADS,
    "view.as_agent": _HEADS,
    "user.change": _ADMIN,
    "audit.read": _HEADS,
}
"""Deeds, each with the roles that may do it. An agent works in the own villages only: the database sees to that."""


@dataclass(frozen=True)
class Principal:
    """Somebody who acts.

    Attributes
    ----------
    user_id
        The account; nothing for the console, and for a laptop without records.
    login, name
        As the account has them; the login stands in the audit trail.
    role
        What the person is.
    agent_id
        The agent that the person is, whose villages are seen; nothing for others.
    """

    user_id: int | None
    login: str
    name: str
    role: Role
    agent_id: int | None = None


CONSOLE: Final = Principal(None, "console", "", "admin")
"""Who works at the command line: whoever can, can read the files of the records anyway."""
LAPTOP: Final = Principal(None, "laptop", "", "planner")
"""Who opens the pages while there are no records: there is nothing to protect yet."""


def may(principal: Principal, action: Action) -> bool:
    """Say whether somebody may do something."""
    return principal.role in ALLOWED[action]


def may_change_plan(principal: Principal, owner_id: int | None) -> bool:
    """Say whether somebody may rename and remove a saved plan: who saved it may, and managers and admins.

    Parameters
    ----------
    principal
        Who acts.
    owner_id
        The account that saved the plan; nothing for one that was taken over at the command line.
    """
    own = owner_id is not None and owner_id == principal.user_id
    return may(principal, "plan.change") and (own or principal.role in _HEADS)


def require(principal: Principal, action: Action) -> Principal:
    """Return who acts if that is allowed.

    Raises
    ------
    PlanError
        If the role may not do it.
    """
    if not may(principal, action):
        raise PlanError("rights.not_allowed", login=principal.login)
    return principal
