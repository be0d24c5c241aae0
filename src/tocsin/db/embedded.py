"""The embedded PostgreSQL: a real server below the data folder, started and stopped by whoever holds its lock.

It listens on a Unix socket only. Callers hold `data_folder.lock_data_folder` first: the lock, not a pid file, says that
nobody else starts this server. A server that outlived a killed parent is adopted. Settings: `cluster.py`.
"""

import logging
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from tocsin.db.binaries import Binaries, find_binaries
from tocsin.db.cluster import (
    CLUSTER,
    DATABASE,
    ROLE,
    create_cluster,
    find_socket_folder,
    make_socket_folder,
    out_of_reach,
    write_settings,
)
from tocsin.db.data_folder import disk_full, make_data_folder, told_plainly
from tocsin.db.postmaster import find_postmaster, forget_gone_postmaster
from tocsin.db.system_user import SystemUser, server_user
from tocsin.kernel.errors import Unavailable

log = logging.getLogger(__name__)

START_WITHIN = 60.0  # seconds; recovery after a crash replays up to max_wal_size
FAREWELL_WITHIN = 10.0  # seconds that an earlier server's last processes get to leave
LOG = "postgresql.log"
LOG_CAP = 20_000_000  # bytes; one earlier file of that size is kept beside it


@dataclass
class EmbeddedPostgres:
    """A server that answers. `child` is None for an adopted one, which is watched by its process id alone."""

    dsn: str
    pid: int
    folder: Path
    child: subprocess.Popen[bytes] | None = None

    def is_running(self) -> bool:
        if self.child is not None:
            return self.child.poll() is None
        # Ours by birth all the same, when this process took over from an earlier version of itself.
        with suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        return find_postmaster(self.folder / CLUSTER) == self.pid

    def keep_log_small(self) -> None:
        """Called now and then. The server appends to its open file: it is copied and cut, not renamed."""
        log_file = self.folder / LOG
        if log_file.stat().st_size > LOG_CAP:
            shutil.copyfile(log_file, log_file.with_suffix(".log.1"))
            os.truncate(log_file, 0)

    def stop(self, patience: float = 30.0) -> None:
        """SIGINT – roll back, checkpoint, leave –, and after `patience` seconds SIGQUIT, which recovery can mend."""
        for number in (signal.SIGINT, signal.SIGQUIT):
            if self.is_running():
                os.kill(self.pid, number)
            if self.has_ended(within=patience):
                return
        log.error("PostgreSQL (process %d) does not end; it was left alone.", self.pid)

    def has_ended(self, within: float) -> bool:
        deadline = time.monotonic() + within
        while self.is_running():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True


def start(data_dir: Path, *, pg_bin: Path | None = None, settings: Mapping[str, str] | None = None) -> EmbeddedPostgres:
    """A server on `data_dir` that answers, made on the first start; `settings` overrides lines of its configuration.

    Raises Unavailable with what is wrong and what to do next.
    """
    data_dir = data_dir.resolve()
    make_data_folder(data_dir)
    cluster = data_dir / CLUSTER
    user = server_user(owner_of=cluster)
    sockets = make_socket_folder(data_dir, user)
    dsn = make_conninfo(host=str(sockets), user=ROLE, dbname=DATABASE)
    if adopted := adopt(data_dir, dsn):
        return adopted
    forget_gone_postmaster(cluster, sockets)
    binaries = find_binaries(data_dir, pg_bin)
    if not cluster.is_dir():
        create_cluster(data_dir, binaries, user)
    check_version(cluster, binaries)
    write_settings(cluster, sockets, user, settings or {})
    server = launch(data_dir, binaries, user, dsn)
    make_database(dsn)
    return server


def adopt(data_dir: Path, dsn: str) -> EmbeddedPostgres | None:
    """The server that still works on our data folder, or None once it is certain that there is none."""
    cluster = data_dir / CLUSTER
    deadline = time.monotonic() + START_WITHIN
    while (pid := find_postmaster(cluster)) is not None:
        # It may be starting, recovering or leaving: it ends or answers.
        if serves(dsn, cluster):
            log.info("Adopted the PostgreSQL (process %d) that an earlier Tocsin left running on %s.", pid, data_dir)
            make_database(dsn)
            return EmbeddedPostgres(dsn, pid, data_dir)
        if time.monotonic() > deadline:
            raise Unavailable(
                f"A PostgreSQL (process {pid}) works on {cluster} but does not answer.",
                f"Stop it with `kill -INT {pid}` and start again.",
            )
        time.sleep(0.05)
    return None


def serves(dsn: str, cluster: Path) -> bool:
    try:
        with psycopg.connect(dsn, dbname="postgres", connect_timeout=5) as connection:
            row = connection.execute("select current_setting('data_directory')").fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and Path(str(row[0])).resolve() == cluster


def find_running(data_dir: Path) -> str | None:
    """How to reach the server that runs on `data_dir`, None without one; never starts one."""
    data_dir = data_dir.resolve()
    if find_postmaster(data_dir / CLUSTER) is None:
        return None
    dsn = make_conninfo(host=str(find_socket_folder(data_dir)), user=ROLE, dbname=DATABASE)
    return dsn if serves(dsn, data_dir / CLUSTER) else None


def check_version(cluster: Path, binaries: Binaries) -> None:
    with told_plainly(cluster.parent):
        wrote = int((cluster / "PG_VERSION").read_text().strip().split(".")[0])
    if wrote != binaries.major:
        raise Unavailable(
            f"The data in {cluster} were written by PostgreSQL {wrote}; the programs here are PostgreSQL "
            f"{binaries.major}.",
            f"Name programs of version {wrote} with TOCSIN_PG_BIN, or dump the data with them "
            "and load the dump into a new data folder.",
        )


def launch(data_dir: Path, binaries: Binaries, user: SystemUser | None, dsn: str) -> EmbeddedPostgres:
    deadline = time.monotonic() + START_WITHIN
    farewell = time.monotonic() + FAREWELL_WITHIN
    while True:
        with told_plainly(data_dir):
            log_begins = begin_log(data_dir)
        try:
            child = spawn(data_dir, binaries, user)
        except PermissionError as error:
            raise out_of_reach(data_dir, user) from error
        while child.poll() is None:
            if serves(dsn, data_dir / CLUSTER):
                return EmbeddedPostgres(dsn, child.pid, data_dir, child)
            if time.monotonic() > deadline:
                child.send_signal(signal.SIGINT)
                child.wait()
                raise not_started(data_dir, f"it did not answer within {START_WITHIN:.0f} s")
            time.sleep(0.01)
        said = read_complaint(data_dir / LOG, log_begins)
        # The sessions of a killed server leave by themselves, a moment after it.
        if "shared memory block" not in said or time.monotonic() > farewell:
            raise not_started(data_dir, said)
        time.sleep(0.1)


def spawn(data_dir: Path, binaries: Binaries, user: SystemUser | None) -> subprocess.Popen[bytes]:
    """A direct child in a session of its own, so that Ctrl-C in a terminal reaches us first and the server last."""
    with (data_dir / LOG).open("ab") as output:
        return subprocess.Popen(
            [binaries.program("postgres"), "-D", str(data_dir / CLUSTER)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=data_dir / CLUSTER,
            env={"LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )


def begin_log(data_dir: Path) -> int:
    """Where in the log the messages of the next start will begin."""
    path = data_dir / LOG
    path.touch(mode=0o640)
    return path.stat().st_size


def read_complaint(path: Path, begins: int) -> str:
    """What the server said since `begins` about why it does not start, without the times before each line."""
    with path.open("rb") as file:
        file.seek(begins)
        lines = file.read().decode(errors="replace").splitlines()
    telling = [line for line in lines if re.search(r"\b(FATAL|PANIC|ERROR)\b|LOG: .*(invalid|error)", line)]
    return "; ".join(line.partition("] ")[2].strip() or line.strip() for line in telling or lines[-3:])


def not_started(data_dir: Path, said: str) -> Unavailable:
    if "No space left on device" in said:
        return disk_full(data_dir)
    return Unavailable(
        f"The embedded PostgreSQL did not start: {said or 'it said nothing'}.",
        f"Its messages are in {data_dir / LOG}.",
    )


def make_database(dsn: str) -> None:
    with psycopg.connect(dsn, dbname="postgres", autocommit=True) as connection:
        if connection.execute("select from pg_database where datname = %s", (DATABASE,)).fetchone() is None:
            connection.execute(f"create database {DATABASE}")


def make_database_anew(dsn: str) -> None:
    """Drop the database with all that is in it, whoever is connected, and make an empty one."""
    with psycopg.connect(dsn, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"drop database if exists {DATABASE} with (force)")
    make_database(dsn)
