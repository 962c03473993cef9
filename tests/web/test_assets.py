import tomllib
from pathlib import Path

from planner.web.assets import PAGE_STYLE, prepare_static

ROOT = Path(__file__).parent.parent.parent


def test_leaflet_and_our_scripts_are_served_under_the_name_of_their_content(tmp_path: Path) -> None:
    assets = prepare_static(tmp_path / "static")
    assert [path.name.rsplit("-", 1)[0] for path in assets.scripts] == [
        "leaflet", "village-symbols", "village-shapes", "village-pane", "village-canvas", "village-areas",
        "village-signs", "village-borders", "village-pointer", "village-picks", "village-map",
    ]  # fmt: skip
    assert "Leaflet 1.9.4" in assets.scripts[0].read_text()
    assert ".leaflet-container" in assets.styles[0].read_text()
    assert all("_" not in path.name for path in (*assets.scripts, *assets.styles))
    assert prepare_static(tmp_path / "static") == assets


def test_our_files_name_no_other_host() -> None:
    for path in PAGE_STYLE.parent.iterdir():
        assert "://" not in path.read_text(), path.name


def test_the_server_is_closed_unless_the_operator_opens_it() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["server"]["enableXsrfProtection"] is True
    assert set(settings["server"]["allowedHosts"]) == {"localhost", "127.0.0.1", "[::1]"}
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["browser"]["gatherUsageStats"] is False
