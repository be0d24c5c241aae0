"""When a mitigation made things worse (ROL-5), in one act: it stops, its way back is offered, the severity is asked
about anew, more help is called, and everybody with a role is told.
"""

from collections.abc import Sequence

from msgspec import Struct

from tocsin.accounts import service as accounts
from tocsin.catalog.notifying import notify
from tocsin.delivery.model import BULK, Notification, Purpose
from tocsin.incidents import assigning
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.incidents.roles import communicator
from tocsin.kernel.errors import Refused
from tocsin.kernel.tx import Tx
from tocsin.mitigation import messages, rules, service, store
from tocsin.mitigation.events import MitigationMadeWorse
from tocsin.mitigation.model import Mitigation, Result
from tocsin.paging import commands, handing_over

MORE_HELP = "the next step of the escalation"


class Worsened(Struct, frozen=True, kw_only=True):
    """What came of it: `way_back` is what to do next; `called` names who is asked to help, empty: nobody could be, and
    `why_nobody` says why.
    """

    mitigation: Mitigation
    way_back: str
    called: str
    why_nobody: str


async def made_worse(
    tx: Tx, incident_id: int, n: int, by: str, note: str = "", *, helpers: Sequence[str] = (), calls_help: bool = True
) -> Worsened:
    """`helpers` are called by name; none: the next step of the escalation is, unless `calls_help` is false.

    Raises NotFound for a mitigation or a helper that nobody knows, Refused when it has ended or a helper cannot come.
    """
    incident, mitigation, note = await service.to_finish(tx, incident_id, n, note)
    await store.update_mitigation_ended(tx.conn, mitigation.id, Result.WORSE, note, tx.now)
    way_back = rules.way_back_of(mitigation)
    await tx.emit(
        MitigationMadeWorse(
            **incidents.about(incident, by),
            sentence=rules.made_worse(mitigation, by, note, way_back),
            mitigation_id=mitigation.id,
            n=n,
            what=mitigation.what,
            way_back=way_back,
            note=note,
        )
    )
    question = rules.reassess(incident, mitigation)
    await incidents.note(tx, incident, entry_type="question", text=question, by="tocsin")
    await _tell_the_room(tx, incident, mitigation, by, way_back, question)
    called, why_nobody = await _call_help(tx, incident, mitigation, by, helpers) if calls_help else ("", "")
    return Worsened(
        mitigation=await service.get_mitigation(tx.conn, incident, n),
        way_back=way_back,
        called=called,
        why_nobody=why_nobody,
    )


async def _tell_the_room(
    tx: Tx, incident: Incident, mitigation: Mitigation, by: str, way_back: str, question: str
) -> None:
    """Everybody with a role, but the one who says so; whoever speaks for the incident is asked to assess it anew."""
    holdings = await assigning.list_holdings(tx.conn, incident.id)
    speaker = communicator(holdings, incident)
    names = {holding.user for holding in holdings if holding.holds} | {name for name in (speaker,) if name}
    for user in await accounts.list_users_by_name(tx.conn, sorted(names - {by.removeprefix("@")})):
        asked = question if user.name == speaker else ""
        await notify(
            tx,
            Notification(
                user_id=user.id,
                topic=incident.topic,
                purpose=Purpose.INFO,
                message=messages.made_worse(incident, mitigation, by, way_back, asked),
                urgency=incident.urgency,
                prio=BULK,
                scope_id=incident.scope_id,
            ),
        )


async def _call_help(
    tx: Tx, incident: Incident, mitigation: Mitigation, by: str, helpers: Sequence[str]
) -> tuple[str, str]:
    """Who is called; or nobody, and why. That there is no next step is no reason to refuse the whole act."""
    why = f"mitigation {mitigation.n} made it worse"
    if helpers:
        await handing_over.add_responders(tx, incident.id, helpers, by, why)
        return ", ".join(name.removeprefix("@") for name in helpers), ""
    try:
        await commands.escalate(tx, incident.id, by, why)
    except Refused as refused:
        text = rules.no_next_step(incident, refused.message)
        await incidents.note(tx, incident, entry_type="finding", text=text, by="tocsin")
        return "", text
    return MORE_HELP, ""
