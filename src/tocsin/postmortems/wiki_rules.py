"""What to do with a page of a wiki, so that one postmortem has one page there and nobody's writing is lost (PMT-5)."""

from __future__ import annotations

from typing import NamedTuple

from tocsin.kernel.ids import incident_ref
from tocsin.postmortems.model import Postmortem
from tocsin.postmortems.wiki_model import WikiPage, WikiPlace


class Create(NamedTuple):
    """A new page."""


class Update(NamedTuple):
    """This page, as version `version` of it."""

    page_id: str
    version: int


class Keep(NamedTuple):
    """It says so already: an attempt whose end nobody saw."""

    page: WikiPage


class Hold(NamedTuple):
    """Nothing, before somebody has decided."""

    why: str
    remedy: str


def message_of(postmortem: Postmortem) -> str:
    """The reason that the wiki notes with a version of ours; nobody types that by chance."""
    return f"Tocsin: {incident_ref(postmortem.incident_number)}, version {postmortem.version}"


def decide_write(
    known: tuple[str, int] | None, there: WikiPage | None, message: str, place: WikiPlace, *, overwrite: bool
) -> Create | Update | Keep | Hold:
    """`known` is the page that we wrote last and its version, `there` that page as it is now – without one, the page
    that has its title –, `message` that of the version that is to be written.
    """
    if there is None:
        return Create() if known is None or overwrite else _gone(place)
    if overwrite or _is_untouched(known, there):
        return Update(there.id, there.version + 1)
    if known is not None and there.message == message:
        return Keep(there)
    return _edited(there, place) if known is not None else _taken(there, place)


def _is_untouched(known: tuple[str, int] | None, there: WikiPage) -> bool:
    """Nobody but us has written it. One that we do not know of is ours when it was made by an attempt that was cut
    off: it names its postmortem, and has only its first version."""
    if known is not None:
        return there.version == known[1]
    return there.is_ours and there.version == 1


def _gone(place: WikiPlace) -> Hold:
    return Hold(
        f"The page is no longer in {place.name}, or its account does not see it any more.",
        "Ask again with leave to overwrite, and a new one is made.",
    )


def _edited(there: WikiPage, place: WikiPlace) -> Hold:
    who = there.by or "Somebody"
    return Hold(
        f"{who} has edited the page in {place.name}: it has version {there.version} now.",
        "Take what is worth keeping into the postmortem, then ask again with leave to overwrite.",
    )


def _taken(there: WikiPage, place: WikiPlace) -> Hold:
    return Hold(
        f"A page of that title is in space {place.space} of {place.name} already: {there.url}.",
        "Give it another title there, or ask again with leave to overwrite.",
    )
