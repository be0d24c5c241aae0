"""`tocsin role`: who does what in an incident; take a role, give it, give it back."""

from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import roles as wire

app = verb(
    "role",
    "Who does what in an incident, and what each role is for. Name a person, or --take, to fill a role.",
    "tocsin role INC-1",
    "tocsin role INC-1 commander @alice",
    "tocsin role INC-1 scribe --take",
    "tocsin role INC-1 scribe --release",
    "tocsin role INC-1 --team-size large",
    "tocsin role INC-1 --sync off",
)


@app.default
def role(
    incident: Incident,
    name: Annotated[
        str | None, Parameter(name="ROLE", help="Such as commander or tech-lead; without one: all of them.")
    ] = None,
    user: Annotated[str | None, Parameter(name="WHO", help="Who takes it; without one: what the role is for.")] = None,
    /,
    *,
    take: Annotated[bool, Parameter(help="Take it yourself.", show_default=False)] = False,
    release: Annotated[bool, Parameter(help="Give it back, or take it from WHO.", show_default=False)] = False,
    team_size: Annotated[
        Literal["solo", "small", "large"] | None, Parameter(help="How many work on it: one, two to four, five or more.")
    ] = None,
    sync: Annotated[
        Literal["on", "off"] | None, Parameter(help="Whether a large team is called together every half hour.")
    ] = None,
    json: Json = False,
) -> None:
    _check(name, user, take=take, release=release, alone=[each for each in (team_size, sync) if each])
    path, client = f"/incidents/{segment(incident)}", Client()
    if team_size is not None:
        raw = client.post(f"{path}/team-size", wire.TeamSizeRequest(team_size=team_size))
    elif sync is not None:
        raw = client.post(f"{path}/sync", wire.SyncRequest(on=sync == "on"))
    elif release and name is not None:
        query = f"?{urlencode({'user': user})}" if user else ""
        raw = client.delete(f"{path}/roles/{segment(name)}{query}")
    elif name is not None and (take or user is not None):
        raw = client.post(f"{path}/roles", wire.RoleRequest(role=name, user=user))
    else:
        raw = client.get(f"{path}/roles")
    if json:
        return output.print_json(raw)
    return _print(output.read(raw, wire.Roles), name)


def _check(name: str | None, user: str | None, *, take: bool, release: bool, alone: Sequence[str]) -> None:
    """Raises WrongUsage for words that contradict each other."""
    if (take or release) and name is None:
        raise WrongUsage("Which role is missing.", "Name it: tocsin role INC-1 commander --take")
    if take and (release or user is not None):
        raise WrongUsage("--take is for yourself alone.", "Leave out --take to give the role to somebody else.")
    if alone and (name is not None or len(alone) > 1):
        raise WrongUsage("--team-size and --sync are each said for itself.", "tocsin role INC-1 --team-size large")


def _print(told: wire.Roles, name: str | None) -> None:
    """One block a role: who holds it, and its duties; with a name, that role alone."""
    now = output.now()
    wanted = name.lower().replace("_", "-").replace(" ", "-") if name else None
    shown = [slot for slot in told.roles if wanted in (None, slot.role)]
    output.say((told.incident, "bold"), f", {output.line(told.team_size)} team")
    for slot in shown:
        held = Text(", ").join(
            Text.assemble((output.line(holder.user), "bold"), f" since {times.ago(holder.since, now)}")
            for holder in slot.holders
        )
        who = held if slot.holders else Text("nobody", style="yellow")
        output.show(output.hanging(f"  {slot.role.replace('-', ' '):20}", who))
        output.show(output.hanging(f"  {'':20}", Text(", ".join(slot.duties), style="dim")))
    if wanted is not None and not shown:
        output.say(f"  Nobody is {wanted}: tocsin role {told.incident} {wanted} --take")
    for former in told.available:
        output.say(f"  {output.line(former.user)} has handed on {former.role.replace('-', ' ')} and is available.")
    if told.next_sync_at is not None:
        output.say(f"  The next sync is {times.ago(told.next_sync_at, now)}: tocsin role {told.incident} --sync off")
    if told.warning:
        output.say((output.line(told.warning), "yellow"))


main = runner(app)
