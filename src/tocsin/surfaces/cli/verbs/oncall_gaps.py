"""`tocsin oncall gaps`: when nobody is on call, or nobody on call can be reached."""

from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.parsing import Json
from tocsin.surfaces.cli.start import DONE, FAILED
from tocsin.surfaces.cli.verbs.oncall_check import Days, Schedules, ask
from tocsin.surfaces.wire import oncall_check as wire


def gaps(*words: Schedules, days: Days = 90, json: Json = False) -> int:
    """List when nobody is on call, or nobody on call can be reached. Exit status 1 when there is such a time."""
    raw = ask("/oncall/gaps", words, days)
    found = output.read(raw, wire.Gaps)
    if json:
        output.print_json(raw)
    elif not found.gaps:
        output.say(f"Somebody is on call at every moment until {found.until:%Y-%m-%d %H:%M} UTC.")
    else:
        output.show(*(Text(output.line(each.sentence)) for each in found.gaps))
    return FAILED if found.gaps else DONE
