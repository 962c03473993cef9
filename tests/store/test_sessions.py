"""Sessions: looked up every time, over when they should be, and never kept as they are."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from planner.rights import CONSOLE, Principal
from planner.store import people, schema, sessions
from planner.store.engine import reading, writing
from planner.store.people import NewPerson

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def user_id(engine) -> int:
    people.add(engine, CONSOLE, NewPerson("boss", "Boss", "admin"))
    return people.add(engine, CONSOLE, NewPerson("ana", "Ana", "planner"))


def rows(engine, table=schema.sessions):
    with reading(engine) as connection:
        return connection.execute(sa.select(table)).all()


def test_a_token_leads_to_its_owner_and_is_not_kept(engine, user_id):
    token = sessions.begin(engine, user_id)
    assert sessions.principal_of(engine, token) == Principal(user_id, "ana", "Ana", "planner", None)
    (row,) = rows(engine)
    assert token not in repr(row)
    assert row.token_hash == sessions.hash_of(token)
    assert token not in repr(rows(engine, schema.audit))


def test_an_agent_is_known_as_that_agent(engine, user_id):
    agent = people.add(engine, CONSOLE, NewPerson("agen", "Agen", "agent", "Palembang", "A-1"))
    found = sessions.principal_of(engine, sessions.begin(engine, agent))
    (row,) = rows(engine, schema.agents)
    assert (found.role, found.agent_id) == ("agent", row.id)


@pytest.mark.parametrize(
    "token", ["", "x", "a" * 43, "a" * 44, "ä" * 43, "' OR 1=1 --" + "a" * 32, "a" * 42 + "\n", "\0" * 43]
)
def test_what_is_no_token_of_ours_is_nobody(engine, user_id, token):
    sessions.begin(engine, user_id)
    assert sessions.principal_of(engine, token) is None
    sessions.end(engine, token)
    assert rows(engine)[0].ended_at is None


def test_the_hash_of_a_token_is_no_token(engine, user_id):
    token = sessions.begin(engine, user_id)
    assert sessions.principal_of(engine, sessions.hash_of(token)[:43]) is None


def test_a_session_nobody_uses_is_over_after_twelve_hours(engine, user_id):
    token = sessions.begin(engine, user_id, now=NOW)
    assert sessions.principal_of(engine, token, now=NOW + 13 * HOUR) is None
    assert sessions.principal_of(engine, token, now=NOW + timedelta(minutes=5)) is not None


def test_a_session_in_use_goes_on_but_not_for_ever(engine, user_id):
    token = sessions.begin(engine, user_id, now=NOW)
    at = NOW
    while sessions.principal_of(engine, token, now=at) is not None:
        at += 6 * HOUR
    assert sessions.LONGEST - 6 * HOUR <= at - NOW <= sessions.LONGEST + 6 * HOUR
    assert rows(engine)[0].expires_at == NOW + sessions.LONGEST


def test_most_requests_only_read(engine, user_id):
    token = sessions.begin(engine, user_id, now=NOW)
    sessions.principal_of(engine, token, now=NOW + timedelta(minutes=10))
    assert rows(engine)[0].expires_at == NOW + sessions.IDLE
    sessions.principal_of(engine, token, now=NOW + timedelta(minutes=20))
    assert rows(engine)[0].expires_at == NOW + timedelta(minutes=20) + sessions.IDLE


def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(engine, user_id):
    token, other = sessions.begin(engine, user_id), sessions.begin(engine, user_id)
    sessions.end(engine, token)
    assert sessions.principal_of(engine, token) is None
    assert sessions.principal_of(engine, other) is not None
    sessions.end(engine, token)
    assert [row.what for row in rows(engine, schema.audit)].count("user.signed_out") == 1


def test_signing_in_again_ends_the_session_the_browser_had(engine, user_id):
    first = sessions.begin(engine, user_id)
    second = sessions.begin(engine, user_id, instead_of=first)
    assert first != second
    assert sessions.principal_of(engine, first) is None
    assert sessions.principal_of(engine, second) is not None


def test_all_sessions_of_one_account_end_and_no_others(engine, user_id):
    boss = sessions.begin(engine, 1)
    mine = [sessions.begin(engine, user_id) for _ in range(3)]
    with writing(engine) as connection:
        assert sessions.end_all(connection, user_id, now=datetime.now(UTC)) == 3
    assert [sessions.principal_of(engine, token) for token in mine] == [None] * 3
    assert sessions.principal_of(engine, boss).login == "boss"


def test_old_sessions_are_forgotten_at_the_next_sign_in(engine, user_id):
    sessions.begin(engine, user_id, now=NOW - timedelta(days=60))
    sessions.begin(engine, user_id, now=NOW - timedelta(days=20))
    sessions.begin(engine, user_id, now=NOW)
    assert len(rows(engine)) == 2


def test_tokens_are_long_and_never_the_same():
    tokens = {sessions.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(sessions.is_token(token) for token in tokens)
