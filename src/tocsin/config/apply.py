"""Put a document in place: all of it or nothing, in the caller's transaction, and nothing where nothing differs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import audit
from tocsin.alerts import maintenances, rulebook
from tocsin.catalog import directory
from tocsin.catalog import service as catalog
from tocsin.config import store
from tocsin.config.check import normalise
from tocsin.config.document import Document, Integration, Item, Stored, Team, User
from tocsin.config.events import ConfigApplied
from tocsin.config.model import Action, Change, Plan
from tocsin.config.plan import count_changes, decide_plan
from tocsin.config.problems import ConfigurationInvalid
from tocsin.config.world import World, load_world, said_in, world_after
from tocsin.delivery.contacts import replace_contacts
from tocsin.delivery.model import ContactDraft, NotificationRule, Urgency
from tocsin.delivery.quiet import quiet_of
from tocsin.delivery.warning import read_reached, warn_of_file
from tocsin.insights import digest, readiness
from tocsin.kernel.tx import Tx
from tocsin.oncall import calendars, rescheduling
from tocsin.paging import policies
from tocsin.postmortems import own_templates

MAX_SENTENCES = 100


async def apply(tx: Tx, document: Document, by: str, unconfigured: Mapping[str, str]) -> Plan:
    """Make the installation what the document says; gives the plan that was carried out.

    `by` is an actor ("@alice"). Raises ConfigurationInvalid with every problem, and then nothing has changed. Applied
    twice, the second plan has no changes and nothing is written.
    """
    await store.lock_config(tx.conn)
    before = await load_world(tx.conn)
    plan = await asyncio.to_thread(decide_plan, before, document, tx.now, unconfigured)
    if plan.errors:
        raise ConfigurationInvalid(plan.errors)
    document, _ = normalise(document)
    if plan.changes:
        await _carry_out(tx, document, before, plan.changes, by)
        applied = _event(plan, by)
        await tx.emit(applied)
        await audit(tx, by, "applied", ", ".join(plan.files), sentence=applied.sentence)
    await _remember_files(tx, document, before, by)
    summary = "nothing changed" if not plan.changes else plan.summary.replace("to add", "added")
    summary = summary.replace("to change", "changed").replace("to remove", "removed")
    return msgspec.structs.replace(plan, is_applied=True, summary=summary)


async def _carry_out(tx: Tx, document: Document, before: World, changes: tuple[Change, ...], by: str) -> None:
    """From the ground up; what goes away goes from the top down."""
    after = world_after(before, document)
    put = {(c.section, c.name) for c in changes if c.action not in (Action.REMOVED, Action.DISABLED)}
    gone = [(c.section, c.name) for c in changes if c.action in (Action.REMOVED, Action.DISABLED)]

    def wanted(section: str) -> list[Item[Any]]:
        return [item for name, item in said_in(document, section).items() if (section, name) in put]

    for item in wanted("severity_profiles"):  # before the organisation, which may name one
        await catalog.put_profile(tx, item.value)
    if ("organisation", "") in put:
        await catalog.put_organisation(tx, after.organisation.value)
        await rulebook.organisation_changed(tx)
    # First those who leave, for one who comes may have their address; an administrator last, for somebody must be one.
    leaving = [before.users[name] for section, name in gone if section == "users"]
    await _disable(tx, [item for item in leaving if item.value.role != Role.ADMIN], by)
    for item in wanted("users"):
        await _put_user(tx, item.value, document, after.organisation.value.time_zone, by)
    await _disable(tx, [item for item in leaving if item.value.role == Role.ADMIN], by)
    await _put_teams_and_directory(tx, wanted, by)
    await _put_oncall(tx, wanted("calendars"), wanted("schedules"), by)
    for item in wanted("escalation_policies"):
        await policies.put_policy(tx, item.value, item.file)
    for item in wanted("services"):
        await catalog.put_service(tx, item.value)
    integrations = [_integration(item) for item in document.integrations]
    await rulebook.replace_integrations(tx, integrations, owners=document.owners, actor=by)
    routing = after.routing.value
    await rulebook.replace_routes(tx, routing.routes, routing.default_route, routing.inhibitions, actor=by)
    for item in wanted("maintenance"):
        await maintenances.put_maintenance(tx, item.value, by)
    for item in wanted("digests"):
        await digest.put_digest(tx, item.value)
    for item in wanted("postmortem_templates"):
        await own_templates.put_template(tx, item.value)
    await _put_stored(tx, document, before, after)
    await _remove(tx, gone, by)


async def _put_teams_and_directory(tx: Tx, wanted: Callable[[str], list[Item[Any]]], by: str) -> None:
    for item in wanted("teams"):
        team: Team = item.value
        await accounts.upsert_team(tx, team.name, team.members, team.leads, managed_by=item.file, actor=by)
        await readiness.put_probes(tx, team.name, team.access_probes)
    for item in wanted("groups"):
        await directory.put_group(tx, item.value)
    for item in wanted("vendors"):
        await directory.put_vendor(tx, item.value)
    for item in wanted("chats"):
        await directory.put_chat(tx, item.value)


async def _put_user(tx: Tx, user: User, document: Document, time_zone: str, by: str) -> None:
    """`time_zone` is that of the organisation."""
    draft = UserDraft(
        name=user.name,
        email=user.email,
        role=Role(user.role),
        display_name=user.display_name,
        senior=user.senior,
        time_zone=user.time_zone,
    )
    before = await read_reached(tx.conn, user.name)
    known = await accounts.upsert_user(tx, draft, managed_by=user.managed_by, actor=by, owners=document.owners)
    rules = [
        NotificationRule(urgency=urgency, kind=rule.kind, delay=rule.after)
        for urgency, said in ((Urgency.HIGH, user.notify.high), (Urgency.LOW, user.notify.low))
        for rule in said or ()
    ]
    contacts = [ContactDraft(kind=contact.kind, address=contact.address) for contact in user.contacts]
    hours = user.notify.quiet_hours
    quiet = quiet_of(hours, time_zone) if hours is not None else None
    await replace_contacts(tx, known.id, contacts, rules, user.managed_by, quiet)
    if before is not None:
        await warn_of_file(tx, known, before, user.managed_by or "the configuration", by)


async def _disable(tx: Tx, leaving: list[Item[User]], by: str) -> None:
    for item in leaving:
        await accounts.disable_user(tx, item.value.name, managed_by=item.file, actor=by)


async def _put_oncall(tx: Tx, wanted: list[Item[Any]], schedules: list[Item[Any]], by: str) -> None:
    for item in wanted:
        await calendars.put_calendar(tx, item.value)
    for item in schedules:
        await _put_schedule(tx, item, by)


async def _put_schedule(tx: Tx, item: Item[Any], by: str) -> None:
    overrides = tuple(msgspec.structs.replace(one, created_by=by) for one in item.value.overrides)
    await rescheduling.replace_schedule(tx, msgspec.structs.replace(item.value, overrides=overrides), by)


def _integration(item: Item[Integration]) -> rulebook.NewIntegration:
    one = item.value
    return rulebook.NewIntegration(
        name=one.name,
        type=one.type,
        key_hash=bytes.fromhex(one.key_hash),
        service=one.service,
        timeout=one.timeout,
        options=one.options,
        managed_by=item.file,
    )


async def _put_stored(tx: Tx, document: Document, before: World, after: World) -> None:
    for item in document.stored:
        await store.upsert_stored(tx.conn, item.value)
    for key, item in before.stored.items():
        if key not in after.stored:
            stored: Stored = item.value
            await store.delete_stored(tx.conn, stored.section, stored.name)


async def _remove(tx: Tx, gone: list[tuple[str, str]], by: str) -> None:
    for name in (name for section, name in gone if section == "postmortem_templates"):
        await own_templates.remove_template(tx, name)
    for name in (name for section, name in gone if section == "digests"):
        await digest.remove_digest(tx, name)
    for name in (name for section, name in gone if section == "maintenance"):
        await maintenances.remove_maintenance(tx, name, by)
    for name in (name for section, name in gone if section == "services"):
        await catalog.remove_service(tx, name)
    for name in (name for section, name in gone if section == "escalation_policies"):
        await policies.remove_policy(tx, name)
    for name in (name for section, name in gone if section == "schedules"):
        await rescheduling.drop_schedule(tx, name, by)
    for name in (name for section, name in gone if section == "calendars"):
        await calendars.remove_calendar(tx, name)
    for name in (name for section, name in gone if section == "severity_profiles"):
        await catalog.remove_profile(tx, name)
    await _remove_from_directory(tx, gone)
    for name in (name for section, name in gone if section == "teams"):
        await accounts.delete_team(tx, name, actor=by)


async def _remove_from_directory(tx: Tx, gone: list[tuple[str, str]]) -> None:
    removers = {"groups": directory.remove_group, "vendors": directory.remove_vendor, "chats": directory.remove_chat}
    for section, name in gone:
        if section in removers:
            await removers[section](tx, name)


async def _remember_files(tx: Tx, document: Document, before: World, by: str) -> None:
    """Only what differs: applied twice, nothing is written."""
    known = {file.name: (file.sha256, file.sections) for file in before.files}
    fresh = [file for file in document.files if known.get(file.name) != (file.sha256, file.sections)]
    if fresh:
        await store.upsert_files(tx.conn, fresh, by, tx.now)
    replaced = sorted(set(document.replaces) & known.keys() - {file.name for file in document.files})
    if replaced:
        await store.delete_files(tx.conn, replaced)


def _event(plan: Plan, by: str) -> ConfigApplied:
    created, changed, removed = count_changes(plan.changes)
    return ConfigApplied(
        sentence=f"{by} applied {', '.join(plan.files)}: {created} added, {changed} changed, {removed} removed",
        actor=by,
        files=plan.files,
        created=created,
        changed=changed,
        removed=removed,
        changes=tuple(change.sentence for change in plan.changes[:MAX_SENTENCES]),
    )
