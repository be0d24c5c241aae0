"""Who takes part in an incident, and telling them: those who have taken it, came to help, hold a role, or write."""

from collections.abc import Iterable, Sequence

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User
from tocsin.catalog.notifying import notify
from tocsin.delivery.model import BULK, MessageView, Notification, Purpose, Urgency
from tocsin.incidents import assigning, roles
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.ledger import list_people
from tocsin.kernel.tx import Tx

_TAKES_PART = ("IncidentAcknowledged", "ResponderJoined", "UpdatePosted")
"""The facts by which somebody takes part."""


async def list_participants(conn: Conn, incident: Incident, *, but: str = "") -> list[User]:
    """Everybody who takes part and can be told, by name, except the actor `but`."""
    actors = await list_people(conn, incident.topic, _TAKES_PART)
    holders = [f"@{each.user}" for each in await assigning.list_holdings(conn, incident.id)]
    return await list_told(conn, (actor for actor in (*actors, *holders) if actor != but))


async def list_told(conn: Conn, actors: Iterable[str]) -> list[User]:
    """The enabled people behind these actors, by name."""
    names = sorted({actor.removeprefix("@") for actor in actors})
    found = await accounts.list_users_by_name(conn, names) if names else []
    return sorted((user for user in found if not user.is_disabled), key=lambda user: user.name)


async def tell(tx: Tx, incident: Incident, users: Sequence[User], message: MessageView) -> None:
    """One message a person, by their ways for what is not urgent. It overtakes nothing and nothing overtakes it."""
    for user in users:
        await notify(
            tx,
            Notification(
                user_id=user.id,
                topic=incident.topic,
                purpose=Purpose.NOTICE,
                message=message,
                urgency=Urgency.LOW,
                prio=BULK,
                scope_id=incident.scope_id,
            ),
        )


async def find_commander(conn: Conn, incident: Incident) -> str | None:
    """Who leads, by name: the commander, or the one responder who works alone; None: nobody."""
    holdings = await assigning.list_holdings(conn, incident.id)
    alone = roles.holders_of(holdings, roles.RoleName.RESPONDER)
    return roles.commander_of(holdings) or next(iter(alone), None)


async def find_communicator(conn: Conn, incident: Incident) -> str | None:
    """Who writes the updates, by name; None: nobody."""
    return roles.communicator(await assigning.list_holdings(conn, incident.id), incident)
