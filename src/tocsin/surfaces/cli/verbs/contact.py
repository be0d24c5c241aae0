"""`tocsin contact`: how you are reached, and whether it works."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.kernel.errors import NotFound
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Json, WrongUsage, runner, verb
from tocsin.surfaces.cli.verbs import contact_rules
from tocsin.surfaces.cli.verbs.contact_lines import show
from tocsin.surfaces.cli.verbs.contact_rules import User, of_user
from tocsin.surfaces.wire import contacts as wire
from tocsin.surfaces.wire.contact_card import ContactCard

Number = Annotated[int, Parameter(name="N", help="Its number in the list.")]

app = verb(
    "contact",
    "How you are reached: your contacts, whether each is proven, your notification rules by urgency and your quiet\n"
    "hours. A contact that you add is told nothing before you enter the code that is sent by it. A test sends a\n"
    "message by one contact; following its link proves that it works.",
    "tocsin contact list",
    "tocsin contact add email me@example.com",
    "tocsin contact verify 2 123456",
    "tocsin contact test 2",
    "tocsin contact order 3 2",
    "tocsin contact rules set high push sms=2m voice=5m",
    "tocsin contact quiet-hours 22:00 07:00 --days mon-fri",
)
app.command(contact_rules.app, name="rules")


@app.default
@app.command(name="list")
def list_contacts(*, user: User = None, json: Json = False) -> None:
    """List your contacts with their numbers, your rules and your quiet hours."""
    return show(Client().get("/contacts", user=user), json=json)


@app.command
def add(
    kind: Annotated[str, Parameter(name="KIND", help="By what: tocsin channels lists the kinds.")],
    address: Annotated[str, Parameter(name="ADDRESS", help="Such as me@example.com, or the topic of ntfy.")],
    /,
    *,
    user: User = None,
    json: Json = False,
) -> None:
    """Add a contact; a code is sent by it."""
    client = Client()
    raw = client.post(f"/contacts{of_user(user)}", {"kind": kind, "address": address})
    if json:
        return output.print_json(raw)
    added = output.read(raw, wire.Contact)
    told = output.read(client.get("/contacts", user=user), wire.Contacts)
    number = next(n for n, each in enumerate(told.contacts, 1) if each.id == added.id)
    return _code_is_on_its_way(added, number)


@app.command
def code(number: Number, /, *, user: User = None, json: Json = False) -> None:
    """Send another code by a contact; the codes before it stop working."""
    _, contact, raw = _ask(number, user, "code")
    return output.print_json(raw) if json else _code_is_on_its_way(contact, number)


@app.command
def verify(
    number: Number,
    code: Annotated[str, Parameter(name="CODE", help="The six digits of the message.", allow_leading_hyphen=True)],
    /,
    *,
    user: User = None,
    json: Json = False,
) -> None:
    """Confirm a contact by the code that was sent by it; from then on it is told."""
    person, contact, raw = _ask(number, user, "verify", {"code": code})
    if json:
        return output.print_json(raw)
    return output.say(
        f"{contact.kind} {output.line(contact.address)} is confirmed: {person} is told by it from now on."
    )


@app.command(name="test")
def send_test(
    number: Number,
    /,
    *,
    user: User = None,
    json: Json = False,
) -> None:
    """Send a test message by one contact."""
    person, contact, raw = _ask(number, user, "test")
    if json:
        return output.print_json(raw)
    output.say(f"A test message is on its way to {person} by {contact.kind}, {output.line(contact.address)}.")
    return output.say(
        ("  Follow its link to prove that it arrives; tocsin contact list shows what became of it.", "dim")
    )


@app.command
def secret(
    number: Annotated[int, Parameter(name="N", help="The number of a webhook in the list.")],
    /,
    *,
    user: User = None,
    json: Json = False,
) -> None:
    """Print what messages to one webhook are signed with, for the program that receives them."""
    _, _, raw = _ask(number, user, "secret")
    return output.print_json(raw) if json else output.say(output.read(raw, wire.SigningSecret).secret)


@app.command
def remove(number: Number, /, *, user: User = None, json: Json = False) -> None:
    """Remove a contact that was added here, unless it is the last that is known to work."""
    client = Client()
    contact = _numbered(output.read(client.get("/contacts", user=user), wire.Contacts), number)
    raw = client.delete(f"/contacts/{segment(contact.id)}{of_user(user)}")
    if json:
        return output.print_json(raw)
    return output.say(f"{contact.kind} {output.line(contact.address)} is removed.")


@app.command
def order(
    *numbers: Annotated[
        int, Parameter(name="N", required=True, help="The numbers of the contacts that were added, first to last.")
    ],
    user: User = None,
    json: Json = False,
) -> None:
    """Say which of the contacts that were added is told first; those of a file come before them."""
    client = Client()
    told = output.read(client.get("/contacts", user=user), wire.Contacts)
    ids = [_numbered(told, number).id for number in numbers]
    return show(client.put(f"/contacts/order{of_user(user)}", {"order": ids}), json=json)


@app.command
def card(*, json: Json = False) -> None:
    """Print the contact card with the numbers that calls and texts come from: tocsin contact card > tocsin.vcf"""
    raw = Client().get("/contact-card")
    if json:
        return output.print_json(raw)
    print(output.read(raw, ContactCard).card, end="")  # as it is: a file for phones, not for reading
    return None


@app.command(name="quiet-hours")
def quiet_hours(
    begin: Annotated[str | None, Parameter(name="FROM", help="Such as 22:00.")] = None,
    to: Annotated[str | None, Parameter(name="TO", help="Such as 07:00.")] = None,
    /,
    *,
    days: Annotated[str, Parameter(help="The days on which they begin, such as mon-fri.")] = "daily",
    off: Annotated[bool, Parameter(negative="", help="No quiet hours any more.")] = False,
    user: User = None,
    json: Json = False,
) -> None:
    """Say when low urgency can wait: what comes then is told when they end. What is urgent does not wait."""
    if off == (begin is not None) or (begin is None) != (to is None):
        raise WrongUsage("Quiet hours begin and end.", "tocsin contact quiet-hours 22:00 07:00, or --off for none.")
    said = None if off else {"from": begin, "to": to, "days": days}
    return show(Client().put(f"/contacts/quiet-hours{of_user(user)}", {"quiet_hours": said}), json=json)


def _numbered(told: wire.Contacts, number: int) -> wire.Contact:
    if not 1 <= number <= len(told.contacts):
        raise NotFound(f"There is no contact {number}.", "tocsin contact list shows them with their numbers.")
    return told.contacts[number - 1]


def _ask(number: int, user: str | None, what: str, body: object = None) -> tuple[str, wire.Contact, bytes]:
    """The person, their contact of that number, and the answer about it."""
    client = Client()
    told = output.read(client.get("/contacts", user=user), wire.Contacts)
    contact = _numbered(told, number)
    return told.person, contact, client.post(f"/contacts/{segment(contact.id)}/{what}{of_user(user)}", body or {})


def _code_is_on_its_way(contact: wire.Contact, number: int) -> None:
    output.say(f"A code is on its way by {contact.kind} to {output.line(contact.address)}.")
    return output.say((f"  Enter it within 10 minutes: tocsin contact verify {number} CODE", "dim"))


main = runner(app)
