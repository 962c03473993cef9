"""How people come to a password: the first account, one-time links, a change of one's own, and the check at sign-in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import sqlalchemy as sa

from planner.accounts import Verdict, checked, hashed, login_named, verified
from planner.errors import PlanError
from planner.rights import Principal, require
from planner.store.audit import record
from planner.store.columns import POSTGRESQL
from planner.store.engine import reading, writing
from planner.store.people import NewPerson, added, found, has_accounts
from planner.store.schema import one_time_links, users
from planner.store.sessions import end_all, hash_of, is_token, new_token, spend_links

VALID: Final = timedelta(hours=48)
"""How long a one-time link works."""
SET_UP: Final = "setup"
"""Who stands in the audit trail as the maker of the first account."""

Purpose = Literal["set_up", "set_password"]


@dataclass(frozen=True)
class Link:
    """A one-time link: its token, which is shown once and not kept, and until when it works."""

    token: str
    expires_at: datetime


@dataclass(frozen=True)
class Owner:
    """Whose link it is: number, login and name of the account, and what the link is for."""

    user_id: int
    login: str
    name: str
    purpose: Purpose


def make_link(engine: sa.Engine, who: Principal, login: str, *, now: datetime | None = None) -> Link:
    """Make a link by which somebody chooses a password; earlier ones of the account work no more.

    Parameters
    ----------
    engine
        The database.
    who
        Who asks.
    login
        Whose link it is.
    now
        The time; by default that of the clock.

    Raises
    ------
    PlanError
        If the role may not do it, or there is no such account, or it is disabled.
    StoreError
        If the database cannot be written.
    """
    require(who, "user.change")
    at, token = now or datetime.now(UTC), new_token()
    with writing(engine) as connection:
        person = found(connection, login)
        if person.disabled_at is not None:
            raise PlanError("accounts.disabled", login=person.login)
        spend_links(connection, person.user_id, now=at)
        purpose: Purpose = "set_password" if person.can_sign_in else "set_up"
        row = {"token_hash": hash_of(token), "user_id": person.user_id, "purpose": purpose, "created_at": at}
        connection.execute(sa.insert(one_time_links).values({**row, "expires_at": at + VALID}))
        after = {"purpose": purpose, "expires_at": at + VALID}
        record(connection, who.login, "user.link_made", entity="users", key=person.user_id, after=after)
    return Link(token, at + VALID)


def owner_of(engine: sa.Engine, token: str, *, now: datetime | None = None) -> Owner:
    """Return whose link a token is.

    Raises
    ------
    PlanError
        If it is none, was used, has expired, or the account is disabled.
    StoreError
        If the database cannot be read.
    """
    with reading(engine) as connection:
        return _owner(connection, token, now or datetime.now(UTC))


def use_link(engine: sa.Engine, token: str, password: str, *, now: datetime | None = None) -> Owner:
    """Set the password that somebody chose by a link, once; all sessions of the account end.

    Raises
    ------
    PlanError
        If the link does not work, or the password may not be used; then the link still works.
    StoreError
        If the database cannot be written.
    """
    at = now or datetime.now(UTC)
    kept = hashed(checked(password, owner_of(engine, token, now=at).login))
    with writing(engine) as connection:
        owner = _owner(connection, token, at)
        unused = (one_time_links.c.token_hash == hash_of(token), one_time_links.c.used_at.is_(None))
        if connection.execute(sa.update(one_time_links).where(*unused).values(used_at=at)).rowcount != 1:
            raise PlanError("accounts.link")
        _set(connection, owner.user_id, kept, owner.login, at)
    return owner


def change_own(engine: sa.Engine, who: Principal, old: str, new: str) -> None:
    """Change one's own password; all sessions of the account end, this one too.

    Raises
    ------
    PlanError
        If the old password is wrong or the new one may not be used.
    StoreError
        If the database cannot be written.
    """
    with reading(engine) as connection:
        known = connection.execute(sa.select(users.c.password_hash).where(users.c.id == who.user_id)).scalar_one()
    if not verified(old, known).right:
        raise PlanError("accounts.password.wrong")
    kept = hashed(checked(new, who.login))
    with writing(engine) as connection:
        assert who.user_id is not None
        _set(connection, who.user_id, kept, who.login, datetime.now(UTC))


def first_admin(engine: sa.Engine, login: str, name: str, password: str) -> int:
    """Make the first account, an admin with a password, and return its number.

    Raises
    ------
    PlanError
        If there is an account already, or login, name or password may not be used.
    StoreError
        If the database cannot be written.
    """
    kept = hashed(checked(password, login_named(login)))
    with writing(engine) as connection:
        if connection.dialect.name == POSTGRESQL:
            connection.exec_driver_sql("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")
        if has_accounts(connection):
            raise PlanError("accounts.set_up")
        return added(connection, SET_UP, NewPerson(login, name, "admin"), password_hash=kept)


def signed_in(engine: sa.Engine, login: str, password: str) -> int | None:
    """Return the number of the account if the password is right and the account is not disabled.

    An unknown login, a disabled account and a wrong password take the same work and give the same answer.

    Raises
    ------
    StoreError
        If the database cannot be read or written.
    """
    query = sa.select(users.c.id, users.c.password_hash, users.c.disabled_at).where(users.c.login == login)
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    verdict: Verdict = verified(password, None if row is None else row.password_hash)
    if row is None or not verdict.right or row.disabled_at is not None:
        return None
    if verdict.renewed is not None:
        same = (users.c.id == row.id, users.c.password_hash == row.password_hash)
        with writing(engine) as connection:
            connection.execute(sa.update(users).where(*same).values(password_hash=verdict.renewed))
    return int(row.id)


def _owner(connection: sa.Connection, token: str, now: datetime) -> Owner:
    if not is_token(token):
        raise PlanError("accounts.link")
    links = one_time_links
    query = sa.select(users.c.id, users.c.login, users.c.name, links.c.purpose).join(
        users, links.c.user_id == users.c.id
    )
    works = (links.c.used_at.is_(None), links.c.expires_at > now, users.c.disabled_at.is_(None))
    row = connection.execute(query.where(links.c.token_hash == hash_of(token), *works)).one_or_none()
    if row is None:
        raise PlanError("accounts.link")
    return Owner(row.id, row.login, row.name, row.purpose)


def _set(connection: sa.Connection, user_id: int, kept: str, who: str, now: datetime) -> None:
    connection.execute(sa.update(users).where(users.c.id == user_id).values(password_hash=kept))
    spend_links(connection, user_id, now=now)
    end_all(connection, user_id, now=now)
    record(connection, who, "user.password_set", entity="users", key=user_id)
