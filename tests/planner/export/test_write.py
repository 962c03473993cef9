"""A file appears whole or not at all, and whoever asks for the impossible is told so."""

import errno
import gc
from pathlib import Path

import geopandas as gpd
import pytest
from xlsxwriter.exceptions import FileCreateError

from planner.errors import PlanError, PlanMachineError
from planner.export import WRITERS, atomic, excel, write
from tests.conftest import assert_unchanged
from tests.planner.export.frames import about, ranked

ENDINGS = tuple(WRITERS)


def failing(error):
    def writer(path, frame, about, progress):
        path.write_bytes(b"half")
        raise error

    return writer


@pytest.fixture
def old_file(tmp_path):
    path = tmp_path / "daftar.csv"
    path.write_text("old")
    return path


def assert_untouched(old_file: Path) -> None:
    assert old_file.read_text() == "old"
    assert [file.name for file in old_file.parent.iterdir()] == [old_file.name]


@pytest.mark.parametrize("ending", [*ENDINGS, ".XLSX"])
def test_writes_one_file_and_leaves_the_frame_alone(tmp_path, ending):
    frame = ranked()
    before = frame.copy()
    seen = []
    path = tmp_path / f"daftar{ending}"
    path.write_text("old")
    write(path, frame, about(), progress=lambda done, total: seen.append((done, total)))
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_size > 500
    assert seen[-1] == (3, 3)
    assert_unchanged(frame, before)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_list_without_villages_is_a_file_too(tmp_path, ending):
    write(tmp_path / f"kosong{ending}", ranked().iloc[:0], about())
    assert (tmp_path / f"kosong{ending}").stat().st_size > 0


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_list_without_outlines_is_a_file_too(tmp_path, ending):
    write(tmp_path / f"titik{ending}", ranked().iloc[2:], about())
    assert (tmp_path / f"titik{ending}").stat().st_size > 0


def test_file_has_the_usual_rights(tmp_path):
    (tmp_path / "usual").touch()
    write(tmp_path / "daftar.csv", ranked(), about())
    assert (tmp_path / "daftar.csv").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_symbolic_link_stays_one(tmp_path, old_file):
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.csv"
    link.symlink_to(old_file)
    write(link, ranked(), about())
    assert link.is_symlink()
    assert "Sungai Rotan" in old_file.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("name", ["daftar.xls", "daftar", "daftar.xlsx.zip", ".xlsx"])
def test_unknown_ending(tmp_path, name):
    with pytest.raises(PlanError, match=r"Use one of: \.xlsx, \.csv, \.geojson, \.gpkg, \.parquet") as caught:
        write(tmp_path / name, ranked(), about())
    assert caught.value.exit_code == 1
    assert "Gunakan salah satu dari" in caught.value.text("id")
    assert not list(tmp_path.iterdir())


def test_folder_in_place_of_a_file(tmp_path):
    (tmp_path / "daftar.csv").mkdir()
    with pytest.raises(PlanError, match="is a folder, not a file") as caught:
        write(tmp_path / "daftar.csv", ranked(), about())
    assert "adalah folder" in caught.value.text("id")


def test_missing_folder(tmp_path):
    with pytest.raises(PlanError, match=r"does not exist\. Create it first") as caught:
        write(tmp_path / "none" / "daftar.csv", ranked(), about())
    assert "tidak ada. Buat foldernya dulu" in caught.value.text("id")


@pytest.mark.parametrize("crs", ["EPSG:32748", None], ids=["utm", "none"])
def test_other_crs(old_file, crs):
    frame = ranked()
    other = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=frame.geometry.to_numpy(), crs=None)
    with pytest.raises(PlanError, match="expected EPSG:4326") as caught:
        write(old_file, other.set_crs(crs) if crs else other, about())
    assert "seharusnya EPSG:4326" in caught.value.text("id")
    assert_untouched(old_file)


def test_more_rows_than_a_sheet_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "ROWS", 2)
    with pytest.raises(PlanError, match="there are 3 villages, and an Excel sheet holds 2 rows") as caught:
        write(tmp_path / "daftar.xlsx", ranked(), about())
    assert "hanya memuat 2 baris" in caught.value.text("id")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("error", "match", "indonesian"),
    [
        (OSError(errno.ENOSPC, "full"), "the disk with folder .* is full", "habis"),
        (FileCreateError(OSError(errno.ENOSPC, "full")), "the disk with folder .* is full", "habis"),
        (
            PermissionError(errno.EACCES, "no"),
            "is not permitted, or another program has the file open",
            "tidak ada izin",
        ),
        (OSError(errno.EIO, "broken"), "Input/output error. Check that disk", "Periksa disk"),
        (OSError("strange"), "strange. Check that disk", "Periksa disk"),
    ],
    ids=["full", "full in XlsxWriter", "rights", "number", "words"],
)
def test_failing_machine_keeps_the_old_file(old_file, monkeypatch, error, match, indonesian):
    monkeypatch.setitem(WRITERS, ".csv", failing(error))
    with pytest.raises(PlanMachineError, match=match) as caught:
        write(old_file, ranked(), about())
    assert caught.value.exit_code == 3
    assert indonesian in caught.value.text("id")
    assert_untouched(old_file)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # XlsxWriter leaves files open
@pytest.mark.parametrize("ending", ENDINGS)
def test_full_disk(tmp_path, ending):
    """A limit on the size of files stands in for a disk that fills up while the real writer works."""
    resource = pytest.importorskip("resource")
    path = tmp_path / f"daftar{ending}"
    path.write_text("old")
    frame = ranked(tuple(f"Desa {n:x}" * 9 for n in range(200 if ending == ".pdf" else 3_000)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        with pytest.raises(PlanMachineError):
            write(path, frame, about())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    gc.collect()
    assert_untouched(path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_stopped_work_keeps_the_old_file(tmp_path, ending):
    def stop(done, total):
        raise KeyboardInterrupt

    path = tmp_path / f"daftar{ending}"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write(path, ranked(), about(), progress=stop)
    assert_untouched(path)


def test_folder_without_rights(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):  # root may write everywhere, so the refusal is played
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(atomic.tempfile, "mkdtemp", refuse)
    with pytest.raises(PlanMachineError, match="is not permitted"):
        write(tmp_path / "daftar.csv", ranked(), about())
    assert list(tmp_path.iterdir()) == []
