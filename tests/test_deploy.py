"""Files for operators: no address of a registry, no superuser, nothing open; and they fit the program."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from planner.web.addresses import READY
from planner.web.sign_in import routes

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
NGINX = (DEPLOY / "nginx" / "planner.conf").read_text(encoding="utf-8")
CADDY = (DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_names_a_registry_or_holds_a_secret(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(?i)docker\.io|ghcr|quay\.io|pypi", text)
    assert not re.search(r"://[^\s/:@]+:[^\s/@]+@", text)  # a password in an address
    assert not re.search(r"(?im)^\s*[\w-]*(password|secret)\s*[:=]\s*[\w$]{6,}\s*$", text)


def test_images_are_named_without_a_host() -> None:
    images = re.findall(r"^ARG PYTHON=(\S+)", DOCKERFILE, re.MULTILINE) + re.findall(
        r"image: \$\{[A-Z_]+:-([^}]+)\}", COMPOSE
    )
    assert len(images) == 2
    assert not [image for image in images if "." in image.split("/")[0].split(":")[0]]
    assert all(":" in image and not image.endswith(":latest") for image in images)
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"${PYTHON}"}


def test_the_image_runs_as_an_ordinary_account_and_is_watched() -> None:
    last = DOCKERFILE.split("FROM ${PYTHON}")[-1]
    assert re.findall(r"^USER (\S+)", last, re.MULTILINE) == ["planner"]
    assert last.index("USER planner") < last.index("ENTRYPOINT")
    assert f"'{READY}'" in last.split("HEALTHCHECK")[1]
    assert "127.0.0.1', 8501" in last


def test_the_image_is_made_of_files_that_are_there_and_of_nothing_else() -> None:
    copied = [
        word
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for word in line.split()[:-1]
        if not word.startswith("--")
    ]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    first, *rest = [
        line for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if not line.startswith("#")
    ]
    assert first == "*"
    let_in = {line[1:] for line in rest if line.startswith("!")}
    assert let_in == set(copied)


def services() -> dict[str, str]:
    body = COMPOSE.split("\nservices:\n")[1].split("\nnetworks:")[0]
    found = re.split(r"(?m)^  (\w+):", body)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


def test_containers_have_no_rights_and_are_reached_from_this_machine_alone() -> None:
    shared = COMPOSE.split("x-planner:")[1].split("\nservices:")[0]
    parts = services()
    assert set(parts) == {"planner", "backup", "database"}
    for name, part in parts.items():
        settings = part + (shared if "<<: *planner" in part else "")
        assert "cap_drop: [ALL]" in settings, name
        assert "no-new-privileges:true" in settings, name
        assert "privileged:" not in settings, name
        assert "docker.sock" not in settings, name
    assert "read_only: true" in shared
    assert re.findall(r"ports: (.*)", COMPOSE) == ['["127.0.0.1:8501:8501"]']
    assert all("healthcheck" in parts[name] for name in ("database", "backup"))


def test_the_database_is_owned_by_an_ordinary_account() -> None:
    script = (DEPLOY / "database" / "10-planner.sh").read_text(encoding="utf-8")
    assert "NOSUPERUSER" in script
    assert "NOBYPASSRLS" in script
    assert "OWNER planner" in script
    assert "//planner@database/records" in COMPOSE


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_run_as_an_ordinary_account_that_writes_little(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    for line in ("User=planner", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "UMask=0077"):
        assert f"\n{line}\n" in text, line


def test_units_name_files_and_commands_that_are_there() -> None:
    for unit in UNITS:
        for name in re.findall(r"(?:Exec\w+=|file://)/opt/planner/(\S+)", unit.read_text(encoding="utf-8")):
            assert name == ".venv/bin/planner" or (ROOT / name).exists(), name
    assert "ExecStart=/opt/planner/.venv/bin/planner serve --host 127.0.0.1" in UNITS[-1].read_text(encoding="utf-8")


if shutil.which("systemd-analyze"):  # no skipped test where a machine has another init

    def test_systemd_understands_the_units(tmp_path: Path) -> None:
        for path in (DEPLOY / "systemd").iterdir():
            text = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(encoding="utf-8"))
            (tmp_path / path.name).write_text(re.sub(r"(?m)^Documentation=.*\n", "", text))
        names = [str(path) for path in sorted(tmp_path.iterdir())]
        done = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_proxies_pass_sockets_on_and_watch_for_themselves_alone() -> None:
    for told in ("Upgrade           $http_upgrade", "X-Forwarded-For   $remote_addr", "Host              $http_host"):
        assert f"proxy_set_header {told};" in NGINX
    assert "ssl_protocols       TLSv1.2 TLSv1.3;" in NGINX
    assert f"location = {READY} {{" in NGINX
    assert "deny all;" in NGINX
    assert f"path {READY}" in CADDY
    assert all("Strict-Transport-Security" in text for text in (NGINX, CADDY))


def test_proxies_write_no_log_of_requests() -> None:
    assert NGINX.count("access_log off;") == 2
    assert re.findall(r"error_log \S+ (\w+);", NGINX) == ["crit"]
    assert "exclude http.log.access" in CADDY
    assert "request delete" in CADDY


def test_readiness_is_no_address_of_a_form() -> None:
    assert READY not in {route.path for route in routes()}


def test_the_guide_names_what_is_there() -> None:
    for name in re.findall(r"`?(deploy/[\w./-]+)", GUIDE):
        assert (ROOT / name.rstrip(".")).exists(), name
    for state in ("current", "none", "old", "newer", "unreachable", "missing"):
        assert f"| `{state}` |" in GUIDE
    shown = re.search(r"^\{.*\}$", GUIDE, re.MULTILINE)
    assert shown is not None
    assert set(json.loads(shown[0])) == {"ready", "records", "revision", "data"}


FAKE = """#!/bin/sh
echo "$PLANNER_DATA_DIR ${PLANNER_DATABASE_URL:-file} $*" >> "$ASKED"
case "$*" in
  *"db backup"*) touch "$5" ;;
  *"db restore"*) exit "${RESTORED:-0}" ;;
esac
"""


@pytest.fixture
def backup(tmp_path: Path):
    """Run the script with a planner that only writes down what it was asked."""
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "planner"
    fake.write_text(FAKE)
    fake.chmod(0o755)
    folder = tmp_path / "kept"
    folder.mkdir()
    office = {"PLANNER_DATA_DIR": "/data", "PLANNER_DATABASE_URL": "postgresql://x"}

    def ran(**more: str) -> tuple[int, list[str], list[str]]:
        asked = tmp_path / "asked"
        path = {"PATH": f"{fake.parent}:{os.environ['PATH']}", "ASKED": str(asked), "TMPDIR": str(tmp_path)}
        command = [str(DEPLOY / "backup"), str(folder), "30"]
        done = subprocess.run(command, env={**path, **office, **more}, capture_output=True, text=True, check=False)
        names = sorted(path.name for path in folder.iterdir())
        return done.returncode, names, asked.read_text().splitlines()

    ran.folder = folder
    return ran


def test_a_backup_is_read_back_elsewhere_before_it_gets_its_name(backup, tmp_path: Path) -> None:
    code, names, asked = backup()
    assert code == 0
    assert re.fullmatch(r"records-\d{8}T\d{6}Z\.zip", "".join(names))
    assert [line.split("--lang en ")[1].split(" /")[0] for line in asked] == ["db backup", "db upgrade", "db restore"]
    assert asked[0].startswith("/data postgresql://x ")
    assert all(" file " in line and not line.startswith("/data ") for line in asked[1:])
    assert asked[2].endswith(" --verify")
    assert not list(tmp_path.glob("tmp.*"))


def test_a_backup_that_differs_keeps_the_old_ones(backup) -> None:
    old = backup.folder / "records-20200101T000000Z.zip"
    old.touch()
    os.utime(old, (0, 0))
    code, names, _ = backup(RESTORED="1")
    assert code == 1
    assert old.name in names
    assert next(name for name in names if name != old.name).startswith(".unproved-")


def test_old_backups_go_but_never_the_last_seven_nor_what_is_none(backup) -> None:
    for day in range(1, 10):
        old = backup.folder / f"records-202001{day:02}T000000Z.zip"
        old.touch()
        os.utime(old, (0, 0))
    (backup.folder / "mine.zip").touch()
    names = backup()[1]
    assert len([name for name in names if name.startswith("records-2020")]) == 6
    assert "records-20200109T000000Z.zip" in names
    assert "mine.zip" in names


@pytest.mark.parametrize("given", [True, False])
def test_the_password_of_the_database_comes_from_a_file(tmp_path: Path, given: bool) -> None:
    (tmp_path / "secret").write_text("a b'c\n")
    more = {"PLANNER_DATABASE_PASSWORD_FILE": str(tmp_path / "secret")} if given else {}
    command = [str(DEPLOY / "with-password"), "sh", "-c", 'printf %s "${PGPASSWORD-none}"']
    done = subprocess.run(command, env={"PATH": os.environ["PATH"], **more}, capture_output=True, text=True, check=True)
    assert done.stdout == ("a b'c" if given else "none")
