"""The use cases of a postmortem: draft it from the record, edit, assign, publish, read, list.

Every change locks the incident first, as all changes of an incident do. Reviews, comments and exports are not here.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Viewer
from tocsin.catalog import service as catalog
from tocsin.catalog.severity import Profile
from tocsin.incidents import service as incidents
from tocsin.incidents.classifying import find_level
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.postmortems import sentences, store
from tocsin.postmortems.drafting import draft_body
from tocsin.postmortems.due import due_of
from tocsin.postmortems.events import PostmortemAssigned, PostmortemDrafted, PostmortemEdited, PostmortemPublished
from tocsin.postmortems.layouts import layout_of_profile, read_layout
from tocsin.postmortems.model import (
    NewPostmortem,
    Postmortem,
    State,
    Version,
    check_authors,
    check_body,
    check_note,
)
from tocsin.postmortems.own_templates import list_known
from tocsin.postmortems.record import gather
from tocsin.postmortems.templates import GENERAL, Template, read_template

MAX_LIST = 200


async def draft(
    tx: Tx,
    incident_id: int,
    by: str,
    *,
    template: str | None = None,
    layout: str | None = None,
    authors: Sequence[str] = (),
    again: bool = False,
) -> Postmortem:
    """A draft made of the record as it stands (PMT-1). Without a template the cause category says which questions are
    asked, without a layout the severity profile which shape it has, without authors whoever asks writes it.

    `again` makes a new version of the record of today; what was written before stays in the history. Raises Refused
    when there is one and `again` is not said, or when it is published; Invalid for an unknown template or layout.
    """
    incident = await incidents.lock(tx, incident_id)
    before = await store.find_postmortem(tx.conn, incident_id)
    if before is not None:
        _check_again(before, again=again)
    record = await gather(tx.conn, incident)
    chosen = await _template_for(tx.conn, incident, template)
    shape = read_layout(layout) if layout is not None else layout_of_profile(record.profile)
    writers = check_authors(authors) or (before.authors if before else (by.removeprefix("@"),))
    body = check_body(draft_body(record, chosen, shape, writers))
    if before is None:
        made = NewPostmortem(
            incident_id=incident_id, authors=writers, template=chosen.name, layout=shape.name, body=body, by=by
        )
        await store.insert_postmortem(tx.conn, made, tx.now)
    else:
        await store.update_made_with(tx.conn, before.id, writers, chosen.name, shape.name)
        await _write(tx, before, body, by, sentences.DRAFTED_AGAIN)
    after = await get(tx.conn, incident_id)
    await tx.emit(
        PostmortemDrafted(
            **incidents.about(incident, by),
            sentence=sentences.drafted(by, after.version),
            version=after.version,
            template=chosen.name,
            layout=shape.name,
        )
    )
    return after


async def edit(tx: Tx, incident_id: int, body: str, seen_version: int, by: str, *, note: str = "") -> Postmortem:
    """The text reads so from now on. Raises Invalid for a text that cannot be kept, Refused when somebody has saved
    another version than `seen_version` meanwhile; saving what is there already changes nothing.
    """
    incident = await incidents.lock(tx, incident_id)
    before = await get(tx.conn, incident_id)
    text, words = check_body(body), check_note(note)
    _check_seen(before, seen_version)
    if text == before.body:
        return before
    await _write(tx, before, text, by, words)
    after = await get(tx.conn, incident_id)
    await tx.emit(
        PostmortemEdited(
            **incidents.about(incident, by),
            sentence=sentences.edited(by, after.version, words),
            version=after.version,
            note=words,
        )
    )
    return after


async def publish(tx: Tx, incident_id: int, by: str, reason: str = "") -> Postmortem:
    """Everybody who sees the incident shall read it. `reason` is why in spite of what is missing in it.

    Raises Refused while the incident is open, and a second time.
    """
    incident = await incidents.lock(tx, incident_id)
    before = await get(tx.conn, incident_id)
    check_publishable(incident, before)
    await store.update_state(tx.conn, before.id, State.PUBLISHED, tx.now)
    await incidents.keep_postmortem_published(tx, incident)
    await tx.emit(
        PostmortemPublished(
            **incidents.about(incident, by),
            sentence=sentences.published(by, before.version, reason),
            version=before.version,
        )
    )
    return await get(tx.conn, incident_id)


def check_publishable(incident: Incident, postmortem: Postmortem) -> None:
    """Raises Refused while the incident is open, and when it is published already."""
    ref = incident_ref(incident.number)
    if postmortem.is_published:
        raise Refused(f"The postmortem of {ref} is published already.", "Edit it: the latest version is what is read.")
    if incident.is_open:
        raise Refused(
            f"{ref} is {incident.status}: it is not over yet.",
            f"Resolve it first: tocsin resolve {ref}.",
            field="state",
        )


async def assign_owner(tx: Tx, incident_id: int, user: str, by: str) -> Postmortem:
    """This person sees to it from now on (PMT-8). Raises NotFound for a name that nobody has, Invalid for somebody who
    cannot sign in any more or may not see the incident."""
    incident = await incidents.lock(tx, incident_id)
    before = await get(tx.conn, incident_id)
    person = await accounts.get_user_by_name(tx.conn, user.removeprefix("@"))
    if person.is_disabled:
        raise Invalid(f"{person.name} is disabled.", "Name somebody who works here.", field="user")
    if incident.is_private and person.id not in {
        member.id for member in await accounts.list_scope_members(tx.conn, incident.scope_id)
    }:
        ref = incident_ref(incident.number)
        raise Invalid(
            f"{person.name} does not see {ref}.", f"Let them in first: tocsin members {ref} --add NAME.", field="user"
        )
    if before.owner == person.name and await store.is_assigned(tx.conn, before.id):
        return before
    await store.update_owner(tx.conn, before.id, person.id)
    await tx.emit(
        PostmortemAssigned(
            **incidents.about(incident, by),
            sentence=sentences.assigned(by, person.name, before.owner),
            owner=person.name,
            before=before.owner,
        )
    )
    return await get(tx.conn, incident_id)


async def find(conn: Conn, incident_id: int) -> Postmortem | None:
    """Of an incident that the caller may see; None: nobody has drafted one."""
    found = await store.find_postmortem(conn, incident_id)
    return _with_due(found, await catalog.severity_profile(conn)) if found is not None else None


async def get(conn: Conn, incident_id: int) -> Postmortem:
    """The same. Raises NotFound where there is none."""
    found = await find(conn, incident_id)
    if found is None:
        ref = incident_ref((await incidents.get(conn, incident_id)).number)
        raise NotFound(
            f"{ref} has no postmortem yet.", f"Draft one from the record: tocsin postmortem draft {ref}.", field="id"
        )
    return found


async def list_versions(conn: Conn, incident_id: int) -> list[Version]:
    """What it said, oldest first. Raises NotFound where there is none."""
    return await store.list_versions(conn, (await get(conn, incident_id)).id)


async def list_postmortems(
    conn: Conn, viewer: Viewer, *, state: State | None = None, before: int | None = None, limit: int = 50
) -> list[Postmortem]:
    """Those of incidents that `viewer` may see, the newest incident first; `before` is the number of an incident, from
    which the list goes on. Raises Invalid for a limit out of range.
    """
    if not 1 <= limit <= MAX_LIST:
        raise Invalid(f"limit is 1 to {MAX_LIST}.", "Ask for fewer, and go on with before.", field="limit")
    found = await store.list_postmortems(conn, viewer.scopes, state=state, before=before, limit=limit)
    profile = await catalog.severity_profile(conn)
    return [_with_due(each, profile) for each in found]


def _with_due(found: Postmortem, profile: Profile) -> Postmortem:
    due = due_of(find_level(profile, found.severity), found.resolved_at)
    return replace(found, schedule_by=due.schedule_by, publish_by=due.publish_by) if due is not None else found


async def _template_for(conn: Conn, incident: Incident, name: str | None) -> Template:
    known = await list_known(conn)
    return read_template(name, known) if name is not None else known.get(incident.cause_category or "", GENERAL)


async def _write(tx: Tx, before: Postmortem, body: str, by: str, note: str) -> None:
    version = Version(version=before.version + 1, body=body, by=by, at=tx.now, note=note)
    await store.insert_version(tx.conn, before.id, version)


def _check_again(before: Postmortem, *, again: bool) -> None:
    ref = incident_ref(before.incident_number)
    if before.is_published:
        raise Refused(
            f"The postmortem of {ref} is published: it is not drafted anew.", "Edit it instead.", field="again"
        )
    if not again:
        raise Refused(
            f"{ref} has a postmortem already, version {before.version} by {before.edited_by}.",
            f"Read it: tocsin postmortem show {ref}. To make a new version from the record: --again.",
            field="again",
        )


def _check_seen(before: Postmortem, seen_version: int) -> None:
    if seen_version != before.version:
        raise Refused(
            f"{before.edited_by} has saved version {before.version}; you have edited version {seen_version}.",
            f"Read version {before.version}, put your changes into it, and save it again.",
            field="version",
        )
