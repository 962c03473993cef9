"""Who may do what."""

from dataclasses import FrozenInstanceError

import pytest

from planner.errors import PlanError
from planner.rights import ALLOWED, CONSOLE, LAPTOP, Principal, may, may_change_plan, require
from planner.texts import t

ROLES = ("planner", "manager", "agent", "admin")


def somebody(role):
    return Principal(7, "sri", "Sri", role, agent_id=3 if role == "agent" else None)


def test_an_agent_may_open_the_own_area_and_write_visits_and_nothing_else():
    assert {action for action in ALLOWED if may(somebody("agent"), action)} == {"page.area", "visit.write"}


def test_who_works_in_the_office_does_not_write_visits_of_agents():
    assert not any(may(somebody(role), "visit.write") for role in ROLES if role != "agent")


@pytest.mark.parametrize("action", ["user.change", "page.people"])
def test_only_an_admin_changes_accounts(action):
    assert [role for role in ROLES if may(somebody(role), action)] == ["admin"]


def test_a_planner_overrides_no_gate_and_sees_as_nobody_else():
    refused = {action for action in ALLOWED if not may(somebody("planner"), action)}
    assert {"launch.override", "view.as_agent", "assignment.change", "audit.read", "user.change"} <= refused


def test_console_and_laptop_are_no_accounts():
    assert CONSOLE.user_id is None
    assert LAPTOP.user_id is None


@pytest.mark.parametrize(
    ("role", "changes"),
    [
        ("planner", {7: True, 8: False, None: False}),
        ("manager", {7: True, 8: True, None: True}),
        ("admin", {7: True, 8: True, None: True}),
        ("agent", {7: False, 8: False, None: False}),
    ],
)
def test_plans_are_changed_by_who_saved_them_and_by_the_heads(role, changes):
    assert {owner: may_change_plan(somebody(role), owner) for owner in changes} == changes


def test_a_plan_of_nobody_is_not_that_of_who_has_no_account():
    assert not may_change_plan(LAPTOP, None)
    assert may_change_plan(CONSOLE, 7)


def test_what_is_not_allowed_is_told():
    assert require(somebody("manager"), "launch.override").login == "sri"
    with pytest.raises(PlanError, match=r"Your account \(sri\) may not do this") as refused:
        require(somebody("planner"), "launch.override")
    assert "tidak berhak" in refused.value.text("id")


@pytest.mark.parametrize("role", ROLES)
def test_roles_have_names(role):
    assert t(f"rights.role.{role}", "id") != t(f"rights.role.{role}", "en") or role == "admin"


OFFICE = {
    *("page.public", "page.uploads", "page.launches", "page.agents", "page.territories", "plan.read", "plan.change"),
    *("upload.commit", "upload.undo", "held.settle", "alias.change", "launch.change"),
}
HEADS = {"launch.override", "assignment.change", "view.as_agent", "audit.read"}
DEEDS = {
    "planner": OFFICE,
    "manager": OFFICE | HEADS,
    "admin": OFFICE | HEADS | {"user.change", "page.people"},
    "agent": {"page.area", "visit.write"},
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_just_its_deeds(role):
    """Written out a second time: a deed that moves to another role is a decision, not a slip."""
    assert {action for action in ALLOWED if may(somebody(role), action)} == DEEDS[role]


def test_nobody_becomes_another_while_acting():
    with pytest.raises(FrozenInstanceError):
        somebody("planner").role = "admin"
