"""Values in the shape of the file: what a reader wrote, would write, and sees in a difference. Pure.

A value that is not to be shown is `Hidden`: it is compared as it is and shown by a stand-in.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from msgspec import UNSET

from tocsin.alerts.maintenance import MaintenanceDraft
from tocsin.catalog.compensation import Compensation
from tocsin.catalog.model import AnnounceAddress, Chat, Group, Organisation, Service, Vendor
from tocsin.catalog.oncall_limits import Limits
from tocsin.catalog.own_profiles import OwnLevel, OwnProfile, OwnRule, OwnTargets
from tocsin.catalog.working_time import DailyHours, OnCallTerms
from tocsin.config.check_shape import check_shape
from tocsin.config.document import Contact, Integration, Routing, Rule, Stored, Team, User
from tocsin.config.slo_shape import slo_policy_shape, slo_shape
from tocsin.insights.digest_model import Digest
from tocsin.kernel.durations import format_duration
from tocsin.kernel.localtime import WEEKDAYS, Hours, zone_of
from tocsin.kernel.week_words import days_text
from tocsin.oncall.calendar_model import CalendarDraft
from tocsin.oncall.model import SINCE_EVER, Handover, Layer, Member, OnHolidays, Override, Part, Schedule
from tocsin.oncall.turns import ORDINALS
from tocsin.paging.model import During, Policy, Step, Target, TargetKind, Variant
from tocsin.postmortems.templates import Template

Shape = dict[str, Any]


class Hidden(NamedTuple):
    """A value that is compared and not shown."""

    value: str
    shown: str


def organisation_shape(one: Organisation) -> Shape:
    hours = one.business_hours
    return _filled(
        name=one.name,
        time_zone=one.time_zone,
        severity_profile=one.severity_profile,
        business_hours=hours_shape(hours) if hours is not None else None,
        oncall_limits=limits_shape(one.oncall_limits),
        incident_channel=one.incident_channel,
        announce_channel=one.announce_channel,
        war_room=one.war_room,
        announce=[_announce_address(each) for each in one.announce],
        prometheus=one.prometheus,
        on_call=_terms(one.on_call),
        compensation=_compensation(one.compensation) if one.compensation is not None else None,
        slo_policy=slo_policy_shape(one.slo_policy),
        monthly_report=[f"user:{name}" for name in one.monthly_report],
    )


def _announce_address(one: AnnounceAddress) -> Shape:
    """An e-mail address is shown; of any other only the host, for the rest may be a secret."""
    address = one.address if one.kind == "email" else Hidden(one.address, shown_address(one.address))
    return {one.kind: address} if one.drills else {one.kind: address, "drills": False}


def _compensation(rules: Compensation) -> Shape:
    hour, page, off = rules.per_hour, rules.per_page, rules.time_off
    return _filled(
        currency=rules.currency,
        per_hour={key: str(value) for key in hour.__struct_fields__ if (value := getattr(hour, key))},
        per_page={key: str(value) for key in page.__struct_fields__ if (value := getattr(page, key))},
        minimum_block=format_duration(rules.minimum_block) if rules.minimum_block else None,
        time_off={"night_pages": off.night_pages, "days": str(off.days)} if off is not None else None,
    )


def _terms(terms: OnCallTerms) -> Shape | None:
    """What of it is not as it is without a word."""
    usual = OnCallTerms()
    said = {
        "night": _daily(terms.night) if terms.night != usual.night else None,
        "woken": _daily(terms.woken) if terms.woken != usual.woken else None,
        "rest_notice": f"{terms.rest_notice:%H:%M}" if terms.rest_notice != usual.rest_notice else None,
    }
    return _filled(**said) or None


def _daily(hours: DailyHours) -> Shape:
    return {"from": f"{hours.begin:%H:%M}", "to": f"{hours.to:%H:%M}"}


def user_shape(user: User) -> Shape:
    quiet = user.notify.quiet_hours
    notify = _filled(
        high=_rules(user.notify.high),
        low=_rules(user.notify.low),
        quiet_hours=hours_shape(quiet) if quiet is not None else None,
    )
    return _filled(
        name=user.name,
        email=user.email,
        role=user.role,
        display_name=user.display_name if user.display_name != user.name else None,
        senior=user.senior or None,
        time_zone=user.time_zone,
        contacts=[contact_shape(contact) for contact in sorted(user.contacts, key=lambda c: (c.kind, c.address))],
        notify=notify,
    )


def contact_shape(contact: Contact) -> Shape:
    """An e-mail address is shown; of any other only the host, for the rest may be a secret."""
    if contact.kind == "email" and not contact.is_secret:
        return {contact.kind: contact.address}
    return {contact.kind: Hidden(contact.address, shown_address(contact.address))}


def shown_address(address: str) -> str:
    """`https://hooks.example.com/…`."""
    try:
        url = urlsplit(address)
    except ValueError:
        return "…"
    if not url.scheme or not url.hostname:
        return "…"
    if url.scheme not in ("http", "https"):
        return f"{url.scheme}://…"
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{url.hostname}{port}/…"


def _rules(rules: tuple[Rule, ...] | None) -> list[Shape] | None:
    return None if rules is None else [{rule.kind: format_duration(rule.after)} for rule in rules]


def team_shape(team: Team) -> Shape:
    probes = [_filled(name=one.name, url=one.url, command=list(one.command)) for one in team.access_probes]
    return _filled(name=team.name, members=sorted(team.members), leads=sorted(team.leads), access_probes=probes)


def digest_shape(digest: Digest) -> Shape:
    """Of a webhook's address only the host is shown."""
    at = f"{WEEKDAYS[digest.weekday]} {_clock(digest.at)}" if digest.weekday is not None else _clock(digest.at)
    return _filled(
        name=digest.name,
        at=at,
        time_zone=digest.time_zone,
        schedules=list(digest.schedules),
        team=digest.team,
        webhook=Hidden(digest.webhook, shown_address(digest.webhook)) if digest.webhook else None,
    )


def postmortem_template_shape(template: Template) -> Shape:
    return _filled(
        name=template.name,
        title=template.title,
        questions=list(template.questions),
        factors=list(template.factors),
        prevention=list(template.prevention),
    )


def group_shape(group: Group) -> Shape:
    return _filled(name=group.name, members=sorted(group.members))


def chat_shape(chat: Chat) -> Shape:
    return {"name": chat.name, chat.kind: Hidden(chat.address, shown_address(chat.address))}


def vendor_shape(vendor: Vendor) -> Shape:
    return _filled(
        name=vendor.name,
        email=vendor.email,
        phone=vendor.phone,
        contract=vendor.contract,
        ticket=vendor.ticket,
        hours=vendor.hours,
    )


def calendar_shape(calendar: CalendarDraft) -> Shape:
    """Of the address only the host is shown: the rest is often the secret that opens it."""
    return _filled(
        name=calendar.name,
        url=Hidden(calendar.url, shown_address(calendar.url)),
        leave=calendar.leave or None,
        time_zone=calendar.time_zone,
        people=calendar.people,
    )


def profile_shape(profile: OwnProfile) -> Shape:
    return _filled(
        name=profile.name,
        based_on=profile.based_on,
        currency=profile.currency,
        mttr_from=profile.mttr_from,
        postmortem_completion=profile.postmortem_completion,
        reassess_every=_span(profile.reassess_every),
        levels=[_level(level) for level in profile.levels],
    )


def _level(level: OwnLevel) -> Shape:
    rules = level.escalations
    return _filled(
        name=level.name,
        title=level.title,
        response=level.response,
        response_time=_span(level.response_time),
        ack_timeout=_span(level.ack_timeout),
        update_cadence=_span(level.update_cadence),
        stability_window=_span(level.stability_window),
        page=level.page,
        team=level.team,
        postmortem=level.postmortem,
        escalations=None if rules is None else [_rule(rule) for rule in rules] or "none",
        criteria={fact: list(texts) for fact, texts in (level.criteria or {}).items()},
        phases={name: format_duration(end) for name, end in (level.phases or {}).items()},
        targets=None if level.targets is None else _targets(level.targets),
        schedule_by=_span(level.schedule_by),
        publish_by=_span(level.publish_by),
        tell_stakeholders=level.tell_stakeholders,
        mail_customers=level.mail_customers,
    )


def _targets(targets: OwnTargets) -> Shape:
    return _filled(**{name: _span(getattr(targets, name)) for name in OwnTargets.__struct_fields__})


def _rule(rule: OwnRule) -> Shape:
    return {"tell": rule.tell, "after": format_duration(rule.after), "since": rule.since}


def _span(span: timedelta | None) -> str | None:
    return None if span is None else format_duration(span)


def schedule_shape(schedule: Schedule) -> Shape:
    """Instants of overrides carry their offset, so that they are one instant to every reader."""
    zone = zone_of(schedule.time_zone)
    overrides = sorted(schedule.overrides, key=lambda one: (one.starts_at, one.ends_at, one.user))
    return _filled(
        name=schedule.name,
        team=schedule.team,
        time_zone=schedule.time_zone,
        holidays=schedule.holidays,
        layers=[layer_shape(layer) for layer in schedule.layers],
        overrides=[_override(one, zone) for one in overrides],
        limits=limits_shape(schedule.limits),
    )


def _override(one: Override, zone: ZoneInfo) -> Shape:
    return _filled(
        user=one.user,
        **{"from": _minute(one.starts_at.astimezone(zone)), "to": _minute(one.ends_at.astimezone(zone))},
        part=one.part.value if one.part is not Part.INSTEAD else None,
        layer=one.layer,
        instead_of=one.instead_of,
        reason=one.reason or None,
    )


def limits_shape(limits: Limits) -> Shape:
    """What was said of each; None is written `off`."""
    said = {key: getattr(limits, key) for key in Limits.__struct_fields__}
    return {key: "off" if value is None else value for key, value in said.items() if value is not UNSET}


def layer_shape(layer: Layer) -> Shape:
    return _filled(
        name=layer.name,
        rotation=layer.rotation.value,
        handover=_handovers(layer.handovers),
        every=layer.every if layer.every != 1 else None,
        length=format_duration(layer.length) if layer.length is not None else None,
        rrule=layer.rrule,
        calendar=layer.calendar,
        time_zone=layer.time_zone,
        starts=_minute(layer.starts) if layer.starts != SINCE_EVER else None,
        ends=_minute(layer.ends) if layer.ends is not None else None,
        users=[turn[0] if len(turn) == 1 else list(turn) for turn in layer.users],
        members=[_member(member) for member in layer.members],
        restrict=[hours_shape(hours) for hours in layer.restrict],
        on_holidays=layer.on_holidays.value if layer.on_holidays is not OnHolidays.ANY else None,
        additive=layer.additive or None,
        shadow=layer.shadow or None,
    )


def _member(member: Member) -> Shape:
    return _filled(
        user=member.user,
        since=_minute(member.since) if member.since is not None else None,
        until=_minute(member.until) if member.until is not None else None,
    )


def hours_shape(hours: Hours) -> Shape:
    return {"days": days_text(hours.days), "from": _clock(hours.begin), "to": _clock(hours.to)}


def _handovers(handovers: tuple[Handover, ...]) -> str | list[str] | None:
    found = [_handover(each) for each in handovers]
    return found if len(found) > 1 else next(iter(found), None)


def _handover(handover: Handover) -> str:
    nth = f"{ORDINALS[handover.nth]} " if handover.nth is not None else ""
    if handover.weekday is not None:
        return f"{nth}{WEEKDAYS[handover.weekday]} {_clock(handover.at)}"
    return f"{handover.day} {_clock(handover.at)}" if handover.day is not None else _clock(handover.at)


def policy_shape(policy: Policy) -> Shape:
    return _filled(
        name=policy.name,
        steps=[_step(step) for step in policy.steps],
        repeat=policy.repeat or None,
        last_resort=[_target(target) for target in policy.last_resort],
        when=[_variant(variant) for variant in policy.when],
    )


def _variant(variant: Variant) -> Shape:
    during = hours_shape(variant.during) if isinstance(variant.during, Hours) else variant.during
    return _filled(
        during=during,
        severity=list(variant.severity),
        hold_until=During.BUSINESS_HOURS if variant.hold else None,
        steps=[_step(step) for step in variant.steps],
        repeat=variant.repeat,
        last_resort=[_target(target) for target in variant.last_resort],
        policy=variant.policy,
    )


def _step(step: Step) -> Shape:
    return {"notify": [_target(target) for target in step.notify], "wait": format_duration(step.wait)}


def _target(target: Target) -> str | Hidden | Shape:
    """Of a webhook's address only the host is shown."""
    if target.among:
        return {"round_robin": [str(each) for each in target.among]}
    return Hidden(target.name, str(target)) if target.kind is TargetKind.WEBHOOK else str(target)


def service_shape(service: Service) -> Shape:
    return _filled(
        name=service.name,
        team=service.team,
        escalation_policy=service.escalation_policy,
        tier=service.tier,
        depends_on=list(service.depends_on),
        experts=list(service.experts),
        checks=[check_shape(check) for check in service.checks],
        slo=slo_shape(service.slo) if service.slo is not None else None,
        **service.more,
    )


def integration_shape(one: Integration) -> Shape:
    return _filled(
        name=one.name,
        type=one.type,
        key=Hidden(one.key_hash, "(secret)"),
        service=one.service,
        timeout=format_duration(one.timeout) if one.timeout is not None else None,
        **one.options,
    )


def maintenance_shape(one: MaintenanceDraft) -> Shape:
    """Instants carry their offset, so that they are one instant to every reader."""
    zone = zone_of(one.time_zone)
    return {
        "name": one.name,
        "services": list(one.services),
        "from": _minute(one.starts_at.astimezone(zone)),
        "to": _minute(one.ends_at.astimezone(zone)),
        **_filled(repeat=one.repeat, reason=one.reason),
    }


def routing_shape(routing: Routing) -> Shape:
    return _filled(
        routes=list(routing.routes), default_route=routing.default_route, inhibitions=list(routing.inhibitions)
    )


def stored_shape(stored: Stored) -> Shape:
    return {"definition": stored.definition}


def _filled(**fields: Any) -> Shape:
    """Without what is absent or empty: an absent list and an empty one say the same."""
    return {key: value for key, value in fields.items() if value is not None and value not in ([], {}, "")}


def _clock(at: time) -> str:
    return at.strftime("%H:%M:%S" if at.second else "%H:%M")


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")
