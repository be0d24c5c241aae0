"""The data folder of one Tocsin: made, checked and locked. What PostgreSQL keeps below it is `embedded.py`'s."""

import errno
import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tocsin.kernel.errors import Refused, Unavailable

LOCK_NAME = "tocsin.lock"


class FolderLock:
    """The exclusive right to a data folder, held by the kernel for as long as a process keeps `descriptor` open.

    The file says which process holds it, for the message only: a file that a killed process left behind holds nothing.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def note_holder(self) -> None:
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        os.close(self.descriptor)


def make_data_folder(data_dir: Path) -> None:
    """Create it where missing, passable for the database's own user; raises Unavailable where it cannot be written."""
    with told_plainly(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        probe = data_dir / f".probe-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
        if os.geteuid() == 0 and data_dir.stat().st_uid == 0:
            data_dir.chmod(data_dir.stat().st_mode | 0o011)


def lock_data_folder(data_dir: Path) -> FolderLock:
    """Raises Refused, naming the holder, when another process works on this folder."""
    path = data_dir / LOCK_NAME
    with told_plainly(data_dir):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
        os.close(descriptor)
        raise Refused(
            f"Another Tocsin (process {holder}) already works on {data_dir}.",
            f"Stop it with `kill {holder}`, upgrade it in place with `kill -HUP {holder}`, "
            "or give this one a folder of its own with TOCSIN_DATA_DIR.",
        ) from None
    lock = FolderLock(descriptor)
    lock.note_holder()
    return lock


@contextmanager
def told_plainly(data_dir: Path) -> Generator[None]:
    """Turn the errors of a file system that does not let us into one sentence; others pass as they are."""
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            raise disk_full(data_dir) from error
        if isinstance(error, (PermissionError, FileExistsError, NotADirectoryError)) or error.errno == errno.EROFS:
            raise Unavailable(
                f"Cannot write to the data folder {data_dir}: {error.strerror}.",
                "Let this user write there, or name another folder with TOCSIN_DATA_DIR.",
            ) from error
        raise


def is_disk_full(error: OSError) -> bool:
    # A copied tree reports its files' errors as text in one shutil.Error without a number.
    reasons = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT))
    return error.errno in (errno.ENOSPC, errno.EDQUOT) or (
        isinstance(error, shutil.Error) and any(reason in str(error) for reason in reasons)
    )


def disk_full(data_dir: Path) -> Unavailable:
    return Unavailable(
        f"The disk that holds {data_dir} is full.",
        "Make room (about 100 MB to begin with), or name a folder on another disk with TOCSIN_DATA_DIR.",
    )
