"""Programs that we compare with live in environments of their own, so that their dependencies never meet ours."""

import os
import subprocess
import sys
from pathlib import Path

ENVS = Path(__file__).parent / ".envs"
UV = Path(__file__).parent.parent / ".tools" / "uv"
"""As `make` puts it there: the machine itself may have none."""

REQUIREMENTS = {
    "pgqueuer": ["pgqueuer[asyncpg]==1.6.0", "psycopg[binary]>=3.2", "uvloop"],
    "procrastinate": ["procrastinate==3.10.0", "psycopg[binary,pool]>=3.2", "uvloop"],
    "alerta": ["alerta-server==9.1.0", "psycopg2-binary", "gunicorn==23.0.0", "setuptools<81"],
}


def environment(name: str) -> Path:
    """The folder of programs of the environment `name`, made with uv at its first use."""
    folder = ENVS / name
    programs = folder / "bin"
    wanted = "\n".join(REQUIREMENTS[name])
    note = folder / "requirements.txt"
    if not (note.exists() and note.read_text() == wanted):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        run_uv("venv", "--clear", "--python", version, str(folder))
        run_uv("pip", "install", "--python", str(programs / "python"), *REQUIREMENTS[name])
        note.write_text(wanted)
    return programs


def run_uv(*arguments: str) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    done = subprocess.run([str(UV), "-q", *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"uv {' '.join(arguments[:3])} failed:\n{done.stderr}")
