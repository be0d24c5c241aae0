"""PERF-12: from nothing to ready, from stopped to ready, and what web and worker hold in memory, without PostgreSQL."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from bench.report import Row

TOCSIN = str(Path(sys.executable).with_name("tocsin"))
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """`tocsin serve` in `home`, and the seconds until /readyz said yes."""
    port = free_port()
    environment = os.environ | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "TOCSIN_DATA_DIR": str(home / "data"),
        "TOCSIN_LISTEN": f"127.0.0.1:{port}",
    }
    began = time.perf_counter()
    process = subprocess.Popen([TOCSIN, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not is_ready(port):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise RuntimeError(f"`tocsin serve` did not become ready (exit status {process.poll()})")
            time.sleep(0.01)
        yield process, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(PATIENCE)


def is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in listed]


def family(pid: int) -> list[int]:
    """The supervisor and everything below it that is not PostgreSQL."""
    below = [each for child in children(pid) if not is_postgres(child) for each in family(child)]
    return [pid, *below]


def is_postgres(pid: int) -> bool:
    return Path(f"/proc/{pid}/comm").read_text().startswith("postgres")


def megabytes(pids: list[int]) -> float:
    """Proportional set size: what is shared by several is counted once."""
    kilobytes = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        kilobytes += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024


def run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)  # the embedded PostgreSQL runs as a user of its own when we are root
        with serving(home) as (_, first):
            pass
        with serving(home) as (process, second):
            time.sleep(3)  # the imports of the first requests are behind it
            memory = megabytes(family(process.pid))
    return [
        row("`tocsin serve`, from nothing to ready", f"{first:.1f} s", "< 5 s", first < 5),
        row("`tocsin serve`, second start", f"{second:.1f} s", "< 2.5 s", second < 2.5),
        row("memory of supervisor, web and worker (PSS)", f"{memory:.0f} MB", "< 250 MB", memory < 250),
    ]


def row(what: str, figure: str, goal: str, met: bool) -> Row:
    return Row("PERF-12", what, figure, "none", "–", "–", goal, met)


if __name__ == "__main__":
    from bench.report import print_rows

    print_rows(run())
