"""`tocsin snooze`: quiet for a while."""

from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.moments import length
from tocsin.surfaces.cli.paging_view import say
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.wire.paging import SnoozeRequest

app = verb(
    "snooze",
    "It is yours, and nobody is called until then; you are called again unless it is resolved.",
    "tocsin snooze INC-1 30m",
    'tocsin snooze INC-1 2h --why "the vendor works on it"',
)


@app.default
def snooze(
    incident: Incident,
    quiet: Annotated[str, Parameter(name="TIME", help="How long: 30m, 2h; 24 hours at most.")],
    /,
    *,
    why: Annotated[str | None, Parameter(help="What you wait for, for the timeline.")] = None,
    json: Json = False,
) -> None:
    minutes, rest = divmod(length(quiet, "TIME"), timedelta(minutes=1))
    if rest:
        raise WrongUsage(f"TIME {quiet!r} is not a whole number of minutes.", "Write it as 5m, 30m or 2h.")
    say(incident, "snooze", SnoozeRequest(minutes=minutes, reason=why or ""), json, "is quiet")


main = runner(app)
