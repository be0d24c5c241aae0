"""`tocsin` in a shell, without its quarter of a second of imports: a process that has made them becomes each command by
forking. The sessions of the documentation type some four hundred; that the program starts by itself is shown elsewhere.

`python -m tests.docs.forked_command SOCKET` is that process; the shell finds `CLIENT` in the place of `tocsin`.
"""

import gc
import json
import os
import pkgutil
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from signal import SIG_DFL, SIG_IGN, SIGCHLD, signal

from tests.support.postgres import open_folder
from tests.support.programs import eventually

CLIENT = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as asked:
    asked.connect({path!r})
    socket.send_fds(asked, [b"-"], [0, 1, 2])
    asked.sendall(json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode())
    asked.shutdown(socket.SHUT_WR)
    status = asked.recv(1)
sys.exit(status[0] if status else 1)
"""


@contextmanager
def forking_commands() -> Generator[str]:
    """The text of a program that is `tocsin` as long as this is open."""
    with open_folder() as folder:
        path = folder / "s"
        process = subprocess.Popen([sys.executable, "-m", "tests.docs.forked_command", str(path)])
        try:
            eventually("commands can be forked", lambda: path.exists() or process.poll() is not None)
            yield CLIENT.format(python=sys.executable, path=str(path))
        finally:
            process.terminate()
            process.wait()


def put_in_place(client: str, home: Path, root: Path) -> None:
    """A `.venv` below `home` that is the project's, but for `tocsin`."""
    (home / ".venv" / "bin").mkdir(parents=True)
    for folder in (Path(".venv"), Path(".venv/bin")):
        for entry in (root / folder).iterdir():
            if not (home / folder / entry.name).exists() and entry.name != "tocsin":
                (home / folder / entry.name).symlink_to(entry)
    command = home / ".venv" / "bin" / "tocsin"
    command.write_text(client, encoding="utf-8")
    command.chmod(0o755)


def main(path: str) -> None:
    _import_everything()
    gc.freeze()
    signal(SIGCHLD, SIG_IGN)  # whoever asked waits for the status; nobody waits for the process
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{path}.soon")
        listening.listen(16)
        Path(f"{path}.soon").rename(path)
        while True:
            asked, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _become(asked)
            asked.close()


def _import_everything() -> None:
    from tocsin.surfaces.cli import verbs

    for module in pkgutil.iter_modules(verbs.__path__, f"{verbs.__name__}."):
        import_module(module.name)


def _become(asked: socket.socket) -> None:
    """Never returns."""
    status = 1
    try:
        _, files, _, _ = socket.recv_fds(asked, 1, 3)
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        argv, environment, folder = json.loads(b"".join(iter(lambda: asked.recv(1 << 16), b"")))
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        signal(SIGCHLD, SIG_DFL)
        sys.argv = ["tocsin", *argv]
        status = _status_of_main()
    finally:
        asked.sendall(bytes([status & 0xFF]))
        os._exit(status)


def _status_of_main() -> int:
    from tocsin.__main__ import main as tocsin

    try:
        status = tocsin()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return status


if __name__ == "__main__":
    main(sys.argv[1])
