"""What PostgreSQL keeps below the data folder: the cluster `initdb` makes, its settings, and where its socket is."""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tocsin.db.binaries import Binaries
from tocsin.db.data_folder import disk_full, told_plainly
from tocsin.db.system_user import SystemUser
from tocsin.kernel.errors import Unavailable

CLUSTER = "postgresql"
ROLE = DATABASE = "tocsin"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107 if sys.platform == "linux" else 103  # bytes: sun_path less its closing zero
BUILTIN_LOCALE_SINCE = 17

# For 2 cores and little memory beside the program itself. What a commit promised survives a crash.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "synchronous_commit": "on",
    "wal_level": "replica",
    "wal_init_zero": "off",  # filling each new WAL file with zeroes first held every commit up for 40 ms and more
    "max_wal_senders": "2",
    "min_wal_size": "128MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "autovacuum_naptime": "15s",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "datestyle": "'iso, ymd'",
    "lc_messages": "'C'",
    "logging_collector": "off",  # its standard error is a file of ours, so that why it does not start is read there
    "log_checkpoints": "off",
    "log_line_prefix": "'%m [%p] '",
}
TOP = """# Written by Tocsin at each start; lines of your own belong in local.conf beside this file, and win.
"""


def create_cluster(data_dir: Path, binaries: Binaries, user: SystemUser | None) -> None:
    """Run `initdb` beside its final place: a cluster that is there is whole, whenever power or process failed."""
    half = data_dir / f"{CLUSTER}.half"
    with told_plainly(data_dir):
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        if user:
            os.chown(half, user.uid, user.gid)
    locale = ["--locale-provider=builtin"] if binaries.major >= BUILTIN_LOCALE_SINCE else []
    try:
        done = subprocess.run(
            [
                *(binaries.program("initdb"), "-D", str(half), "--username", ROLE, "--encoding=UTF8"),
                *("--auth-local=peer", "--auth-host=reject", *locale, "--locale=C.UTF-8", "--no-instructions"),
            ],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd=half,
            env={"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath},
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )
    except PermissionError as error:
        raise out_of_reach(data_dir, user) from error
    if done.returncode != 0:
        shutil.rmtree(half, ignore_errors=True)
        raise not_created(data_dir, user, done.stdout + done.stderr)
    with told_plainly(data_dir):
        half.rename(data_dir / CLUSTER)


def out_of_reach(data_dir: Path, user: SystemUser | None) -> Unavailable:
    name = user.name if user else "this user"
    return Unavailable(
        f"The user {name}, who runs PostgreSQL, cannot reach {data_dir}: a folder above it is closed.",
        "Name a folder that every user may pass through with TOCSIN_DATA_DIR, such as /var/lib/tocsin.",
    )


def not_created(data_dir: Path, user: SystemUser | None, said: str) -> Unavailable:
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return disk_full(data_dir)
    if user and "Permission denied" in said:
        return out_of_reach(data_dir, user)
    telling = [line for line in said.splitlines() if "error" in line or "FATAL" in line] or said.splitlines()[-3:]
    return Unavailable(
        f"The database could not be created in {data_dir}: {' '.join(line.strip() for line in telling)}",
        "Mend that, or name another folder with TOCSIN_DATA_DIR or an outside database with TOCSIN_DATABASE_URL.",
    )


def write_settings(cluster: Path, sockets: Path, user: SystemUser | None, own: Mapping[str, str]) -> None:
    """Written anew at each start, so that an upgrade of Tocsin brings its settings and no stale line survives."""
    values = {**SETTINGS, "unix_socket_directories": f"'{sockets}'", **own}
    lines = [f"{name} = {value}" for name, value in values.items()]
    files = {
        "postgresql.conf": "\n".join([TOP.rstrip(), *lines, "include_if_exists = 'local.conf'", ""]),
        "pg_hba.conf": f"{TOP}local all {ROLE} peer map=tocsin\n",
        "pg_ident.conf": TOP + "".join(f"tocsin {name} {ROLE}\n" for name in allowed_system_users(user)),
    }
    with told_plainly(cluster.parent):
        for name, text in files.items():
            path = cluster / name
            path.write_text(text)
            if user:
                os.chown(path, user.uid, user.gid)


def allowed_system_users(user: SystemUser | None) -> list[str]:
    caller = pwd.getpwuid(os.geteuid()).pw_name
    return [caller, user.name] if user and user.name != caller else [caller]


def find_socket_folder(data_dir: Path) -> Path:
    """Below the data folder; where that path is too long for a socket, a private folder of the temporary one."""
    folder = data_dir / "run"
    if len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return folder
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tocsin-{name}"


def make_socket_folder(data_dir: Path, user: SystemUser | None) -> Path:
    folder = find_socket_folder(data_dir)
    with told_plainly(data_dir):
        folder.mkdir(mode=0o700, exist_ok=True)
        if user and folder.lstat().st_uid == os.geteuid():
            os.chown(folder, user.uid, user.gid)
    found = folder.lstat()
    # In a folder that everybody may write to, a stranger may have come first.
    owner = user.uid if user else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise Unavailable(
            f"{folder}, where the database's socket belongs, is not a private folder of the database's user.",
            "Remove it, or choose a shorter TOCSIN_DATA_DIR.",
        )
    return folder
