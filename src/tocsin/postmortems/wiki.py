"""The use cases of a postmortem's page in a wiki (PMT-5): ask for it, note how it went. Who writes it is in
`wiki_jobs`; the postmortem here is the one that counts."""

from __future__ import annotations

from tocsin.incidents import assigning
from tocsin.incidents import service as incidents
from tocsin.incidents.events import EntryRedacted
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.postmortems import review_messages, sentences, service, store, wiki_store
from tocsin.postmortems.events import (
    PostmortemEdited,
    PostmortemPublished,
    WikiPageFailed,
    WikiPageWritten,
)
from tocsin.postmortems.model import Postmortem
from tocsin.postmortems.wiki_model import WikiCopy, WikiPage, WikiPlace, Written

OFFER, WRITE = "postmortems.offer_to_wiki", "postmortems.write_to_wiki"
LANE = "wiki"
BY_ITSELF = "tocsin"
"""Who has asked for it when nobody has."""


async def begin(tx: Tx, event: PostmortemPublished | PostmortemEdited) -> None:
    """It is published, or what is published reads otherwise: where it is to go to the wiki by itself, it goes."""
    found = await store.find_postmortem(tx.conn, event.incident_id)
    if found is not None and found.is_published:
        await _enqueue(tx, OFFER, event.incident_id)


async def renew_redacted(tx: Tx, event: EntryRedacted) -> None:
    """What was taken out of the record goes from the page, too; the history that the wiki keeps is not ours (WAR-6)."""
    found = await store.find_postmortem(tx.conn, event.incident_id)
    copy = await wiki_store.find_copy(tx.conn, found.id) if found is not None else None
    if found is not None and copy is not None and copy.page_id is not None:
        await wiki_store.upsert_wanted(tx.conn, found.id, event.actor, tx.now, overwrites=False)
        await _enqueue(tx, WRITE, event.incident_id)


async def ask(
    tx: Tx,
    incident_id: int,
    by: str,
    place: WikiPlace | None,
    *,
    overwrite: bool = False,
    although_private: bool = False,
) -> WikiCopy:
    """It is written there soon. Raises Refused when there is no wiki, for a postmortem that is not published, and for
    a private incident unless `although_private` is said.
    """
    incident = await incidents.lock(tx, incident_id)
    found = await service.get(tx.conn, incident_id)
    ref = incident_ref(incident.number)
    if place is None:
        raise Refused(
            "No wiki is set up.",
            "Set TOCSIN_CONFLUENCE_URL, TOCSIN_CONFLUENCE_TOKEN and TOCSIN_CONFLUENCE_SPACE, then begin anew.",
        )
    if not found.is_published:
        raise Refused(
            f"The postmortem of {ref} is not published yet.", f"Publish it first: tocsin postmortem publish {ref}."
        )
    if incident.is_private and not although_private:
        raise Refused(
            f"{ref} is private, and whoever sees space {place.space} of {place.name} could read its postmortem there.",
            "If they all may, say so: --although-private, or the box on the page.",
            field="although_private",
        )
    await wiki_store.upsert_wanted(tx.conn, found.id, by, tx.now, overwrites=overwrite)
    await _enqueue(tx, WRITE, incident_id)
    copy = await find_copy(tx.conn, found)
    assert copy is not None
    return copy


async def find_copy(conn: Conn, postmortem: Postmortem) -> WikiCopy | None:
    """Of a postmortem that the caller may see; None: nobody has asked for one."""
    return await wiki_store.find_copy(conn, postmortem.id)


async def note_written(tx: Tx, postmortem: Postmortem, copy: WikiCopy, page: WikiPage, place: WikiPlace) -> None:
    """The page says what this version of the postmortem says."""
    incident = await incidents.lock(tx, postmortem.incident_id)
    written = Written(place.key, page.id, page.version, page.url, postmortem.version, tx.now)
    await wiki_store.update_written(tx.conn, postmortem.id, copy.asked_at, written)
    await tx.emit(
        WikiPageWritten(
            **incidents.about(incident, copy.asked_by),
            sentence=sentences.in_wiki(copy.asked_by, place.name, postmortem.version, page.url),
            url=page.url,
            version=postmortem.version,
        )
    )


async def note_failure(tx: Tx, postmortem: Postmortem, copy: WikiCopy, trouble: str, name: str) -> None:
    """Nobody tries any more; where nobody has asked for it, and so nobody looks, its owner is told."""
    incident = await incidents.lock(tx, postmortem.incident_id)
    await wiki_store.update_trouble(tx.conn, postmortem.id, copy.asked_at, trouble, None)
    await tx.emit(
        WikiPageFailed(**incidents.about(incident, copy.asked_by), sentence=sentences.not_in_wiki(name, trouble))
    )
    if copy.asked_by == BY_ITSELF and postmortem.owner is not None:
        message = review_messages.not_in_wiki(incident, name, trouble)
        await assigning.tell(tx, incident, postmortem.owner, BY_ITSELF, message)


async def _enqueue(tx: Tx, kind: str, incident_id: int) -> None:
    payload, key = {"incident_id": incident_id}, f"{kind}:{incident_id}"
    await jobs.enqueue(tx, jobs.NewJob(kind=kind, payload=payload, lane=LANE, run_at=tx.now, prio=2, key=key))
