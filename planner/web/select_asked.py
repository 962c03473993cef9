"""What is worked out only when it is asked for: prices, the frontier, many worlds."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import streamlit as st

from geodata.texts import Language
from planner.errors import PlanError
from planner.selection import summary, wording
from planner.selection.core import RobustPlan
from planner.selection.curve import Curve, curve
from planner.selection.plan import SelectionPlan
from planner.selection.prices import Price, gains_without, kinds_to_price
from planner.selection.reasons import Reason, why_not
from planner.selection.worlds import robust_choice
from planner.texts import t
from planner.web import frontier_chart, notice
from planner.web.jobs import Job, Key
from planner.web.select_data import Request
from planner.web.waiting import result_of, st_jobs
from planner.web.workers import apart

WORLDS: Final = (50, 100, 200, 500)
_POINTS: Final = 12


def about_village(request: Request, plan: SelectionPlan, code: str, language: Language) -> None:
    """Show why a village is in the plan or not, and on demand what changing that costs.

    Parameters
    ----------
    request, plan
        What was asked for, and the plan.
    code
        The village.
    language
        Language of the words.
    """
    found, selection = plan.candidates, plan.selection
    name = summary.called(found, code)
    why = why_not(found, selection, code)
    if why.kind in ("declared", "not_in_regions"):
        notice.show("info", wording.reason(found, why, name, language))
        return

    def work(job: Job) -> Reason | None:
        return apart(job, why_not, found, selection, code, priced=True, telling="on_step")

    label = f"web.select.price.{why.kind if why.kind in ('chosen', 'must', 'never') else 'forced'}"
    st.html(notice.listed([wording.reason(found, why, name, language)]))
    priced: Reason | None = _on_demand(
        request.key("price", code), work, lambda _: t("web.select.pricing", language), t(label, language), language
    )
    if priced is not None:
        notice.show("info", wording.price(priced, found.params.objective, language))


def given_up(request: Request, plan: SelectionPlan, language: Language) -> None:
    """Show on demand what each kind of rules gives up."""
    found, selection = plan.candidates, plan.selection
    rules = found.problem.rules
    kinds = kinds_to_price(rules)
    if not kinds:
        return

    def work(job: Job) -> list[tuple[str, Price]] | None:
        limits = {"gap": found.params.gap, "seconds": found.params.time_limit}
        return apart(job, gains_without, found.problem, selection, kinds, telling="on_kind", **limits)

    def told(job: Job) -> str:
        return t("web.select.given_up.step", language, done=max(0, len(job.steps) - 1), of=len(kinds))

    with st.expander(t("web.select.given_up.title", language)):
        st.caption(t("web.select.given_up.help", language))
        label = t("web.select.given_up.ask", language)
        gains = _on_demand(request.key("given_up"), work, told, label, language)
        if gains is not None:
            objective = found.params.objective
            lines = [wording.given_up(kind, gain, objective, language) for kind, gain in gains]
            st.html(notice.listed([f"- {line}" for line in lines]))


def robust(request: Request, plan: SelectionPlan, language: Language) -> RobustPlan | None:
    """Show on demand how the plan fares over many worlds, and return that."""
    found, selection = plan.candidates, plan.selection
    if not len(plan.chosen):
        return None
    with st.expander(t("web.select.robust.title", language)):
        st.caption(t("web.select.robust.help", language))
        worlds = st.segmented_control(
            t("web.select.robust.worlds", language), WORLDS, default=WORLDS[1], required=True, key="select-worlds"
        )

        def work(job: Job) -> RobustPlan | None:
            return apart(job, robust_choice, found, selection, worlds=worlds, telling="on_world")

        told = partial(_counted, "web.select.robust.step", worlds, language)
        label = t("web.select.robust.ask", language)
        answer: RobustPlan | None = _on_demand(request.key("robust", worlds), work, told, label, language)
        if answer is not None:
            st.html(notice.listed([" ".join(summary.robust(answer, language)), t("web.select.robust.list", language)]))
    return answer


def frontier(request: Request, plan: SelectionPlan, language: Language) -> None:
    """Show on demand what smaller plans bring, and where a target is reached."""
    found = plan.candidates
    rules = found.params
    limits = {"budget": rules.budget_idr, "launches": rules.launches, "agent_days": rules.agent_days}
    kinds = [kind for kind, limit in limits.items() if limit]
    if not kinds:
        return
    with st.expander(t("web.select.frontier.title", language)):
        st.caption(t("web.select.frontier.help", language))
        names = {kind: t(f"web.select.frontier.{kind}", language) for kind in kinds}
        kind = kinds[0]
        if len(kinds) > 1:
            kind = st.segmented_control(
                t("web.select.frontier.against", language),
                kinds,
                default=kinds[0],
                format_func=names.__getitem__,
                required=True,
                key="select-against",
            )

        def work(job: Job) -> Curve | None:
            return apart(job, curve, found, kind, points=_POINTS, telling="on_point")

        told = partial(_counted, "web.select.frontier.step", _POINTS, language)
        label = t("web.select.frontier.ask", language)
        drawn: Curve | None = _on_demand(request.key("frontier", kind), work, told, label, language)
        if drawn is not None:
            frontier_chart.show(drawn, rules.objective, language)


def _on_demand(key: Key, work: Callable[[Job], Any], told: Callable[[Job], str], label: str, language: Language) -> Any:  # noqa: ANN401
    """Return what is asked for; a button asks, unless somebody has asked for the same before."""
    name = f"asked-{key[0]}"
    if st.session_state.get(name) != key and st_jobs().result(key) is None:
        st.button(label, key=f"ask-{key[0]}", on_click=partial(_ask, name, key))
        return None
    try:
        return result_of(key, work, told, language)
    except PlanError as error:
        notice.show("error", error.text(language))
        return None


def _ask(name: str, key: Key) -> None:
    st.session_state[name] = key


def _counted(key: str, of: int, language: Language, job: Job) -> str:
    done, among = job.steps[-1] if job.steps else (0, of)
    return t(key, language, done=done, of=among)
