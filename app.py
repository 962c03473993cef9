"""The web entry: the application of the server, page settings and navigation."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.starlette import App

from geodata.errors import DataError
from planner.web import area_post, log_lines, request_log, sign_in
from planner.web.life import starting
from planner.web.server import Guard, tell_failure

STATIC = Path(__file__).parent / "static"


def main() -> None:
    """Show the chosen page to whoever may see it; a refusal is told there, and is no fault for the log."""
    try:
        _show()
    except DataError as error:
        tell_failure(error)


def _show() -> None:
    # The map registers itself with the server when it is imported, so there must be one.
    from planner.web import frame, state, visitor  # noqa: PLC0415
    from planner.web.pages import navigable, offered, own_address, registry  # noqa: PLC0415

    language = state.language()
    who = visitor.present()
    entries, others = offered(registry(STATIC), who)
    pages = navigable(entries, language)
    own = own_address(entries[0], language)
    unlinked = [own_address(entry, language) for entry in others]
    page = st.navigation([*pages.values(), own, *unlinked], position="hidden")
    if page.url_path == own.url_path:
        pages[entries[0].key] = own  # so that its link is the one that is marked
    st.set_page_config(page_title=page.title, layout="wide", menu_items={})
    state.arrive(page.url_path)
    frame.top(pages if who else {}, language, who)
    page.run()


if __name__ == "__main__":  # Streamlit runs this file for every visit
    main()
else:  # the server takes the application from it
    app = App(
        __file__,
        lifespan=starting(STATIC),
        routes=[*sign_in.routes(), *area_post.routes()],
        middleware=[*([Middleware(request_log.Requests)] if log_lines.asked() else []), Middleware(Guard)],
        on_script_error=tell_failure,
    )
