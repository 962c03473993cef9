"""The page of the people: who has an account, what they may do, and the links by which they choose a password."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from geodata.texts import Language
from planner.accounts import login_named
from planner.errors import PlanError
from planner.rights import Role
from planner.store import passwords, people
from planner.store.engine import reading
from planner.store.schema import ROLES
from planner.texts import t
from planner.web import day_text, notice, set_up, visitor
from planner.web.addresses import KEY, PASSWORD
from planner.web.frame import head
from planner.web.tables import table

_TOLD: Final = "people-told"
_LINK: Final = "people-link"
_PERSON: Final = "people-person"
_MADE: Final = "people-made"  # how many were made: the form of each is a new one


def render() -> None:
    """Show the page."""
    language = head("web.people.title", "web.people.intro")
    visitor.require("page.people")
    with reading(visitor.records()) as connection:
        known = people.listed(connection)
        offices = people.office_names(connection)
    _told(language)
    st.html(f'<div class="about people">{_list(known, language)}</div>')
    change, new = st.columns(2, gap="large")
    with change:
        st.subheader(t("web.people.change", language), anchor=False)
        _change(known, offices, language)
    with new:
        st.subheader(t("web.people.new", language), anchor=False)
        _new(offices, language)


def _list(known: list[people.Person], language: Language) -> str:
    headings = [t(f"web.people.column.{name}", language) for name in ("login", "name", "role", "office", "status")]
    rows = [(one.login, one.name, _role(one, language), one.office, _status(one, language)) for one in known]
    return table(headings, rows, caption=t("web.people.title", language))


def _role(one: people.Person, language: Language) -> str:
    role = t(f"rights.role.{one.role}", language)
    return f"{role} ({one.agent_code})" if one.agent_code else role


def _status(one: people.Person, language: Language) -> str:
    if one.disabled_at is not None:
        return t("web.people.disabled", language, since=day_text.time(one.disabled_at, language))
    return t("web.people.active" if one.can_sign_in else "web.people.waiting", language)


def _told(language: Language) -> None:
    """Show what became of the last click, and a new link: once, it is kept nowhere."""
    kind, words = st.session_state.pop(_TOLD, ("success", ""))
    if words:
        notice.show(kind, words)
    made = st.session_state.pop(_LINK, None)
    if made is not None:
        login, link = made
        address = f"{set_up.base_address()}{PASSWORD}?{KEY}={link.token}"
        until = day_text.time(link.expires_at, language)
        notice.show("info", t("web.people.link", language, login=login, until=until))
        st.html(f'<p class="one-time-link"><code>{address}</code></p>')


def _new(offices: list[str], language: Language) -> None:
    made = st.session_state.get(_MADE, 0)
    with st.form(f"people-new-{made}"):
        login = st.text_input(
            t("web.people.column.login", language),
            max_chars=60,
            placeholder="siti.aminah",
            key=f"people-new-login-{made}",
        )
        name = st.text_input(t("web.people.column.name", language), max_chars=120, key=f"people-new-name-{made}")
        role = _role_box(f"people-new-role-{made}", "planner", language)
        code = st.text_input(
            t("web.people.code", language), max_chars=40, placeholder="A-001", key=f"people-new-code-{made}"
        )
        office = _office_box(f"people-new-office-{made}", offices, "", language)
        if st.form_submit_button(t("web.people.add", language), type="primary"):
            person = people.NewPerson(login, name, role, office, code if role == "agent" else "")
            _do(partial(_add, person), t("web.people.added", language, login=login.strip()), language)


def _change(known: list[people.Person], offices: list[str], language: Language) -> None:
    logins = [one.login for one in known]
    labels = {one.login: f"{one.login} · {one.name}" for one in known}
    chosen = st.selectbox(t("web.people.person", language), logins, format_func=labels.__getitem__, key=_PERSON)
    one = next((person for person in known if person.login == chosen), None)
    if one is None:
        return
    with st.container(horizontal=True):
        if st.button(t("web.people.make_link", language), disabled=one.disabled_at is not None):
            _do(partial(_link, one.login), "", language)
        if one.disabled_at is None and st.button(t("web.people.disable", language)):
            told = t("web.people.now_disabled", language, login=one.login)
            _do(lambda: people.disable(visitor.records(), visitor.current(), one.login), told, language)
        if one.disabled_at is not None and st.button(t("web.people.enable", language)):
            told = t("web.people.now_enabled", language, login=one.login)
            _do(lambda: people.enable(visitor.records(), visitor.current(), one.login), told, language)
    shown = _shown(one)
    with st.form(f"people-change-{shown}"):
        _role_box(f"people-role-{shown}", one.role, language)
        st.text_input(t("web.people.code", language), one.agent_code, max_chars=40, key=f"people-code-{shown}")
        _office_box(f"people-office-{shown}", offices, one.office, language)
        st.form_submit_button(t("web.people.save", language), on_click=_save, args=(one, language))


def _shown(one: people.Person) -> str:
    """Return the end of the keys of the form of an account: what is shown of another state is not taken over."""
    return f"{one.user_id}-{one.role}-{one.agent_code}-{one.office}"


def _role_box(key: str, role: Role, language: Language) -> Role:
    chosen: Role = st.selectbox(
        t("web.people.column.role", language),
        ROLES,
        ROLES.index(role),
        format_func=lambda name: t(f"web.people.role.{name}", language),
        key=key,
    )
    return chosen


def _office_box(key: str, offices: list[str], office: str, language: Language) -> str:
    """Offer the offices there are, or a new one to type."""
    names = ["", *offices]
    chosen = st.selectbox(
        t("web.people.column.office", language),
        names,
        names.index(office) if office in names else 0,
        format_func=lambda name: name or t("web.people.no_office", language),
        key=key,
    )
    typed = st.text_input(t("web.people.new_office", language), max_chars=120, key=f"{key}-new")
    return typed.strip() or str(chosen)


def _add(person: people.NewPerson) -> None:
    people.add(visitor.records(), visitor.current(), person)
    st.session_state[_MADE] = st.session_state.get(_MADE, 0) + 1
    _link(login_named(person.login))


def _link(login: str) -> None:
    st.session_state[_LINK] = (login, passwords.make_link(visitor.records(), visitor.current(), login))


def _save(seen: people.Person, language: Language) -> None:
    """Keep what the form holds, before the page is shown anew: only here the account is known as it was shown."""
    role, code, chosen, typed = (
        st.session_state[f"people-{name}-{_shown(seen)}{more}"]
        for name, more in (("role", ""), ("code", ""), ("office", ""), ("office", "-new"))
    )
    try:
        _give(seen, role, code.strip() if role == "agent" else "", typed.strip() or chosen)
    except PlanError as error:
        st.session_state[_TOLD] = ("error", error.text(language))
        return
    st.session_state[_TOLD] = ("success", t("web.people.changed", language, login=seen.login))


def _give(seen: people.Person, role: Role, code: str, office: str) -> None:
    engine, who = visitor.records(), visitor.current()
    if (role, code) != (seen.role, seen.agent_code):
        people.change_role(engine, who, seen.login, role, agent_code=code, office=office, seen=seen)
    elif office != seen.office:
        people.change_office(engine, who, seen.login, office, seen=seen)


def _do(deed: Callable[[], None], told: str, language: Language) -> None:
    """Do what was asked and show the page anew; say below the form why not."""
    try:
        deed()
    except PlanError as error:
        notice.show("error", error.text(language))
        return
    st.session_state[_TOLD] = ("success", told)
    st.rerun()
