"""Does a document hold together: its own values, references, ownership, channels, the severity profile? Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from tocsin.accounts.model import Role
from tocsin.alerts.maintenance import check_maintenance
from tocsin.catalog.model import Organisation
from tocsin.catalog.profiles import PRESETS
from tocsin.catalog.severity import Profile
from tocsin.config.document import Document, Item, User
from tocsin.config.fields import is_slug, suggest
from tocsin.config.problems import Problem
from tocsin.config.references import SECTION_OF, SINGULAR, references_of
from tocsin.config.world import SECTIONS, World, profile_in, said_in
from tocsin.integrations.channels.registry import KINDS, check_address
from tocsin.integrations.sources import check_options
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.localtime import is_zone
from tocsin.oncall.calendar_model import check_calendar
from tocsin.oncall.soundness import unsound_places
from tocsin.paging.model import During, Target, TargetKind, Variant, parse_target
from tocsin.paging.profile_rules import OWNING_LEAD
from tocsin.paging.targets import with_sets
from tocsin.paging.variants import ladders


def normalise(document: Document) -> tuple[Document, list[Problem]]:
    """The document with every address in the normal form of its channel; what has none is a problem (PAG-3)."""
    problems: list[Problem] = []
    users: list[Item[User]] = []
    for item in document.users:
        contacts = list(item.value.contacts)
        for n, contact in enumerate(contacts):
            try:
                address = check_address(contact.kind, contact.address)
                contacts[n] = msgspec.structs.replace(contact, address=address)
            except Invalid as error:
                near = "" if contact.kind in KINDS else suggest(contact.kind, KINDS)
                below = f".contacts[{n}].{contact.kind}"
                problems.append(document.problem(item, below, f"{error.message}{near}", error.remedy))
        user = msgspec.structs.replace(item.value, contacts=tuple(contacts))
        users.append(msgspec.structs.replace(item, value=user))
    return msgspec.structs.replace(document, users=tuple(users)), problems


def find_problems(document: Document, before: World, after: World) -> list[Problem]:
    """Everything that refuses the document; `after` is the installation as it would be."""
    unsound = list(_unsound(document))
    return unsound or [
        *_foreign(document, before),
        *_dangling(document, before, after),
        *_layers_of_leave(document, after),
        *_shared_addresses(document, after),
        *_shared_keys(document, after),
        *_unknown_profile(document, after),
        *_unknown_levels(document, after),
        *_unknown_readers(document, after),
        *_unbound_escalations(document, after),
        *_unreachable_targets(document, after),
        *_variants_that_never_apply(document, after),
        *_no_administrator(document, before, after),
    ]


def _unsound(document: Document) -> Iterator[Problem]:
    """What the reader of files has refused already: a document may come from elsewhere."""
    for section in SECTIONS:
        for item in said_in(document, section).values():
            name = str(item.value.name)
            if item.file not in document.owners:
                yield document.problem(item, "", f"{item.file!r} is not one of the files.", "Send what `files` reads.")
            if section != "stored" and not is_slug(name):
                yield document.problem(item, ".name", f"{name!r} is not a name.", "Use small letters and digits.")
    zones = [*document.users, *document.schedules, *([document.organisation] if document.organisation else [])]
    for item in zones:
        zone = item.value.time_zone
        if zone is not None and not is_zone(zone):
            yield document.problem(item, ".time_zone", f"There is no time zone {zone!r}.", "Write Europe/Berlin.")
    for item in document.schedules:
        for below, error in unsound_places(item.value):
            yield document.problem(item, below, error.message, error.remedy)
    yield from _unsound_values(document)


def _unsound_values(document: Document) -> Iterator[Problem]:
    """By the checks of those who own them."""
    for item in document.integrations:
        try:
            check_options(item.value.type, item.value.options)
        except Invalid as error:
            yield document.problem(item, f".{error.field}", error.message, error.remedy)
    for item in document.calendars:
        try:
            check_calendar(item.value)
        except Invalid as error:
            yield document.problem(item, ".url", error.message, error.remedy)
    for item in document.maintenance:
        try:
            check_maintenance(item.value)
        except Invalid as error:
            yield document.problem(item, "", error.message, error.remedy)


def _foreign(document: Document, before: World) -> Iterator[Problem]:
    """What another file manages is changed by that file only (OPS-2)."""
    singles = [("", document.organisation, before.organisation), ("", document.routing, before.routing)]
    for section in SECTIONS:
        known: Mapping[str, Item[Any]] = getattr(before, section)
        singles += [(name, item, known.get(name)) for name, item in said_in(document, section).items()]
    for name, item, known_item in singles:
        if item is not None and known_item is not None and known_item.file not in {"", *document.owners}:
            yield document.problem(
                item,
                "",
                f"{name or 'This section'} is managed by {known_item.file}.",
                f"Change it there, or take it out of there and apply that first. If {item.file} takes the place of "
                f"{known_item.file}, apply with --replaces {known_item.file}.",
            )


def _dangling(document: Document, before: World, after: World) -> Iterator[Problem]:
    for section, name, item in _things(after):
        for section_meant, name_meant, below in references_of(item.value):
            known = getattr(after, section_meant)
            if name_meant in known:
                continue
            what = SINGULAR[section_meant]
            if name_meant in getattr(before, section_meant):
                message = f"The {what} {name_meant!r} goes away, and this still names it."
            elif section_meant == "users" and name_meant in before.disabled:
                message = f"The user {name_meant!r} is disabled."
            else:
                message = f"There is no {what} {name_meant!r}.{suggest(name_meant, known.keys())}"
            yield _place(document, section, name, item, below, message, f"Add it under {section_meant}, or mend this.")


def _place(
    document: Document, section: str, name: str, item: Item[Any], below: str, message: str, remedy: str
) -> Problem:
    """A problem of a thing; one outside these files is named by section and name, since we have no line of it."""
    if any(file.name == item.file for file in document.files):
        return document.problem(item, below, message, remedy)
    where = f"{section}[{name}]{below}" if name else below
    return Problem(file=item.file or "(in no file)", line=0, path=where, message=message, remedy=remedy)


def _things(world: World) -> Iterator[tuple[str, str, Item[Any]]]:
    for section in SECTIONS:
        things: Mapping[str, Item[Any]] = getattr(world, section)
        for name, item in things.items():
            yield section, name, item
    yield "routing", "", world.routing


def _layers_of_leave(document: Document, after: World) -> Iterator[Problem]:
    """A calendar of absences would put on call exactly those who are away."""
    for name, item in after.schedules.items():
        for n, layer in enumerate(item.value.layers):
            calendar = after.calendars.get(layer.calendar or "")
            if calendar is not None and calendar.value.leave:
                message = f"The calendar {layer.calendar!r} says when people are away."
                remedy = "Name another one, or take `leave: true` from it."
                yield _place(document, "schedules", name, item, f".layers[{n}].calendar", message, remedy)


def _shared_addresses(document: Document, after: World) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for name, item in sorted(after.users.items(), key=lambda pair: pair[1].file in document.owners):
        email = (item.value.email or "").casefold()
        if email and owner.setdefault(email, name) != name:
            message = f"{item.value.email} is the address of {owner[email]} already."
            yield _place(document, "users", name, item, ".email", message, "Give each person their own.")


def _shared_keys(document: Document, after: World) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for name, item in after.integrations.items():
        digest = item.value.key_hash
        if digest and owner.setdefault(digest, name) != name:
            message = f"{owner[digest]} has the same key."
            yield _place(document, "integrations", name, item, ".key", message, "Make one: openssl rand -hex 16")


def _unknown_levels(document: Document, after: World) -> Iterator[Problem]:
    """Routes and the policy of budgets name levels of the profile that is active."""
    profile = _find_profile(after)
    if profile is None:
        return
    routing = after.routing.value
    routes = [(f"routes[{n}]", route) for n, route in enumerate(routing.routes)]
    for path, route in [*routes, ("default_route", routing.default_route or {})]:
        if route.get("severity") is None:
            continue
        try:
            profile.level(str(route["severity"]))
        except NotFound as error:
            yield _place(document, "routing", "", after.routing, f"{path}.severity", error.message, error.remedy)
    for n, name in enumerate(after.organisation.value.slo_policy.downtime):
        try:
            profile.level(name)
        except NotFound as error:
            below = f".slo_policy.downtime[{n}]"
            yield _place(document, "organisation", "", after.organisation, below, error.message, error.remedy)


def _unknown_readers(document: Document, after: World) -> Iterator[Problem]:
    """The report of the month is for people who are there."""
    for n, name in enumerate(after.organisation.value.monthly_report):
        if name not in after.users:
            what, remedy = f"There is no user {name!r}.", "Name somebody of users, or leave it out."
            yield _place(document, "organisation", "", after.organisation, f".monthly_report[{n}]", what, remedy)


def _unbound_escalations(document: Document, after: World) -> Iterator[Problem]:
    """PAG-2: a profile whose own rules would call nobody is refused, each target once."""
    profile = _find_profile(after)
    targets = {rule.target for level in profile.levels for rule in level.escalations} if profile is not None else ()
    for target in sorted(targets):
        found = _why_unbound(target, after)
        if found is not None and profile is not None:
            message = f"The profile {profile.name!r} {found[0]}"
            yield _place(document, "organisation", "", after.organisation, ".severity_profile", message, found[1])


def _why_unbound(target: str, after: World) -> tuple[str, str] | None:
    """What completes "The profile …", and what to do; None: somebody is told."""
    if target == OWNING_LEAD:
        owners = {item.value.team for item in after.services.values()}
        if not after.services or any(after.teams[name].value.leads for name in owners if name in after.teams):
            return None
        return "tells the lead of the owning team, and no service has one.", "Give the teams of your services `leads`."
    meant = parse_target(target)
    section = SECTION_OF.get(meant.kind)
    if section is None or meant.name in getattr(after, section):
        return None
    what = SINGULAR[section]
    remedy = f"Add it under {section}, or choose another profile."
    if meant.kind is TargetKind.GROUP:
        remedy = f"Add it: `groups: [{{name: {meant.name}, members: [...]}}]`, or choose another profile."
    return f"tells the {what} {meant.name!r}, and there is none.", remedy


def _unknown_profile(document: Document, after: World) -> Iterator[Problem]:
    try:
        profile_in(after)
    except NotFound as error:
        names = sorted({*PRESETS, *after.severity_profiles})
        message = f"{error.message}{suggest(after.organisation.value.severity_profile, names)}"
        remedy = f"Use one of {', '.join(names)}, or write it under severity_profiles."
        yield _place(document, "organisation", "", after.organisation, ".severity_profile", message, remedy)


def _find_profile(world: World) -> Profile | None:
    """None: the one that is named does not exist, which is a problem of its own."""
    try:
        return profile_in(world)
    except NotFound:
        return None


def _unreachable_targets(document: Document, after: World) -> Iterator[Problem]:
    """A step may not call the experts of a service that names none, nor a vendor that has no address."""
    for name, item in after.escalation_policies.items():
        targets = {target for each in ladders(item.value) for target in with_sets(each.targets())}
        for target in sorted(targets, key=str):
            found = _why_unreachable(target, after)
            if found is not None:
                yield _place(document, "escalation_policies", name, item, "", *found)


def _variants_that_never_apply(document: Document, after: World) -> Iterator[Problem]:
    """A variant that nothing fits would be believed in, and missed at night."""
    profile = _find_profile(after)
    if profile is None:
        return
    for name, item in after.escalation_policies.items():
        for n, variant in enumerate(item.value.when):
            for below, message, remedy in _why_it_never_applies(variant, profile, after.organisation.value):
                yield _place(document, "escalation_policies", name, item, f".when[{n}]{below}", message, remedy)


def _why_it_never_applies(
    variant: Variant, profile: Profile, organisation: Organisation
) -> Iterator[tuple[str, str, str]]:
    """The path below the variant, what is wrong, and what to do."""
    if organisation.business_hours is None:
        remedy = 'Add `business_hours: {days: mon-fri, from: "09:00", to: "18:00"}` to the organisation.'
        if variant.during in (During.BUSINESS_HOURS, During.OUTSIDE_BUSINESS_HOURS):
            yield ".during", "The organisation names no business hours.", remedy
        if variant.hold:
            yield ".hold_until", "The organisation names no business hours.", remedy
    for n, name in enumerate(variant.severity):
        try:
            level = profile.level(name)
        except NotFound as error:
            yield f".severity[{n}]", error.message, error.remedy
            continue
        if variant.hold and level.rank == 1:
            yield f".severity[{n}]", f"A {level.name} is never held.", "Leave it out of this variant."


def _why_unreachable(target: Target, after: World) -> tuple[str, str] | None:
    """What is wrong and what to do; None: somebody can be told."""
    service = after.services.get(target.name) if target.kind is TargetKind.EXPERT else None
    if service is not None and not service.value.experts:
        message = f"{target} calls nobody: the service {target.name!r} names no experts."
        return message, f"Add `experts: [...]` to the service {target.name}, or call somebody else."
    vendor = after.vendors.get(target.name) if target.kind is TargetKind.VENDOR else None
    if vendor is not None and vendor.value.email is None:
        message = f"{target} calls nobody: the vendor {target.name!r} has no e-mail address."
        return message, f"Add `email: …` to the vendor {target.name}: that is how a step asks for help."
    return None


def _no_administrator(document: Document, before: World, after: World) -> Iterator[Problem]:
    def administrators(world: World) -> bool:
        return any(item.value.role == Role.ADMIN for item in world.users.values())

    if administrators(before) and not administrators(after):
        file = document.files[0].name if document.files else ""
        remedy = "Give somebody `role: admin`."
        yield Problem(file=file, line=0, path="users", message="Nobody would be an administrator.", remedy=remedy)
