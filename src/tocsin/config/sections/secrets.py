"""`env:NAME` – a secret from the environment of the command that applies the file. Its value is never shown."""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.config.fields import Place

PREFIX = "env:"


def read_env(text: str, place: Place, environ: Mapping[str, str]) -> str | None:
    """The text itself, or what the variable that it names holds; None and a problem when that is nothing."""
    if not text.startswith(PREFIX):
        return text
    name = text.removeprefix(PREFIX).strip()
    value = environ.get(name, "").strip()
    if not value:
        place.problem(
            f"The environment variable {name or '(no name)'} is not set.",
            f"Run: export {name or 'NAME'}=… and try again.",
        )
        return None
    return value
