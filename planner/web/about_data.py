"""The page about the data: what every figure counts, how it was made, how far it can be trusted."""

from planner.web.frame import head


def render() -> None:
    """Show the page."""
    head("web.about.title", "web.about.intro")
