"""`announce:` of the organisation – where every declaration, change of level and all-clear is posted (LIF-9)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tocsin.catalog.model import AnnounceAddress
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.secrets import read_env
from tocsin.integrations.channels.registry import KINDS, check_address

MAX_ADDRESSES = 10

_EXAMPLE = "Write it as `- email: incidents@example.com`."


def read_announce(fields: Fields, environ: Mapping[str, str]) -> tuple[AnnounceAddress, ...]:
    """Each entry is one channel with its address, and `drills: false` where drills are not to be heard of."""
    found = tuple(each for entry, at in fields.items("announce") if (each := _read(entry, at, environ)) is not None)
    if len(found) > MAX_ADDRESSES:
        fields.place.key("announce").problem(f"More than {MAX_ADDRESSES} addresses.", "Keep those that somebody reads.")
    return found


def _read(value: Any, place: Place, environ: Mapping[str, str]) -> AnnounceAddress | None:
    fields = Fields(value, place, what="An address to announce to")
    drills = fields.flag("drills", default=True)
    named = [key for key in fields.value if key != "drills"]
    if len(named) != 1 or named[0] not in KINDS:
        unknown = next((key for key in named if key not in KINDS), None)
        what = f"{unknown!r} is no way to announce." if unknown else "An address to announce to names one channel."
        place.problem(what, f"Use one of {', '.join(KINDS)}. {_EXAMPLE}")
        return None
    kind = named[0]
    text = read_env(fields.text(kind), place.key(kind), environ)
    address = fields.read_with(kind, partial(check_address, kind), text) if text else None
    return AnnounceAddress(kind=kind, address=address, drills=drills) if address else None
