"""Handing a role on while the incident runs (ROL-3): offered with a brief, accepted or not by the other, told by the
new holder; the former one stays available. Without anybody's consent a role is given by `assigning.assign`.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from tocsin.accounts import service as accounts
from tocsin.catalog.notifying import notify
from tocsin.delivery.model import NORMAL, MessageView, Notification, Purpose
from tocsin.incidents import assigning, handoff_store, privacy, role_messages, role_words, service
from tocsin.incidents.events import HandoffDeclined, HandoffOffered, HandoffWithdrawn
from tocsin.incidents.handoff_store import Offer, OfferState
from tocsin.incidents.model import Incident
from tocsin.incidents.roles import Holding, RoleName
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx

MAX_BRIEF = 10_000
MAX_WORDS = 500


async def list_offers(conn: Conn, incident_id: int) -> list[Offer]:
    """Those that wait for an answer, oldest first."""
    return await handoff_store.list_open_offers(conn, incident_id)


async def offer_handoff(
    tx: Tx, incident_id: int, to: str, by: str, brief: str, *, role: RoleName | None = None
) -> Offer:
    """`by`, who holds the role, offers it; without `role` the one they hold, the commander's first. `to` is told with
    the brief, and nothing changes until they accept.

    Raises Refused for who holds no such role, or has offered it already, NotFound and Refused for who cannot take it,
    Invalid for a brief that says nothing.
    """
    incident = await _lock_open(tx, incident_id)
    giver = by.removeprefix("@")
    if not to.strip():
        raise Invalid("Nobody was named.", "Name who shall take over.", field="to")
    role = _role_to_give(await assigning.list_holdings(tx.conn, incident_id), giver, role, incident)
    taker = await assigning.get_eligible(tx, incident, to)
    if taker.name == giver:
        raise Refused("You hold it already.", "Name somebody else.", field="to")
    waiting = [each for each in await list_offers(tx.conn, incident_id) if (each.giver, each.role) == (giver, role)]
    if waiting:
        ref = incident_ref(incident.number)
        raise Refused(
            f"You have offered it to {waiting[0].taker}, who has not answered.",
            f"Take that back first: tocsin handoff {ref} --withdraw",
            field="to",
        )
    brief = _text(brief, MAX_BRIEF, "brief", "Say where it stands and what is open.")
    await handoff_store.insert_offer(tx.conn, incident_id, role, giver=giver, taker=taker.name, brief=brief, now=tx.now)
    await privacy.admit(tx, incident, [taker.id], f"they are offered the role of {role.words}")
    await tx.emit(
        HandoffOffered(
            **service.about(incident, by),
            sentence=role_words.offered(role, taker.name, by),
            role=role,
            giver=giver,
            taker=taker.name,
            brief=brief,
        )
    )
    await _tell(tx, incident, [taker.name], role_messages.offered(incident, role, by, brief))
    return await _find_offer(tx, incident, taker=taker.name, role=role)


async def accept_handoff(tx: Tx, incident_id: int, by: str, words: str = "", *, role: RoleName | None = None) -> Offer:
    """`by` takes the role that was offered to them, and the room is told so by them, in their `words`; the former
    holder stays listed as available. Raises Refused when nothing is offered to them.
    """
    incident = await _lock_open(tx, incident_id)
    name = by.removeprefix("@")
    offer = await _find_offer(tx, incident, taker=name, role=role)
    words = words.strip()
    if len(words) > MAX_WORDS:
        raise Invalid(f"What you tell the room has at most {MAX_WORDS} characters.", "Shorten it.", field="words")
    holdings = await assigning.list_holdings(tx.conn, incident_id)
    person = await assigning.get_eligible(tx, incident, name)
    await handoff_store.update_offer_ended(tx.conn, offer.id, OfferState.ACCEPTED, tx.now)
    sentence = role_words.accepted(offer.role, offer.giver, by, words)
    await assigning.pass_on(tx, incident, offer.role, person, offer.giver, holdings, sentence)
    others = {each.user for each in holdings if each.holds} - {name}
    await _tell(tx, incident, sorted(others), role_messages.about(incident, sentence))
    return replace(offer, state=OfferState.ACCEPTED)


async def decline_handoff(tx: Tx, incident_id: int, by: str, reason: str = "") -> Offer:
    """`by` cannot take it; whoever offered it keeps the role and is told. Raises Refused when nothing is offered."""
    incident = await service.lock(tx, incident_id)
    offer = await _find_offer(tx, incident, taker=by.removeprefix("@"), role=None)
    sentence = role_words.declined(offer.role, by, offer.giver, reason.strip())
    await handoff_store.update_offer_ended(tx.conn, offer.id, OfferState.DECLINED, tx.now)
    await tx.emit(
        HandoffDeclined(
            **service.about(incident, by), sentence=sentence, role=offer.role, giver=offer.giver, taker=offer.taker
        )
    )
    await _tell(tx, incident, [offer.giver], role_messages.about(incident, sentence))
    return replace(offer, state=OfferState.DECLINED)


async def withdraw_handoff(tx: Tx, incident_id: int, by: str) -> Offer:
    """`by` keeps the role after all; whoever it was offered to is told. Raises Refused when they offer nothing."""
    incident = await service.lock(tx, incident_id)
    offer = await _find_offer(tx, incident, giver=by.removeprefix("@"), role=None)
    sentence = role_words.withdrawn(offer.role, by, offer.taker)
    await handoff_store.update_offer_ended(tx.conn, offer.id, OfferState.WITHDRAWN, tx.now)
    await tx.emit(
        HandoffWithdrawn(
            **service.about(incident, by), sentence=sentence, role=offer.role, giver=offer.giver, taker=offer.taker
        )
    )
    await _tell(tx, incident, [offer.taker], role_messages.about(incident, sentence))
    return replace(offer, state=OfferState.WITHDRAWN)


def _role_to_give(holdings: Sequence[Holding], giver: str, role: RoleName | None, incident: Incident) -> RoleName:
    """Which role is meant: the one that is named, else the first that they hold. Raises Refused."""
    held = sorted((each.role for each in holdings if each.user == giver and each.holds), key=list(RoleName).index)
    if role is None and held:
        return held[0]
    if role is not None and role in held:
        return role
    what = f"You are not {role_words.article(role)} {role.words} of" if role else "You hold no role in"
    ref = incident_ref(incident.number)
    raise Refused(
        f"{what} {ref}: there is nothing to hand on.",
        f"To give a role to somebody as it is: tocsin role {ref} {role or 'commander'} @NAME",
        field="role",
    )


async def _find_offer(
    tx: Tx, incident: Incident, *, role: RoleName | None, giver: str | None = None, taker: str | None = None
) -> Offer:
    """The latest that waits, of this giver or to this taker. Raises Refused."""
    for offer in reversed(await list_offers(tx.conn, incident.id)):
        if offer.role in (role or offer.role,) and giver in (None, offer.giver) and taker in (None, offer.taker):
            return offer
    ref = incident_ref(incident.number)
    whose = "You have offered nothing" if giver else "Nothing is offered to you"
    raise Refused(f"{whose} in {ref}.", f"tocsin role {ref} shows who does what.")


async def _lock_open(tx: Tx, incident_id: int) -> Incident:
    incident = await service.lock(tx, incident_id)
    if not incident.is_open:
        raise Refused(
            f"{incident_ref(incident.number)} is {incident.status}: there is nothing to hand on.",
            "Roles of what is over stay as they were.",
        )
    return incident


def _text(text: str, longest: int, field: str, remedy: str) -> str:
    text = text.strip()
    if not 1 <= len(text) <= longest:
        raise Invalid(f"The {field} has 1 to {longest} characters.", remedy, field=field)
    return text


async def _tell(tx: Tx, incident: Incident, names: Sequence[str], message: MessageView) -> None:
    """With the urgency of the incident: somebody waits for the answer."""
    for person in await accounts.list_users_by_name(tx.conn, names):
        await notify(
            tx,
            Notification(
                user_id=person.id,
                topic=incident.topic,
                purpose=Purpose.INFO,
                message=message,
                urgency=incident.urgency,
                prio=NORMAL,
                scope_id=incident.scope_id,
            ),
        )
