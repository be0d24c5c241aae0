"""`tocsin policy`: the ladders by which people are called; another name, a copy, the end of one."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from cyclopts import Parameter
from rich.padding import Padding
from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import policies as wire

Name = Annotated[str, Parameter(name="NAME", help="Its name in the list.")]
NewName = Annotated[str, Parameter(name="NEW-NAME", help="Lower case letters, digits, dots and hyphens.")]

app = verb(
    "policy",
    "Escalation policies: who is called, then whom, and who that would be now. What a policy says is written in the\n"
    "configuration, or by an administrator on its page; one that a file manages is changed there alone.",
    "tocsin policy list",
    "tocsin policy show payments",
    "tocsin policy copy payments search",
    "tocsin policy rename search search-team",
    "tocsin policy remove search-team",
)


@app.command(name="list")
def list_policies(*, json: Json = False) -> None:
    """List policies, by name: how each begins, how many steps it has, and which services climb it."""
    raw = Client().get("/policies")
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.PolicyList).policies
    if not found:
        return output.say("There is no policy: no incident calls anybody but administrators. tocsin apply -f FILE")
    return output.show(*(_block(each) for each in found))


@app.command
def show(name: Name, /, *, json: Json = False) -> None:
    """Show a policy: each step, and whom it would call at this moment."""
    raw = Client().get(f"/policies/{segment(name)}")
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.PolicyDetail)
    targets = {each.target: each for each in told.targets}
    output.say((output.line(told.name), "bold"), (f"  {_owner(told)}", "dim"))
    output.show(*_ladder(told.steps, targets))
    for sentence in told.ends:
        output.show(_indented(sentence))
    output.show(*_people(told.last_resort, targets))
    for variant in told.variants:
        output.say(output.line(variant.sentence))
        output.show(*_ladder(variant.steps, targets), *(_indented(each) for each in variant.ends))
    for sentence in told.beside:
        output.say("Beside it: ", output.line(sentence))
    return output.say((_used(told), "dim"))


@app.command
def rename(name: Name, new_name: NewName, /, *, json: Json = False) -> None:
    """Give a policy another name; what is being climbed is climbed to its end."""
    raw = Client().post(f"/policies/{segment(name)}/rename", wire.PolicyName(name=new_name))
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Policy)
    return output.say(f"{output.line(name)} is {output.line(told.name)} from now on.")


@app.command
def copy(name: Name, new_name: NewName, /, *, json: Json = False) -> None:
    """Copy a policy under another name, to change it on its page."""
    raw = Client().post(f"/policies/{segment(name)}/copy", wire.PolicyName(name=new_name))
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Policy)
    return output.say(f"{output.line(told.name)} begins as {output.line(name)} is; no service climbs it yet.")


@app.command
def remove(name: Name, /, *, json: Json = False) -> None:
    """Remove a policy by which nobody is called any more; what is being climbed is climbed to its end."""
    raw = Client().delete(f"/policies/{segment(name)}")
    if json:
        return output.print_json(raw)
    return output.say(f"Removed: {output.line(output.read(raw, wire.Policy).name)}.")


def _block(told: wire.Policy) -> Text:
    """Three lines: its name and file, how it begins, who uses it."""
    steps = "1 step" if len(told.steps) == 1 else f"{len(told.steps)} steps"
    return Text.assemble(
        (output.line(told.name), "bold"),
        (f"  {_owner(told)}", "dim"),
        f"\n  {output.line(told.steps[0].sentence)} {steps}.",
        (f"\n  {_climbed(told)}", "dim"),
    )


def _owner(told: wire.Policy) -> str:
    return f"in {output.line(told.managed_by)}" if told.managed_by else "no file manages it"


def _climbed(told: wire.Policy) -> str:
    return f"Used by {', '.join(map(output.line, told.services))}." if told.services else "No service names it."


def _used(told: wire.PolicyDetail) -> str:
    """Who would miss it, where that may be read; else the services."""
    return f"Used by {', '.join(map(output.line, told.uses))}." if told.uses else _climbed(told)


def _ladder(steps: Sequence[wire.PolicyStep], targets: Mapping[str, wire.PolicyTarget]) -> list[Padding]:
    shown: list[Padding] = []
    for step in steps:
        shown += [_indented(step.sentence), *_people(step.notify, targets)]
        if not any(targets[each].people for each in step.notify if each in targets):
            shown.append(_indented("It reaches nobody, so the next step would come at once.", 4, "bold red"))
    return shown


def _people(named: Sequence[str], targets: Mapping[str, wire.PolicyTarget]) -> list[Padding]:
    """Under a rung, who it is now, and why; then who cannot be called."""
    shown: list[Padding] = []
    for target in (targets[each] for each in named if each in targets):
        if target.people:
            shown.append(_indented(f"{', '.join(target.people)}: {target.why}", 4, "dim"))
        shown += [_indented(each, 4, "yellow") for each in target.left_out]
    return shown


def _indented(text: str, by: int = 2, style: str = "") -> Padding:
    return Padding(Text(output.line(text), style=style), (0, 0, 0, by), expand=False)


main = runner(app)
