"""`tocsin resolve`: say that it is over, and hear whether that is so, what is waited for, or what is not met."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.kernel.errors import Refused
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.checks_view import wait_while
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Actionable, CauseCategory, Incident, Json, runner, verb
from tocsin.surfaces.wire import incidents as wire
from tocsin.surfaces.wire.verification import Checks, Resolution

app = verb(
    "resolve",
    "Say that it is over. It is, once every check is met and it has stayed healthy for the stability window of its "
    "severity; it then ends by itself, and everybody who was told is told.",
    'tocsin resolve INC-1 --resolution "rolled back v2.3.1" --root-cause "a missing index"',
    'tocsin resolve INC-1 --override --why "the check itself is broken"',
)


@app.default
def resolve(
    incident: Incident,
    /,
    *,
    resolution: Annotated[str | None, Parameter(help="What put it right.")] = None,
    root_cause: Annotated[str | None, Parameter(help="What the cause was.")] = None,
    override: Annotated[
        bool, Parameter(help="End it now, in spite of the checks and the stability window; needs --why.")
    ] = False,
    why: Annotated[str | None, Parameter(help="Why it is over, for the timeline.")] = None,
    actionable: Actionable = None,
    cause_category: CauseCategory = None,
    json: Json = False,
) -> None:
    request = wire.ResolveRequest(
        reason=why or "",
        resolution=resolution,
        root_cause=root_cause,
        cause_category=cause_category,
        override=override,
        actionable=actionable,
    )
    client, path = Client(), f"/incidents/{segment(incident)}"
    client.post(f"{path}/resolve", request)
    found = wait_while(client, incident, is_being_checked)
    stands = output.read(found, Checks).resolution
    if stands is not None and stands.state == "refused":
        raise Refused(stands.detail, f"tocsin check {incident} shows all; to end it anyway: --override --why TEXT.")
    raw = client.get(path)
    if json:
        return output.print_json(raw)
    return _tell(output.read(raw, wire.Incident), stands)


def is_being_checked(told: Checks) -> bool:
    """Whether the answer to the wish is still to come."""
    return told.resolution is not None and told.resolution.state == "checking"


def _tell(told: wire.Incident, stands: Resolution | None) -> None:
    output.say((told.id, "bold"), " is ", output.status(told.status), f": {output.line(told.title)}")
    if stands is not None and stands.resolves_at is not None:
        output.say(f"  It resolves at {times.clock(stands.resolves_at, stands.asked_at)} if it stays healthy.")
    elif stands is not None and stands.state == "checking":
        output.say(f"  The checks have not ended yet. See: tocsin check {told.id}")


main = runner(app)
