"""What sends one message by Apprise, in a process of its own: a task on standard input, its outcome on standard output.

Apprise opens its own connections. Here every one of them passes the address guard (SEC-4), below any library: the
interpreter itself asks before it connects. Nothing else of the machine is open to it: no other program, no Unix socket.
"""

import importlib
import logging
import re
import sys
from typing import Any

import msgspec

from tocsin.kernel.addresses import AddressGuard, BlockedAddress, parse_network_list
from tocsin.kernel.http_answer import reason_of_status
from tocsin.kernel.outbound import FailureReason

_CONNECTS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty")
_STATUS = re.compile(r"error=(\d{3})\b")


_TROUBLE = "Socket Exception"
_TROUBLES = (
    ("SSLError", FailureReason.TLS, "its certificate is not trusted"),
    ("Read timed out", FailureReason.TIMEOUT, "it gave no answer in time"),
    ("BadStatusLine", FailureReason.OTHER, "it does not answer like a web server"),
    ("LineTooLong", FailureReason.OTHER, "it does not answer like a web server"),
    ("", FailureReason.UNREACHABLE, "it cannot be reached"),
)
"""What the library below Apprise calls it; the first that fits."""


class Task(msgspec.Struct, frozen=True):
    """`networks`: those beside the internet that may be called, as `TOCSIN_ALLOWED_NETWORKS` has them."""

    address: str
    title: str
    body: str
    is_page: bool
    networks: str


class Outcome(msgspec.Struct, frozen=True):
    """`reason` None: Apprise says that the service took it. `detail` has nothing of the service's own words."""

    reason: FailureReason | None = None
    detail: str = ""


class Listener(logging.Handler):
    """What Apprise logs is all that it says of a failure; kept are the last status and why there was none. A service's
    own words are logged as well, as what only a developer looks at, and begin otherwise.
    """

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.status: int | None = None
        self.trouble: Outcome | None = None

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        found = _STATUS.search(said) if record.levelno >= logging.WARNING else None
        self.status = int(found[1]) if found else self.status
        if said.startswith(_TROUBLE):
            self.trouble = next(Outcome(reason, detail) for mark, reason, detail in _TROUBLES if mark in said)


class Gate:
    """The interpreter's audit hook; it cannot be taken away again."""

    def __init__(self, guard: AddressGuard) -> None:
        self._guard = guard
        self.refused = ""

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event in _STARTS:
            raise BlockedAddress("no program is started for a message")
        if event in _CONNECTS:
            self._check(args[1])

    def _check(self, address: object) -> None:
        """A name or a path in place of an address is refused by the guard, too."""
        host = str(address[0]) if isinstance(address, tuple) else str(address)  # pyright: ignore[reportUnknownArgumentType]  # of any family
        try:
            self._guard.check(host)
        except BlockedAddress as refused:
            self.refused = str(refused)
            raise


def main() -> None:
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    gate, listener = Gate(AddressGuard(parse_network_list(task.networks))), Listener()
    apprise: Any = importlib.import_module("apprise")
    log = logging.getLogger("apprise")
    log.setLevel(logging.DEBUG)
    log.addHandler(listener)
    sys.addaudithook(gate)
    sys.stdout.buffer.write(msgspec.json.encode(_sent(apprise, task, gate, listener)))


def _sent(apprise: Any, task: Task, gate: Gate, listener: Listener) -> Outcome:
    asset = apprise.AppriseAsset(app_id="Tocsin", app_desc="Tocsin", async_mode=False, storage_mode="memory")
    service = apprise.Apprise(asset=asset)
    if not service.add(task.address):
        return Outcome(FailureReason.REJECTED, "Apprise does not understand the address")
    kind = apprise.NotifyType.FAILURE if task.is_page else apprise.NotifyType.INFO
    if service.notify(title=task.title, body=task.body, notify_type=kind, body_format=apprise.NotifyFormat.TEXT):
        return Outcome()
    return _failed(gate, listener)


def _failed(gate: Gate, listener: Listener) -> Outcome:
    if gate.refused:
        return Outcome(FailureReason.BLOCKED_ADDRESS, f"it is not called: {gate.refused}")
    if listener.status is not None:
        return Outcome(reason_of_status(listener.status), f"it answered {listener.status}")
    return listener.trouble or Outcome(FailureReason.OTHER, "Apprise says no more than that it failed")


if __name__ == "__main__":
    main()
