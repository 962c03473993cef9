"""People: accounts, their roles, offices and agents, and the links by which they choose a password."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from planner.accounts import LONGEST_NAME, login_named, name_given
from planner.errors import PlanError
from planner.rights import Principal, Role, require
from planner.store.audit import record
from planner.store.engine import writing
from planner.store.errors import StoreError
from planner.store.schema import agents, offices, users
from planner.store.sessions import end_all, spend_links
from planner.uploads.kinds import AGENT_CODE_FORM, LONGEST_AGENT_CODE


@dataclass(frozen=True)
class Person:
    """An account.

    Attributes
    ----------
    user_id, login, name, role
        As the account has them.
    office
        Name of the branch office; empty for none.
    agent_code
        Code of the agent that the person is; empty for none.
    disabled_at
        Since when the account is disabled; nothing for one that can be used.
    can_sign_in
        Whether a password or an account of the office is set.
    """

    user_id: int
    login: str
    name: str
    role: Role
    office: str
    agent_code: str
    disabled_at: datetime | None
    can_sign_in: bool


@dataclass(frozen=True)
class NewPerson:
    """Who gets an account: login, name, role, and office and code of an agent or empty texts."""

    login: str
    name: str
    role: Role
    office: str = ""
    agent_code: str = ""


def has_accounts(connection: sa.Connection) -> bool:
    """Say whether there is any account."""
    return connection.execute(sa.select(users.c.id).limit(1)).one_or_none() is not None


def listed(connection: sa.Connection) -> list[Person]:
    """Return all accounts by login."""
    return [person_of(row) for row in connection.execute(PEOPLE.order_by(users.c.login))]


def found(connection: sa.Connection, login: str) -> Person:
    """Return an account.

    Raises
    ------
    PlanError
        If there is none of that login.
    """
    row = connection.execute(PEOPLE.where(users.c.login == login)).one_or_none()
    if row is None:
        raise PlanError("accounts.unknown", login=login)
    return person_of(row)


def office_names(connection: sa.Connection) -> list[str]:
    """Return the names of all offices."""
    return list(connection.execute(sa.select(offices.c.name).order_by(offices.c.name)).scalars())


def add(engine: sa.Engine, who: Principal, person: NewPerson) -> int:
    """Make an account without a password, and return its number.

    Raises
    ------
    PlanError
        If the role may not do it, the login is taken or no login, or the code of the agent is missing or taken.
    StoreError
        If the database cannot be written.
    """
    require(who, "user.change")
    with writing(engine) as connection:
        return added(connection, who.login, person)


def added(connection: sa.Connection, who: str, person: NewPerson, *, password_hash: str | None = None) -> int:
    """Make an account in a transaction; see `add`. Who asks has been checked before."""
    login, name = login_named(person.login), name_given(person.name)
    if connection.execute(sa.select(users.c.id).where(users.c.login == login)).one_or_none() is not None:
        raise PlanError("accounts.taken", login=login)
    office_id = _office(connection, person.office)
    row = {"login": login, "name": name, "role": person.role, "office_id": office_id, "created_at": datetime.now(UTC)}
    made = connection.execute(sa.insert(users).values({**row, "password_hash": password_hash})).inserted_primary_key
    assert made is not None
    user_id = int(made[0])
    if person.role == "agent":
        _be_agent(connection, user_id, person.agent_code, office_id)
    after = {"login": login, "role": person.role, "office": person.office, "agent": person.agent_code}
    record(connection, who, "user.added", entity="users", key=user_id, after=after)
    return user_id


def disable(engine: sa.Engine, who: Principal, login: str) -> None:
    """Disable an account, end its sessions and spend its links: its next click is refused.

    Raises
    ------
    PlanError
        If the role may not do it, there is no such account, or it is the last admin who can sign in.
    StoreError
        If the database cannot be written.
    """
    require(who, "user.change")
    now = datetime.now(UTC)
    with writing(engine) as connection:
        person = found(connection, login)
        if person.disabled_at is not None:
            return
        keep_an_admin(connection, person)
        change(connection, person.user_id, disabled_at=now)
        ended = end_all(connection, person.user_id, now=now)
        spend_links(connection, person.user_id, now=now)
        tell(connection, who, "user.disabled", person, after={"sessions_ended": ended})


def enable(engine: sa.Engine, who: Principal, login: str) -> None:
    """Let an account be used again. Raises like `disable`."""
    require(who, "user.change")
    with writing(engine) as connection:
        person = found(connection, login)
        if person.disabled_at is not None:
            change(connection, person.user_id, disabled_at=None)
            tell(connection, who, "user.enabled", person, before={"disabled_at": person.disabled_at})


def change_role(
    engine: sa.Engine,
    who: Principal,
    login: str,
    role: Role,
    *,
    agent_code: str = "",
    office: str | None = None,
    seen: Person | None = None,
) -> None:
    """Give an account another role, or an agent another code; its sessions and links end: nothing of the old one stays.

    Parameters
    ----------
    engine, who, login
        As for `disable`.
    role
        The new role.
    agent_code
        Code of the agent that the person is; only for agents.
    office
        See `change_office`; by default the account stays where it is.
    seen
        The account as it was shown to who asks; by default it is changed whatever it was.

    Raises
    ------
    PlanError
        If the role may not do it, there is no such account, it is the last admin who can sign in, the code of the
        agent is missing or taken, or the account is no more as it was shown.
    StoreError
        If the database cannot be written.
    """
    require(who, "user.change")
    with writing(engine) as connection:
        person = found(connection, login)
        if role != "admin":
            keep_an_admin(connection, person)
        _refuse_unseen(connection, person, seen)
        if office is not None and office.strip() != person.office:
            _move(connection, who, person, office)
        change(connection, person.user_id, role=role)
        connection.execute(sa.update(agents).where(agents.c.user_id == person.user_id).values(user_id=None))
        if role == "agent":
            _be_agent(
                connection, person.user_id, agent_code, _office(connection, person.office if office is None else office)
            )
        now = datetime.now(UTC)
        end_all(connection, person.user_id, now=now)
        spend_links(connection, person.user_id, now=now)
        after = {"role": role, "agent": agent_code if role == "agent" else ""}
        tell(connection, who, "user.role_changed", person, before=_role(person), after=after)


def change_office(engine: sa.Engine, who: Principal, login: str, office: str, *, seen: Person | None = None) -> None:
    """Put an account into an office, which is made if it is new; an empty name means none.

    Takes `seen` and raises like `change_role`.
    """
    require(who, "user.change")
    with writing(engine) as connection:
        person = found(connection, login)
        _refuse_unseen(connection, person, seen)
        _move(connection, who, person, office)


PEOPLE: Final = sa.select(
    *(users.c.id, users.c.login, users.c.name, users.c.role, users.c.disabled_at, users.c.password_hash),
    *(users.c.oidc_subject, offices.c.name.label("office"), agents.c.code),
).select_from(
    users.outerjoin(offices, users.c.office_id == offices.c.id).outerjoin(agents, agents.c.user_id == users.c.id)
)
"""All accounts with office and agent."""


def person_of(row: Any) -> Person:  # noqa: ANN401 (a row of SQLAlchemy)
    """Return the account of a row of `PEOPLE`."""
    return Person(
        *(row.id, row.login, row.name, row.role, row.office or "", row.code or "", row.disabled_at),
        can_sign_in=row.password_hash is not None or row.oidc_subject is not None,
    )


def keep_an_admin(connection: sa.Connection, person: Person) -> None:
    """Refuse a change that would leave nobody who can let others in; two changes at once wait for one another."""
    if person.role != "admin":
        return
    open_door = sa.or_(users.c.password_hash.is_not(None), users.c.oidc_subject.is_not(None))
    able = (users.c.role == "admin", users.c.disabled_at.is_(None), open_door)
    left = connection.execute(sa.select(users.c.id).where(*able).order_by(users.c.id).with_for_update()).scalars()
    if not set(left) - {person.user_id}:
        raise PlanError("accounts.last_admin", login=person.login)


def _refuse_unseen(connection: sa.Connection, person: Person, seen: Person | None) -> None:
    """Refuse to change an account that is no more as it was shown; others who change it wait."""
    connection.execute(sa.select(users.c.id).where(users.c.id == person.user_id).with_for_update())
    if seen is not None and {_place(person), _place(found(connection, person.login))} != {_place(seen)}:
        raise PlanError("accounts.changed", login=person.login)


def _place(person: Person) -> tuple[str, str, str]:
    return person.role, person.agent_code, person.office


def _move(connection: sa.Connection, who: Principal, person: Person, office: str) -> None:
    change(connection, person.user_id, office_id=_office(connection, office))
    before, after = {"office": person.office}, {"office": office.strip()}
    tell(connection, who, "user.office_changed", person, before=before, after=after)


def _office(connection: sa.Connection, name: str) -> int | None:
    wanted = name.strip()[:LONGEST_NAME]
    if not wanted:
        return None
    known = connection.execute(sa.select(offices.c.id).where(offices.c.name == wanted)).scalar_one_or_none()
    if known is not None:
        return int(known)
    made = connection.execute(sa.insert(offices).values(name=wanted, kind="unknown")).inserted_primary_key
    assert made is not None
    return int(made[0])


def _be_agent(connection: sa.Connection, user_id: int, code: str, office_id: int | None) -> None:
    """Link an account to the agent of a code, who is made if new; the work of an agent stays with the code.

    Small and capital letters of a code are the same, as in uploads; an agent who had left is there again.
    """
    wanted = code.strip()
    rows = connection.execute(sa.select(agents.c.id, agents.c.code, agents.c.user_id).order_by(agents.c.id)).all()
    same = [row for row in rows if row.code.casefold() == wanted.casefold()]
    known = min(same, key=lambda row: row.code != wanted, default=None)
    if known is None:
        if not re.fullmatch(AGENT_CODE_FORM, wanted):
            raise PlanError("accounts.agent_code", most=LONGEST_AGENT_CODE)
        connection.execute(sa.insert(agents).values(code=wanted, user_id=user_id, office_id=office_id))
        return
    if known.user_id not in {None, user_id}:
        raise PlanError("accounts.agent_taken", code=known.code)
    connection.execute(sa.update(agents).where(agents.c.id == known.id).values(user_id=user_id, left_on=None))


def change(connection: sa.Connection, user_id: int, **values: object) -> None:
    """Change an account in a transaction."""
    if connection.execute(sa.update(users).where(users.c.id == user_id).values(values)).rowcount != 1:
        raise StoreError("store.rule", rule="users")


def _role(person: Person) -> dict[str, str]:
    return {"role": person.role, "agent": person.agent_code}


def tell(
    connection: sa.Connection,
    who: Principal,
    what: str,
    person: Person,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write down a change of an account."""
    record(connection, who.login, what, entity="users", key=person.user_id, before=before, after=after)
