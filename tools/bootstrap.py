"""Put `uv` at the path given, with nothing but Python's own library: `python3 tools/bootstrap.py .tools/uv`.

The first of these that works: the machine's own `uv`; pip, in an environment of its own where Python can make one; and
where Debian's Python lacks `ensurepip`, uv's wheel from the package index that pip is set up for, checked by its hash.
"""

import configparser
import hashlib
import io
import os
import platform
import shutil
import ssl
import subprocess
import sys
import sysconfig
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

OLDEST = (3, 11)
DEFAULT_INDEX = "https://pypi.org/simple"


class NotHere(Exception):
    """This way of getting uv does not work on this machine; the sentence says why."""


def from_machine(target: Path) -> None:
    found = shutil.which("uv")
    if found is None:
        raise NotHere("there is no uv on PATH")
    target.symlink_to(Path(found).resolve())


def from_pip(target: Path) -> None:
    """An environment of its own beside the target, so that nothing on the machine changes."""
    folder = target.parent / "pip"
    made = subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise NotHere(f"`{sys.executable} -m venv` failed: {last_line(made.stdout + made.stderr)}")
    python = folder / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotHere(f"pip could not install uv: {last_line(done.stdout + done.stderr)}")
    target.symlink_to((folder / "bin" / "uv").absolute())


def from_index(target: Path) -> None:
    url = newest_wheel()
    wheel = fetch(url)
    expected = urllib.parse.urlsplit(url).fragment.removeprefix("sha256=")
    if hashlib.sha256(wheel).hexdigest() != expected:
        raise NotHere(f"{file_name(url)} is not what the package index says it is: its sha256 differs")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        name = next(each for each in archive.namelist() if each.endswith("/scripts/uv"))
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            part.write(archive.read(name))
    Path(part.name).chmod(0o755)
    Path(part.name).rename(target)


class Links(HTMLParser):
    """The files of an index page (PEP 503), without those that were withdrawn."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "a" and attributes.get("href") and "data-yanked" not in attributes:
            self.found.append(attributes["href"] or "")


def newest_wheel() -> str:
    index = index_url().rstrip("/") + "/uv/"
    links = Links()
    links.feed(fetch(index, accept="text/html").decode())
    fitting = [each for each in links.found if fits(file_name(each))]
    if not fitting:
        raise NotHere(f"{index} has no wheel of uv for this machine ({sysconfig.get_platform()})")
    return urllib.parse.urljoin(index, max(fitting, key=lambda each: version_of(file_name(each))))


def file_name(url: str) -> str:
    return urllib.parse.unquote(urllib.parse.urlsplit(url).path.rpartition("/")[2])


def fits(filename: str) -> bool:
    if not filename.endswith(".whl"):
        return False
    machine = platform.machine().lower()
    if sys.platform == "darwin":
        return "macosx" in filename and ("arm64" if machine == "arm64" else "x86_64") in filename
    libc = "musllinux" if platform.libc_ver()[0] != "glibc" else "manylinux"
    return libc in filename and filename.endswith(f"_{machine}.whl")


def version_of(filename: str) -> tuple[int, ...]:
    numbers = filename.split("-")[1].split(".")
    return tuple(int(each) for each in numbers) if all(each.isdigit() for each in numbers) else (0,)


def index_url() -> str:
    """What pip would use: the environment first, then its configuration files, then the default index."""
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        if os.environ.get(name):
            return os.environ[name]
    for file in pip_configuration():
        read = configparser.ConfigParser(interpolation=None)
        read.read(file)
        for section in ("install", "global"):
            if read.has_option(section, "index-url"):
                return read.get(section, "index-url")
    return DEFAULT_INDEX


def pip_configuration() -> Iterator[Path]:
    if os.environ.get("PIP_CONFIG_FILE"):
        yield Path(os.environ["PIP_CONFIG_FILE"])
    yield Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "pip" / "pip.conf"
    yield Path.home() / ".pip" / "pip.conf"
    yield Path("/etc/pip.conf")


def fetch(url: str, accept: str = "*/*") -> bytes:
    if urllib.parse.urlsplit(url).scheme not in ("https", "http", "file"):
        raise NotHere(f"the package index has an address that cannot be used: {url}")
    trusted = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE"))
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310 – the scheme is checked above
    try:
        with urllib.request.urlopen(request, timeout=60, context=trusted) as answer:  # noqa: S310
            return answer.read()
    except (urllib.error.URLError, OSError) as error:
        raise NotHere(f"the package index did not answer at {url}: {error}") from error


def last_line(text: str) -> str:
    lines = [each.strip() for each in text.splitlines() if each.strip()]
    return lines[-1] if lines else "it said nothing"


def main(target: Path) -> int:
    if sys.version_info < OLDEST:
        print(
            f"Tocsin needs Python 3.11 or newer; this is {platform.python_version()}. Try: make PYTHON=python3.12 serve"
        )
        return 1
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    refusals: list[str] = []
    for way in (from_machine, from_pip, from_index):
        try:
            way(target)
        except NotHere as refusal:
            refusals.append(f"  - {refusal}")
        else:
            return 0
    print("uv, which installs Tocsin's libraries, could not be had:", *refusals, sep="\n", file=sys.stderr)
    print("Install it by hand (`pipx install uv` or your distribution's package) and run make again.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
