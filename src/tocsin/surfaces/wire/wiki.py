"""The copy of a postmortem in a wiki, on the wire (PMT-5)."""

from datetime import datetime

import msgspec

from tocsin.kernel.ids import incident_ref
from tocsin.postmortems.model import Postmortem
from tocsin.postmortems.wiki_model import WikiCopy as StoredCopy
from tocsin.postmortems.wiki_model import WikiPlace
from tocsin.surfaces.wire.body import Body


class WikiCopy(msgspec.Struct, kw_only=True):
    """`wiki` and `space` are null while none is set up. `state` is none, waiting, there or failed; `version` is the
    version of the postmortem that the page at `url` shows. `trouble` says why the last attempt failed, `again_at` when
    it is tried again.
    """

    incident: str
    wiki: str | None
    space: str | None
    state: str
    url: str | None
    version: int | None
    is_latest: bool
    asked_by: str | None
    asked_at: datetime | None
    written_at: datetime | None
    trouble: str
    again_at: datetime | None


class WikiRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`overwrite`: what others wrote on that page may go. `although_private`: whoever sees the space may read it."""

    overwrite: bool = False
    although_private: bool = False


def wiki_copy(postmortem: Postmortem, place: WikiPlace | None, stored: StoredCopy | None) -> WikiCopy:
    return WikiCopy(
        incident=incident_ref(postmortem.incident_number),
        wiki=place.name if place else None,
        space=place.space if place else None,
        state=stored.state.value if stored else "none",
        url=stored.url if stored else None,
        version=stored.version if stored else None,
        is_latest=stored is not None and stored.version == postmortem.version,
        asked_by=stored.asked_by if stored else None,
        asked_at=stored.asked_at if stored else None,
        written_at=stored.written_at if stored else None,
        trouble=stored.trouble if stored else "",
        again_at=stored.again_at if stored else None,
    )
