"""The circle of an incident that only some may see (LIF-7): who is in it when it begins, and who comes in later.

The circle is a scope of `accounts`; every row about the incident carries it, and the scopes of a caller are the only
thing that is ever asked. Making an incident private later, and changing its members by hand, is in `privacy`.
"""

from collections.abc import Collection, Iterable

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User
from tocsin.kernel.errors import NotFound
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx


async def open_circle(tx: Tx, number: int, actors: Iterable[str], names: Collection[str] = (), *, by: str) -> int:
    """The scope of a private incident: the people among `actors` ("@alice"; programs see nothing) and those of these
    names. Raises NotFound for a name that nobody has.
    """
    said = [name.removeprefix("@") for name in names]
    people = await accounts.list_users_by_name(tx.conn, [*said, *(actor[1:] for actor in actors if actor[:1] == "@")])
    for name in said:
        _check_known(name, people)
    ref = incident_ref(number)
    scope_id = await accounts.open_scope(tx, ref, [person.id for person in people])
    seen_by = ", ".join(person.name for person in people)
    await accounts.audit(tx, by, "made private", f"{ref}, seen by {seen_by}", scope_id=scope_id)
    return scope_id


def _check_known(name: str, people: Collection[User]) -> None:
    """Raises NotFound also for somebody who is disabled: they see nothing any more."""
    if not any(person.name == name and not person.is_disabled for person in people):
        raise NotFound(
            f"There is nobody named {name!r}.", "See who there is with: tocsin admin user list", field="members"
        )
