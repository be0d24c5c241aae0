"""Where the server is and who calls: `~/.config/tocsin/profile.json`, overridden by TOCSIN_URL and TOCSIN_TOKEN."""

import json
import os
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tocsin.kernel.errors import Invalid, Unauthenticated


class Profile(NamedTuple):
    """A server's address without a slash at its end, and the caller's API token."""

    url: str
    token: str


def profile_path() -> Path:
    configured = os.environ.get("XDG_CONFIG_HOME")
    base = Path(configured) if configured else Path.home() / ".config"
    return base / "tocsin" / "profile.json"


def read_profile() -> Profile:
    """The profile with the environment's overrides; raises with the way to get one when there is none."""
    stored = find_profile()
    url = os.environ.get("TOCSIN_URL") or (stored.url if stored else "")
    token = os.environ.get("TOCSIN_TOKEN") or (stored.token if stored else "")
    if not url or not token:
        missing = "TOCSIN_URL" if not url else "TOCSIN_TOKEN"
        raise Unauthenticated(
            "This command line has no profile yet: it knows no server and no token.",
            f"On the server's machine `tocsin serve` writes {profile_path()}; elsewhere set {missing} "
            "(an administrator makes a token with: tocsin admin user token NAME).",
        )
    if not token.isascii() or not token.isprintable():
        raise Unauthenticated(
            "The token has characters that no token has: it was copied with something else.",
            "Copy the word that begins with tocsin_ and nothing more, and set TOCSIN_TOKEN to it.",
        )
    if urlsplit(url).scheme not in ("http", "https"):
        raise Invalid(
            f"{url!r} is not the address of a server.", "Write it as http://127.0.0.1:8377", field="TOCSIN_URL"
        )
    return Profile(url.rstrip("/"), token)


def find_profile() -> Profile | None:
    """What the file says, or None when there is none; raises Invalid when it cannot be understood."""
    path = profile_path()
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Profile(str(said["url"]).rstrip("/"), str(said["token"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise Invalid(
            f"The profile {path} cannot be read: {error}.",
            "Remove it and start `tocsin serve` again, or set TOCSIN_URL and TOCSIN_TOKEN.",
        ) from error


def write_profile(url: str, token: str) -> Path:
    """Write the file so that only its owner can read it, whole or not at all."""
    path = profile_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"url": url.rstrip("/"), "token": token}, file, indent=2)
        file.write("\n")
    draft.replace(path)
    return path
