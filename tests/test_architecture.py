"""Data flows one way: geodata -> planner core -> export, web, command line. No cycles."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("geodata", "planner")
FACES = {
    "streamlit": "planner.web",
    "folium": "planner.web",
    "branca": "planner.web",
    "typer": "planner.cli",
    "sqlalchemy": "planner.store",
    "alembic": "planner.store",
    "psycopg": "planner.store",
}
CORE = tuple(
    f"planner.{name}"
    for name in (
        "agent_results",
        "aggregate",
        "border_lines",
        "briefs",
        "capacity",
        "capacity_wording",
        "cell_changes",
        "choropleth",
        "classification",
        "clusters",
        "cohorts",
        "coverage",
        "coverage_figures",
        "criteria",
        "delivered",
        "delivered_board",
        "diagnosis",
        "elicitation",
        "expiry",
        "explain",
        "fair_targets",
        "field",
        "flips",
        "fund_outlook",
        "fund_wording",
        "funded_groups",
        "funding",
        "funds",
        "funnels",
        "hotspots",
        "kept_ranks",
        "launch_pipeline",
        "launches",
        "manner",
        "map_legend",
        "matched",
        "measure_catalogue",
        "measure_colours",
        "measure_ground",
        "measure_work",
        "measures",
        "monthly",
        "normalise",
        "number_text",
        "observed",
        "own_results",
        "pack",
        "paper",
        "params",
        "pictures",
        "pipeline_board",
        "plan",
        "plan_record",
        "plan_shelf",
        "pooling",
        "priority",
        "provenance",
        "published",
        "ranking",
        "register",
        "results",
        "results_wording",
        "reversal",
        "rights",
        "robustness",
        "routes",
        "rupiah",
        "scoring",
        "selection",
        "sensitivity",
        "shielding",
        "small_cells",
        "smoothing",
        "source_words",
        "stated",
        "surroundings",
        "target_wording",
        "targets",
        "tariffs",
        "territories",
        "ucj",
        "ucj_board",
        "ucj_counted",
        "uploads",
        "verification",
        "village_figures",
        "village_launch",
        "village_page",
        "village_search",
        "weights",
        "wording",
        "worlds",
    )
)


def modules():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path):
    """Names that a module imports, inner and relative imports included."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


EVERY = dict(modules())


@pytest.mark.parametrize("module", EVERY)
def test_imports_point_one_way(module):
    for name in imports(EVERY[module]):
        top = name.split(".")[0]
        if module.startswith("geodata"):
            assert top != "planner", f"{module} imports {name}: geodata knows nothing of plans"
        home = FACES.get(top)
        assert home is None or module.startswith(home), f"{module} imports {name}: only {home} may"
        if module.startswith((*CORE, "planner.export")):
            assert not name.startswith(("planner.web", "planner.cli")), f"{module} imports {name}"


def test_folium_has_one_importer():
    users = [module for module, path in EVERY.items() if any(n.split(".")[0] == "folium" for n in imports(path))]
    assert users == ["planner.web.map"]


def test_no_import_cycles():
    graph = {m: {n for n in imports(p) if n in EVERY and n != m} for m, p in EVERY.items()}
    done: set[str] = set()

    def visit(module, path):
        assert module not in path, f"cycle: {' -> '.join([*path[path.index(module) :], module])}"
        if module not in done:
            for other in sorted(graph[module]):
                visit(other, [*path, module])
            done.add(module)

    for module in graph:
        visit(module, [])


def test_no_vague_module_names():
    vague = {"utils", "helpers", "common", "misc"}
    assert not [m for m in EVERY if m.rsplit(".", 1)[-1] in vague]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_text_exists_in_both_languages_and_takes_like_values(package):
    import string

    from geodata.texts import load

    for key, entry in load(ROOT / package / "texts").items():
        fields = [{f for _, f, _, _ in string.Formatter().parse(entry[lang]) if f} for lang in ("id", "en")]
        assert fields[0] <= fields[1] or fields[1] <= fields[0], key  # one may need a word more
        assert entry["id"].strip(), key
        assert entry["en"].strip(), key


def test_nothing_of_this_machine_is_in_the_repository():
    import re
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    forbidden = re.compile(r"(?<![\w.])/(?:home|root|work)/|(?:index|registry)[-]url|trusted[-]host")
    for name in listed:
        path = ROOT / name
        if path.suffix not in {".parquet", ".png"} and path.is_file():
            assert not forbidden.search(path.read_text(encoding="utf-8", errors="ignore")), name
