"""`users:` and `teams:` – who there is, how they are reached, by which rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.rules import check_user
from tocsin.config.document import Contact, Notify, Rule, Team, User
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.hours import read_hours
from tocsin.config.sections.secrets import read_env
from tocsin.delivery.devices import PUSH
from tocsin.delivery.quiet import check_quiet, quiet_of
from tocsin.insights.handoff_rules import check_link
from tocsin.insights.readiness_model import AccessProbe
from tocsin.kernel.durations import parse_duration
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import Hours

MAX_CONTACTS = 20
MAX_PROBES = 10


def read_user(value: Any, place: Place, environ: Mapping[str, str]) -> User:
    fields = Fields(value, place, what="A user")
    contacts = tuple(
        contact for entry, at in fields.items("contacts") if (contact := _read_contact(entry, at, environ)) is not None
    )
    user = User(
        name=fields.name(),
        email=fields.find_text("email"),
        role=fields.choice("role", [role.value for role in Role], Role.RESPONDER),
        display_name=fields.find_text("display_name") or "",
        senior=fields.flag("senior"),
        time_zone=fields.zone("time_zone"),
        contacts=contacts,
        notify=_read_notify(fields),
        managed_by=place.file.name,
    )
    fields.done()
    _check(user, fields)
    return user


def _check(user: User, fields: Fields) -> None:
    if len(user.contacts) > MAX_CONTACTS:
        fields.place.key("contacts").problem(f"More than {MAX_CONTACTS} contacts.", "Keep those that somebody answers.")
    if user.email is not None:
        try:
            check_user(UserDraft(name="somebody", email=user.email))
        except Invalid as error:
            fields.place.key("email").refuse(error)
    # A browser is added by its owner, on the device; the file may say before when it is to ring.
    kinds = {contact.kind for contact in user.contacts} | {PUSH} | ({"email"} if user.email else set[str]())
    for urgency in ("high", "low"):
        for index, rule in enumerate(getattr(user.notify, urgency) or ()):
            if rule.kind not in kinds:
                fields.place.key("notify").key(urgency).item(index).problem(
                    f"{user.name} has no {rule.kind} contact.",
                    f"Add it under contacts, or use {', '.join(sorted(kinds))}.",
                )


def _read_contact(value: Any, place: Place, environ: Mapping[str, str]) -> Contact | None:
    kind, address = _single(value, place, "A contact", "email: alice@example.com")
    if address is None:
        return None
    found = read_env(address, place.key(kind), environ)
    return Contact(kind=kind, address=found, is_secret=found != address) if found else None


def _read_notify(fields: Fields) -> Notify:
    inner = fields.fields("notify", "notify")
    if inner is None:
        return Notify()
    notify = Notify(
        high=_read_rules(inner, "high"), low=_read_rules(inner, "low"), quiet_hours=_read_quiet_hours(inner)
    )
    inner.done()
    return notify


def _read_quiet_hours(fields: Fields) -> Hours | None:
    value = fields.raw("quiet_hours")
    if value is None:
        return None
    place = fields.place.key("quiet_hours")
    hours = read_hours(value, place, "quiet_hours")
    if hours is None:
        return None
    try:
        check_quiet(quiet_of(hours, "UTC"))
    except Invalid as error:
        place.refuse(error)
        return None
    return hours


def _read_rules(fields: Fields, urgency: str) -> tuple[Rule, ...] | None:
    if urgency not in fields:
        fields.raw(urgency)
        return None
    rules = [_read_rule(entry, at) for entry, at in fields.items(urgency)]
    return tuple(rule for rule in rules if rule is not None) or None


def _read_rule(value: Any, place: Place) -> Rule | None:
    kind, text = _single(value, place, "A notification rule", "webhook: 2m")
    if text is None:
        return None
    try:
        after = parse_duration("0s" if text == "0" else text)
    except Invalid as error:
        place.key(kind).refuse(error)
        return None
    if after > timedelta(days=1):
        place.key(kind).problem("A rule waits a day at most.", "Shorten it.")
    return Rule(kind=kind, after=after)


def _single(value: Any, place: Place, what: str, example: str) -> tuple[str, str | None]:
    """The one key of a mapping and its text, as in `email: alice@example.com`."""
    fields = Fields(value, place, what=what)
    if len(fields.value) != 1:
        if isinstance(value, dict):
            place.problem(f"{what} is one key with one value.", f"Write it as `{example}`.")
        return "", None
    kind = next(iter(fields.value))
    return kind, fields.text(kind) or None


def _read_probes(fields: Fields) -> Iterator[AccessProbe]:
    entries = list(fields.items("access_probes"))
    probes = [probe for entry, at in entries if (probe := _read_probe(entry, at)) is not None]
    names = [probe.name for probe in probes]
    place = fields.place.key("access_probes")
    if len(entries) > MAX_PROBES:
        place.problem(f"More than {MAX_PROBES} access probes.", "Keep those without which nobody can work.")
    if len({*names}) < len(names):
        place.problem("Two access probes have the same name.", "Name each once.")
    yield from probes


def _read_probe(value: Any, place: Place) -> AccessProbe | None:
    """`{name, url}` or `{name, command: [program, argument]}`."""
    fields = Fields(value, place, what="An access probe")
    name = fields.name()
    url = fields.find_text("url")
    command = tuple(text for text, _ in fields.texts("command"))
    fields.done()
    if (url is None) is (not command):
        place.problem(
            "An access probe tries one thing.", "Give it `url: https://…`, or `command: [program, argument]`."
        )
        return None
    if url is not None:
        url = fields.read_with("url", check_link, url.strip())
        if not url:
            return None
    return AccessProbe(name=name, url=url, command=command)


def read_team(value: Any, place: Place) -> Team:
    fields = Fields(value, place, what="A team")
    team = Team(
        name=fields.name(),
        members=fields.names("members"),
        leads=fields.names("leads"),
        access_probes=tuple(_read_probes(fields)),
        managed_by=place.file.name,
    )
    fields.done()
    return team
