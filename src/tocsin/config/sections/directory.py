"""`groups:`, `vendors:` and `chats:` – whom a step calls that is neither one person nor a team."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tocsin.catalog.model import Chat, Group, Vendor
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.secrets import read_env
from tocsin.integrations.channels.registry import ROOMS, check_address
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


def read_chat(value: Any, place: Place, environ: Mapping[str, str]) -> Chat | None:
    """Its name, and one kind of chat with the address of the room."""
    fields = Fields(value, place, what="A chat")
    name = fields.name()
    named = [key for key in fields.value if key != "name"]
    if len(named) != 1 or named[0] not in ROOMS:
        unknown = next((key for key in named if key not in ROOMS), None)
        what = f"{unknown!r} is no kind of chat." if unknown else "A chat is one room of one kind."
        place.problem(what, f"Use one of {', '.join(ROOMS)}. Write it as `slack: env:OPS_SLACK`.")
        return None
    kind = named[0]
    text = read_env(fields.text(kind), place.key(kind), environ)
    address = fields.read_with(kind, partial(check_address, kind), text) if text else None
    return Chat(name=name, kind=kind, address=address, managed_by=place.file.name) if name and address else None


def _read_address(text: str) -> str:
    try:
        return check_mail_address(text)
    except ValueError as error:
        raise Invalid(f"{text!r} is no mail address.", "Write it as support@db.example.com.", field="email") from error
