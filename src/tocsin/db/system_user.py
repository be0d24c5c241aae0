"""Who runs PostgreSQL: the caller, or – since PostgreSQL refuses to run as root – a system user of its own."""

import logging
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tocsin.kernel.errors import Unavailable

log = logging.getLogger(__name__)

OWN_USER = "tocsin"
FALLBACKS = ("postgres", "nobody")


@dataclass(frozen=True)
class SystemUser:
    name: str
    uid: int
    gid: int


def server_user(owner_of: Path) -> SystemUser | None:
    """The user to run the server as, or None for "as the caller". A cluster that exists keeps the user who owns it."""
    if os.geteuid() != 0:
        return None
    if owner_of.exists() and (uid := owner_of.stat().st_uid) != 0:
        found = find_user_by_id(uid)
        return found or SystemUser(str(uid), uid, owner_of.stat().st_gid)
    return find_user(OWN_USER) or create_own_user() or fall_back()


def find_user(name: str) -> SystemUser | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def find_user_by_id(uid: int) -> SystemUser | None:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def create_own_user() -> SystemUser | None:
    useradd = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if useradd is None:
        return None
    command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    done = subprocess.run(
        [*command, "--shell", "/usr/sbin/nologin", OWN_USER], capture_output=True, text=True, check=False
    )
    # Two first starts at once: the other one has made it.
    if done.returncode != 0 and find_user(OWN_USER) is None:
        log.warning("useradd could not make the system user %s: %s", OWN_USER, done.stderr.strip())
    return find_user(OWN_USER)


def fall_back() -> SystemUser:
    for name in FALLBACKS:
        if user := find_user(name):
            log.warning("No system user %s could be made; PostgreSQL runs as %s instead.", OWN_USER, name)
            return user
    raise Unavailable(
        "PostgreSQL refuses to run as root, and no other user for it could be made or found.",
        f"Make one with `useradd --system {OWN_USER}`, or start Tocsin as an ordinary user.",
    )
