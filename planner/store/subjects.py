"""Accounts of the office's own sign-in (OpenID Connect), each linked to one account of ours."""

from datetime import UTC, datetime

import sqlalchemy as sa

from planner.errors import PlanError
from planner.rights import Principal, require
from planner.store.engine import writing
from planner.store.people import PEOPLE, Person, change, found, keep_an_admin, person_of, tell
from planner.store.schema import users
from planner.store.sessions import end_all


def link_subject(engine: sa.Engine, who: Principal, login: str, subject: str) -> None:
    """Link an account to an account of the office's own sign-in; an empty text unlinks it.

    Parameters
    ----------
    engine, who, login
        As for `disable`.
    subject
        See `subject_of`.

    Raises
    ------
    PlanError
        If the role may not do it, there is no such account, it would leave no admin, or the subject is another's.
    StoreError
        If the database cannot be written.
    """
    require(who, "user.change")
    with writing(engine) as connection:
        person = found(connection, login)
        others = (users.c.oidc_subject == subject, users.c.id != person.user_id)
        if subject and connection.execute(sa.select(users.c.id).where(*others)).one_or_none() is not None:
            raise PlanError("accounts.subject_taken")
        change(connection, person.user_id, oidc_subject=subject or None)
        if not subject and not found(connection, login).can_sign_in:
            keep_an_admin(connection, person)
        end_all(connection, person.user_id, now=datetime.now(UTC))
        tell(connection, who, "user.subject_linked", person, after={"linked": bool(subject)})


def subject_of(issuer: str, subject: str) -> str:
    """Return what is kept of an account of the office's own sign-in: who vouches for it, and its name there."""
    return f"{issuer.rstrip('/')} {subject}"


def user_of_subject(connection: sa.Connection, subject: str) -> Person | None:
    """Return the active account that is linked to an account of the office's own sign-in; nothing for none."""
    row = connection.execute(PEOPLE.where(users.c.oidc_subject == subject, users.c.disabled_at.is_(None))).one_or_none()
    return None if row is None else person_of(row)
