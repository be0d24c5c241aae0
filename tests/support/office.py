"""A small organisation, put in place through the use cases: people, a schedule, a policy, a service.

Alice and Bob take turns on call, Carol leads and is called next, Victor may only look.
"""

from datetime import datetime, timedelta

from tocsin.accounts import sign_in
from tocsin.accounts.model import Purpose, Role, UserDraft
from tocsin.accounts.service import get_user_by_name, upsert_team, upsert_user
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Organisation, Service
from tocsin.db.database import Database
from tocsin.kernel.tx import Tx
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Layer, Rotation, Schedule
from tocsin.paging.model import Policy, Step, parse_target
from tocsin.paging.policies import put_policy

PEOPLE = {"alice": Role.RESPONDER, "bob": Role.RESPONDER, "carol": Role.MANAGER, "victor": Role.VIEWER}


async def furnish(db: Database) -> None:
    async with db.transaction() as tx:
        await catalog.put_organisation(tx, Organisation(name="Example", time_zone="Europe/Berlin"))
        for name, role in PEOPLE.items():
            draft = UserDraft(name=name, email=f"{name}@example.com", role=role, time_zone="Europe/Berlin")
            await upsert_user(tx, draft, managed_by=None, actor="tocsin")
        await upsert_team(tx, "payments", ["alice", "bob"], ["carol"], managed_by=None, actor="tocsin")
        week = Layer(
            name="week",
            rotation=Rotation.WEEKLY,
            starts=datetime.fromisoformat("2026-01-05T09:00"),
            users=(("alice",), ("bob",)),
        )
        schedule = Schedule(name="payments-primary", team="payments", time_zone="Europe/Berlin", layers=(week,))
        await oncall.put_schedule(tx, schedule)
        ladder = (
            Step((parse_target("schedule:payments-primary"),), timedelta(minutes=5)),
            Step((parse_target("user:carol"),), timedelta(minutes=10)),
        )
        await put_policy(tx, Policy("payments", ladder), None)
        await catalog.put_service(tx, Service(name="checkout", team="payments", escalation_policy="payments"))


async def give_policy(tx: Tx, name: str, *targets: str, service: str) -> None:
    """A service of which one person or schedule after the other is told: "user:carol"."""
    steps = tuple(Step((parse_target(target),), timedelta(minutes=5)) for target in targets)
    await put_policy(tx, Policy(name, steps), None)
    await catalog.put_service(tx, Service(name=service, team="payments", escalation_policy=name))


async def link_for(db: Database, name: str) -> str:
    """The path of a one-time link that signs this person in."""
    async with db.transaction() as tx:
        user = await get_user_by_name(tx.conn, name)
        return "/sign-in/" + await sign_in.issue_one_time_link(tx, user.id, Purpose.INVITATION)
