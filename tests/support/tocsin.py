"""A whole Tocsin as its users run it: `tocsin serve` in a folder of its own, and its command line beside it."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.programs import free_port, running
from tocsin.db.keyring import keyring_of
from tocsin.kernel.secrets import Keyring
from tocsin.settings import load, with_secret_key

COMMAND = [sys.executable, "-m", "tocsin"]


@dataclass
class Installation:
    """A server that answers. `address` is host:port; `run` calls its command line with the profile it wrote."""

    address: str
    home: Path
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    @property
    def keyring(self) -> Keyring:
        """For whoever works on its database behind its back."""
        return keyring_of(with_secret_key(load(self.environment, {})))

    def run(self, *arguments: str, status: int = 0) -> str:
        done = subprocess.run(
            [*COMMAND, *arguments],
            env={**os.environ, **self.environment},
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, f"tocsin {arguments} → {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@dataclass
class Tocsin(Installation):
    """One that is a program of its own."""

    process: subprocess.Popen[bytes]


def environment_of(home: Path, address: str) -> dict[str, str]:
    """What a server below `home` and its command line are told, and nothing of the machine's own."""
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "TOCSIN_DATA_DIR": str(home / "data"),
        "TOCSIN_LISTEN": address,
        "TOCSIN_PUBLIC_URL": f"http://{address}",
    }


@contextmanager
def tocsin_running(home: Path, **settings: str) -> Generator[Tocsin]:
    """`tocsin serve` with its own embedded database below `home`, ready to work."""
    home.mkdir(parents=True, exist_ok=True)
    address = f"127.0.0.1:{free_port()}"
    environment = {**environment_of(home, address), **settings}
    serve = running(
        [*COMMAND, "serve"],
        log=home / "serve.log",
        ready_url=f"http://{address}/readyz",
        environment=environment,
    )
    with serve as process:
        yield Tocsin(address, home, environment, process)
