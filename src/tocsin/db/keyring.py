"""The keys that seal the secrets of an installation (SEC-3): where they are kept, and whether they are the right ones.

One is made from the installation's secret key, so that a new installation has one key to keep. A rotation puts newer
ones in front: in `storage.keys` of the data folder, or by hand in `TOCSIN_STORAGE_KEYS` where many nodes share a
database. All but the first only open what was sealed before.
"""

import base64
import logging
import os
from collections.abc import Sequence
from pathlib import Path

import psycopg

from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Refused, Unavailable
from tocsin.kernel.secrets import Keyring, Unreadable
from tocsin.kernel.signing import derive
from tocsin.setting_readers import KEY_BYTES, read_keys
from tocsin.settings import Settings

log = logging.getLogger(__name__)

FILE = "storage.keys"
CHECK_PLACE = "key_check.sealed"
CHECK = "Tocsin"


def keyring_of(settings: Settings) -> Keyring:
    """`settings` as `with_secret_key` gives them. Raises Unavailable for a file that holds no keys."""
    first = derive(settings.secret_key, "storage")
    digest_key = derive(settings.secret_key, "storage-digest")
    if settings.storage_keys:
        keys = (*settings.storage_keys, first)
        return Keyring(lambda: keys, digest_key)
    file = KeyFile(settings.data_dir / FILE, first)
    file.read()
    return Keyring(file, digest_key)


class KeyFile:
    """The keys in a file, newest first, and `first` behind them. It is looked at again whenever it is asked, so that
    running processes have a new key at once; one that is damaged or taken away meanwhile changes nothing for them.
    """

    def __init__(self, path: Path, first: bytes) -> None:
        self.path = path
        self._first = first
        self._seen: tuple[int, int] | None = None
        self._keys: Sequence[bytes] = (first,)

    def __call__(self) -> Sequence[bytes]:
        try:
            return self.read()
        except Unavailable as error:
            log.error("%s The keys that were read before stay in use.", error)
            return self._keys

    def read(self) -> Sequence[bytes]:
        """Raises Unavailable when there is a file and it cannot be understood."""
        try:
            found = self.path.stat()
            seen = (found.st_mtime_ns, found.st_ino)
            if seen != self._seen:
                self._keys = (*read_keys(self.path.read_text().split()), self._first)
                self._seen = seen
        except FileNotFoundError:
            return self._keys  # before the first rotation there is none
        except (OSError, ValueError) as error:
            raise Unavailable(
                f"The keys in {self.path} cannot be read: {error}.",
                "Let this user read it, or put it back from a backup.",
            ) from error
        return self._keys


def add_key(settings: Settings) -> None:
    """A new key in front of those in the file; whatever runs on this data folder seals with it from now on.

    Raises Refused where the keys are not the data folder's to change.
    """
    if settings.sources.get("secret_key") != str(settings.data_dir / "secret.key"):
        raise Refused(
            "The keys of this installation are settings, so that every node has the same.",
            "Put a new one in front of TOCSIN_STORAGE_KEYS on every node (`openssl rand -base64 32` makes one), start "
            "them again, then run this again.",
        )
    path = settings.data_dir / FILE
    before = path.read_text().split() if path.exists() else []
    _write(path, [base64.b64encode(os.urandom(KEY_BYTES)).decode(), *before])


def forget_old_keys(settings: Settings) -> None:
    """Keeps the newest key of the file, which seals, and the one before: what was being written while it was replaced
    may be sealed with that."""
    path = settings.data_dir / FILE
    keys = path.read_text().split() if path.exists() else []
    if len(keys) > 2:
        _write(path, keys[:2])


def _write(path: Path, keys: Sequence[str]) -> None:
    """Whole or not at all, readable for whom the secret key is readable."""
    new = path.with_suffix(".new")
    try:
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(f"{key}\n" for key in keys)
            file.flush()
            os.fsync(file.fileno())
        if os.geteuid() == 0:
            owner = path.with_name("secret.key").stat()
            os.chown(new, owner.st_uid, owner.st_gid)
        new.replace(path)
    except OSError as error:
        raise Unavailable(
            f"Cannot keep the keys in {path}: {error.strerror}.", "Run it as the user that Tocsin runs as."
        ) from error


async def is_through(conn: Conn) -> bool:
    """Whether the last rotation came to its end: the known word is sealed with the newest key. Raises Refused when no
    key of ours opens it."""
    cursor = await conn.execute("SELECT sealed FROM key_check")
    row = await cursor.fetchone()
    if row is None:
        return True
    _refuse_unreadable(conn.keyring, row[0])
    return conn.keyring.is_current(row[0])


async def mark_through(conn: Conn) -> None:
    """Everything is sealed with the newest key."""
    await conn.execute(
        """
        INSERT INTO key_check (sealed) VALUES (%s) ON CONFLICT (only_one) DO UPDATE SET sealed = excluded.sealed
        """,
        (conn.keyring.seal(CHECK, CHECK_PLACE),),
    )


def check_keyring(dsn: str, keyring: Keyring) -> None:
    """Whether these keys are the database's: before anything is written with others. Raises Refused, or Unavailable
    when the database does not answer or is not up to date."""
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as conn:
            conn.execute(
                "INSERT INTO key_check (sealed) VALUES (%s) ON CONFLICT DO NOTHING", (keyring.seal(CHECK, CHECK_PLACE),)
            )
            row = conn.execute("SELECT sealed FROM key_check").fetchone()
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database does not answer: {' '.join(str(error).split())}.", "Start it.") from error
    except psycopg.errors.UndefinedTable as error:
        raise Unavailable("The database is not up to date.", "Bring it there with: tocsin admin migrate") from error
    assert row is not None  # the statement before inserts it
    _refuse_unreadable(keyring, row[0])


def _refuse_unreadable(keyring: Keyring, sealed: str) -> None:
    try:
        keyring.open(sealed, CHECK_PLACE)
    except Unreadable as error:
        raise Refused(
            f"The secrets in the database are sealed with the key {error.key}, and this installation has another one.",
            "Put back secret.key and storage.keys of the data folder from a backup, or give TOCSIN_SECRET_KEY and "
            "TOCSIN_STORAGE_KEYS as they were. When the key is lost for good: tocsin admin rotate-key --lost",
        ) from error
