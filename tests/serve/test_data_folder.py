"""A data folder belongs to one Tocsin at a time, and says plainly when it cannot be used."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tocsin.db.data_folder import LOCK_NAME, lock_data_folder, make_data_folder
from tocsin.kernel.errors import Refused, Unavailable


def test_a_second_tocsin_is_refused_and_told_who_is_there(tmp_path: Path) -> None:
    lock = lock_data_folder(tmp_path)
    with pytest.raises(Refused) as refusal:
        lock_data_folder(tmp_path)
    lock.release()
    assert refusal.value.message == f"Another Tocsin (process {os.getpid()}) already works on {tmp_path}."
    assert f"kill {os.getpid()}" in refusal.value.remedy


def test_a_lock_file_left_behind_locks_nothing(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).write_text("1\n")
    lock = lock_data_folder(tmp_path)
    assert (tmp_path / LOCK_NAME).read_text() == f"{os.getpid()}\n"
    lock.release()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    source = "import sys, os, signal; from pathlib import Path; from tocsin.db.data_folder import lock_data_folder; "
    source += "lock_data_folder(Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
    assert subprocess.run([sys.executable, "-c", source, tmp_path], check=False).returncode == -9
    lock_data_folder(tmp_path).release()


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match=r"Cannot write to the data folder .*/file: .*TOCSIN_DATA_DIR"):
        make_data_folder(tmp_path / "file")
    with pytest.raises(Unavailable, match=r"Cannot write to the data folder .*/file/below: .*TOCSIN_DATA_DIR"):
        make_data_folder(tmp_path / "file" / "below")


def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    said = as_ordinary_user(lambda: make_data_folder(tmp_path / "data"))
    assert said.startswith(f"Cannot write to the data folder {tmp_path / 'data'}: Permission denied.")
    said = as_ordinary_user(lambda: lock_data_folder(tmp_path))
    assert said.startswith(f"Cannot write to the data folder {tmp_path}: Permission denied.")
    assert said.endswith("Let this user write there, or name another folder with TOCSIN_DATA_DIR.")


def as_ordinary_user(act: Callable[[], object]) -> str:
    """What `act` refuses with, run by somebody whom permissions bind; "" when it does not refuse."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = ""
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            act()
        except Unavailable as refusal:
            said = str(refusal)
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said
