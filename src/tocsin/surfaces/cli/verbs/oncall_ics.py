"""`tocsin oncall ics`: on call in your own calendar – the secret address to subscribe to, or the file itself."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tocsin.kernel.errors import Unavailable
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, WrongUsage, verb
from tocsin.surfaces.wire import accounts
from tocsin.surfaces.wire import feeds as wire

app = verb(
    "oncall ics",
    "See on-call shifts in your own calendar program.\n\n"
    "Makes the secret address that it subscribes to: of a schedule, of somebody (@alice) or of your own shifts. It is\n"
    "shown once; whoever has it reads the calendar until you revoke it.",
    "tocsin oncall ics",
    "tocsin oncall ics payments-primary --gaps",
    "tocsin oncall ics @alice --revoke",
    "tocsin oncall ics payments-primary -o payments-primary.ics",
)


@app.default
def ics(
    *words: Annotated[str, Parameter(name="SCHEDULE|@PERSON", help="Whose; without one, your own shifts.")],
    new: Annotated[bool, Parameter(name="--new", help="Replace the address that you have.")] = False,
    revoke: Annotated[bool, Parameter(name="--revoke", help="End the address that you have.")] = False,
    listed: Annotated[bool, Parameter(name="--list", help="List the addresses that you have.")] = False,
    gaps: Annotated[bool, Parameter(help="Show as well when nobody is on call.")] = False,
    to: Annotated[
        Path | None, Parameter(name=["-o", "--output"], help="Make no address: write the calendar itself there.")
    ] = None,
    json: Json = False,
) -> None:
    """Make an address, or with an option list, replace or revoke those that you have."""
    if len(words) > 1 or sum((new, revoke, listed, to is not None)) > 1:
        raise WrongUsage("Name one schedule or one person, and do one thing.", "See: tocsin oncall ics --help")
    client = Client()
    if listed:
        return _list(client, json=json)
    about = words[0] if words else f"@{_me(client)}"
    if revoke:
        return _revoke(client, about, json=json)
    if to is not None:
        return _write(client, about, to, gaps=gaps)
    schedule, person = _named(about)
    raw = client.post("/feeds", wire.FeedRequest(schedule=schedule, person=person, again=new))
    if json:
        return output.print_json(raw)
    made = output.read(raw, wire.NewCalendarAddress)
    sys.stdout.write(made.url + ("?gaps=1\n" if gaps else "\n"))  # in one line, however narrow the terminal is
    return output.say(("  It is a secret and shown only now. End it with: tocsin oncall ics --revoke", "dim"))


def _list(client: Client, *, json: bool) -> None:
    raw = client.get("/feeds")
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.CalendarAddressList).feeds
    if not found:
        return output.say("You have made no address. Make one with: tocsin oncall ics")
    now = output.now()
    for each in found:
        used = f"last fetched {times.clock(each.last_used_at, now)}" if each.last_used_at else "not fetched yet"
        output.say((_about(each), "bold"), f"  made {times.clock(each.created_at, now)}, {used}")
    return None


def _revoke(client: Client, about: str, *, json: bool) -> None:
    found = output.read(client.get("/feeds"), wire.CalendarAddressList).feeds
    mine = next((each for each in found if _about(each) == about), None)
    if mine is None:
        raise WrongUsage(f"You have no address of {about}.", "See: tocsin oncall ics --list")
    raw = client.delete(f"/feeds/{mine.id}")
    if json:
        return output.print_json(raw)
    return output.say(f"The address of {output.line(about)} leads nowhere any more.")


def _write(client: Client, about: str, to: Path, *, gaps: bool) -> None:
    schedule, person = _named(about)
    calendar = client.get("/oncall/calendar", schedule=schedule, person=person, gaps=gaps)
    try:
        to.write_bytes(calendar)
    except OSError as error:
        raise Unavailable(f"Cannot write {to}: {error.strerror}.", "Name a file that this user may write.") from error
    return output.say(f"Wrote {output.line(str(to))}.")


def _me(client: Client) -> str:
    return output.read(client.get("/me"), accounts.Me).name


def _named(about: str) -> tuple[str | None, str | None]:
    """(schedule, person): one of the two."""
    return (None, about[1:]) if about.startswith("@") else (about, None)


def _about(each: wire.CalendarAddress) -> str:
    return each.schedule or f"@{each.person}"
