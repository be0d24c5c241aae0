"""`tocsin handoff`: hand a role on while the incident runs, or take it over."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import role_handoff as wire
from tocsin.surfaces.wire.incidents import ReasonRequest

app = verb(
    "handoff",
    "Hand your role on with a brief, which is made from the incident's records; it is the other's when they accept.\n"
    "Without options: the brief, and the offers that wait.",
    "tocsin handoff INC-1",
    "tocsin handoff INC-1 --to @bob",
    'tocsin handoff INC-1 --accept --say "next update at 14:30"',
    'tocsin handoff INC-1 --decline --why "on a train"',
)


@app.default
def handoff(
    incident: Incident,
    /,
    *,
    to: Annotated[str | None, Parameter(metavar="WHO", help="Who shall take over.")] = None,
    brief: Annotated[str | None, Parameter(help="Instead of the brief from the records.")] = None,
    role: Annotated[str | None, Parameter(help="Which role, where you hold several.")] = None,
    accept: Annotated[bool, Parameter(help="Take over what is offered to you.", show_default=False)] = False,
    say: Annotated[str | None, Parameter(help="With --accept, what you tell the room.")] = None,
    decline: Annotated[bool, Parameter(help="You cannot take over.", show_default=False)] = False,
    why: Annotated[str | None, Parameter(help="With --decline, why not.")] = None,
    withdraw: Annotated[bool, Parameter(help="Take your offer back.", show_default=False)] = False,
    json: Json = False,
) -> None:
    if sum((to is not None, accept, decline, withdraw)) > 1:
        raise WrongUsage("Those contradict each other.", "Use one of --to, --accept, --decline, --withdraw.")
    path, client = f"/incidents/{segment(incident)}/handoff", Client()
    if to is not None:
        return _say(client.post(path, wire.OfferRequest(to=to, brief=brief, role=role)), json, incident)
    if accept:
        return _say(client.post(f"{path}/accept", wire.AcceptRequest(words=say or "", role=role)), json, incident)
    if decline:
        return _say(client.post(f"{path}/decline", ReasonRequest(reason=why or "")), json, incident)
    if withdraw:
        return _say(client.post(f"{path}/withdraw", None), json, incident)
    return _show(client.get(path), json)


def _say(raw: bytes, json: bool, incident: str) -> None:
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Offer)
    role, giver, taker = (output.line(each).replace("-", " ") for each in (told.role, told.giver, told.taker))
    match told.state:
        case "accepted":
            return output.say(f"You are {role} now; {giver} stays available. The room is told.")
        case "declined":
            return output.say(f"{giver} stays {role} and is told.")
        case "withdrawn":
            return output.say(f"You stay {role}; {taker} is told.")
        case _:
            output.say(f"{taker} is offered the role of {role}, with the brief. It stays yours until they accept.")
            return output.say((f"  Take it back: tocsin handoff {incident} --withdraw", "dim"))


def _show(raw: bytes, json: bool) -> None:
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Handoff)
    output.say(output.safe(told.brief))
    for offer in told.offers:
        output.say("")
        output.say(
            f"{output.line(offer.giver)} offers the role of {output.line(offer.role)} to {output.line(offer.taker)}."
        )
        output.say((f"  tocsin handoff {told.incident} --accept, or --decline", "dim"))
    return None


main = runner(app)
