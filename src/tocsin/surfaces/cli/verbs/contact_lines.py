"""How a person is reached, in lines: what `tocsin contact` and `tocsin contact rules` print."""

from collections.abc import Collection, Sequence
from datetime import datetime

from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.wire import contacts as wire


def show(raw: bytes, *, json: bool) -> None:
    if json:
        return output.print_json(raw)
    return output.show(*_lines(output.read(raw, wire.Contacts), output.now()))


def _lines(told: wire.Contacts, now: datetime) -> list[Text]:
    lines = [_contact(number, each, now) for number, each in enumerate(told.contacts, 1)]
    if not told.contacts:
        lines.append(Text(f"{told.person} has no contact and cannot be paged.", style="bold red"))
    return [*lines, *_rule_lines(told), _quiet(told.quiet_hours), *_managed(told)]


def _contact(number: int, contact: wire.Contact, now: datetime) -> Text:
    """The way and how it stands; why nothing is sent to it, and the last test, in lines below."""
    line = Text.assemble((f"{number}  ", "bold"), f"{contact.kind} {output.line(contact.address)}  ")
    line.append_text(_standing(number, contact, now))
    if contact.managed_by is not None:
        line.append(f", by {output.line(contact.managed_by)}", style="dim")
    if contact.broken_at is not None:
        line.append(f"\n   since {times.both(contact.broken_at, now)}: {output.line(contact.broken_why or '')}")
        line.append(f"\n   correct it, or answer tocsin contact test {number}")
    if contact.last_test is not None:
        test = contact.last_test
        answer = f" ({output.line(test.answer)})" if test.answer else ""
        style = "red" if test.state == "failed" else "dim"
        line.append(f"\n   last test {times.both(test.at, now)}: {test.words}{answer}", style=style)
    return line


def _standing(number: int, contact: wire.Contact, now: datetime) -> Text:
    if not contact.is_confirmed:
        said = f"waits for its code: tocsin contact verify {number} CODE (tocsin contact code {number} sends another)"
        return Text(said, style="yellow")
    if contact.broken_at is not None:
        return Text("nothing is sent to it", style="red")
    if contact.proven_at is None:
        return Text("unproven: nobody has answered a message by it yet", style="yellow")
    return Text(f"proven {times.ago(contact.proven_at, now)}", style="green")


def _quiet(quiet: wire.QuietHours | None) -> Text:
    said = f"{quiet.begin} to {quiet.to}, {quiet.days}: low urgency waits" if quiet else "none"
    return Text.assemble(("quiet hours: ", "bold"), said)


def show_rules(raw: bytes, *, json: bool) -> None:
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Contacts)
    return output.show(*_rule_lines(told), *_managed(told))


def _rule_lines(told: wire.Contacts) -> list[Text]:
    return [_rules("high", told.rules.high, told.contacts), _rules("low", told.rules.low, told.contacts)]


def _managed(told: wire.Contacts) -> list[Text]:
    if told.managed_by is None:
        return []
    return [Text(f"Rules and quiet hours are managed by {output.line(told.managed_by)}.", style="dim")]


def _rules(urgency: str, rules: Sequence[wire.Rule], contacts: Sequence[wire.Contact]) -> Text:
    kinds = {contact.kind for contact in contacts if contact.is_confirmed}
    said = ", ".join(_step(rule, kinds) for rule in rules)
    return Text.assemble((f"{urgency} urgency: ", "bold"), said or _without_rules(contacts))


def _without_rules(contacts: Sequence[wire.Contact]) -> str:
    """By e-mail, and who has none by all there is: as `delivery.rules.decide_ways` has it."""
    kinds = list(dict.fromkeys(each.kind for each in contacts if each.is_confirmed and each.broken_at is None))
    if not kinds:
        return "nothing, for want of a contact that works (no rule of your own)"
    said = "e-mail" if "email" in kinds else ", ".join(kinds)
    return f"{said} at once (no rule of your own)"


def _step(rule: wire.Rule, kinds: Collection[str]) -> str:
    after = "at once" if rule.after == "0s" else f"after {rule.after}"
    return f"{rule.kind} {after}" if rule.kind in kinds else f"{rule.kind} {after} (no such contact: left out)"
