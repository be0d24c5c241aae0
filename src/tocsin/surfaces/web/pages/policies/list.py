"""All escalation policies: how each begins, who uses it, which file manages it."""

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.accounts.model import Permission
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.paging import policies
from tocsin.paging.model import StoredPolicy
from tocsin.paging.policy_sentences import step_sentence
from tocsin.paging.uses import services_of
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.visits import viewer_of


class PolicyRow(msgspec.Struct, frozen=True, kw_only=True):
    """`begins` is its first sentence, `file` the name of the file that manages it or empty."""

    name: str
    path: str
    begins: str
    steps: int
    services: tuple[str, ...]
    file: str


class PoliciesView(msgspec.Struct, frozen=True, kw_only=True):
    policies: tuple[PolicyRow, ...]
    may_write: bool


@get("/policies")
async def list_policies(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    async with db.connection() as conn:
        stored = await policies.list_policies(conn)
        services = await catalog.list_services(conn)
    view = PoliciesView(
        policies=tuple(policy_row(each, services) for each in stored),
        may_write=viewer_of(visit).may(Permission.CONFIGURE),
    )
    return pages.page("policies/list.html", visit, view=view)


def policy_path(name: str) -> str:
    return f"/policies/{name}"


def policy_row(stored: StoredPolicy, services: list[Service]) -> PolicyRow:
    policy = stored.policy
    return PolicyRow(
        name=policy.name,
        path=policy_path(policy.name),
        begins=step_sentence(policy, 0),
        steps=len(policy.steps),
        services=services_of(policy.name, services),
        file=stored.managed_by or "",
    )
