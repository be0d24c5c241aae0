"""Finding one of the versions of a postmortem, and what is said of one that is taken up again. Pure."""

from collections.abc import Sequence

from tocsin.kernel.errors import NotFound
from tocsin.postmortems.model import Version


def get_version(versions: Sequence[Version], number: int) -> Version:
    """Raises NotFound, naming those that there are."""
    for each in versions:
        if each.version == number:
            return each
    last = versions[-1].version
    there = "It has one version, number 1." if last == 1 else f"It has the versions 1 to {last}."
    raise NotFound(f"The postmortem has no version {number}.", there, field="version")


def restored_note(number: int) -> str:
    """What the history says of a version that is an earlier one again."""
    return f"As version {number} again."
