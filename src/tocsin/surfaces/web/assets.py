"""The built styles and script, read into memory once: named by their content's hash, so cached for ever, and gzipped.

`hatch_build.py` builds them from `frontend/`; a wheel ships them.
"""

import gzip
from dataclasses import dataclass
from importlib import resources
from mimetypes import guess_type

import msgspec


class _Manifest(msgspec.Struct):
    files: dict[str, str]


@dataclass(frozen=True)
class Asset:
    """One file, as it is and compressed."""

    media_type: str
    content: bytes
    gzipped: bytes


@dataclass(frozen=True)
class Assets:
    """Every file of the pages; `names` maps `app.js` to the hashed name under which it is served."""

    names: dict[str, str]
    by_hashed_name: dict[str, Asset]

    def url(self, name: str) -> str:
        return f"/assets/{self.names[name]}"

    def get(self, name: str) -> Asset:
        return self.by_hashed_name[self.names[name]]


def load_assets() -> Assets:
    """Raises RuntimeError, with the remedy, in a checkout whose frontend was never built."""
    folder = resources.files("tocsin.surfaces.web") / "static"
    if not (folder / "manifest.json").is_file():
        raise RuntimeError("The pages' styles and script are not built. Run `uv sync --reinstall-package tocsin`.")
    names = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=_Manifest).files
    return Assets(names, {hashed: _asset(hashed, (folder / hashed).read_bytes()) for hashed in names.values()})


def _asset(name: str, content: bytes) -> Asset:
    return Asset(guess_type(name)[0] or "application/octet-stream", content, gzip.compress(content, mtime=0))
