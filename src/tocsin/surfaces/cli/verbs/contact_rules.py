"""`tocsin contact rules`: by which way, and how long after, you are told what is urgent and what can wait (PAG-3)."""

from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Json, WrongUsage, verb
from tocsin.surfaces.cli.verbs.contact_lines import show_rules
from tocsin.surfaces.wire import contacts as wire

User = Annotated[str | None, Parameter(help="Somebody else, for administrators.")]

app = verb(
    "contact rules",
    "Your notification rules: by which ways you are told, and how soon, for each urgency. A way\n"
    "that fails does not make the next one wait. Without rules of your own you are told by e-mail\n"
    "at once, and without e-mail by all you have.",
    "tocsin contact rules list",
    "tocsin contact rules set high push sms=2m voice=5m",
    "tocsin contact rules set low email",
    "tocsin contact rules set low --off",
)


def of_user(user: str | None) -> str:
    """The end of a path that is about somebody else."""
    return f"?user={segment(user)}" if user else ""


@app.default
@app.command(name="list")
def list_rules(*, user: User = None, json: Json = False) -> None:
    """List your rules by urgency."""
    return show_rules(Client().get("/contacts", user=user), json=json)


@app.command(name="set")
def set_rules(
    urgency: Annotated[Literal["high", "low"], Parameter(name="URGENCY", help="high or low.")],
    /,
    *steps: Annotated[str, Parameter(name="KIND=AFTER", help="In their order, such as push sms=2m; alone: at once.")],
    off: Annotated[bool, Parameter(negative="", help="No rules of your own for this urgency any more.")] = False,
    user: User = None,
    json: Json = False,
) -> None:
    """Make these your rules for one urgency; those for the other stay."""
    if off == bool(steps):
        raise WrongUsage(
            "Rules name the ways by which you are told.",
            f"tocsin contact rules set {urgency} push sms=2m, or --off for none of your own.",
        )
    client = Client()
    now = output.read(client.get("/contacts", user=user), wire.Contacts).rules
    wanted = msgspec.structs.replace(now, **{urgency: [read_step(step) for step in steps]})
    return show_rules(client.put(f"/contacts/rules{of_user(user)}", msgspec.to_builtins(wanted)), json=json)


def read_step(step: str) -> wire.Rule:
    """`sms=2m` is the kind and how long after, `sms` is at once. Raises WrongUsage for what lacks either side."""
    kind, mark, after = step.partition("=")
    if not kind or (mark and not after):
        raise WrongUsage(f"{step[:40]!r} is no step.", "Write it as sms=2m, or as sms for at once.")
    return wire.Rule(kind=kind, after=after or "0s")
