"""Who would miss an escalation policy that is gone, in words, and the refusal that names them. Pure.

Everything refers to a policy by its name, and most of it stands in files, which are not rewritten from here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from tocsin.catalog.model import Service
from tocsin.incidents.sentences import joined
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import incident_ref
from tocsin.paging.model import StoredPolicy

NAMED_AT_MOST = 8


class Naming(Struct, frozen=True, kw_only=True):
    """Everything that may name a policy. `routes` and `default` are as the configuration file has them; `incidents` are
    the numbers of the open ones that call by it and may be seen, `unseen` counts the others."""

    services: Sequence[Service] = ()
    policies: Sequence[StoredPolicy] = ()
    routes: Sequence[Mapping[str, Any]] = ()
    default: Mapping[str, Any] | None = None
    incidents: Sequence[int] = ()
    unseen: int = 0


class Use(Struct, frozen=True):
    """One that would miss it, as a phrase: "the service checkout (services.yaml)", "INC-7, which is open".

    `is_unnamed`: it names no policy, and climbs this one because there is no other.
    """

    words: str
    is_unnamed: bool = False


def uses_of(policy: str, naming: Naming) -> tuple[Use, ...]:
    """Services, routes, other policies and open incidents, in this order."""
    others = [one for one in naming.policies if one.policy.name != policy]
    return (
        *(Use(_service(one)) for one in naming.services if one.escalation_policy == policy),
        *(Use(words, is_unnamed=True) for words in _as_the_only_one(naming, is_only=not others)),
        *(Use(words) for words in _routes(policy, naming)),
        *(Use(_other(one)) for one in others if any(variant.policy == policy for variant in one.policy.when)),
        *(Use(f"{incident_ref(number)}, which is open") for number in naming.incidents),
        *(Use(words) for words in _unseen(naming.unseen)),
    )


def services_of(policy: str, services: Sequence[Service]) -> tuple[str, ...]:
    """Those whose incidents climb it by name."""
    return tuple(service.name for service in services if service.escalation_policy == policy)


def refuse_in_use(policy: str, uses: Sequence[Use], remedy: str) -> None:
    """Raises Refused, naming who uses it, unless nobody does."""
    if not uses:
        return
    more = len(uses) - NAMED_AT_MOST
    named = [use.words for use in uses[:NAMED_AT_MOST]] + ([f"{more} more"] if more > 0 else [])
    raise Refused(f"The policy {policy} is still used by {joined(named)}.", remedy)


def _service(service: Service) -> str:
    return f"the service {service.name}{_in_file(service.managed_by)}"


def _other(stored: StoredPolicy) -> str:
    return f"a variant of the policy {stored.policy.name}{_in_file(stored.managed_by)}"


def _in_file(name: str | None) -> str:
    return f" ({name})" if name else ""


def _as_the_only_one(naming: Naming, *, is_only: bool) -> list[str]:
    """Where nothing names a policy, the only one there is calls people."""
    if not is_only:
        return []
    without = [service.name for service in naming.services if service.escalation_policy is None]
    return [f"the service {name}, which names none and climbs the only one there is" for name in without]


def _routes(policy: str, naming: Naming) -> list[str]:
    found = [f"route {n}" for n, route in enumerate(naming.routes, 1) if route.get("escalation_policy") == policy]
    is_default = naming.default is not None and naming.default.get("escalation_policy") == policy
    return [*found, "the default route"] if is_default else found


def _unseen(count: int) -> list[str]:
    if not count:
        return []
    return ["an open incident that you may not see" if count == 1 else f"{count} open incidents that you may not see"]
