"""`make serve` on a bare machine: uv comes from the package index when neither uv nor ensurepip is there."""

import hashlib
import importlib.util
import io
import platform
import sys
import zipfile
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "bootstrap.py"


@pytest.fixture(scope="module")
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Quiet(SimpleHTTPRequestHandler):
    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package index on loopback; the folder it serves."""
    folder = tmp_path / "simple" / "uv"
    folder.mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Quiet(*a, directory=str(tmp_path)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_address[1]}/simple")
    monkeypatch.setattr(sys, "platform", "linux")
    yield folder
    server.shutdown()
    thread.join()
    server.server_close()


def publish(index: Path, *versions: str, digest: str | None = None, yanked: str = "") -> None:
    lines: list[str] = []
    for version in versions:
        name = f"uv-{version}-py3-none-manylinux_2_17_{platform.machine().lower()}.whl"
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as wheel:
            wheel.writestr(f"uv-{version}.data/scripts/uv", f"#!/bin/sh\necho uv {version}\n")
        (index / name).write_bytes(content.getvalue())
        sha = digest or hashlib.sha256(content.getvalue()).hexdigest()
        lines.append(f'<a href="{name}#sha256={sha}"{" data-yanked" if version == yanked else ""}>{name}</a>')
    (index / "index.html").write_text("\n".join(lines))


def test_the_newest_wheel_that_fits_is_taken(bootstrap: ModuleType, index: Path, tmp_path: Path) -> None:
    publish(index, "0.9.0", "0.10.1", "0.11.0", yanked="0.11.0")
    bootstrap.from_index(tmp_path / "uv")
    assert (tmp_path / "uv").read_text().endswith("uv 0.10.1\n")
    assert (tmp_path / "uv").stat().st_mode & 0o111


def test_a_wheel_that_is_not_what_the_index_says_is_refused(bootstrap: ModuleType, index: Path, tmp_path: Path) -> None:
    publish(index, "0.10.1", digest="0" * 64)
    with pytest.raises(bootstrap.NotHere, match="sha256 differs"):
        bootstrap.from_index(tmp_path / "uv")
    assert not (tmp_path / "uv").exists()


def test_an_index_that_does_not_answer_is_named(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(bootstrap.NotHere, match=r"did not answer at http://127\.0\.0\.1:9"):
        bootstrap.from_index(tmp_path / "uv")
