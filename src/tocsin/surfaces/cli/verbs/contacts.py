"""`tocsin contacts`: how you are reached, and whether it works."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import contacts as wire

User = Annotated[str | None, Parameter(help="Somebody else, for administrators.")]

app = verb(
    "contacts",
    "How you are reached: your contacts, whether each is proven, and your notification rules by urgency. A test sends\n"
    "a message by one of them; following its link proves that it works.",
    "tocsin contacts",
    "tocsin contacts test 2",
    "tocsin contacts secret 3",
)


@app.default
def contacts(*, user: User = None, json: Json = False) -> None:
    raw = Client().get("/contacts", user=user)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Contacts)
    return output.show(*_lines(told, output.now()))


@app.command(name="test")
def send_test(
    number: Annotated[int, Parameter(name="N", help="Its number in the list.")],
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
    return output.say(("  Follow its link to prove that it arrives; tocsin contacts shows what became of it.", "dim"))


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


def _ask(number: int, user: str | None, what: str) -> tuple[str, wire.Contact, bytes]:
    """The person, their contact of that number, and the answer about it."""
    client = Client()
    told = output.read(client.get("/contacts", user=user), wire.Contacts)
    if not 1 <= number <= len(told.contacts):
        raise WrongUsage(f"There is no contact {number}.", "tocsin contacts lists them with their numbers.")
    contact = told.contacts[number - 1]
    of = f"?user={segment(user)}" if user else ""
    return told.person, contact, client.post(f"/contacts/{segment(contact.id)}/{what}{of}", {})


def _lines(told: wire.Contacts, now: datetime) -> list[Text]:
    lines = [_contact(number, each, now) for number, each in enumerate(told.contacts, 1)]
    if not told.contacts:
        lines.append(Text(f"{told.person} has no contact and cannot be paged.", style="bold red"))
    lines.append(_rules("high", told.rules.high))
    lines.append(_rules("low", told.rules.low))
    if told.managed_by:
        lines.append(Text(f"Managed by {output.line(told.managed_by)}: change it there.", style="dim"))
    return lines


def _contact(number: int, contact: wire.Contact, now: datetime) -> Text:
    """Two lines: the way and whether it is proven, and the last test."""
    proven = (
        Text(f"proven {times.ago(contact.proven_at, now)}", style="green")
        if contact.proven_at
        else Text("unproven: nobody has answered a message by it yet", style="yellow")
    )
    line = Text.assemble((f"{number}  ", "bold"), f"{contact.kind} {output.line(contact.address)}  ", proven)
    if contact.last_test is not None:
        test = contact.last_test
        answer = f" ({output.line(test.answer)})" if test.answer else ""
        line.append(f"\n   last test {times.both(test.at, now)}: {test.state}{answer}", style="dim")
    return line


def _rules(urgency: str, rules: Sequence[wire.Rule]) -> Text:
    said = ", ".join(f"{rule.kind} {'at once' if rule.after == '0s' else f'after {rule.after}'}" for rule in rules)
    return Text.assemble((f"{urgency} urgency: ", "bold"), said or "e-mail at once (no rule of your own)")


main = runner(app)
