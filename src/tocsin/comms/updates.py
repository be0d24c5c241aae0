"""Use cases of updates: preview one, post one, read them (COM-1, COM-2).

An update is numbered within its incident. Posting it is one transaction: what was said, the message to everybody it
goes to, and when the next one is due.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.accounts.model import User
from tocsin.catalog.model import AnnounceAddress
from tocsin.comms import announcing, cadence, messages, people, store, values, wording
from tocsin.comms.events import UpdatePosted
from tocsin.comms.model import Audience, Preview, Rendered, TemplateKind, Update, UpdateDraft
from tocsin.comms.scenes import load_scene
from tocsin.comms.sentences import posted
from tocsin.incidents import service as incidents
from tocsin.incidents.details import set_eta
from tocsin.incidents.model import Incident, Status
from tocsin.incidents.timeline import read_end
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx

MAX_TEXT, MAX_LINE, MAX_LINES = 1_500, 300, 20
LONGEST_PAUSE = timedelta(days=7)

LATER = {"status-page": "status pages", "stakeholders": "status pages"}
"""Audiences of COM-3 that do not exist yet, and with what they come."""


def read_audience(names: Sequence[str], field: str = "audience") -> tuple[Audience, ...]:
    """The audiences of these names; none: everybody inside. Raises Invalid that names the one that does not exist."""
    for name in names:
        if name in LATER:
            raise Invalid(
                f"There is no audience {name} yet: it comes with {LATER[name]}.",
                "Leave it out, or write internal.",
                field=field,
            )
        if name not in set(Audience):
            raise Invalid(f"There is no audience {name[:40]!r}.", f"Use {', '.join(Audience)}.", field=field)
    return tuple(dict.fromkeys(Audience(name) for name in names)) or (Audience.INTERNAL,)


async def preview(conn: Conn, incident: Incident, draft: UpdateDraft, by: str, now: datetime) -> Preview:
    """What `post_update` would send and to whom. Raises Invalid and Refused as that does."""
    check_draft(incident, draft, now)
    n, due = await _number_and_due(conn, incident, draft, now)
    told, to = await _receivers(conn, incident, draft, by)
    return Preview(
        n=n,
        rendered=await _rendered(conn, incident, draft, n=n, by=by, due=due, now=now),
        next_update_at=due,
        people=tuple(user.name for user in told),
        announced_to=tuple(announcing.shown(each) for each in to),
    )


async def post_update(tx: Tx, incident_id: int, draft: UpdateDraft, by: str) -> Update:
    """Everybody of its audience is told, but not the writer. Raises Invalid that names the field, and Refused for what
    is closed.
    """
    incident = await incidents.lock(tx, incident_id)
    check_draft(incident, draft, tx.now)
    n, due = await _number_and_due(tx.conn, incident, draft, tx.now)
    rendered = await _rendered(tx.conn, incident, draft, n=n, by=by, due=due, now=tx.now)
    commander = await people.find_commander(tx.conn, incident)
    update = _update(incident, draft, n=n, by=by, due=due, rendered=rendered, commander=commander, now=tx.now)
    await store.insert_update(tx.conn, update)
    if draft.eta is not None and draft.eta != incident.eta:
        await set_eta(tx, incident_id, draft.eta, by, f"update {n}")
    await messages.tell_of_broken(tx, incident, TemplateKind.UPDATE, rendered)
    told, addresses = await _receivers(tx.conn, incident, draft, by)
    await tx.emit(
        UpdatePosted(
            **incidents.about(incident, by),
            sentence=posted(n, by, draft.text, _named(told, addresses), due, tx.now),
            n=n,
            text=draft.text,
            by=by,
            audience=tuple(str(each) for each in draft.audience),
            next_update_at=due,
        )
    )
    await cadence.restart(tx, incident, due)
    message = messages.of_template(incident, rendered, "incident.updated")
    await people.tell(tx, incident, told, message)
    await announcing.post(tx, incident, addresses, message)
    return update


async def list_updates(conn: Conn, incident_id: int) -> list[Update]:
    """In the order of their numbers, of an incident that the caller may see."""
    return await store.list_updates(conn, incident_id)


def check_draft(incident: Incident, draft: UpdateDraft, now: datetime) -> None:
    """Raises Invalid that names the field and the remedy; Refused when nothing is said any more."""
    if incident.status is Status.CLOSED:
        ref = incident_ref(incident.number)
        raise Refused(f"{ref} is closed: there is nothing to say any more.", "Declare a new incident.", field="status")
    if not draft.text.strip() or len(draft.text) > MAX_TEXT:
        raise Invalid(f"An update has 1 to {MAX_TEXT} characters.", "Say where it stands.", field="text")
    for field, lines in (("done", draft.done), ("under_way", draft.under_way), ("planned", draft.planned)):
        if len(lines) > MAX_LINES or any(not line.strip() or len(line) > MAX_LINE for line in lines):
            raise Invalid(
                f"{field} has at most {MAX_LINES} lines of 1 to {MAX_LINE} characters.",
                "Say the most important ones in a few words each.",
                field=field,
            )
    if draft.root_cause is not None and len(draft.root_cause) > MAX_TEXT:
        raise Invalid(f"A root cause has at most {MAX_TEXT} characters.", "Say it in brief.", field="root_cause")
    if draft.eta is not None and draft.eta <= now:
        raise Invalid("That time has passed.", "Give an ETA that lies ahead, or none: unknown.", field="eta")
    _check_next(incident, draft, now)


def _check_next(incident: Incident, draft: UpdateDraft, now: datetime) -> None:
    if draft.next_update_at is None:
        return
    if not incident.is_open:
        raise Invalid(
            f"{incident_ref(incident.number)} is {incident.status}: no update is due any more.",
            "Leave out when the next one comes.",
            field="next_update_at",
        )
    if not now < draft.next_update_at <= now + LONGEST_PAUSE:
        raise Invalid(
            "The next update does not lie within the next seven days.",
            "Say when you will write again: --next 30m.",
            field="next_update_at",
        )


def _goes_to(draft: UpdateDraft, audience: Audience) -> bool:
    return audience in draft.audience or Audience.INTERNAL in draft.audience


async def _number_and_due(
    conn: Conn, incident: Incident, draft: UpdateDraft, now: datetime
) -> tuple[int, datetime | None]:
    n = await store.count_updates(conn, incident.id) + 1
    return n, draft.next_update_at or await cadence.next_after(conn, incident, now)


async def _rendered(
    conn: Conn, incident: Incident, draft: UpdateDraft, *, n: int, by: str, due: datetime | None, now: datetime
) -> Rendered:
    scene = await load_scene(conn, incident, now)
    timeline = await read_end(conn, incident, limit=values.LOOKED_AT)
    given = values.of_update(scene, draft, n=n, by=by, next_update_at=due, timeline=timeline)
    return messages.marked(incident, await wording.word(conn, TemplateKind.UPDATE, given))


async def _receivers(
    conn: Conn, incident: Incident, draft: UpdateDraft, by: str
) -> tuple[list[User], Sequence[AnnounceAddress]]:
    """The people, and the addresses of the announce channel."""
    told = await people.list_participants(conn, incident, but=by) if _goes_to(draft, Audience.PARTICIPANTS) else []
    to = await announcing.list_addresses(conn, incident) if _goes_to(draft, Audience.ANNOUNCE) else ()
    return told, to


def _named(told: Sequence[User], addresses: Sequence[AnnounceAddress]) -> list[str]:
    return [user.name for user in told] + (["the announce channel"] if addresses else [])


def _update(
    incident: Incident,
    draft: UpdateDraft,
    *,
    n: int,
    by: str,
    due: datetime | None,
    rendered: Rendered,
    commander: str | None,
    now: datetime,
) -> Update:
    return Update(
        incident_id=incident.id,
        n=n,
        at=now,
        by=by,
        text=draft.text,
        done=draft.done,
        under_way=draft.under_way,
        planned=draft.planned,
        root_cause=draft.root_cause,
        eta=draft.eta or incident.eta,
        next_update_at=due,
        status=incident.status.value,
        severity=incident.severity,
        commander=commander,
        audience=draft.audience,
        subject=rendered.subject,
        body=rendered.body,
    )
