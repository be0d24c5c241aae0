"""The embedded PostgreSQL against everything that happens to a server: kills, leftovers, wrong versions, full disks."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import open_folder
from tests.support.programs import eventually
from tocsin.db import embedded
from tocsin.db.binaries import copy_from_wheel
from tocsin.db.cluster import CLUSTER
from tocsin.kernel.errors import Unavailable


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A data folder with a cluster in it; each test starts and stops the server."""
    with open_folder() as made:
        embedded.start(made).stop()
        yield made


@pytest.fixture
def server(folder: Path) -> Iterator[embedded.EmbeddedPostgres]:
    running = embedded.start(folder)
    yield running
    running.stop()


def ask(dsn: str, query: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as conn:
        row = conn.execute(query).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


def test_it_keeps_its_data_and_its_promises(folder: Path) -> None:
    first = embedded.start(folder)
    with psycopg.connect(first.dsn) as conn:
        conn.execute("create table if not exists kept (what text)")
        conn.execute("insert into kept values ('promise')")
    first.stop()
    assert not first.is_running()
    second = embedded.start(folder)
    try:
        assert ask(second.dsn, "select what from kept limit 1") == "promise"
        assert ask(second.dsn, "show listen_addresses") == ""
        assert [ask(second.dsn, f"show {name}") for name in ("fsync", "synchronous_commit")] == ["on", "on"]
        assert ask(second.dsn, "select datcollate from pg_database where datname = 'tocsin'") == "C.UTF-8"
    finally:
        second.stop()


def test_only_its_own_user_and_ours_get_in(server: embedded.EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
        psycopg.connect(server.dsn, user="postgres")
    sockets = Path(psycopg.conninfo.conninfo_to_dict(server.dsn)["host"])
    assert sockets.stat().st_mode & 0o077 == 0


def test_a_running_server_is_found(folder: Path, server: embedded.EmbeddedPostgres) -> None:
    assert embedded.find_running(folder) == server.dsn
    server.stop()
    assert embedded.find_running(folder) is None


def test_a_stop_does_not_wait_for_open_sessions(server: embedded.EmbeddedPostgres) -> None:
    session = psycopg.connect(server.dsn)
    session.execute("select 1")
    server.stop()
    assert not server.is_running()
    session.close()


def test_a_server_that_outlived_its_parent_is_adopted(folder: Path) -> None:
    pid = start_and_die(folder)
    adopted = embedded.start(folder)
    assert (adopted.pid, adopted.child) == (pid, None)
    assert ask(adopted.dsn, "select 1") == 1
    adopted.stop()
    eventually("the adopted server has ended", lambda: not Path(f"/proc/{pid}").exists())


def start_and_die(folder: Path) -> int:
    """The server's process id, after the process that started it was killed."""
    source = (
        "import os, signal, sys; from pathlib import Path; from tocsin.db import embedded; "
        "print(embedded.start(Path(sys.argv[1])).pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", source, folder], stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    return int(done.stdout)


def test_a_killed_server_starts_again_with_what_was_committed(folder: Path) -> None:
    first = embedded.start(folder)
    session = psycopg.connect(first.dsn, autocommit=True)
    session.execute("create table survived (id int)")
    os.kill(first.pid, signal.SIGKILL)
    second = embedded.start(folder)
    session.close()
    assert not first.is_running()
    assert ask(second.dsn, "select count(*) from survived") == 0
    second.stop()


def test_a_leftover_note_that_names_a_stranger_is_no_server(folder: Path) -> None:
    """After a reboot the number in postmaster.pid may belong to anybody; nobody is killed for it."""
    with subprocess.Popen(["sleep", "60"]) as stranger:
        try:
            note = folder / CLUSTER / "postmaster.pid"
            note.write_text(f"{stranger.pid}\n{folder / CLUSTER}\n1\n5432\n\n\n\n\n")
            server = embedded.start(folder)
            server.stop()
            assert server.child is not None
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_deep_folder_is_too_long_for_a_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    server = embedded.start(deep)
    try:
        assert ask(server.dsn, "select 1") == 1
        assert str(tmp_path) not in server.dsn
    finally:
        server.stop()


def test_data_of_another_version(folder: Path) -> None:
    version = folder / CLUSTER / "PG_VERSION"
    kept = version.read_text()
    version.write_text("12\n")
    try:
        with pytest.raises(Unavailable, match=r"written by PostgreSQL 12; the programs here are PostgreSQL 18\. Name"):
            embedded.start(folder)
    finally:
        version.write_text(kept)


def test_a_damaged_configuration_is_told_with_the_servers_own_words(folder: Path) -> None:
    own = folder / CLUSTER / "local.conf"
    own.write_text("shared_buffers = 'lots'\n")
    try:
        with pytest.raises(Unavailable, match=r'did not start: .*invalid value for parameter "shared_buffers".*are in'):
            embedded.start(folder)
    finally:
        own.unlink()


def programs(folder: Path, *, version: str, initdb: str = "exit 1") -> Path:
    """Stand-ins for PostgreSQL's programs that say what the real ones would."""
    made = folder / "bin"
    made.mkdir()
    for name, body in {"postgres": f"echo 'postgres (PostgreSQL) {version}'", "initdb": initdb}.items():
        (made / name).write_text(f"#!/bin/sh\n{body}\n")
        (made / name).chmod(0o755)
    return made


def test_a_folder_without_programs(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"No postgres and no initdb in .*TOCSIN_PG_BIN names the folder"):
        embedded.start(tmp_path / "data", pg_bin=tmp_path)


def test_programs_that_are_too_old(tmp_path: Path) -> None:
    old = programs(tmp_path, version="14.9")
    with pytest.raises(Unavailable, match=r"are PostgreSQL 14; Tocsin needs 15 or newer\. Name newer ones"):
        embedded.start(tmp_path / "data", pg_bin=old)


def test_a_disk_that_fills_while_the_cluster_is_made(tmp_path: Path) -> None:
    said = 'initdb: error: could not write to file "base/1/1259": No space left on device'
    full = programs(tmp_path, version="18.4", initdb=f"echo '{said}' >&2; exit 1")
    with pytest.raises(Unavailable, match=r"The disk that holds .*/data is full\. Make room"):
        embedded.start(tmp_path / "data", pg_bin=full)
    assert list((tmp_path / "data").glob(f"{CLUSTER}*")) == []


def test_an_initdb_that_fails_is_quoted(tmp_path: Path) -> None:
    broken = programs(tmp_path, version="18.4", initdb="echo 'initdb: error: invalid locale settings' >&2; exit 1")
    with pytest.raises(Unavailable, match=r"could not be created in .*: initdb: error: invalid locale settings Mend"):
        embedded.start(tmp_path / "data", pg_bin=broken)


def test_a_copy_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    done = copy_from_wheel(tmp_path)
    copy = next(tmp_path.glob("postgresql-*"))
    copy.rename(copy.with_name(f"{copy.name}.half"))
    assert copy_from_wheel(tmp_path) == done
    assert [each.name for each in tmp_path.glob("postgresql-*")] == [copy.name]


if os.geteuid() == 0:

    def test_a_closed_folder_above_the_data_is_named(tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        with pytest.raises(Unavailable, match=r"The user tocsin, who runs PostgreSQL, cannot reach .*closed.*TOCSIN"):
            embedded.start(closed / "data")

    def test_the_server_is_not_root(server: embedded.EmbeddedPostgres) -> None:
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
