"""Reads the facts of an examination from the database and from this machine; the network is `probes`."""

import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace
from yarl import URL

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User
from tocsin.auditor import figure_store, store
from tocsin.auditor.doctor.model import Complaint, Engine, Fault, Ladder, Machine, Patient
from tocsin.auditor.model import Overdue
from tocsin.catalog import service as catalog
from tocsin.delivery import contacts as delivery
from tocsin.delivery import spending, spending_store
from tocsin.delivery.model import Contact
from tocsin.insights import reachability
from tocsin.insights.reachability_model import Doubt
from tocsin.integrations.channels.registry import KINDS, why_not_configured
from tocsin.kernel import job_store, worker_store
from tocsin.kernel.db import Conn
from tocsin.kernel.secrets import UNREADABLE
from tocsin.oncall import checking, rotation
from tocsin.oncall.checker import check
from tocsin.oncall.findings import Facts, Rule
from tocsin.oncall.model import Schedule
from tocsin.oncall.nightly import matters
from tocsin.paging import policies
from tocsin.paging.answers import list_administrators, load_answers
from tocsin.paging.model import Answer, Person, Policy, Target, TargetKind
from tocsin.setting_readers import is_this_machine, parse_address
from tocsin.settings import Settings

AHEAD = timedelta(days=7)
LOOK_AHEAD = timedelta(days=28)
EMAIL = "email"
WEBHOOK = "webhook"

Hosts = dict[tuple[str, str], tuple[str, ...]]
"""(kind, address without its path) → whom it belongs to."""


class Known(Struct, frozen=True, kw_only=True):
    """What several facts are made from: people by name, their contacts by id, the kinds of those that wait for their
    code, what each policy's targets mean, and of whom nobody knows whether a page would wake them."""

    users: dict[str, User]
    contacts: dict[int, list[Contact]]
    waiting: dict[int, list[str]]
    ladders: tuple[Policy, ...]
    schedules: tuple[Schedule, ...]
    facts: Facts
    answers: dict[Target, Answer]
    doubts: dict[str, Doubt]


async def read_known(conn: Conn, now: datetime) -> Known:
    ladders = tuple(ladder for each in await policies.list_policies(conn) for ladder in ladders_of(each.policy))
    contacts: dict[int, list[Contact]] = {}
    waiting: dict[int, list[str]] = {}
    for contact in await delivery.list_all_contacts(conn):
        if contact.is_confirmed:
            contacts.setdefault(contact.user_id or 0, []).append(contact)
        else:
            waiting.setdefault(contact.user_id or 0, []).append(contact.kind)
    facts, schedules = await checking.load_facts(conn, now)
    users = {user.name: user for user in await accounts.list_users(conn)}
    return Known(
        users=users,
        contacts=contacts,
        waiting=waiting,
        ladders=ladders,
        schedules=tuple(schedules),
        facts=facts,
        answers=await load_answers(conn, {target for ladder in ladders for target in ladder.targets()}, now),
        doubts=await reachability.doubts(conn, users, now),
    )


def ladders_of(policy: Policy) -> list[Policy]:
    """A policy and each of its variants that has steps of its own, as ladders with a name."""
    own = [
        Policy(f"{policy.name} (variant {n})", each.steps, last_resort=each.last_resort or policy.last_resort)
        for n, each in enumerate(policy.when, 1)
        if each.steps
    ]
    return [replace(policy, when=()), *own]


async def read_complaint(conn: Conn, settings: Settings, known: Known, now: datetime) -> Complaint:
    """Everything but what needs the network."""
    unconfigured = {kind: why for kind in KINDS if (why := why_not_configured(kind, settings)) is not None}
    people = [_patient(known, name, unconfigured) for name in sorted(names_needed(known, now))]
    used = {way for person in people for way in person.ways}
    return Complaint(
        people=tuple(people),
        faults=tuple(_faults(known, now)),
        ladders=tuple(_ladder(each, known.answers) for each in known.ladders),
        unconfigured={kind: why for kind, why in unconfigured.items() if kind in used},
        too_dear=await _find_too_dear(conn, settings, now),
        homeless=tuple(each.name for each in await catalog.list_services(conn) if each.escalation_policy is None),
        administrators=tuple(person.name for person in await list_administrators(conn)),
        machine=look_at_machine(settings, now),
        engine=await _read_engine(conn, now),
    )


async def _find_too_dear(conn: Conn, settings: Settings, now: datetime) -> str | None:
    spent = await spending_store.read_spent(conn, *spending.spans_of(now))
    return spending.why_too_dear(spending.caps_of(settings), spent)


def names_needed(known: Known, now: datetime) -> set[str]:
    """Everybody whom a schedule in use calls in the coming weeks, or a policy names."""
    shifts = (shift for schedule in _in_use(known) for shift in rotation.shifts(schedule, now, now + LOOK_AHEAD))
    names = {name for shift in shifts for name in shift.users}
    for answer in known.answers.values():
        names |= {person.name for person in answer.people if isinstance(person, Person)}
        names |= {out.name for out in answer.left_out}
    return names


def _in_use(known: Known) -> list[Schedule]:
    """The schedules that some policy calls, also as one of several in turn."""
    targets = list(known.answers)
    named = {each.name for target in targets for each in (target, *target.among) if each.kind is TargetKind.SCHEDULE}
    return [schedule for schedule in known.schedules if schedule.name in named]


def _patient(known: Known, name: str, unconfigured: Mapping[str, str]) -> Patient:
    user = known.users.get(name)
    if user is None or user.is_disabled:
        return Patient(name=name, is_there=False)
    given = known.contacts.get(user.id, [])
    contacts = [contact for contact in given if contact.broken_at is None]
    broken = [f"{contact.kind} ({contact.broken_why})" for contact in given if contact.broken_at is not None]
    if user.email_broken_why is not None and not any(contact.address == user.email for contact in given):
        broken.append(f"{EMAIL} ({user.email_broken_why})")
    ways = dict.fromkeys((*(contact.kind for contact in contacts), *((EMAIL,) if user.working_email else ())))
    doubt = known.doubts.get(name)
    return Patient(
        name=name,
        ways=tuple(ways),
        doubt=doubt.sentence if doubt is not None else "",
        waiting=tuple(dict.fromkeys(known.waiting.get(user.id, ()))),
        unsendable=tuple(kind for kind in ways if kind in unconfigured),
        unreadable=tuple(dict.fromkeys(contact.kind for contact in contacts if contact.address == UNREADABLE)),
        broken=tuple(broken),
    )


def hosts_of(known: Known, now: datetime) -> Hosts:
    """Where the contacts of those whom somebody calls lead to, without what may be a secret of their addresses."""
    needed = names_needed(known, now)
    owners: dict[tuple[str, str], list[str]] = {}
    for name, user in sorted(known.users.items()):
        for contact in known.contacts.get(user.id, ()) if name in needed else ():
            host = host_of(contact.address)
            if host is not None:
                owners.setdefault((contact.kind, host), []).append(name)
    for target in known.answers:
        host = host_of(target.name) if target.kind is TargetKind.WEBHOOK else None
        if host is not None:
            owners.setdefault((WEBHOOK, host), []).append("a step that calls it")
    return {key: tuple(names) for key, names in owners.items()}


def host_of(address: str) -> str | None:
    """`https://hooks.example.com:8443` of a contact that is a URL; None: it is none."""
    try:
        url = URL(address)
        port = url.port
    except ValueError:
        return None
    return str(url.origin()) if url.scheme in ("http", "https") and url.host and port else None


def _faults(known: Known, now: datetime) -> Iterator[Fault]:
    """What would keep a page from somebody who is awake: nobody there, or the same person again."""
    found = check(_in_use(known), known.facts, now, now + AHEAD)
    for matter in matters(each for each in found if each.rule.means_silence or each.rule is Rule.DOUBLE):
        first = matter[0]
        yield Fault(
            sentence=first.sentence,
            remedy=first.remedy,
            more=len(matter) - 1,
            is_now=first.starts_at <= now,
            is_silent=first.rule.means_silence,
        )


def _ladder(policy: Policy, answers: Mapping[Target, Answer]) -> Ladder:
    def reaches(targets: Iterable[Target]) -> bool:
        return any(answers[target].people for target in targets)

    return Ladder(
        name=policy.name,
        steps=len(policy.steps),
        empty_steps=tuple(n for n, step in enumerate(policy.steps, 1) if not reaches(step.notify)),
        has_last_resort=bool(policy.last_resort),
        reaches_last_resort=reaches(policy.last_resort),
    )


async def _read_engine(conn: Conn, now: datetime) -> Engine:
    overdue = await job_store.list_overdue(conn, now)
    return Engine(
        workers=await worker_store.count_alive(conn),
        overdue=tuple(Overdue(kind=kind, count=count, since=since) for kind, count, since in overdue),
        parked=await figure_store.count_parked(conn),
        findings=tuple(await store.list_findings(conn)),
    )


def look_at_machine(settings: Settings, database_time: datetime) -> Machine:
    """`database_time` is the database's idea of this moment."""
    key = settings.data_dir / "secret.key"
    keeps_data = settings.database_url is None and settings.data_dir.exists()
    disk = shutil.disk_usage(settings.data_dir) if keeps_data else None
    return Machine(
        clock_ahead=database_time - datetime.now(UTC),
        free_share=disk.free / disk.total if disk else None,
        data_dir=str(settings.data_dir),
        key_mode=stat.S_IMODE(key.stat().st_mode) if key.exists() else None,
        public_url=settings.public_url,
        has_heartbeat=settings.heartbeat_url is not None,
        bounces_are_lost=settings.mail_bounce_address is not None and settings.smtp_listen is None,
        mails_in_clear=_takes_mails_in_clear(settings),
        misspelt=settings.misspelt,
    )


def _takes_mails_in_clear(settings: Settings) -> bool:
    if settings.smtp_listen is None or settings.smtp_tls_cert is not None:
        return False
    host, _ = parse_address(settings.smtp_listen)
    return not is_this_machine(host)
