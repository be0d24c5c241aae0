"""`groups:` and `vendors:` – whom a step calls that is neither one person nor a team."""

from __future__ import annotations

from typing import Any

from tocsin.catalog.model import Group, Vendor
from tocsin.config.fields import Fields, Place
from tocsin.kernel.errors import Invalid
from tocsin.kernel.smtp import check_mail_address


def read_group(value: Any, place: Place) -> Group:
    fields = Fields(value, place, what="A group")
    group = Group(name=fields.name(), members=fields.names("members"), managed_by=place.file.name)
    fields.done()
    if "members" not in fields:
        fields.missing("members")
    return group


def read_vendor(value: Any, place: Place) -> Vendor:
    fields = Fields(value, place, what="A vendor")
    email = fields.find_text("email")
    vendor = Vendor(
        name=fields.name(),
        email=fields.read_with("email", _read_address, email) if email is not None else None,
        phone=fields.find_text("phone"),
        contract=fields.find_text("contract"),
        ticket=fields.find_text("ticket"),
        hours=fields.find_text("hours"),
        managed_by=place.file.name,
    )
    fields.done()
    return vendor


def _read_address(text: str) -> str:
    try:
        return check_mail_address(text)
    except ValueError as error:
        raise Invalid(f"{text!r} is no mail address.", "Write it as support@db.example.com.", field="email") from error
