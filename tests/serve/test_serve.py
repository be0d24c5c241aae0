"""`tocsin serve` as a whole: from nothing to ready, through crashes and upgrades, to a clean end."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Self

import psycopg
import pytest

from tests.support.postgres import open_folder
from tests.support.programs import answers, eventually, free_port, http, stop
from tests.support.tocsin import COMMAND, Tocsin, tocsin_running
from tocsin.db import embedded

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def tocsin() -> Iterator[Tocsin]:
    with open_folder() as home, tocsin_running(home) as running:
        running.run("declare", "The till is down", "--severity", "SEV-3")
        yield running


def log(tocsin: Tocsin) -> str:
    return (tocsin.home / "serve.log").read_text()


def children(pid: int) -> dict[str, int]:
    """Process ids of the direct children by what they are: web, worker, postgres; "" one that nobody has buried yet."""
    return {role: child for child, role in roles(pid)}


def roles(pid: int) -> list[tuple[int, str]]:
    """Each direct child with what it is; two of one kind during an upgrade."""
    found: list[tuple[int, str]] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and parent_of(int(entry.name)) == pid:
            found.append((int(entry.name), role_of(entry)))
    return found


def role_of(process: Path) -> str:
    """By its entry in /proc; "" once it is dead, buried or not."""
    try:
        words = (process / "cmdline").read_bytes().decode().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return next((role for role in ("web", "worker") if role in words), Path(words[0]).name)


def family(tocsin: Tocsin) -> dict[str, int]:
    """All three, once they run: one that crashed a moment ago starts again after a pause."""
    pid = tocsin.process.pid
    return eventually("web, worker and postgres run", lambda: found if len(found := children(pid)) == 3 else None)


def parent_of(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def serve_once(home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected to be refused."""
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), **settings}
    return subprocess.run(
        [*COMMAND, "serve"], env=environment, cwd=home, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_first_start_leaves_all_that_a_person_needs(tocsin: Tocsin) -> None:
    eventually("the address is printed", lambda: f"Tocsin is ready at {tocsin.url}" in log(tocsin))
    link = next(word for word in log(tocsin).split() if word.startswith(f"{tocsin.url}/sign-in/"))
    assert http("GET", link)[0] == 200
    profile = tocsin.home / "config" / "tocsin" / "profile.json"
    assert stat.S_IMODE(profile.stat().st_mode) == 0o600
    assert stat.S_IMODE((tocsin.home / "data" / "secret.key").stat().st_mode) == 0o600
    assert "The till is down" in tocsin.run("list")


def test_healthz_and_readyz_answer_probes(tocsin: Tocsin) -> None:
    assert http("GET", f"{tocsin.url}/healthz") == (200, b"ok\n")
    assert http("GET", f"{tocsin.url}/readyz") == (200, b"ok\n")
    assert http("POST", f"{tocsin.url}/healthz")[0] == 405


def test_a_second_tocsin_on_the_folder_is_refused(tocsin: Tocsin) -> None:
    refused = serve_once(tocsin.home, **tocsin.environment)
    assert refused.returncode == 1
    assert f"Another Tocsin (process {tocsin.process.pid}) already works on" in refused.stderr


def test_a_used_port_is_one_clear_sentence(tocsin: Tocsin, tmp_path: Path) -> None:
    refused = serve_once(tmp_path, TOCSIN_DATA_DIR=str(tmp_path / "data"), TOCSIN_LISTEN=tocsin.address)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[0] == f"tocsin serve: The address {tocsin.address} is in use by another program."
    assert "TOCSIN_LISTEN" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_wrong_database_url_is_one_clear_sentence(tmp_path: Path) -> None:
    refused = serve_once(
        tmp_path,
        TOCSIN_DATA_DIR=str(tmp_path / "data"),
        TOCSIN_LISTEN=f"127.0.0.1:{free_port()}",
        TOCSIN_DATABASE_URL="postgresql://tocsin:secret@127.0.0.1:1/tocsin",
        TOCSIN_SMPT_URL="smtp://mail",
    )
    assert "TOCSIN_SMPT_URL is no setting, and nothing reads it. If TOCSIN_SMTP_URL is meant" in refused.stderr
    assert refused.returncode == 1
    assert "The database does not let us in" in refused.stderr
    assert "secret" not in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("role", ["web", "worker", "postgres"])
def test_what_crashes_is_started_again(tocsin: Tocsin, role: str) -> None:
    before = family(tocsin)[role]
    os.kill(before, signal.SIGKILL)
    pid = tocsin.process.pid
    eventually(f"another {role} runs", lambda: children(pid).get(role, before) != before and answers_ready(tocsin))
    named = "The embedded PostgreSQL has ended" if role == "postgres" else f"{role} (process {before}) was ended"
    assert named in log(tocsin)
    assert "The till is down" in tocsin.run("list")


def answers_ready(tocsin: Tocsin) -> bool:
    return answers(f"{tocsin.url}/readyz")


class Load:
    """Some hundred alerts a second from several clients at once, each its own, on kept and on new connections;
    `failures` must stay empty."""

    def __init__(self, address: str, clients: int = 4) -> None:
        self.failures: list[str] = []
        self.accepted = [0] * clients
        self._host, _, self._port = address.partition(":")
        self._stop = threading.Event()
        self._clients = [threading.Thread(target=self._send, args=(number,)) for number in range(clients)]

    def __enter__(self) -> Self:
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for client in self._clients:
            client.join()

    def _send(self, number: int) -> None:
        connection = HTTPConnection(self._host, int(self._port), timeout=30)
        while not self._stop.wait(PAUSE):
            labels = {"alertname": "Load", "client": str(number), "n": str(self.accepted[number])}
            try:
                connection.request("POST", "/api/v2/alerts", json.dumps([{"labels": labels}]), SENDER)
                answer = connection.getresponse()
                said = answer.read()
            except OSError as error:
                self.failures.append(repr(error))
                connection.close()
                continue
            if answer.status == 200:
                self.accepted[number] += 1
            else:
                self.failures.append(f"{answer.status} {said!r}")
            if number % 2 or answer.will_close:
                connection.close()
        connection.close()


PAUSE = 0.01  # between two requests of a client: the machine is to have room for two versions at once
KEY = "a-key-of-the-load-test"
SENDER = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
CONFIGURATION = f"integrations:\n  - {{name: load, type: prometheus, key: {KEY}}}\n"


def allow_load(tocsin: Tocsin) -> None:
    (tocsin.home / "load.yaml").write_text(CONFIGURATION)
    tocsin.run("apply", "-f", "load.yaml")


def count_stored(home: Path) -> int:
    dsn = embedded.find_running(home / "data")
    assert dsn is not None
    with psycopg.connect(dsn) as conn:
        row = conn.execute("select count(*) from alert where labels ->> 'alertname' = 'Load'").fetchone()
    return row[0] if row else 0


def test_an_upgrade_in_place_refuses_and_loses_no_alert(tocsin: Tocsin) -> None:
    """REL-11: under load, the program replaces itself twice."""
    allow_load(tocsin)
    postgres = family(tocsin)["postgres"]
    with Load(tocsin.address) as load:
        for _ in range(2):
            upgrade(tocsin)
    assert load.failures == []
    assert min(load.accepted) > 0
    assert count_stored(tocsin.home) == sum(load.accepted)
    assert family(tocsin)["postgres"] == postgres


def upgrade(tocsin: Tocsin) -> None:
    """Returns when the version before has left."""
    before = family(tocsin)
    taken_over = log(tocsin).count("This version has taken over")
    tocsin.process.send_signal(signal.SIGHUP)
    eventually("it took over", lambda: log(tocsin).count("This version has taken over") > taken_over)
    old = {before["web"], before["worker"]}
    eventually("the version before has left", lambda: not old & {child for child, _ in roles(tocsin.process.pid)})


def test_two_upgrades_at_once_are_done_one_after_the_other(tocsin: Tocsin) -> None:
    """The next version knows of nobody who is still leaving, so it does not begin before they are gone."""
    before = set(family(tocsin).values())
    taken_over = log(tocsin).count("This version has taken over")
    tocsin.process.send_signal(signal.SIGHUP)
    eventually("it took over", lambda: log(tocsin).count("This version has taken over") > taken_over)
    tocsin.process.send_signal(signal.SIGHUP)
    eventually("it took over again", lambda: log(tocsin).count("This version has taken over") > taken_over + 1)
    after = eventually("nobody else is left", lambda: family(tocsin) if len(roles(tocsin.process.pid)) == 3 else None)
    assert before & set(after.values()) == {after["postgres"]}


def test_an_upgrade_that_would_not_start_is_not_begun(tocsin: Tocsin) -> None:
    """The settings are wrong now: what runs goes on."""
    (tocsin.home / "tocsin.toml").write_text("liste = '127.0.0.1:1'\n")
    before = children(tocsin.process.pid)
    tocsin.process.send_signal(signal.SIGHUP)
    eventually("it says why", lambda: "No upgrade: " in log(tocsin))
    (tocsin.home / "tocsin.toml").unlink()
    assert "names a setting that does not exist: liste" in log(tocsin)
    assert children(tocsin.process.pid) == before
    assert answers_ready(tocsin)


def test_a_second_start_finds_its_data_also_after_a_kill(tmp_path: Path) -> None:
    """The children of a killed parent leave by themselves; its PostgreSQL is adopted."""
    with tocsin_running(tmp_path) as first:
        first.run("declare", "Before the kill")
        left = family(first)
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        eventually("web and worker have left", lambda: not alive(left["web"]) and not alive(left["worker"]))
        assert alive(left["postgres"])
    with tocsin_running(tmp_path) as second:
        assert "Before the kill" in second.run("list")
        assert f"Adopted the PostgreSQL (process {left['postgres']})" in log(second)
    assert not alive(left["postgres"])


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_with_open_streams(tmp_path: Path, number: signal.Signals) -> None:
    with tocsin_running(tmp_path) as running:
        members = family(running)
        host, port = running.address.split(":")
        token = (running.home / "config" / "tocsin" / "profile.json").read_text().split('"token": "')[1].split('"')[0]
        stream = HTTPConnection(host, int(port), timeout=30)
        stream.request("GET", "/api/v1/stream", headers={"Authorization": f"Bearer {token}"})
        answer = stream.getresponse()
        assert answer.status == 200
        running.process.send_signal(number)
        assert running.process.wait(30) == 0
        answer.read()
        stream.close()
        assert not [pid for pid in members.values() if alive(pid)]


class SocketUnit:
    """As systemd starts a service that has a socket unit: the address outlives every process that serves it."""

    def __init__(self, home: Path, listening: socket.socket) -> None:
        self.home = home
        self.address = f"127.0.0.1:{listening.getsockname()[1]}"
        self.environment = {
            "XDG_CONFIG_HOME": str(home / "config"),
            "TOCSIN_DATA_DIR": str(home / "data"),
            "TOCSIN_LISTEN": "127.0.0.1:1",
        }
        self._descriptor = listening.fileno()

    def start(self) -> subprocess.Popen[bytes]:
        source = (
            "import os, sys; os.dup2(int(sys.argv[1]), 3); "
            "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid())); os.execv(sys.argv[2], sys.argv[2:])"
        )
        with (self.home / "serve.log").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-c", source, str(self._descriptor), *COMMAND, "serve"],
                env={**os.environ, **self.environment},
                cwd=self.home,
                pass_fds=[self._descriptor],
                stdout=output,
                stderr=output,
            )

    def is_ready(self) -> bool:
        return answers(f"http://{self.address}/readyz")


def test_a_restart_behind_a_socket_of_systemd_refuses_and_loses_no_alert(tmp_path: Path) -> None:
    """Requests that come while nothing runs wait in the socket's queue."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        unit = SocketUnit(tmp_path, listening)
        process = unit.start()
        try:
            eventually("it answers on the socket it was given", unit.is_ready)
            profile = {"TOCSIN_URL": f"http://{unit.address}"}
            allow_load(Tocsin(unit.address, tmp_path, {**unit.environment, **profile}, process))
            with Load(unit.address) as load:
                for _ in range(2):
                    stop(process)
                    process = unit.start()
                    eventually("it answers again", unit.is_ready)
            assert load.failures == []
            assert min(load.accepted) > 0
            assert count_stored(tmp_path) == sum(load.accepted)
        finally:
            stop(process)
