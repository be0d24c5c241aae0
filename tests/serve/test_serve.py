"""`tocsin serve` as a whole: from nothing to ready, through crashes and upgrades, to a clean end."""

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

import pytest

from tests.support.postgres import open_folder
from tests.support.programs import answers, eventually, free_port, http, stop
from tests.support.tocsin import COMMAND, Tocsin, tocsin_running

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def tocsin() -> Iterator[Tocsin]:
    with open_folder() as home, tocsin_running(home) as running:
        yield running


def log(tocsin: Tocsin) -> str:
    return (tocsin.home / "serve.log").read_text()


def children(pid: int) -> dict[str, int]:
    """Process ids of the direct children by what they are: web, worker, postgres."""
    found: dict[str, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and parent_of(int(entry.name)) == pid:
            words = (entry / "cmdline").read_bytes().decode().split("\0")
            role = next((role for role in ("web", "worker") if role in words), Path(words[0]).name)
            found[role] = int(entry.name)
    return found


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
    tocsin.run("declare", "The till is down", "--severity", "SEV-3")
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
    )
    assert refused.returncode == 1
    assert "The database does not let us in" in refused.stderr
    assert "secret" not in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("role", ["web", "worker", "postgres"])
def test_what_crashes_is_started_again(tocsin: Tocsin, role: str) -> None:
    before = children(tocsin.process.pid)[role]
    os.kill(before, signal.SIGKILL)
    pid = tocsin.process.pid
    eventually(f"another {role} runs", lambda: children(pid).get(role, before) != before and answers_ready(tocsin))
    named = "The embedded PostgreSQL has ended" if role == "postgres" else f"{role} (process {before}) was ended"
    assert named in log(tocsin)
    assert "The till is down" in tocsin.run("list")


def answers_ready(tocsin: Tocsin) -> bool:
    return answers(f"{tocsin.url}/readyz")


def test_an_upgrade_in_place_refuses_and_loses_no_request(tocsin: Tocsin) -> None:
    """REL-11: under load, on kept and on new connections, while the program replaces itself three times."""
    host, port = tocsin.address.split(":")
    stop, failures, counts = threading.Event(), list[str](), [0] * 4

    def load(number: int) -> None:
        connection = HTTPConnection(host, int(port), timeout=10)
        while not stop.is_set():
            try:
                connection.request("GET", "/readyz")
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    failures.append(f"status {answer.status}")
                if number % 2 or answer.will_close:
                    connection.close()
            except OSError as error:
                failures.append(repr(error))
                connection.close()
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=load, args=(number,)) for number in range(len(counts))]
    for thread in threads:
        thread.start()
    postgres = children(tocsin.process.pid)["postgres"]
    for _ in range(3):
        before = children(tocsin.process.pid)
        taken_over = log(tocsin).count("This version has taken over")
        tocsin.process.send_signal(signal.SIGHUP)
        eventually("it took over", lambda n=taken_over: log(tocsin).count("This version has taken over") > n)
        eventually(
            "the version before has left",
            lambda old=before: not {old["web"], old["worker"]} & set(children(tocsin.process.pid).values()),
        )
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(count > 10 for count in counts)
    assert children(tocsin.process.pid)["postgres"] == postgres


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
        family = children(first.process.pid)
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        eventually("web and worker have left", lambda: not alive(family["web"]) and not alive(family["worker"]))
        assert alive(family["postgres"])
    with tocsin_running(tmp_path) as second:
        assert "Before the kill" in second.run("list")
        assert f"Adopted the PostgreSQL (process {family['postgres']})" in log(second)
    assert not alive(family["postgres"])


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_with_open_streams(tmp_path: Path, number: signal.Signals) -> None:
    with tocsin_running(tmp_path) as running:
        family = children(running.process.pid)
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
        assert not [pid for pid in family.values() if alive(pid)]


def test_a_socket_from_systemd_is_used(tmp_path: Path) -> None:
    """Socket activation: the address belongs to somebody who outlives us, so not even a restart refuses a request."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        source = (
            "import os, sys; os.dup2(int(sys.argv[1]), 3); "
            "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid())); os.execv(sys.argv[2], sys.argv[2:])"
        )
        environment = {
            **os.environ,
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "TOCSIN_DATA_DIR": str(tmp_path / "data"),
            "TOCSIN_LISTEN": "127.0.0.1:1",
        }
        command = [sys.executable, "-c", source, str(listening.fileno()), *COMMAND, "serve"]
        process = subprocess.Popen(command, env=environment, cwd=tmp_path, pass_fds=[listening.fileno()])
        try:
            eventually("it answers on that socket", lambda: answers(f"http://{address}/readyz"))
        finally:
            stop(process)
        assert process.returncode == 0
