"""Names of things as people write them (INC-1), and time-ordered random ids (RFC 9562, version 7)."""

import os
import re
import time
from uuid import UUID

from tocsin.kernel.errors import Invalid

_INCIDENT = re.compile(r"(?:inc-)?([0-9]{1,9})", re.IGNORECASE)


def incident_ref(number: int) -> str:
    """The name of an incident in every surface: "INC-1"."""
    return f"INC-{number}"


def parse_incident_ref(text: str) -> int:
    """ "INC-1", "inc-1" or "1" → 1; raises Invalid for anything else."""
    match = _INCIDENT.fullmatch(text.strip())
    if match is None:
        raise Invalid(f"{text[:40]!r} is not an incident.", remedy="Write its number, such as INC-1.", field="id")
    return int(match[1])


def uuid7() -> UUID:
    """48 bits of wire time in milliseconds, then chance: unique everywhere, and close together in an index."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10))
    value = (
        (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (noise >> 68) << 64 | 0b10 << 62 | noise & (1 << 62) - 1
    )
    return UUID(int=value)
