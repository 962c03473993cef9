"""Advisories in the OSV format are read as they are meant."""

import json
import zipfile

import pytest
from packaging.version import Version

from tests.security import __main__ as command
from tests.security.advisories import read, weaknesses

PINNED = {"jinja2": Version("3.1.6"), "pillow": Version("13.0.0")}


def advisory(*, events=None, versions=(), package="Jinja2", ecosystem="PyPI", **more):
    ranges = [{"type": "ECOSYSTEM", "events": events}] if events else []
    affected = {"package": {"name": package, "ecosystem": ecosystem}, "ranges": ranges, "versions": list(versions)}
    return {"id": "PYSEC-1", "affected": [affected], **more}


NAMED = {
    "below the fix": advisory(events=[{"introduced": "0"}, {"fixed": "3.1.7"}]),
    "never fixed": advisory(events=[{"introduced": "3.0"}]),
    "last one": advisory(events=[{"introduced": "0"}, {"last_affected": "3.1.6"}]),
    "again": advisory(events=[{"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "3.1"}, {"fixed": "3.2"}]),
    "by version": advisory(versions=["3.1.5", "3.1.6", "nonsense"]),
}
NOT_NAMED = {
    "fixed": advisory(events=[{"introduced": "0"}, {"fixed": "3.1.6"}]),
    "later": advisory(events=[{"introduced": "3.2"}]),
    "before the last": advisory(events=[{"introduced": "0"}, {"last_affected": "3.1.5"}]),
    "between": advisory(events=[{"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "3.2"}]),
    "withdrawn": advisory(versions=["3.1.6"], withdrawn="2026-01-01T00:00:00Z"),
    "other package": advisory(versions=["3.1.6"], package="jinja"),
    "other ecosystem": advisory(versions=["3.1.6"], ecosystem="npm"),
}


@pytest.mark.parametrize("case", NAMED)
def test_a_weak_version_is_named(case):
    assert weaknesses(PINNED, iter([NAMED[case]])) == [("jinja2", Version("3.1.6"), "PYSEC-1")]


@pytest.mark.parametrize("case", NOT_NAMED)
def test_another_version_is_not(case):
    assert weaknesses(PINNED, iter([NOT_NAMED[case]])) == []


def test_the_command_fails_for_a_weakness_and_says_what_it_did_not_look_for(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command, "scan_repository", lambda _root: [])  # it has tests of its own
    assert command.main([]) == 0
    assert "known weaknesses NOT looked for" in capsys.readouterr().out
    version = json.dumps(advisory(events=[{"introduced": "0"}], package="Streamlit"))
    (tmp_path / "PYSEC-1.json").write_text(version, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("PYSEC-1.json", version)
    for source in (tmp_path, tmp_path / "all.zip"):
        assert len(list(read(source))) == 1
        assert command.main(["--advisories", str(source)]) == 1
        assert "PYSEC-1" in capsys.readouterr().out
