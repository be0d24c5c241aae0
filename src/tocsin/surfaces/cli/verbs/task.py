"""`tocsin task`: what is to be done in an incident, by whom, and how far it is (WAR-5)."""

from typing import Annotated, Literal

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import tasks as wire

Action = Literal["list", "add", "start", "done", "block", "plan", "assign"]

_STATES = {"start": "under-way", "done": "done", "block": "blocked", "plan": "planned"}
_STYLES = {"under-way": "cyan", "done": "dim", "blocked": "yellow"}

app = verb(
    "task",
    "The tasks of an incident: list them, add one, say how far one is, give one to somebody.",
    "tocsin task INC-1",
    'tocsin task INC-1 add "restart the cache" --owner bob',
    "tocsin task INC-1 start 2",
    "tocsin task INC-1 done 2",
    "tocsin task INC-1 assign 2 --owner carol",
)


@app.default
def task(
    incident: Incident,
    action: Annotated[Action, Parameter(name="ACTION", help="What to do; without one: list them.")] = "list",
    what: Annotated[str | None, Parameter(name="WHAT", help="The text of a new task, else the number of one.")] = None,
    /,
    *,
    owner: Annotated[str | None, Parameter(help="Whose it is, by name; me is you.")] = None,
    json: Json = False,
) -> None:
    path, client = f"/incidents/{segment(incident)}/tasks", Client()
    if action == "list":
        raw = client.get(path)
        return output.print_json(raw) if json else _print(output.read(raw, wire.TaskList))
    if action == "add":
        raw = client.post(path, wire.TaskRequest(text=_given(what, action), owner=owner))
    else:
        change = wire.TaskChangeRequest(state=_STATES.get(action), owner=_owner(action, owner))
        raw = client.post(f"{path}/{segment(_given(what, action))}", change)
    return output.print_json(raw) if json else output.show(_line(output.read(raw, wire.Task)))


def _given(what: str | None, action: Action) -> str:
    if what is not None:
        return what
    if action == "add":
        raise WrongUsage("What is to be done is missing.", 'Say it: tocsin task INC-1 add "restart the cache"')
    raise WrongUsage("Which task is missing.", f"Name its number: tocsin task INC-1 {action} 2")


def _owner(action: Action, owner: str | None) -> str | None:
    if action == "assign" and owner is None:
        raise WrongUsage("Whose task it becomes is missing.", "Name them: tocsin task INC-1 assign 2 --owner bob")
    return owner


def _print(told: wire.TaskList) -> None:
    if not told.tasks:
        output.say(f'{told.incident} has no tasks. tocsin task {told.incident} add "TEXT" adds one.')
        return
    output.show(*(_line(each) for each in told.tasks))


def _line(told: wire.Task) -> Text:
    """`2  under way  restart the cache  bob`."""
    return Text.assemble(
        (f"{told.n:>3}  ", "bold"),
        (f"{told.state.replace('-', ' '):9}  ", _STYLES.get(told.state, "")),
        output.line(told.text),
        (f"  {output.line(told.owner)}" if told.owner else "", "bold"),
    )


main = runner(app)
