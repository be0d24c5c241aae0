"""The whole program in one test: a database of its own, a clock that only the story moves, one worker that is stepped
by hand, and people whose devices record what they receive.

A story is written in the words of the field: `await world.alert(...)`, `await world.passes(minutes=5)`,
`world.phone("bob").receives("page")`, `world.nobody_else_is_paged()`. A message nobody asked about fails the story.
"""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.support.channels import Airwaves, Received, RecordingChannel
from tests.support.keys import KEYRING
from tests.support.stepper import Stepper, stepping
from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, Viewer
from tocsin.alerts import maintenances, rule_store, rulebook
from tocsin.alerts import service as alerts
from tocsin.alerts.maintenance import MaintenanceDraft
from tocsin.alerts.model import Says, Signal, identity_of
from tocsin.auditor import service as auditor
from tocsin.auditor.model import Finding
from tocsin.comms import cadence
from tocsin.config.apply import apply
from tocsin.config.files import load_texts
from tocsin.db.database import Database
from tocsin.delivery import service as delivery
from tocsin.delivery.bulkheads import Bulkheads
from tocsin.delivery.jobs import Outbox
from tocsin.delivery.keys import AckLinks, ack_links
from tocsin.delivery.model import Purpose
from tocsin.incidents import assigning, facts_of, merging, reassessing, regrading, syncing
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration, Incident
from tocsin.incidents.roles import RoleName
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.ledger import LedgerEntry, list_entries
from tocsin.paging import commands, handing_over, snoozing
from tocsin.paging import service as paging
from tocsin.paging.model import Story
from tocsin.reactions import JOB_KINDS, REACTIONS
from tocsin.verification import following_up

CHANNELS = ("email", "webhook", "ntfy", "gotify", "pushover", "push", "slack", "discord", "sms", "voice")
_WAITING_FOR_A_LOCK = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
EVERYTHING = Viewer(user_id=0, name="story", role=Role.ADMIN, scopes=(1,))


@dataclass(frozen=True)
class Phone:
    """Everything by which one person can be reached."""

    name: str
    user_id: int
    airwaves: Airwaves

    def receives(self, purpose: str, *, by: str | None = None, saying: str = "") -> Received:
        """The oldest message of this purpose that the story has not looked at yet; it must be there."""
        wanted = Purpose(purpose)
        for message in self.airwaves.unread:
            is_mine = (message.user_id, message.purpose) == (self.user_id, wanted)
            if is_mine and by in (None, message.kind) and saying in f"{message.view.title} {message.view.what}":
                self.airwaves.unread.remove(message)
                return message
        there = "\n  ".join(str(message) for message in self.airwaves.unread) or "nothing"
        raise AssertionError(f"{self.name} has not received a {wanted} {saying!r}; unread in the story:\n  {there}")


@dataclass
class World:
    db: Database
    clock: VirtualClock
    worker: Stepper
    airwaves: Airwaves
    links: AckLinks
    book: rulebook.Rulebook
    kinds: tuple[str, ...]
    people: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        self.desk = alerts.Desk(self.db, lambda: self.book.router)

    async def configure(self, text: str, environ: Mapping[str, str] | None = None) -> None:
        """Applies a configuration file, as `tocsin apply` does."""
        document = load_texts({"tocsin.yaml": text}, environ or {})
        async with self.db.transaction() as tx:
            await apply(tx, document, by="@story", unconfigured={})
        await self.meets()

    async def meets(self) -> None:
        """Learns who there is and how alerts are routed, and does what is due."""
        async with self.db.connection() as conn:
            self.people = {user.name: user.id for user in await accounts.list_users(conn)}
        await self.book.refresh()
        await self.worker.drain()

    async def alert(self, name: str, *, starts_at: datetime | None = None, **labels: str) -> None:
        """A monitoring system says that this fires; grouping and what follows happens at once."""
        await self.signal(Says.FIRING, name, starts_at=starts_at or self.clock.now(), **labels)
        await self.worker.drain()

    async def clears(self, name: str, **labels: str) -> None:
        """The same system says that it fires no more."""
        await self.signal(Says.RESOLVED, name, ends_at=self.clock.now(), **labels)
        await self.worker.drain()

    async def acknowledged_at_source(self, name: str, by: str, **labels: str) -> None:
        """Somebody takes the alert in the tool that sent it."""
        await self.signal(Says.ACKNOWLEDGED, name, by=by, **labels)
        await self.worker.drain()

    async def signal(self, says: Says, name: str, *, integration: str = "prometheus", **said: Any) -> None:
        """One signal through intake, durable and not yet worked on."""
        own = {key: said.pop(key) for key in ("starts_at", "ends_at", "by", "timeout") if key in said}
        labels = {"alertname": name, **said}
        signal = Signal(
            identity=identity_of(labels),
            says=says,
            labels=labels,
            title=name,
            summary=f"{name} on {labels.get('instance', labels.get('job', 'something'))}",
            severity_hint=labels.get("severity", ""),
            group_hint=name,
            **own,
        )
        await self.receive([signal], integration)

    async def receive(self, signals: list[Signal], integration: str = "prometheus") -> None:
        """A batch as one request brings it."""
        async with self.db.connection() as conn:
            rows = {row.name: row for row in await rule_store.list_integrations(conn)}
            arrivals = alerts.arrivals_of(rows[integration].as_integration(), signals)
            await alerts.receive(self.desk, conn, arrivals)

    async def passes(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Time passes, from due row to due row; nothing is jumped over."""
        await self.worker.passes(timedelta(hours=hours, minutes=minutes, seconds=seconds))

    def phone(self, name: str) -> Phone:
        return Phone(name, self.people[name], self.airwaves)

    def nobody_else_is_paged(self) -> None:
        """Nobody has received anything that the story has not looked at."""
        there = "\n  ".join(f"{self.name_of(m.user_id)}: {m}" for m in self.airwaves.unread)
        assert not self.airwaves.unread, f"unexpected messages:\n  {there}"

    def name_of(self, user_id: int | None) -> str:
        return next((name for name, known in self.people.items() if known == user_id), f"user {user_id}")

    async def declare(self, title: str, by: str = "alice", **said: Any) -> Incident:
        """A person declares; what follows happens at once."""
        async with self.db.transaction() as tx:
            incident = await incidents.declare(tx, Declaration(title=title, by=f"@{by}", **said))
        await self.worker.drain()
        return incident

    async def acknowledge(self, by: str, ref: str = "INC-1", via: str = "cli") -> None:
        async with self.db.transaction() as tx:
            incident = await incidents.get_incident(tx.conn, EVERYTHING, ref)
            await commands.acknowledge(tx, incident.id, f"@{by}", via)
        await self.worker.drain()

    async def decline(self, by: str, reason: str = "", ref: str = "INC-1") -> None:
        """Somebody who is called asks for the next person."""
        async with self.db.transaction() as tx:
            await commands.decline(tx, (await incidents.get_incident(tx.conn, EVERYTHING, ref)).id, f"@{by}", reason)
        await self.worker.drain()

    async def escalate(self, by: str, reason: str = "", ref: str = "INC-1") -> None:
        """Somebody does not wait for the next step."""
        async with self.db.transaction() as tx:
            await commands.escalate(tx, (await incidents.get_incident(tx.conn, EVERYTHING, ref)).id, f"@{by}", reason)
        await self.worker.drain()

    async def snooze(self, by: str, minutes: float, reason: str = "", ref: str = "INC-1") -> None:
        """Somebody takes it and wants quiet for a while."""
        async with self.db.transaction() as tx:
            incident = await incidents.get_incident(tx.conn, EVERYTHING, ref)
            await snoozing.snooze(tx, incident.id, f"@{by}", "cli", timedelta(minutes=minutes), reason)
        await self.worker.drain()

    async def reassign(self, by: str, to: str, reason: str = "", ref: str = "INC-1") -> None:
        """Somebody hands it to others."""
        async with self.db.transaction() as tx:
            incident = await incidents.get_incident(tx.conn, EVERYTHING, ref)
            await handing_over.reassign(tx, incident.id, to, f"@{by}", reason)
        await self.worker.drain()

    async def add_responders(self, by: str, *names: str, reason: str = "", ref: str = "INC-1") -> None:
        """Somebody asks these people to help."""
        async with self.db.transaction() as tx:
            incident = await incidents.get_incident(tx.conn, EVERYTHING, ref)
            await handing_over.add_responders(tx, incident.id, names, f"@{by}", reason)
        await self.worker.drain()

    async def follows_link(self, message: Received) -> None:
        """The receiver of a message presses the button behind its link (SEC-6)."""
        assert message.delivery.ack_url is not None
        token = message.delivery.ack_url.rpartition("/")[2]
        async with self.db.transaction() as tx:
            spent = await delivery.use_ack_token(tx, self.links, token)
            if spent.purpose is not Purpose.TEST:
                incident_id = int(spent.topic.removeprefix("incident/"))
                await commands.acknowledge(tx, incident_id, f"@{spent.user_name}", "link")
        await self.worker.drain()

    async def grade(self, by: str, severity: str, ref: str = "INC-1") -> None:
        """Somebody raises or lowers the severity."""
        async with self.db.transaction() as tx:
            incident = await incidents.get_incident(tx.conn, EVERYTHING, ref)
            await regrading.change_severity(tx, incident.id, severity, f"@{by}", "more is known")
        await self.worker.drain()

    async def learns(self, by: str, ref: str = "INC-1", **facts: str) -> None:
        """More is known of the impact."""
        async with self.db.transaction() as tx:
            incident = await incidents.get_incident(tx.conn, EVERYTHING, ref)
            await facts_of.learn_facts(tx, incident.id, facts, f"@{by}")
        await self.worker.drain()

    async def merge(self, by: str, ref: str, into: str, reason: str = "") -> None:
        """Somebody says that two incidents are one."""
        async with self.db.transaction() as tx:
            one, other = [await incidents.get_incident(tx.conn, EVERYTHING, each) for each in (ref, into)]
            await merging.merge(tx, one.id, other.id, f"@{by}", reason)
        await self.worker.drain()

    async def split(self, by: str, ref: str, reason: str) -> None:
        """Two after all."""
        async with self.db.transaction() as tx:
            await merging.split(tx, (await incidents.get_incident(tx.conn, EVERYTHING, ref)).id, f"@{by}", reason)
        await self.worker.drain()

    async def works(self, by: str, ref: str = "INC-1", words: str = "still looking", entry_type: str = "note") -> None:
        """A person writes on the timeline: a sign of work."""
        async with self.db.transaction() as tx:
            incident = await incidents.get_incident(tx.conn, EVERYTHING, ref)
            await incidents.add_note(tx, incident.id, f"@{by}", words, entry_type)
        await self.worker.drain()

    async def assigns(self, by: str, role: RoleName, user: str, ref: str = "INC-1") -> None:
        """Somebody gives a role to somebody."""
        async with self.db.transaction() as tx:
            incident = await incidents.get_incident(tx.conn, EVERYTHING, ref)
            await assigning.assign(tx, incident.id, role, user, f"@{by}")
        await self.worker.drain()

    async def observes(self, by: str, words: str, ref: str = "INC-1") -> None:
        """A person shares what they have seen."""
        await self.works(by, ref, words, "observation")

    async def resolve(self, by: str, ref: str = "INC-1", reason: str = "") -> None:
        async with self.db.transaction() as tx:
            await incidents.resolve(tx, (await incidents.get_incident(tx.conn, EVERYTHING, ref)).id, f"@{by}", reason)
        await self.worker.drain()

    async def reopen(self, by: str, reason: str, ref: str = "INC-1") -> None:
        async with self.db.transaction() as tx:
            await incidents.reopen(tx, (await incidents.get_incident(tx.conn, EVERYTHING, ref)).id, f"@{by}", reason)
        await self.worker.drain()

    async def work_on(self, *services: str, minutes: float = 60, after: float = 0, name: str = "", **more: Any) -> None:
        """`tocsin maintenance add`, by alice."""
        starts_at = self.clock.now() + timedelta(minutes=after)
        draft = MaintenanceDraft(
            name=name or f"{services[0]}-{uuid4().hex}",
            services=services,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            reason="minor upgrade",
            **more,
        )
        async with self.db.transaction() as tx:
            await maintenances.add_maintenance(tx, draft, "@alice")
        await self.worker.drain()

    async def audit(self) -> list[Finding]:
        """What the auditor would find at this moment (REL-3)."""
        async with self.db.connection() as conn:
            return await auditor.look(conn, self.kinds, self.clock.now())

    async def disable(self, name: str) -> None:
        """An administrator disables somebody: from now on they cannot be called."""
        async with self.db.transaction() as tx:
            await accounts.disable_user(tx, name, managed_by="tocsin.yaml", actor="@story")

    async def see(self, ref: str = "INC-1") -> Incident:
        async with self.db.connection() as conn:
            return await incidents.get_incident(conn, EVERYTHING, ref)

    async def timeline(self, ref: str = "INC-1") -> list[LedgerEntry]:
        async with self.db.connection() as conn:
            return await list_entries(conn, (await incidents.get_incident(conn, EVERYTHING, ref)).topic)

    async def says(self, words: str, ref: str = "INC-1") -> LedgerEntry:
        """The timeline has an entry with these words."""
        entries = await self.timeline(ref)
        told = "\n  ".join(entry.sentence for entry in entries)
        assert any(words in entry.sentence for entry in entries), f"{words!r} is not on the timeline:\n  {told}"
        return next(entry for entry in entries if words in entry.sentence)

    async def explain(self, ref: str = "INC-1") -> Story:
        async with self.db.connection() as conn:
            return await paging.explain(conn, EVERYTHING, ref, self.clock.now())

    async def viewer(self, name: str) -> Viewer:
        async with self.db.connection() as conn:
            found = await accounts.find_viewer(conn, self.people[name])
        assert found is not None
        return found

    async def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """For what no service tells."""
        async with self.db.connection() as conn:
            cursor = await conn.execute(statement, parameters)  # type: ignore[arg-type]
            return await cursor.fetchall()

    async def until_blocked(self) -> None:
        """Returns once some transaction of the story waits for another one's lock."""
        for _ in range(5_000):
            if await self.rows(_WAITING_FOR_A_LOCK):
                return
            await asyncio.sleep(0.002)
        raise AssertionError("nobody waits for a lock")


INSIGHTS, SEAL = "insights", "kernel.seal_audit"
OF_ROOMS = frozenset({reassessing.REASSESS, syncing.SYNC, cadence.REMIND, following_up.FOLLOW_UP})
"""Work that reminds the people in a room, every half hour and the like, and what follows a resolution."""


async def leave_undone(held: Held) -> None:
    """Its worker lets go of a job that the story is not about."""


def _is_done(kind: JobKind, with_insights: bool | Collection[str]) -> bool:
    if isinstance(with_insights, bool):
        return with_insights or (kind.lane != INSIGHTS and kind.name != SEAL)
    return kind.name in with_insights or _is_done(kind, False)


@asynccontextmanager
async def new_world(
    dsn: str,
    clock: VirtualClock,
    *,
    kinds: Sequence[JobKind] = (),
    with_insights: bool | Collection[str] = False,
) -> AsyncGenerator[World]:
    """Opens everything a story needs; at its end nothing may be left that the story did not expect. `kinds`: work that
    its worker does besides. What insights looks at every few minutes (`with_insights`: all of it, or these kinds), what
    reminds the people in a room or follows a resolution, and the seal of the audit log, are left out of stories that
    are not about them."""
    airwaves = Airwaves()
    links = ack_links(bytes(range(32)), "https://tocsin.example.com")
    channels = {kind: RecordingChannel(kind, airwaves) for kind in CHANNELS}
    outbox = Outbox(channels, links, Bulkheads(clock=lambda: clock.now().timestamp()))
    usual = (
        replace(kind, handler=leave_undone) if kind.name in OF_ROOMS else kind
        for kind in JOB_KINDS
        if _is_done(kind, with_insights)
    )
    known = (*usual, *outbox.kinds(), *kinds)
    async with (
        Database(dsn, clock=clock, reactions=REACTIONS, keyring=KEYRING) as db,
        stepping(db, clock, known) as worker,
    ):
        names = tuple(kind.name for kind in known)
        world = World(db, clock, worker, airwaves, links, rulebook.Rulebook(db), names)
        yield world
        world.nobody_else_is_paged()
