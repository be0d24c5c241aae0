"""`tocsin serve`: everything on this machine – the embedded PostgreSQL, web and worker – under one process."""

import argparse
import logging
import os
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import import_module

from tocsin.db import embedded
from tocsin.db.data_folder import FolderLock, lock_data_folder, make_data_folder
from tocsin.db.keyring import check_keyring, keyring_of
from tocsin.db.migrate import migrate
from tocsin.kernel.errors import TocsinError
from tocsin.serve.children import python
from tocsin.serve.handover import OPTION, Handover, read_handover, replace_process
from tocsin.serve.listen import inherit_socket, open_socket
from tocsin.serve.logs import set_up_logs
from tocsin.serve.signals import Signals, hold_back
from tocsin.serve.supervisor import ROLES, Ending, Supervisor
from tocsin.settings import PREFIX, Settings, load_here, with_secret_key
from tocsin.surfaces.cli.reader import Reader

log = logging.getLogger(__name__)

EPILOG = """Example: TOCSIN_LISTEN=127.0.0.1:9000 tocsin serve
Ctrl-C or SIGTERM ends everything. SIGHUP replaces the program by the version now installed, refusing no request."""
CHECK_WITHIN = 60.0


@dataclass
class Holdings:
    """What one process keeps from its start to its end, through every upgrade in place."""

    socket: socket.socket
    lock: FolderLock | None
    lifeline: tuple[int, int]


def main(argv: Sequence[str]) -> int:
    options = read_options(argv)
    settings = load_here()
    set_up_logs(settings, "serve")
    if options.check:
        # What the children run; this process needs none of it and stays small.
        for role in ROLES:
            import_module(f"tocsin.serve.{role}")
        return 0
    for name, meant in settings.misspelt:
        log.warning("%s is no setting, and nothing reads it. If %s is meant, call it so.", name, meant)
    before = read_handover(options.resume) if options.resume else None
    with Signals() as signals:
        holdings = hold(settings, before)
        supervisor = prepare(settings, holdings, before)
        ending = supervisor.watch(signals)
        while ending is Ending.UPGRADE:
            if is_next_version_sound():
                log.info("Handing over to the version now installed.")
                hold_back()
                replace_process(hand_over(holdings, supervisor))
            ending = supervisor.watch(signals)
        log.info("Ending.")
        supervisor.stop(signals)
        return ending.value


def read_options(argv: Sequence[str]) -> argparse.Namespace:
    parser = Reader(
        "tocsin serve",
        description="Run everything on this machine: web, worker and – unless TOCSIN_DATABASE_URL is set – PostgreSQL.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="only see whether this version could start")
    parser.add_argument(OPTION, help=argparse.SUPPRESS)
    return parser.read(argv)


def hold(settings: Settings, before: Handover | None) -> Holdings:
    if before is not None:
        lock = None if before.lock is None else FolderLock(before.lock)
        return Holdings(inherit_socket(before.socket), lock, before.lifeline)
    make_data_folder(settings.data_dir)
    lock = lock_data_folder(settings.data_dir) if settings.database_url is None else None
    return Holdings(open_socket(settings), lock, os.pipe())


def prepare(settings: Settings, holdings: Holdings, before: Handover | None) -> Supervisor:
    """The database up to date, the children started. A failed upgrade leaves the children of the version before."""
    start_postgres = None
    if settings.database_url is None:
        start_postgres = partial(embedded.start, settings.data_dir, pg_bin=settings.pg_bin)
    postgres = start_postgres() if start_postgres else None
    dsn = settings.database_url or (postgres.dsn if postgres else "")
    supervisor = Supervisor(
        socket_fd=holdings.socket.fileno(),
        lifeline_fd=holdings.lifeline[0],
        environment={**os.environ, f"{PREFIX}DATABASE_URL": dsn},
        postgres=postgres,
        start_postgres=start_postgres,
        on_ready=partial(welcome, settings, upgraded=before is not None),
    )
    try:
        keyring = keyring_of(with_secret_key(settings))
        migrate(dsn, datetime.now(UTC))
        check_keyring(dsn, keyring)
    except TocsinError as error:
        if before is None:
            if postgres is not None:
                postgres.stop()
            raise
        log.error("The new version cannot take over, the one before goes on. %s", error)
        supervisor.keep(before.children)
        return supervisor
    supervisor.keep(before.children if before else {})
    supervisor.start(welcome=before is None)
    return supervisor


def hand_over(holdings: Holdings, supervisor: Supervisor) -> Handover:
    return Handover(
        socket=holdings.socket.fileno(),
        lock=holdings.lock.descriptor if holdings.lock else None,
        lifeline=holdings.lifeline,
        children={role: child.pid for role, child in supervisor.children.items()},
    )


def is_next_version_sound() -> bool:
    """Whether the program now installed starts with the settings as they are now; nothing is given up before."""
    try:
        done = subprocess.run(
            [*python(), "serve", "--check"], capture_output=True, text=True, timeout=CHECK_WITHIN, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.error("No upgrade: the version now installed does not run: %s. This one goes on.", error)
        return False
    if done.returncode != 0:
        log.error("No upgrade: %s This version goes on.", " ".join(done.stderr.split()) or "it fails to start.")
    return done.returncode == 0


def welcome(settings: Settings, said: Sequence[str], *, upgraded: bool) -> None:
    if upgraded:
        log.info("This version has taken over.")
        return
    lines = [f"Tocsin is ready at {settings.public_url}", *(line for each in said for line in each.splitlines()[1:])]
    lines.append(f"Data: {settings.data_dir}" if settings.database_url is None else "Data: in your PostgreSQL")
    print("\n  ".join(lines), "\n  End it with Ctrl-C.", sep="", flush=True)
