"""People: who may change whom, what the last admin may not lose, and the links by which passwords are chosen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from planner import accounts
from planner.errors import PlanError
from planner.rights import CONSOLE, Principal
from planner.store import agent_views, attempts, passwords, people, schema, sessions, subjects, trail
from planner.store.engine import reading, writing
from planner.store.people import NewPerson

GOOD, OTHER = "kuda biru di sawah", "padi kuning di rumah"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """The rules are those of real hashes; their cost is tested in tests/planner/test_accounts.py."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
    monkeypatch.setattr(accounts, "_hasher", lambda: quick)
    monkeypatch.setattr(accounts, "_nobody", lambda: quick.hash("nobody"))


@pytest.fixture
def office(engine):
    """An admin with a password, a planner without, and an agent."""
    admin = passwords.first_admin(engine, "Boss", "Bu Boss", GOOD)
    people.add(engine, CONSOLE, NewPerson("ana", "Ana", "planner", "Palembang"))
    people.add(engine, CONSOLE, NewPerson("agen", "Agen", "agent", "Palembang", "A-1"))
    return Principal(admin, "boss", "Bu Boss", "admin")


def account(engine, login):
    with reading(engine) as connection:
        return people.found(connection, login)


def everything(engine) -> str:
    with reading(engine) as connection:
        return repr([connection.execute(sa.select(table)).all() for table in schema.metadata.sorted_tables])


def deeds(engine):
    with reading(engine) as connection:
        return [(deed.who, deed.what) for deed in reversed(trail.last(connection))]


def test_accounts_are_listed_with_office_and_agent(engine, office):
    with reading(engine) as connection:
        found = [
            (one.login, one.role, one.office, one.agent_code, one.can_sign_in) for one in people.listed(connection)
        ]
        assert people.office_names(connection) == ["Palembang"]
    assert found == [
        ("agen", "agent", "Palembang", "A-1", False),
        ("ana", "planner", "Palembang", "", False),
        ("boss", "admin", "", "", True),
    ]
    assert deeds(engine) == [("setup", "user.added"), ("console", "user.added"), ("console", "user.added")]


def test_the_first_account_is_made_once_also_when_two_try_at_once(engine):
    with reading(engine) as connection:
        assert not people.has_accounts(connection)

    def make(number):
        try:
            return passwords.first_admin(engine, f"boss{number}", "Boss", GOOD)
        except PlanError as error:
            return error.key

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(make, range(4)))
    assert sorted(map(str, made))[1:] == ["accounts.set_up"] * 3
    with reading(engine) as connection:
        assert len(people.listed(connection)) == 1


@pytest.mark.parametrize("login", ["boss", "BOSS", " boss "])
def test_a_login_is_one_persons(engine, office, login):
    with pytest.raises(PlanError, match="boss is taken") as caught:
        people.add(engine, office, NewPerson(login, "Other", "planner"))
    assert "sudah dipakai" in caught.value.text("id")


def deed_list():
    person = NewPerson("new", "New", "admin")
    return {
        "add": lambda engine, who: people.add(engine, who, person),
        "disable": lambda engine, who: people.disable(engine, who, "ana"),
        "enable": lambda engine, who: people.enable(engine, who, "ana"),
        "role": lambda engine, who: people.change_role(engine, who, "ana", "admin"),
        "office": lambda engine, who: people.change_office(engine, who, "ana", "X"),
        "link": lambda engine, who: passwords.make_link(engine, who, "ana"),
        "subject": lambda engine, who: subjects.link_subject(engine, who, "ana", "i s"),
    }


@pytest.mark.parametrize("role", ["planner", "manager", "agent"])
@pytest.mark.parametrize("deed", deed_list())
def test_only_an_admin_changes_people(engine, office, deed, role):
    before = everything(engine)
    with pytest.raises(PlanError, match="may not do this") as caught:
        deed_list()[deed](engine, Principal(2, "ana", "Ana", role))
    assert "tidak berhak" in caught.value.text("id")
    assert everything(engine) == before
    deed_list()[deed](engine, office)


def test_the_last_admin_who_can_sign_in_stays(engine, office):
    people.add(engine, office, NewPerson("second", "Second", "admin"))  # without a password: cannot sign in
    lose = [
        lambda: people.disable(engine, office, "boss"),
        lambda: people.change_role(engine, office, "boss", "planner"),
    ]
    for deed in lose:
        with pytest.raises(PlanError, match="boss is the last admin who can sign in") as caught:
            deed()
        assert "admin terakhir" in caught.value.text("id")
    passwords.use_link(engine, passwords.make_link(engine, office, "second").token, OTHER)
    people.disable(engine, office, "boss")
    assert account(engine, "boss").disabled_at is not None
    with pytest.raises(PlanError, match="second is the last admin"):
        people.disable(engine, CONSOLE, "second")


def test_two_admins_who_disable_each_other_at_once_leave_one(engine, office):
    second = people.add(engine, office, NewPerson("second", "Second", "admin"))
    passwords.use_link(engine, passwords.make_link(engine, office, "second").token, OTHER)
    other = Principal(second, "second", "Second", "admin")

    def disable(pair):
        try:
            people.disable(engine, pair[0], pair[1])
        except PlanError as error:
            return error.key
        return None

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(disable, [(office, "second"), (other, "boss")]))
    assert sorted(map(str, results)) == ["None", "accounts.last_admin"]


def test_disabling_ends_sessions_and_links_and_enabling_brings_no_session_back(engine, office):
    link = passwords.make_link(engine, office, "ana")
    ana = account(engine, "ana").user_id
    token = sessions.begin(engine, ana)
    people.disable(engine, office, "ana")
    assert sessions.principal_of(engine, token) is None
    with pytest.raises(PlanError, match="link was used already"):
        passwords.use_link(engine, link.token, OTHER)
    with pytest.raises(PlanError, match="ana is disabled") as caught:
        passwords.make_link(engine, office, "ana")
    assert "dinonaktifkan" in caught.value.text("id")
    people.enable(engine, office, "ana")
    assert sessions.principal_of(engine, token) is None
    with pytest.raises(PlanError, match="link was used already"):
        passwords.use_link(engine, link.token, OTHER)
    people.disable(engine, office, "ana")
    people.disable(engine, office, "ana")
    assert [what for _, what in deeds(engine)].count("user.disabled") == 2


def test_a_new_role_ends_the_sessions_and_moves_the_agent(engine, office):
    ana = account(engine, "ana").user_id
    token = sessions.begin(engine, ana)
    people.change_role(engine, office, "agen", "planner")
    people.change_role(engine, office, "ana", "agent", agent_code="A-1")
    assert sessions.principal_of(engine, token) is None
    assert (account(engine, "ana").agent_code, account(engine, "agen").agent_code) == ("A-1", "")
    with pytest.raises(PlanError, match="A-1 belongs to another account") as caught:
        people.change_role(engine, office, "agen", "agent", agent_code="A-1")
    assert "milik akun lain" in caught.value.text("id")
    for code in ("", "  ", "x" * 30 + "1", "Siti Aminah", "Siti", "A 1", "<b>1"):
        with pytest.raises(PlanError, match="needs the agent's code") as caught:
            people.change_role(engine, office, "agen", "agent", agent_code=code)
        assert "kode agen" in caught.value.text("id")
    assert account(engine, "agen").role == "planner"


def test_a_change_of_an_account_that_is_no_more_as_it_was_shown_is_refused(engine, office):
    seen = account(engine, "ana")
    people.change_role(engine, office, "ana", "agent", agent_code="A-7", office="Metro", seen=seen)
    changed, before = account(engine, "ana"), everything(engine)
    assert (changed.role, changed.agent_code, changed.office) == ("agent", "A-7", "Metro")
    for deed in (
        lambda: people.change_role(engine, office, "ana", "manager", office="Palembang", seen=seen),
        lambda: people.change_office(engine, office, "ana", "Jambi", seen=seen),
    ):
        with pytest.raises(PlanError, match="ana was changed by somebody else") as caught:
            deed()
        assert "diubah orang lain" in caught.value.text("id")
    assert everything(engine) == before
    people.change_office(engine, office, "ana", "", seen=changed)
    assert account(engine, "ana").office == ""


def test_a_code_that_is_taken_leaves_the_office_as_it_was(engine, office):
    with pytest.raises(PlanError, match="A-1 belongs to another account"):
        people.change_role(engine, office, "ana", "agent", agent_code="A-1", office="Metro")
    assert (account(engine, "ana").role, account(engine, "ana").office) == ("planner", "Palembang")


def test_of_two_changes_of_what_both_saw_one_is_refused(engine, office):
    seen = account(engine, "ana")

    def give(role):
        try:
            people.change_role(engine, office, "ana", role, seen=seen)
        except PlanError as error:
            return error.key
        return role

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(give, ["manager", "admin"]))
    assert told[0] == "accounts.changed"
    assert account(engine, "ana").role == told[1]


def test_a_new_role_spends_the_links_of_the_old_one(engine, office):
    link, other = passwords.make_link(engine, office, "ana"), passwords.make_link(engine, office, "agen")
    people.change_role(engine, office, "ana", "manager")
    with pytest.raises(PlanError, match="link was used already"):
        passwords.use_link(engine, link.token, OTHER)
    assert passwords.use_link(engine, other.token, OTHER).login == "agen"


def agent_rows(engine):
    with reading(engine) as connection:
        rows = connection.execute(sa.select(schema.agents).order_by(schema.agents.c.id))
        return [(row.code, row.user_id, row.left_on) for row in rows]


def test_a_code_in_small_letters_is_the_same_agent(engine, office):
    with pytest.raises(PlanError, match="A-1 belongs to another account"):
        people.change_role(engine, office, "ana", "agent", agent_code="a-1")
    people.change_role(engine, office, "agen", "planner")
    people.change_role(engine, office, "ana", "agent", agent_code=" a-1 ")
    assert agent_rows(engine) == [("A-1", account(engine, "ana").user_id, None)]


def test_an_agent_who_had_left_is_there_again_with_the_role(engine, office):
    people.change_role(engine, office, "agen", "planner")
    with writing(engine) as connection:
        connection.execute(sa.update(schema.agents).values(left_on=NOW.date()))
    people.change_role(engine, office, "agen", "agent", agent_code="A-1")
    assert agent_rows(engine) == [("A-1", account(engine, "agen").user_id, None)]


def test_an_account_that_is_not_there_is_told(engine, office):
    with pytest.raises(PlanError, match="no account nobody") as caught:
        people.disable(engine, office, "nobody")
    assert "Tidak ada akun" in caught.value.text("id")


def test_a_link_sets_a_password_once(engine, office):
    link = passwords.make_link(engine, office, "ana", now=NOW)
    assert passwords.owner_of(engine, link.token, now=NOW).purpose == "set_up"
    with pytest.raises(PlanError, match="too short"):
        passwords.use_link(engine, link.token, "short", now=NOW)
    assert passwords.use_link(engine, link.token, OTHER, now=NOW).login == "ana"
    with pytest.raises(PlanError, match="link was used already") as caught:
        passwords.use_link(engine, link.token, GOOD, now=NOW)
    assert "Tautan ini sudah dipakai" in caught.value.text("id")
    assert passwords.signed_in(engine, "ana", OTHER) == account(engine, "ana").user_id
    assert passwords.signed_in(engine, "ana", GOOD) is None


def test_a_link_used_by_two_at_once_sets_one_password(engine, office):
    link = passwords.make_link(engine, office, "ana")

    def use(password):
        try:
            return passwords.use_link(engine, link.token, password).login
        except PlanError as error:
            return error.key

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, [GOOD, OTHER])) == ["accounts.link", "ana"]


def test_a_link_ends_after_48_hours_or_with_the_next_one(engine, office):
    link = passwords.make_link(engine, office, "ana", now=NOW)
    assert link.expires_at == NOW + timedelta(hours=48)
    assert passwords.owner_of(engine, link.token, now=NOW + timedelta(hours=47)).login == "ana"
    for token in (link.token[:-1], "", "x" * 43, link.token):
        with pytest.raises(PlanError, match="Ask an admin"):
            passwords.owner_of(engine, token, now=NOW + timedelta(hours=49))
    newer = passwords.make_link(engine, office, "ana", now=NOW)
    with pytest.raises(PlanError, match="link was used"):
        passwords.owner_of(engine, link.token, now=NOW)
    assert passwords.owner_of(engine, newer.token, now=NOW).login == "ana"


def test_a_new_password_ends_every_session_and_needs_the_old_one(engine, office):
    token = sessions.begin(engine, office.user_id)
    with pytest.raises(PlanError, match="old password is not right") as caught:
        passwords.change_own(engine, office, OTHER, OTHER)
    assert "Sandi lama" in caught.value.text("id")
    passwords.change_own(engine, office, GOOD, OTHER)
    assert sessions.principal_of(engine, token) is None
    assert passwords.signed_in(engine, "boss", OTHER) == office.user_id


def test_a_disabled_or_unknown_account_or_one_without_password_does_not_sign_in(engine, office):
    passwords.use_link(engine, passwords.make_link(engine, office, "ana").token, OTHER)
    people.disable(engine, office, "ana")
    for login, password in (("ana", OTHER), ("nobody", OTHER), ("agen", ""), ("", ""), ("boss", "")):
        assert passwords.signed_in(engine, login, password) is None


def test_nothing_secret_is_kept_or_told(engine, office):
    link = passwords.make_link(engine, office, "ana")
    passwords.use_link(engine, link.token, OTHER)
    token = sessions.begin(engine, office.user_id)
    attempts.attempt(engine, OTHER, "10.0.0.9")  # somebody typed a password as login
    kept = everything(engine)
    assert not [secret for secret in (link.token, token, GOOD, OTHER, "10.0.0.9") if secret in kept]
    with reading(engine) as connection:
        assert "argon2" not in repr(trail.last(connection))


def test_an_old_hash_is_renewed_at_the_next_sign_in(engine, office):
    weak = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=128),)).hash(GOOD)
    with writing(engine) as connection:
        connection.execute(sa.update(schema.users).where(schema.users.c.login == "boss").values(password_hash=weak))
    assert passwords.signed_in(engine, "boss", GOOD) == office.user_id
    with reading(engine) as connection:
        kept = connection.execute(
            sa.select(schema.users.c.password_hash).where(schema.users.c.login == "boss")
        ).scalar()
    assert kept != weak
    assert passwords.signed_in(engine, "boss", GOOD) == office.user_id


def test_waits_grow_after_five_failures_and_a_success_clears_them(engine, office):
    at, waits = NOW, []
    for _ in range(12):
        wait = attempts.attempt(engine, "boss", "10.0.0.9", now=at)
        waits.append(wait.total_seconds())
        at += wait
        if wait:
            assert attempts.attempt(engine, "boss", "10.0.0.9", now=at) == timedelta(0)
    assert waits[:5] == [0] * 5
    assert waits[5:] == [30, 60, 120, 240, 480, 900, 900]
    attempts.succeeded(engine, "boss", "10.0.0.9")
    assert attempts.attempt(engine, "boss", "10.0.0.9", now=at) == timedelta(0)
    assert [what for _, what in deeds(engine)].count("user.sign_in_slowed") == 1
    with reading(engine) as connection:
        assert connection.execute(sa.select(sa.func.max(schema.sign_in_attempts.c.failures))).scalar() > 1


def test_an_address_that_tries_many_logins_waits_too_and_others_do_not(engine):
    for number in range(attempts.FREE["address"]):
        assert attempts.attempt(engine, f"user{number}", "10.0.0.9", now=NOW) == timedelta(0)
    assert attempts.attempt(engine, "another", "10.0.0.9", now=NOW) == attempts.FIRST_WAIT
    assert attempts.attempt(engine, "another", "10.0.0.8", now=NOW) == timedelta(0)


def test_who_waits_leaves_no_rows_however_many_logins_are_tried(engine):
    free = attempts.FREE["address"]
    for number in range(free + 20):
        attempts.attempt(engine, f"user{number}", "10.0.0.9", now=NOW)
    for _ in range(attempts.FREE["login"]):
        attempts.attempt(engine, "boss", "10.0.0.7", now=NOW)
    assert attempts.attempt(engine, "boss", "10.0.0.6", now=NOW) == attempts.FIRST_WAIT
    with reading(engine) as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(schema.sign_in_attempts)).scalar()
    assert count == free + 1 + 2


def test_a_day_later_failures_are_forgotten(engine):
    for _ in range(6):
        attempts.attempt(engine, "boss", "10.0.0.9", now=NOW)
    assert attempts.attempt(engine, "boss", "10.0.0.9", now=NOW + timedelta(hours=25)) == timedelta(0)


def test_many_attempts_at_the_same_moment_are_counted_one_by_one(engine):
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: attempts.attempt(engine, "boss", "10.0.0.9", now=NOW), range(16)))
    assert sum(not wait for wait in waits) == attempts.FREE["login"]


def test_looking_as_an_agent_is_written_down_once_and_only_for_agents(engine, office):
    manager = Principal(office.user_id, "boss", "Bu Boss", "manager")
    agent = agent_views.seen_as(engine, manager, "agen")
    assert (agent.login, agent.role) == ("agen", "agent")
    assert agent.agent_id is not None
    agent_views.seen_as(engine, manager, "agen", again=True)
    assert deeds(engine).count(("boss", "user.seen_as")) == 1
    with pytest.raises(PlanError, match="no account ana"):
        agent_views.seen_as(engine, manager, "ana")
    with pytest.raises(PlanError, match="may not do this"):
        agent_views.seen_as(engine, Principal(2, "ana", "Ana", "planner"), "agen")
    people.disable(engine, office, "agen")
    with pytest.raises(PlanError, match="no account agen"):
        agent_views.seen_as(engine, manager, "agen")


def test_an_account_of_the_office_is_linked_to_one_of_ours(engine, office):
    subject = subjects.subject_of("https://sso.example/", "u-1")
    subjects.link_subject(engine, office, "ana", subject)
    with reading(engine) as connection:
        assert subjects.user_of_subject(connection, "https://sso.example u-1").login == "ana"
        assert subjects.user_of_subject(connection, "https://other.example u-1") is None
    with pytest.raises(PlanError, match="linked to another account") as caught:
        subjects.link_subject(engine, office, "agen", subject)
    assert "akun lain" in caught.value.text("id")
    people.disable(engine, office, "ana")
    with reading(engine) as connection:
        assert subjects.user_of_subject(connection, subject) is None


def test_the_trail_is_read_by_who_and_what(engine, office):
    people.disable(engine, office, "ana")
    with reading(engine) as connection:
        assert trail.names(connection) == (["boss", "console", "setup"], ["user.added", "user.disabled"])
        assert [deed.what for deed in trail.last(connection, who="boss")] == ["user.disabled"]
        assert len(trail.last(connection, what="user.added", most=2)) == 2
        (deed,) = trail.last(connection, what="user.disabled")
    assert deed.after == {"sessions_ended": 0}
