"""Which database a command works on: the outside one, or the embedded one – running, or started for the moment."""

from collections.abc import Generator
from contextlib import contextmanager

from tocsin.db import embedded
from tocsin.db.data_folder import lock_data_folder, make_data_folder
from tocsin.kernel.errors import Refused, Unavailable
from tocsin.settings import Settings


@contextmanager
def database_url(settings: Settings) -> Generator[str]:
    """For a command beside `tocsin serve`, or without it; an embedded server that it had to start ends with it."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    make_data_folder(settings.data_dir)
    try:
        lock = lock_data_folder(settings.data_dir)
    except Refused:
        # Somebody works on this folder: then their server answers, or is about to.
        yield running_database_url(settings)
        return
    try:
        server = embedded.start(settings.data_dir, pg_bin=settings.pg_bin)
        try:
            yield server.dsn
        finally:
            server.stop()
    finally:
        lock.release()


def running_database_url(settings: Settings) -> str:
    """The outside database, or the embedded server that runs on our data folder; raises Unavailable without one."""
    if settings.database_url is not None:
        return settings.database_url
    dsn = embedded.find_running(settings.data_dir)
    if dsn is None:
        raise Unavailable(
            f"No database: TOCSIN_DATABASE_URL is not set, and no embedded one runs on {settings.data_dir}.",
            "Start `tocsin serve` on this machine, or set TOCSIN_DATABASE_URL.",
        )
    return dsn
