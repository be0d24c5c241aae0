"""Postmortems on the wire (PMT-1, PMT-8): in a list without their text, by themselves with it."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tocsin.accounts.model import ORGANISATION_SCOPE
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems.figures import SaidFigure
from tocsin.postmortems.model import Postmortem as Stored
from tocsin.postmortems.templates import Template as KnownTemplate
from tocsin.surfaces.wire.body import Body


class Summary(msgspec.Struct, kw_only=True):
    """`is_private`: so is its incident. `state` is draft, in-review or published. `schedule_by` and `publish_by` are
    null while the incident is open, or when its level asks for no postmortem; `owner` is null when nobody commands and
    nobody is named.
    """

    incident: str
    title: str
    is_private: bool
    severity: str | None
    state: str
    owner: str | None
    authors: list[str]
    template: str | None
    layout: str
    version: int
    edited_by: str
    edited_at: datetime
    schedule_by: datetime | None
    publish_by: datetime | None
    drafted_at: datetime
    drafted_by: str
    published_at: datetime | None


class Postmortem(Summary, kw_only=True):
    """One postmortem as its latest version reads; `body` is Markdown, `questions` how many are marked as open in it."""

    body: str
    questions: int


class PostmortemList(msgspec.Struct, kw_only=True):
    """The newest incident first; `next_before` goes on with the next page, null at its end."""

    postmortems: list[Summary]
    next_before: int | None


class DraftRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Everything may be left out: the cause category chooses the template, the severity profile the layout. `again`
    makes a new version from the record as it is now.
    """

    template: str | None = None
    layout: str | None = None
    authors: list[str] = msgspec.field(default_factory=list[str])
    again: bool = False


class EditRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """The whole text; `version` is the one that was read before, so that nobody overwrites what they have not seen."""

    body: str
    version: int
    note: str = ""


class ImpactRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """What it cost, as far as it is known: whole numbers, `error_rate` in per cent ("12.5%"), and whether an SLA was
    breached (yes or no). `source` says
    where the figures come from; what is absent stays as it was said.
    """

    source: str
    users_affected: str | None = None
    error_rate: str | None = None
    failed_requests: str | None = None
    failed_transactions: str | None = None
    support_tickets: str | None = None
    sla_breached: str | None = None

    def figures(self) -> dict[str, str]:
        """Those that were given, by name."""
        given = msgspec.structs.asdict(self)
        return {name: given[name] for name in given if name != "source" and given[name] is not None}


class Figure(msgspec.Struct, kw_only=True):
    """`name` is users_affected, error_rate, failed_requests, failed_transactions, support_tickets or sla_breached; `by`
    is tocsin where Prometheus was asked."""

    name: str
    value: str
    source: str
    by: str
    at: datetime


class Impact(msgspec.Struct, kw_only=True):
    """What was said of the cost of one incident, each figure as it was last said."""

    incident: str
    figures: list[Figure]


class Template(msgspec.Struct, kw_only=True):
    """`name` is what a draft is asked for with; `questions`, `factors` and `prevention` are asked in it.

    `managed_by` is the file of the configuration that says it; null: it ships with the program.
    """

    name: str
    title: str
    questions: list[str]
    factors: list[str]
    prevention: list[str]
    managed_by: str | None


class TemplateList(msgspec.Struct, kw_only=True):
    """The general one first, then those that ship, then one's own."""

    templates: list[Template]


class OwnerRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Who sees to it, a user's name."""

    user: str


def summary(stored: Stored) -> Summary:
    return Summary(
        incident=incident_ref(stored.incident_number),
        title=stored.title,
        is_private=stored.scope_id != ORGANISATION_SCOPE,
        severity=stored.severity,
        state=stored.state.value,
        owner=stored.owner,
        authors=list(stored.authors),
        template=stored.template,
        layout=stored.layout,
        version=stored.version,
        edited_by=stored.edited_by,
        edited_at=stored.edited_at,
        schedule_by=stored.schedule_by,
        publish_by=stored.publish_by,
        drafted_at=stored.drafted_at,
        drafted_by=stored.drafted_by,
        published_at=stored.published_at,
    )


def postmortem(stored: Stored) -> Postmortem:
    return Postmortem(**msgspec.structs.asdict(summary(stored)), body=stored.body, questions=stored.questions)


def templates(known: Iterable[KnownTemplate]) -> TemplateList:
    return TemplateList(templates=[msgspec.convert(each, Template, from_attributes=True) for each in known])


def impact(ref: str, said: Iterable[SaidFigure]) -> Impact:
    return Impact(
        incident=ref,
        figures=[
            Figure(name=each.name.value, value=each.value, source=each.source, by=each.by, at=each.at) for each in said
        ],
    )


def postmortems(stored: Iterable[Stored], limit: int) -> PostmortemList:
    """A page; it is the last one when it holds fewer than `limit`."""
    found = list(stored)
    more = found[-1].incident_number if len(found) == limit else None
    return PostmortemList(postmortems=[summary(each) for each in found], next_before=more)
