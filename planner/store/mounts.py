"""On what a folder lies: a disk of this machine, another machine's, or one that copies files behind our back."""

import ctypes
import re
import sys
from pathlib import Path, PurePath
from typing import Final

NETWORK: Final = frozenset(
    {"9p", "afs", "ceph", "cifs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs", "vboxsf", "virtiofs"}
)
_REMOTE_DRIVE: Final = 4  # as GetDriveTypeW answers
_SYNCED: Final = re.compile(
    r"(onedrive|dropbox|google ?drive|my drive|drive saya|icloud ?drive|nextcloud|syncthing)\b.*"
)


def network_kind(path: Path) -> str | None:
    """Return the kind of network folder that a path lies in; nothing for a disk of this machine."""
    if sys.platform == "win32":
        drive = path.absolute().drive
        remote = drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _REMOTE_DRIVE
        return drive if remote else None
    mounts = Path("/proc/self/mounts")
    return network_mount(path.resolve(), mounts.read_text(encoding="utf-8")) if mounts.exists() else None


def network_mount(path: PurePath, mounts: str) -> str | None:
    """Return the kind of network folder that a path lies in.

    Parameters
    ----------
    path
        Absolute, without symbolic links.
    mounts
        What ``/proc/self/mounts`` says: device, folder and kind in each line.
    """
    mounted = [line.split()[1:3] for line in mounts.splitlines() if len(line.split()) > 2]
    over = [(len(folder), kind) for folder, kind in mounted if path.is_relative_to(_plain(folder))]
    kind = max(reversed(over), key=lambda pair: pair[0])[1] if over else ""  # of two on one folder the later one shows
    return kind if kind in NETWORK or (kind.startswith("fuse.") and kind != "fuse.fuse-overlayfs") else None


def synced_by(path: PurePath) -> str | None:
    """Return the folder of a service that copies files between machines, if a path lies in one."""
    return next((part for part in path.parts if _SYNCED.fullmatch(part.lower())), None)


def _plain(folder: str) -> str:
    """Return a folder of the list of mounts with its spaces."""
    return re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), folder)
