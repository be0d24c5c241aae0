"""Use cases of the catalogue: read the organisation and its services, and put them in place."""

from typing import TypeVar

from tocsin.catalog import store
from tocsin.catalog.model import Organisation, Service
from tocsin.catalog.own_profiles import OwnProfile, profile_of
from tocsin.catalog.profiles import PRESETS, active
from tocsin.catalog.severity import Profile
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.kernel.questions import Question, ask, ask_one
from tocsin.kernel.tx import Tx

T = TypeVar("T")


async def organisation(conn: Conn) -> Organisation:
    """The organisation; a fresh installation has one with neutral values."""
    return await store.get_organisation(conn)


async def severity_profile(conn: Conn) -> Profile:
    """The profile that is active."""
    return await get_profile(conn, (await store.get_organisation(conn)).severity_profile)


async def organisation_in(tx: Tx) -> Organisation:
    """The organisation, read once for everything that a transaction decides by it."""
    return await tx.once(store.get_organisation)


async def severity_profile_in(tx: Tx) -> Profile:
    """The active profile, likewise."""
    return await get_profile(tx.conn, (await organisation_in(tx)).severity_profile)


async def get_profile(conn: Conn, name: str) -> Profile:
    """A profile that ships with the product, or the organisation's own; raises NotFound."""
    if name in PRESETS:
        return PRESETS[name]
    own = await store.find_profile(conn, name)
    return profile_of(own) if own is not None else active(name)


async def list_profiles(conn: Conn) -> list[OwnProfile]:
    """The organisation's own profiles, by name."""
    return await store.list_profiles(conn)


async def put_profile(tx: Tx, wanted: OwnProfile) -> None:
    """Make the profile exactly this; when it is active it counts for everything that is decided from now on."""
    await store.upsert_profile(tx.conn, wanted)


async def remove_profile(tx: Tx, name: str) -> None:
    """The profile is gone."""
    await store.delete_profile(tx.conn, name)


async def is_worst_level(tx: Tx, severity: str | None) -> bool:
    """Whether that is the first level of the active profile; False for one that is not set, or of another profile."""
    return severity is not None and severity == (await severity_profile_in(tx)).of_rank(1).name


async def put_organisation(tx: Tx, wanted: Organisation) -> bool:
    """Make the organisation exactly this; False: it was so already. Raises NotFound for an unknown severity profile."""
    await get_profile(tx.conn, wanted.severity_profile)
    if await store.get_organisation(tx.conn) == wanted:
        return False
    await store.update_organisation(tx.conn, wanted)
    tx.forget(store.get_organisation)
    return True


async def list_services(conn: Conn) -> list[Service]:
    """All services, by name."""
    return await store.list_services(conn)


DEPENDENCIES = store.DEPENDENCIES
"""By service: those it depends on itself; services that depend on none are left out."""


async def find_service(conn: Conn, name: str) -> Service | None:
    """The service of that name, None: there is none."""
    return await store.find_service(conn, name)


async def find_service_in(tx: Tx, name: str) -> Service | None:
    """The same, and on the way the organisation, for who decides by it in this transaction."""
    found = tx.take(store.OrganisationAndService, name) or await ask_one(tx.conn, _with_organisation(tx, name))
    tx.know(store.get_organisation, found.organisation)
    return found.service


async def ask_along(tx: Tx, question: Question[T], name: str | None) -> T:
    """The answer to a question after which somebody will ask for the service of that name (`find_service_in`): both
    in one round trip."""
    if name is None or tx.is_ahead(store.OrganisationAndService, name):
        return await ask_one(tx.conn, question)
    answer, _ = await ask(tx.conn, question, tx.ahead(name, _with_organisation(tx, name)))
    return answer


def _with_organisation(tx: Tx, name: str) -> Question[store.OrganisationAndService]:
    return store.organisation_and_service(name, tx.conn.keyring)


async def get_service(conn: Conn, name: str) -> Service:
    """The service of that name; raises NotFound."""
    service = await store.find_service(conn, name)
    if service is None:
        raise NotFound(f"There is no service {name!r}.", "tocsin plan shows the services that exist.", field="service")
    return service


async def put_service(tx: Tx, wanted: Service) -> bool:
    """Make the service exactly this; False: it was so already."""
    if await store.find_service(tx.conn, wanted.name) == wanted:
        return False
    await store.upsert_service(tx.conn, wanted)
    return True


async def remove_service(tx: Tx, name: str) -> None:
    """The service is gone; incidents and alerts keep its name. Raises NotFound."""
    if not await store.delete_service(tx.conn, name):
        raise NotFound(f"There is no service {name!r}.", field="service")
