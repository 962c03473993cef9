"""The first visit, and official outlines in place of the embedded ones."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geodata import layer as village_layer
from geodata import refresh
from geodata.catalogue import load
from geodata.errors import MachineError
from geodata.fetch import FetchProgress
from geodata.paths import Paths
from planner.web import first_steps, jobs
from planner.web.jobs import Job
from tests.web.pages import opening, run_until, words


def page() -> None:
    from planner.web import first_steps, state

    state.arrive("")
    first_steps.show(state.language())


visit = opening(page)


def names(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def layer_there(home: Path) -> None:
    Paths.of().layer.mkdir()
    Paths.of().villages.write_bytes(b"a layer")


def finished(app: AppTest) -> AppTest:
    return run_until(app, lambda: "Hentikan" not in names(app))


def test_a_first_visit_is_told_four_steps_until_they_are_closed(home: Path) -> None:
    app = visit()
    for step in ("1 Lihat", "2 Timbang", "3 Pilih", "4 Ekspor", "hanya perkiraan", "44 MB"):
        assert step in words(app)
    app.button(key="first-steps-close").click().run()
    assert "1 Lihat" not in words(app)
    app.button(key="first-steps-show").click().run()
    assert "1 Lihat" in words(app)


def test_who_comes_by_a_link_finds_them_folded_away(home: Path) -> None:
    assert names(visit(provinsi="18")) == ["Panduan singkat"]
    assert "1 Look" in words(visit(lang="en"))


def test_official_outlines_are_offered_while_the_layer_is_the_embedded_one(layer_there: None) -> None:
    app = visit()
    assert names(app) == ["Tutup panduan"]
    assert "perkiraan" not in words(app)


def test_without_network_the_page_says_so_and_offers_another_try(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise MachineError("fetch.unreachable", file="a.csv", host="example.org")

    monkeypatch.setattr(first_steps, "refresh", unreachable)
    app = finished(visit().button(key="first-steps-fetch").click().run())
    assert "tetap memakai batas perkiraan" in words(app)
    assert "example.org tidak dapat dihubungi" in words(app)
    assert "Coba ambil lagi" in names(app)
    assert not Paths.of().villages.exists()
    app.run()
    assert "Ambil batas resmi" in names(app)


def test_a_new_layer_is_told_and_the_steps_fold(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Built:
        layer = type("Layer", (), {"frame": range(9401)})

    monkeypatch.setattr(first_steps, "refresh", lambda *_, **__: Built)
    app = finished(visit().button(key="first-steps-fetch").click().run())
    assert "9.401 desa" in words(app)
    assert names(app) == ["Panduan singkat"]


def progress(done: int) -> FetchProgress:
    file = load().files(regions=["19"])[0]
    return FetchProgress(file, "download", 0, 0, 2, done, 43_500_000)


def test_each_step_is_told() -> None:
    job = Job()
    assert first_steps.told(job, "id").startswith("Memeriksa")
    job.tell(progress(4_200_000))
    told = first_steps.told(job, "id")
    assert told.startswith("Mengambil 4,2 dari 43,5 MB: ")
    assert "/" not in told
    job.tell("build.step.clean")
    assert first_steps.told(job, "en").startswith("Cleaning the outlines …")


@pytest.mark.real
def test_work_that_is_stopped_leaves_the_layer_as_it_was(home: Path, mirror: Path) -> None:
    job = Job()
    job.stop()
    assert first_steps.fetching(Paths.of(), mirror=mirror)(job) is None
    assert len(job.steps) == 1
    assert not Paths.of().villages.exists()


@pytest.mark.real
def test_a_mirror_takes_the_place_of_the_network(home: Path, mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_steps, "refresh", lambda paths, **how: refresh.refresh(paths, regions=["19"], **how))
    monkeypatch.setattr(jobs, "PATIENCE_S", 600)  # nobody asks for it here, and a busy machine takes long
    job = Job()
    outcome = first_steps.fetching(Paths.of(), mirror=mirror)(job)
    assert outcome.error is None
    layer = village_layer.load(Paths.of().villages)
    assert len(layer.frame) == outcome.villages > 300
    assert not layer.is_approximate
    assert job.steps[-1] == "build.step.figures"


@pytest.mark.real
def test_a_missing_file_is_told_and_nothing_is_built(home: Path, mirror: Path) -> None:
    outcome = first_steps.fetching(Paths.of(), mirror=home)(Job())
    assert outcome.error is not None
    assert "belum terambil" in outcome.error.text("id")
    assert not Paths.of().villages.exists()
