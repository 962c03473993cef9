"""Files that a button made stay until the browser has fetched them."""

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileKind, MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from planner.web import made_files

PDF = "application/pdf"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def storage(clock: Clock) -> MemoryMediaFileStorage:
    made = MemoryMediaFileStorage("/media")
    made_files.keep(made, clock=clock)
    return made


def load(storage: MemoryMediaFileStorage, content: bytes) -> str:
    return storage.load_and_get_id(content, PDF, MediaFileKind.DOWNLOADABLE, "a.pdf")


def is_gone(storage: MemoryMediaFileStorage, name: str) -> bool:
    try:
        storage.get_file(name)
    except MediaFileStorageError:
        return True
    return False


def test_pages_that_end_do_not_drop_a_file_that_was_just_made(storage: MemoryMediaFileStorage) -> None:
    manager = MediaFileManager(storage)
    asked = manager.add_deferred(lambda: b"%PDF", PDF, "0", file_name="a.pdf")
    address = manager.execute_deferred(asked)
    for _ in range(3):
        manager.remove_orphaned_files()
    assert storage.get_file(address.rpartition("/")[2]).filename == "a.pdf"


def test_what_is_not_fetched_goes_after_a_while(storage: MemoryMediaFileStorage, clock: Clock) -> None:
    first, second = load(storage, b"1"), load(storage, b"2")
    storage.delete_file(first)
    clock.now = made_files.STAYS_S + 1
    storage.delete_file(second)
    assert is_gone(storage, first)
    assert not is_gone(storage, second)
    storage.delete_file("nothing")


def test_a_file_that_is_made_again_stays(storage: MemoryMediaFileStorage, clock: Clock) -> None:
    name = load(storage, b"1")
    storage.delete_file(name)
    assert load(storage, b"1") == name
    clock.now = made_files.STAYS_S + 1
    storage.delete_file(load(storage, b"2"))
    assert not is_gone(storage, name)


def test_many_large_files_do_not_fill_the_memory(storage: MemoryMediaFileStorage, monkeypatch) -> None:
    monkeypatch.setattr(made_files, "MOST_BYTES", 10)
    names = [load(storage, bytes([k]) * 4) for k in range(4)]
    for name in names:
        storage.delete_file(name)
    assert [is_gone(storage, name) for name in names] == [True, True, False, False]


@pytest.fixture
def manager(storage: MemoryMediaFileStorage, clock: Clock) -> MediaFileManager:
    made = MediaFileManager(storage)
    made_files.keep_makers(made, clock=clock)
    return made


def shown(manager: MediaFileManager, place: str = "0") -> str:
    """A button that makes a file when it is pressed, as a run of a page shows it."""
    return manager.add_deferred(lambda: b"%PDF", PDF, place, file_name="a.pdf")


def is_refused(manager: MediaFileManager, name: str) -> bool:
    try:
        manager.execute_deferred(name)
    except MediaFileStorageError:
        return True
    return False


def test_a_button_that_the_browser_still_shows_brings_its_file_during_and_after_a_run(
    manager: MediaFileManager, clock: Clock
) -> None:
    before = shown(manager)
    manager.clear_session_refs()  # its page is run again
    manager.remove_orphaned_files()  # meanwhile that of another visitor ends
    assert not is_refused(manager, before)
    after = shown(manager)
    manager.remove_orphaned_files()
    assert not is_refused(manager, before)
    clock.now = made_files.STAYS_S
    manager.remove_orphaned_files()
    assert is_refused(manager, before)
    assert not is_refused(manager, after)


def test_what_is_revoked_does_not_wait(manager: MediaFileManager, clock: Clock) -> None:
    revoked = shown(manager, "1")
    manager.clear_session_refs()
    manager.remove_orphaned_files()
    manager.remove_deferred("1")
    assert is_refused(manager, revoked)
    manager.remove_orphaned_files()
    clock.now = made_files.STAYS_S
    manager.remove_orphaned_files()
    assert is_refused(manager, revoked)


def test_of_buttons_that_were_replaced_only_the_latest_stay(manager: MediaFileManager, monkeypatch) -> None:
    monkeypatch.setattr(made_files, "MOST_MAKERS", 2)
    names = [shown(manager) for _ in range(5)]
    manager.remove_orphaned_files()
    assert [is_refused(manager, name) for name in names] == [True, True, False, False, False]
