"""Which process, if any, is the PostgreSQL server of a data folder – found by what it does, never trusted by number.

PostgreSQL leaves `postmaster.pid` behind when it is killed, and the number in it may since belong to anybody.
"""

import subprocess
from pathlib import Path

PID_FILE = "postmaster.pid"


def find_postmaster(cluster: Path) -> int | None:
    """The process id of the server on `cluster`, None when the noted process is gone or is another program."""
    pid = noted_pid(cluster)
    return pid if pid is not None and works_in(pid, cluster) else None


def noted_pid(cluster: Path) -> int | None:
    try:
        first = (cluster / PID_FILE).read_text().partition("\n")[0].strip()
    except FileNotFoundError:
        return None
    return abs(int(first)) if first.lstrip("-").isdigit() else None


def works_in(pid: int, cluster: Path) -> bool:
    """A server's working folder is its data folder. Where /proc does not say so, its command line must."""
    proc = Path("/proc") / str(pid)
    if Path("/proc/self").exists():
        try:
            return (proc / "cwd").readlink() == cluster and b"postgres" in (proc / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return False
        except PermissionError:
            return False  # another user's process: a server of ours would be readable
    said = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607
    return str(cluster) in said.stdout


def forget_gone_postmaster(cluster: Path, sockets: Path) -> None:
    """Remove what a killed server left: where its number is in use again, PostgreSQL would refuse to start.

    For callers who hold the folder's lock and found no server; `sockets` belongs to this data folder alone.
    """
    for left in (cluster / PID_FILE, *sockets.glob(".s.PGSQL.*")):
        left.unlink(missing_ok=True)
