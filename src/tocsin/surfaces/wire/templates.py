"""Templates on the wire: how messages are worded, and what a wording makes (COM-1)."""

from datetime import datetime

import msgspec

from tocsin.comms.fields import FIELDS
from tocsin.comms.model import Rendered
from tocsin.comms.model import Template as StoredTemplate
from tocsin.delivery.wording import addressed
from tocsin.surfaces.wire.body import Body


class Template(msgspec.Struct, kw_only=True):
    """One occasion. `edited_by` null: as it ships. `problem` says why it cannot be used any more, so that messages go
    out as the product words them; empty: it can. `fields` are the names that it may use, each with its meaning.
    """

    kind: str
    subject: str
    body: str
    edited_by: str | None
    edited_at: datetime | None
    problem: str
    fields: dict[str, str]


class TemplateList(msgspec.Struct, kw_only=True):
    """In the order of an incident's life."""

    templates: list[Template]


class TemplateRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """A wording: a small part of Jinja2 over the fields of the occasion."""

    subject: str
    body: str


class PreviewRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`incident` is its name, such as INC-1; without one the sample is shown."""

    subject: str
    body: str
    incident: str | None = None


class Message(msgspec.Struct, kw_only=True):
    """What would be sent, as plain text."""

    subject: str
    body: str


def template(stored: StoredTemplate) -> Template:
    return Template(
        kind=stored.kind.value,
        subject=stored.wording.subject,
        body=stored.wording.body,
        edited_by=stored.edited_by,
        edited_at=stored.edited_at,
        problem=stored.problem,
        fields={name: field.meaning for name, field in FIELDS[stored.kind].items()},
    )


def message(rendered: Rendered, public_url: str) -> Message:
    """`public_url` is put in front of the addresses in it, as the send does."""
    return Message(subject=rendered.subject, body=addressed(rendered.body, public_url))
