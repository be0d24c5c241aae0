"""The watch over web, worker and PostgreSQL: start, restart with growing pauses, replace one by one, end in order."""

import logging
import signal
import sys
import time
from collections.abc import Callable, Mapping
from enum import Enum

from tocsin.db.embedded import EmbeddedPostgres
from tocsin.kernel.errors import TocsinError
from tocsin.serve.children import Child, send_signal, spawn
from tocsin.serve.signals import Signals

log = logging.getLogger(__name__)

WEB, WORKER = "web", "worker"
ROLES: tuple[str, ...] = (WEB, WORKER)
LOOK_EVERY = 0.5  # seconds between looks at what sends no signal: PostgreSQL, a terminal that is gone
PATIENCE = 20.0  # for a child that was asked to leave: above the worker's own ten seconds for running jobs
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_AFTER = 60.0  # a child that lived this long begins anew with the shortest pause
FIRST_TRIES = 3


class Ending(Enum):
    """Why the watch ended."""

    STOPPED = 0
    FAILED = 1
    UPGRADE = 2


def next_pause(failures: int) -> float:
    """Seconds before a child is started again after it failed `failures` times in a row."""
    return min(FIRST_PAUSE * 2 ** min(max(failures - 1, 0), 10), LONGEST_PAUSE)


class Supervisor:
    """`start_postgres` is None with an outside database. `on_ready` is told, once, what the children said."""

    def __init__(
        self,
        *,
        socket_fd: int,
        lifeline_fd: int,
        environment: Mapping[str, str],
        postgres: EmbeddedPostgres | None,
        start_postgres: Callable[[], EmbeddedPostgres] | None,
        on_ready: Callable[[list[str]], None],
    ) -> None:
        self.postgres = postgres
        self.children: dict[str, Child] = {}
        self._socket_fd = socket_fd
        self._lifeline_fd = lifeline_fd
        self._environment = environment
        self._start_postgres = start_postgres
        self._on_ready: Callable[[list[str]], None] | None = on_ready
        self._leaving: list[Child] = []
        self._upgrade_asked = False
        self._failures: dict[str, int] = dict.fromkeys(ROLES, 0)
        self._due: dict[str, float] = {}
        self._postgres_due = 0.0
        self._postgres_failures = 0
        self._has_terminal = sys.stdin is not None and sys.stdin.isatty()

    def start(self, *, welcome: bool = False) -> None:
        """Start every role; children that run already are asked to leave as soon as their successor is ready."""
        for role in ROLES:
            self._start(role, *(["--welcome"] if welcome and role == WEB else []))

    def keep(self, children: Mapping[str, int]) -> None:
        """Go on with children that an earlier version of this process started."""
        for role, pid in children.items():
            self.children[role] = Child(role, pid, is_ready=True)

    def watch(self, signals: Signals) -> Ending:
        while True:
            arrived, readable = signals.wait(self._patience(), self._ready_pipes())
            for child in self.children.values():
                if child.ready in readable:
                    child.hear()
            self._welcome()
            self._retire()
            if signal.SIGTERM in arrived or signal.SIGINT in arrived:
                return Ending.STOPPED
            if self._has_lost_terminal():
                return Ending.STOPPED
            self._note_ends()
            self._upgrade_asked |= signal.SIGHUP in arrived
            if self._upgrade_asked and not self._leaving:  # the next version would not know of those who are leaving
                self._upgrade_asked = False
                return Ending.UPGRADE
            if self._on_ready is not None and any(n >= FIRST_TRIES for n in self._failures.values()):
                return Ending.FAILED
            self._watch_postgres()
            self._start_due()

    def stop(self, signals: Signals) -> None:
        """Children first, PostgreSQL last; a second Ctrl-C hurries. Bounded by `PATIENCE` and the server's own."""
        leaving = [*self.children.values(), *self._leaving]
        for child in leaving:
            child.ask_to_leave(PATIENCE)
        while leaving := [child for child in leaving if child.find_end() is None]:
            arrived, _ = signals.wait(0.1, [])
            hurry = signal.SIGINT in arrived or signal.SIGTERM in arrived
            for child in leaving:
                if hurry or _is_overdue(child):
                    send_signal(child.pid, signal.SIGKILL)
        if self.postgres is not None:
            self.postgres.stop()

    def _start(self, role: str, *options: str) -> None:
        self._due.pop(role, None)
        socket_fd = self._socket_fd if role == WEB else None
        child = spawn(role, *options, socket_fd=socket_fd, lifeline_fd=self._lifeline_fd, environment=self._environment)
        before = self.children.get(role)
        if before is not None:
            self._leaving.append(before)
        self.children[role] = child

    def _welcome(self) -> None:
        children = [self.children[role] for role in ROLES if role in self.children]
        if self._on_ready is not None and len(children) == len(ROLES) and all(child.is_ready for child in children):
            self._on_ready([child.said for child in children])
            self._on_ready = None

    def _retire(self) -> None:
        for child in self._leaving:
            successor = self.children.get(child.role)
            if successor is not None and successor.is_ready:
                child.ask_to_leave(PATIENCE)
            if _is_overdue(child):
                send_signal(child.pid, signal.SIGKILL)

    def _note_ends(self) -> None:
        self._leaving = [child for child in self._leaving if child.find_end() is None]
        for role, child in list(self.children.items()):
            if (how := child.find_end()) is None:
                continue
            del self.children[role]
            lived = time.monotonic() - child.started
            self._failures[role] = 1 if child.is_ready and lived > STEADY_AFTER else self._failures[role] + 1
            pause = next_pause(self._failures[role])
            self._due[role] = time.monotonic() + pause
            log.error("%s (process %d) %s; it starts again in %.1f s.", role, child.pid, how, pause)

    def _start_due(self) -> None:
        for role, at in list(self._due.items()):
            if time.monotonic() >= at:
                self._start(role)

    def _watch_postgres(self) -> None:
        if self._start_postgres is None or time.monotonic() < self._postgres_due:
            return
        if self.postgres is not None and self.postgres.is_running():
            self.postgres.keep_log_small()
            return
        log.error("The embedded PostgreSQL has ended; it starts again now.")
        try:
            self.postgres = self._start_postgres()
            self._postgres_failures = 0
        except TocsinError as error:
            self.postgres = None
            self._postgres_failures += 1
            self._postgres_due = time.monotonic() + next_pause(self._postgres_failures)
            log.error("%s", error)

    def _patience(self) -> float:
        moments = [*self._due.values(), *(child.kill_at for child in self._leaving if child.kill_at is not None)]
        return max(0.0, min([LOOK_EVERY, *(moment - time.monotonic() for moment in moments)]))

    def _ready_pipes(self) -> list[int]:
        return [child.ready for child in self.children.values() if child.ready is not None]

    def _has_lost_terminal(self) -> bool:
        return self._has_terminal and not sys.stdin.isatty()


def _is_overdue(child: Child) -> bool:
    return child.kill_at is not None and time.monotonic() >= child.kill_at
