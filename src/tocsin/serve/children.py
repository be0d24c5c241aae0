"""One child process: started with the files it needs, told to stop, and its end noticed – by its process id alone, so
that it can be carried across an upgrade of its parent.

A child is `tocsin web` or `tocsin worker`. It gets the listening socket, a lifeline whose other end is held by us (it
ends when we are gone, however we went) and a pipe on which it says that it is ready.
"""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SOCKET_FD, LIFELINE_FD, READY_FD = 3, 4, 5
SHORT_WRITE = 4096  # bytes that an empty pipe takes at once, everywhere


@dataclass
class Child:
    """`ready` is the reading end of its pipe, None once it has spoken or was closed; `said` is what it said."""

    role: str
    pid: int
    ready: int | None = None
    said: str = ""
    is_ready: bool = False
    started: float = field(default_factory=time.monotonic)
    kill_at: float | None = None
    """When to use force, once it was asked to leave."""

    def hear(self) -> None:
        """Reads its pipe: a child that is ready writes a line, one that fails closes it without a word."""
        if self.ready is not None:
            self.said = os.read(self.ready, SHORT_WRITE).decode()
            os.close(self.ready)
            self.ready, self.is_ready = None, bool(self.said)

    def ask_to_leave(self, patience: float) -> None:
        if self.kill_at is None:
            self.kill_at = time.monotonic() + patience
            send_signal(self.pid, signal.SIGTERM)

    def find_end(self) -> str | None:
        """How it ended, in words; None while it lives."""
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:
            return "is gone"
        if pid == 0:
            return None
        if self.ready is not None:
            self.hear()
        if os.WIFSIGNALED(status):
            return f"was ended by {signal.Signals(os.WTERMSIG(status)).name}"
        return f"ended with status {os.waitstatus_to_exitcode(status)}"


def spawn(role: str, *options: str, socket_fd: int | None, lifeline_fd: int, environment: Mapping[str, str]) -> Child:
    """`socket_fd` and `lifeline_fd` are ours; the child sees them, and its ready pipe, under fixed numbers."""
    ready, readier = os.pipe()
    # Copies above the fixed numbers, so that no copy overwrites one that is still to be made.
    sources = {SOCKET_FD: socket_fd, LIFELINE_FD: lifeline_fd, READY_FD: readier}
    copies = {target: _copy_above(fd) for target, fd in sources.items() if fd is not None}
    arguments = ["--lifeline", str(LIFELINE_FD), "--ready", str(READY_FD)]
    arguments += ["--socket", str(SOCKET_FD)] if socket_fd is not None else []
    try:
        pid = os.posix_spawn(
            sys.executable,
            [*python(), role, *arguments, *options],
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, copy, target) for target, copy in copies.items()],
            setpgroup=0,  # a group of its own: Ctrl-C reaches us alone, and we tell the others in order
            setsigmask=(),
        )
    finally:
        for descriptor in (*copies.values(), readier):
            os.close(descriptor)
    return Child(role, pid, ready)


def python() -> Sequence[str]:
    """The command that runs this program again, whatever lies in the folder we stand in."""
    return [sys.executable, "-P", "-m", "tocsin"]


def _copy_above(descriptor: int) -> int:
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, READY_FD + 1)


def send_signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
