"""`tocsin demo`: a Tocsin of its own with a year of history, and a drill alert once somebody looks at it.

Its data folder is its own and marked as a demo's; what is not marked is never touched.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from psycopg.conninfo import make_conninfo

from tocsin.db import embedded
from tocsin.db.data_folder import lock_data_folder, make_data_folder
from tocsin.db.database import Database
from tocsin.db.keyring import check_keyring, keyring_of
from tocsin.db.migrate import migrate
from tocsin.demo import store
from tocsin.demo.changes import tell_changes
from tocsin.demo.drill import drill_whoever_looks, profile_home
from tocsin.demo.living import live_through
from tocsin.demo.tales import A_YEAR, tell
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Refused
from tocsin.kernel.secrets import Keyring
from tocsin.reactions import REACTIONS
from tocsin.settings import PREFIX, Settings, default_data_dir, load, load_here, with_secret_key
from tocsin.surfaces.cli.reader import Reader

MARK = "demo.json"
BEGUN = "demo.begun"
"""Is there while the history is made, and stays when that is interrupted: the next one begins anew."""

SHORTEST, LONGEST = 14, 730
USUAL_PORT = 8377

WITHOUT_JOBS = {event: reaction._replace(as_jobs=()) for event, reaction in REACTIONS.items()}
"""Nobody works in the past: what events would arm is not armed."""

EPILOG = """Examples:
  tocsin demo
  tocsin demo --days 60
  tocsin demo --no-serve --database-url postgresql:///tocsin_demo
  tocsin demo --anew --seed 2
Ctrl-C ends it; the same command goes on with what is there, and begins anew where the history was not finished."""


@dataclass(frozen=True)
class Options:
    """What was asked for. `database_url` None: an embedded database below `data_dir`."""

    seed: int
    days: int
    data_dir: Path
    database_url: str | None
    serves: bool
    anew: bool = False


def main(argv: Sequence[str]) -> int:
    options = read_options(argv)
    settings = with_secret_key(_settings(options))
    if options.database_url is not None:
        migrate(options.database_url, datetime.now(UTC))
        seed_database(options.database_url, settings, options)
    elif options.anew or not is_a_demo(options.data_dir):
        make_history(settings, options)
    return serve(settings) if options.serves else 0


def read_options(argv: Sequence[str]) -> Options:
    parser = Reader(
        "tocsin demo",
        description="Try Tocsin: an organisation with a year of history, and a drill that pages you in your browser.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=1, help="another one tells another year (default: 1)")
    parser.add_argument("--days", type=int, default=A_YEAR, help=f"of history, {SHORTEST} to {LONGEST} (default: 365)")
    parser.add_argument(
        "--data-dir", type=Path, default=None, help="its own folder (default: tocsin-demo, beside Tocsin's usual one)"
    )
    parser.add_argument("--database-url", default=None, help="an empty PostgreSQL of yours instead; needs --no-serve")
    parser.add_argument("--anew", action="store_true", help="forget the history that is there and make another")
    parser.add_argument("--no-serve", action="store_true", help="only make the history")
    given = parser.read(argv)
    if not SHORTEST <= given.days <= LONGEST:
        parser.error(f"--days is {SHORTEST} to {LONGEST}.")
    if given.database_url is not None and not given.no_serve:
        parser.error("--database-url only makes the history: add --no-serve, then start tocsin serve on it.")
    if given.database_url is not None and given.anew:
        parser.error("--anew is for the demo's own folder: a database of yours is only filled while it is empty.")
    folder = given.data_dir or default_data_dir(os.environ).with_name("tocsin-demo")
    return Options(given.seed, given.days, folder, given.database_url, serves=not given.no_serve, anew=given.anew)


def _settings(options: Options) -> Settings:
    """Those of the demo: an installation's own are none of its business, but for the keys of a database of yours."""
    if options.database_url is not None:
        return load_here()
    make_sure_it_is_ours(options.data_dir)
    make_data_folder(options.data_dir)
    if not is_a_demo(options.data_dir):
        (options.data_dir / BEGUN).touch()
    return load({f"{PREFIX}DATA_DIR": str(options.data_dir)}, {})


def make_sure_it_is_ours(folder: Path) -> None:
    """Raises Refused for a folder in which something else lies."""
    if is_a_demo(folder) or (folder / BEGUN).exists() or not folder.exists() or not any(folder.iterdir()):
        return
    raise Refused(
        f"{folder} is not empty, and it is no demo of Tocsin.",
        "Name a folder of its own: tocsin demo --data-dir FOLDER",
    )


def is_a_demo(folder: Path) -> bool:
    return (folder / MARK).exists()


def make_history(settings: Settings, options: Options) -> None:
    """In the embedded database, whatever an earlier one left there; the folder is marked once all of it is there."""
    lock = lock_data_folder(settings.data_dir)
    (settings.data_dir / BEGUN).touch()
    (settings.data_dir / MARK).unlink(missing_ok=True)
    postgres = embedded.start(settings.data_dir)
    try:
        embedded.make_database_anew(postgres.dsn)
        migrate(postgres.dsn, datetime.now(UTC))
        seed_database(postgres.dsn, settings, options)
    finally:
        postgres.stop()
        lock.release()
    (settings.data_dir / MARK).write_text(json.dumps({"seed": options.seed, "days": options.days}) + "\n")
    (settings.data_dir / BEGUN).unlink()


def seed_database(dsn: str, settings: Settings, options: Options) -> None:
    keyring = keyring_of(settings)
    check_keyring(dsn, keyring)
    asyncio.run(seed(dsn, keyring, options))


async def seed(dsn: str, keyring: Keyring, options: Options) -> None:
    """Raises Refused for a database that somebody uses."""
    ends = datetime.now(UTC).replace(microsecond=0)
    clock = VirtualClock(ends - timedelta(days=options.days))
    tales = tell(options.seed, ends, options.days)
    changes = tell_changes(options.seed, ends, options.days)
    async with Database(_in_haste(dsn), clock=clock, reactions=WITHOUT_JOBS, keyring=keyring) as db:
        async with db.connection() as conn:
            if not await store.is_empty(conn):
                raise Refused(
                    "This database has people or incidents already.",
                    "A demo needs an empty one: createdb tocsin_demo, then --database-url postgresql:///tocsin_demo",
                )
        await live_through(db, clock, tales, changes, ends, show_progress)
    print(file=sys.stderr)


def _in_haste(dsn: str) -> str:
    """No step waits for the disk: what is lost in a crash is a history that is made again."""
    return make_conninfo(dsn, options="-c synchronous_commit=off")


def show_progress(begun: int, of: int) -> None:
    """One line that grows, for a person; nothing where nobody watches."""
    if sys.stderr.isatty() or begun == of:
        end = "" if begun < of else "."
        print(f"\rLiving through {of} incidents: {100 * begun // of} %{end}", end="", file=sys.stderr, flush=True)


def serve(settings: Settings) -> int:
    """`tocsin serve` as a child with settings of its own, until it ends; whoever signs in is drilled."""
    address = f"127.0.0.1:{free_port()}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {
        f"{PREFIX}DATA_DIR": str(settings.data_dir),
        f"{PREFIX}LISTEN": address,
        f"{PREFIX}PUBLIC_URL": f"http://{address}",
        "XDG_CONFIG_HOME": str(profile_home(settings.data_dir)),
    }
    log = settings.data_dir / "serve.log"
    with log.open("ab") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "tocsin", "serve"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        asyncio.run(drill_whoever_looks(child, settings.data_dir, f"http://{address}", log))
        return child.wait()
    except KeyboardInterrupt:
        return _end(child)
    except BaseException:
        _end(child)
        raise


def _end(child: subprocess.Popen[bytes]) -> int:
    with suppress(ProcessLookupError):
        child.terminate()
    return child.wait()


def free_port() -> int:
    """Tocsin's usual port, or any other while that is taken."""
    for port in (USUAL_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Refused("No port of 127.0.0.1 is free.", "End a program that listens on one.")
