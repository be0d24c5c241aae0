"""The watch over children that are ready, fail, or do not leave when they are asked: programs of the test's own."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.programs import eventually
from tocsin.serve import supervisor
from tocsin.serve.signals import TAKEN, Signals
from tocsin.serve.supervisor import ROLES, WEB, WORKER, Ending, Supervisor

CHILD = """
import os, signal, sys, time
role, folder, parent = sys.argv[1], os.environ["FOLDER"], os.getppid()
with open(f"{folder}/{role}.started", "a") as started:
    started.write(f"{os.getpid()}\\n")
manner = open(f"{folder}/{role}.manner").read()
if manner == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
def leave_in_order(*_):
    time.sleep(0.3)
    open(f"{folder}/{role}.left", "w").close()
    sys.exit()

if manner == "orderly":
    signal.signal(signal.SIGTERM, leave_in_order)
if manner == "failing":
    sys.exit(3)
if manner != "slow":
    os.write(5, f"{role} is ready".encode())
if manner == "telling":
    os.kill(parent, signal.SIGTERM)
while os.getppid() == parent:
    time.sleep(0.05)
"""


class Family:
    """Children named as the product's, in front of it on their path; each behaves as is written for its role."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[list[str]] = []
        (folder / "tocsin").mkdir()
        (folder / "tocsin" / "__init__.py").touch()
        (folder / "tocsin" / "__main__.py").write_text(CHILD)
        self._lifeline = os.pipe()
        self.supervisor = Supervisor(
            socket_fd=self._lifeline[0],
            lifeline_fd=self._lifeline[0],
            environment={"PYTHONPATH": str(folder), "FOLDER": str(folder)},
            postgres=None,
            start_postgres=None,
            on_ready=self._hear,
        )
        self.behave(**dict.fromkeys(ROLES, "ready"))

    def _hear(self, said: list[str]) -> None:
        """Once all are ready the watch is over."""
        self.said.append(said)
        os.kill(os.getpid(), signal.SIGTERM)

    def behave(self, **manners: str) -> None:
        for role, manner in manners.items():
            (self.folder / f"{role}.manner").write_text(manner)

    def started(self, role: str) -> list[int]:
        file = self.folder / f"{role}.started"
        return [int(pid) for pid in file.read_text().split()] if file.exists() else []

    def runs(self, role: str) -> list[int]:
        return [pid for pid in self.started(role) if is_alive(pid)]

    def close(self) -> None:
        for pid in (pid for role in ROLES for pid in self.runs(role)):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        for end in self._lifeline:
            os.close(end)


def is_alive(pid: int) -> bool:
    """False for the dead, buried or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    family = Family(tmp_path)
    yield family
    family.close()


@pytest.fixture
def signals() -> Iterator[Signals]:
    before = {number: signal.getsignal(number) for number in TAKEN}
    with Signals() as signals:
        yield signals
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)


def test_it_is_ready_when_all_children_are_and_says_so_once(family: Family, signals: Signals) -> None:
    family.supervisor.start()
    assert family.supervisor.watch(signals) is Ending.STOPPED
    assert family.said == [["web is ready", "worker is ready"]]
    family.supervisor.stop(signals)
    assert [family.runs(role) for role in ROLES] == [[], []]


def test_what_never_starts_ends_it(family: Family, signals: Signals) -> None:
    family.behave(worker="failing")
    family.supervisor.start()
    assert family.supervisor.watch(signals) is Ending.FAILED
    assert len(family.started(WORKER)) == supervisor.FIRST_TRIES
    family.supervisor.stop(signals)
    assert family.runs(WEB) == []


def test_what_fails_later_is_started_again_however_often(family: Family, signals: Signals) -> None:
    family.supervisor.start()
    family.supervisor.watch(signals)
    family.behave(worker="telling")
    for _ in range(supervisor.FIRST_TRIES + 1):
        os.kill(family.started(WORKER)[-1], signal.SIGKILL)
        assert family.supervisor.watch(signals) is Ending.STOPPED
    assert len(family.runs(WORKER)) == 1
    assert len(family.started(WEB)) == 1
    family.supervisor.stop(signals)


def test_what_was_steady_before_it_failed_is_started_again_as_soon_as_at_first(
    family: Family, signals: Signals, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(supervisor, "STEADY_AFTER", 0.0)
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.1)
    family.supervisor.start()
    family.supervisor.watch(signals)
    family.behave(worker="telling")
    for _ in range(3):
        os.kill(family.started(WORKER)[-1], signal.SIGKILL)
        family.supervisor.watch(signals)
    assert [message.rpartition("; ")[2] for message in caplog.messages] == ["it starts again in 0.1 s."] * 3
    family.supervisor.stop(signals)


def test_an_upgrade_waits_until_those_who_were_replaced_have_left(family: Family, signals: Signals) -> None:
    family.supervisor.start()
    family.supervisor.watch(signals)
    before = [family.runs(role) for role in ROLES]
    family.supervisor.start()
    os.kill(os.getpid(), signal.SIGHUP)
    assert family.supervisor.watch(signals) is Ending.UPGRADE
    after = [family.runs(role) for role in ROLES]
    assert [len(each) for each in after] == [1, 1]
    assert after != before
    family.supervisor.stop(signals)


def test_who_was_replaced_and_does_not_leave_is_ended(
    family: Family, signals: Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PATIENCE", 0.1)
    family.behave(web="stubborn")
    family.supervisor.start()
    family.supervisor.watch(signals)
    (before,) = family.runs(WEB)
    family.behave(web="ready")
    family.supervisor.start()
    os.kill(os.getpid(), signal.SIGHUP)
    assert family.supervisor.watch(signals) is Ending.UPGRADE
    assert before not in family.runs(WEB)
    family.supervisor.stop(signals)


def test_nobody_leaves_before_its_successor_is_ready(family: Family, signals: Signals) -> None:
    family.supervisor.start()
    family.supervisor.watch(signals)
    (web,), (worker,) = (family.runs(role) for role in ROLES)
    family.behave(web="slow")
    family.supervisor.start()

    def worker_has_left() -> bool:
        os.kill(os.getpid(), signal.SIGTERM)
        return family.supervisor.watch(signals) is Ending.STOPPED and worker not in family.runs(WORKER)

    eventually("the worker before has left", worker_has_left)
    assert web in family.runs(WEB)
    family.supervisor.stop(signals)
    assert [family.runs(role) for role in ROLES] == [[], []]


def test_who_leaves_in_order_is_given_the_time(family: Family, signals: Signals) -> None:
    family.behave(web="orderly")
    family.supervisor.start()
    family.supervisor.watch(signals)
    family.supervisor.stop(signals)
    assert (family.folder / "web.left").exists()


def test_who_does_not_leave_is_ended_after_a_while(
    family: Family, signals: Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PATIENCE", 0.1)
    family.behave(web="stubborn")
    family.supervisor.start()
    family.supervisor.watch(signals)
    family.supervisor.stop(signals)
    assert [family.runs(role) for role in ROLES] == [[], []]


def test_a_second_signal_hurries(family: Family, signals: Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "PATIENCE", 3600.0)
    family.behave(web="stubborn", worker="stubborn")
    family.supervisor.start()
    family.supervisor.watch(signals)
    os.kill(os.getpid(), signal.SIGINT)
    family.supervisor.stop(signals)
    assert [family.runs(role) for role in ROLES] == [[], []]
