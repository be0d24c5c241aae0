"""`tocsin actions`: what is to change after incidents, by whom, until when (PMT-6)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.moments import length
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import actions as wire

Item = Annotated[int, Parameter(name="ITEM", help="Its number within the incident.")]
Owner = Annotated[str | None, Parameter(help="Whose it is, by name; me is you.")]
Category = Annotated[str | None, Parameter(help="prevent, detect, respond or process.")]
Priority = Annotated[str | None, Parameter(help="high, medium or low; without one, as the category says.")]
Due = Annotated[str | None, Parameter(help="A day, 2026-12-24, or a length of time, 14d; else as the priority says.")]
Why = Annotated[str, Parameter(help="The reason, which the timeline keeps.")]

app = verb(
    "actions",
    "What is to change after incidents: list it, add to it, say what is done.",
    "tocsin actions list --overdue",
    "tocsin actions list INC-7",
    'tocsin actions add INC-7 "Add a canary to the deployment." --owner bob --due 14d',
    "tocsin actions add INC-7 --task 2",
    'tocsin actions add INC-7 "Publish the limits." --category process --http https://docs.example.com/limits',
    "tocsin actions done INC-7 3",
    'tocsin actions reopen INC-7 3 --why "the canary was removed"',
    "tocsin actions assign INC-7 3 carol",
)


@app.command(name="list")
def list_actions(
    incident: Annotated[str | None, Parameter(name="INCIDENT", help="Only those of one, such as INC-7.")] = None,
    /,
    *,
    overdue: Annotated[bool, Parameter(help="Only those whose day has passed.")] = False,
    done: Annotated[bool, Parameter(help="Those that are done.")] = False,
    all: Annotated[bool, Parameter(name="--all", help="Done and dropped ones, too.")] = False,
    owner: Owner = None,
    team: Annotated[str | None, Parameter(help="Of incidents of this team's services.")] = None,
    service: Annotated[str | None, Parameter(help="Of incidents of this service.")] = None,
    category: Category = None,
    json: Json = False,
) -> None:
    """List action items, the earliest due first; without anything: those that are open."""
    client = Client()
    if incident is not None:
        raw = client.get(f"/incidents/{segment(incident)}/actions")
        return output.print_json(raw) if json else _print_of_incident(output.read(raw, wire.IncidentActions))
    state = "overdue" if overdue else "done" if done else "all" if all else "open"
    given = {"owner": owner, "team": team, "service": service, "category": category}
    raw = client.get("/actions", state=state, **{name: value for name, value in given.items() if value is not None})
    return output.print_json(raw) if json else _print_list(output.read(raw, wire.ActionList), state)


@app.command
def add(
    incident: Incident,
    text: Annotated[str, Parameter(name="TEXT", help="What is to be done; may be left out with --task.")] = "",
    /,
    *,
    category: Category = None,
    priority: Priority = None,
    owner: Owner = None,
    due: Due = None,
    task: Annotated[int | None, Parameter(help="The follow-up task of the incident that it is made of.")] = None,
    http: Annotated[str | None, Parameter(help="A page that has to answer before it is done.")] = None,
    promql: Annotated[str | None, Parameter(help="A query whose value says that it is done.")] = None,
    below: Annotated[str | None, Parameter(help="With --promql, what it has to be below.")] = None,
    above: Annotated[str | None, Parameter(help="With --promql, what it has to be above.")] = None,
    json: Json = False,
) -> None:
    """Add an action item to an incident."""
    asked = {"http": http, "promql": promql, "below": below, "above": above}
    check: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    request = wire.ActionRequest(
        text=text,
        category=category or "prevent",
        priority=priority,
        owner=owner,
        due_on=_day(due) if due is not None else None,
        task=task,
        check=check or None,
    )
    _told(Client().post(f"/incidents/{segment(incident)}/actions", request), json)


@app.command
def done(
    incident: Incident,
    item: Item,
    /,
    *,
    override: Annotated[bool, Parameter(help="Without its check; say --why.")] = False,
    why: Why = "",
    json: Json = False,
) -> None:
    """Say that one is done. Where it has a check, a worker looks at it first."""
    _change(incident, item, wire.ActionChangeRequest(state="done", override=override, reason=why), json)


@app.command
def start(incident: Incident, item: Item, /, *, json: Json = False) -> None:
    """Say that it is worked on; one that is nobody's becomes yours."""
    _change(incident, item, wire.ActionChangeRequest(state="under-way"), json)


@app.command
def drop(incident: Incident, item: Item, /, *, why: Why, json: Json = False) -> None:
    """Give one up, and say why."""
    _change(incident, item, wire.ActionChangeRequest(state="dropped", reason=why), json)


@app.command
def reopen(incident: Incident, item: Item, /, *, why: Why, json: Json = False) -> None:
    """Say that one is not done after all."""
    _change(incident, item, wire.ActionChangeRequest(state="open", reason=why), json)


@app.command
def assign(
    incident: Incident,
    item: Item,
    owner: Annotated[str, Parameter(name="WHO", help="A name; me is you.")],
    /,
    *,
    json: Json = False,
) -> None:
    """Give one to somebody."""
    _change(incident, item, wire.ActionChangeRequest(owner=owner), json)


@app.command(name="set")
def change(
    incident: Incident,
    item: Item,
    /,
    *,
    text: Annotated[str | None, Parameter(help="What is to be done.")] = None,
    category: Category = None,
    priority: Priority = None,
    due: Due = None,
    json: Json = False,
) -> None:
    """Change its words, category, priority or due day."""
    request = wire.ActionChangeRequest(
        text=text, category=category, priority=priority, due_on=_day(due) if due is not None else None
    )
    _change(incident, item, request, json)


def _change(incident: str, item: int, request: wire.ActionChangeRequest, json: bool) -> None:
    _told(Client().post(f"/incidents/{segment(incident)}/actions/{item}", request), json)


def _day(text: str) -> date:
    """A day, or so many from today."""
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    try:
        return (output.now() + length(text, "--due")).astimezone().date()
    except (WrongUsage, OverflowError):
        raise WrongUsage(f"--due {text!r} is not a day.", "Write it as 2026-12-24, or as 14d.", field="--due") from None


def _told(raw: bytes, json: bool) -> None:
    if json:
        return output.print_json(raw)
    item = output.read(raw, wire.ActionItem)
    _print_items([item])
    if item.is_checking:
        output.say(f"  Its check is looked at. See: tocsin actions list {item.incident}")
    return None


def _print_list(told: wire.ActionList, state: str) -> None:
    _print_items(told.actions)
    if not told.actions:
        output.say("No action item is open." if state == "open" else f"No action item is {state}.")
    if told.completion.percent is not None:
        output.say((_completion(told.completion), "dim"))
    if told.next_after is not None:
        output.say(("There are more: narrow the list with --owner, --team or --service.", "dim"))


def _completion(told: wire.Completion) -> str:
    return f"{told.done} of {told.counted} that were due are done ({told.percent} %)."


def _print_of_incident(told: wire.IncidentActions) -> None:
    _print_items(told.actions)
    if not told.actions:
        output.say(f'{told.incident} has no action items. tocsin actions add {told.incident} "TEXT" adds one.')
    for offer in told.offers:
        output.say(
            (f"  Follow-up task {offer.task}: {output.line(offer.text)} ", "dim"),
            f"→ tocsin actions add {told.incident} --task {offer.task}",
        )


def _print_items(items: Sequence[wire.ActionItem]) -> None:
    """What is to be done gives way at a narrow terminal; below it stands what kind it is."""
    if items:
        output.show(output.table(("item", "state", "due", "owner", "action"), map(_row, items), flexible=4))


def _row(item: wire.ActionItem) -> tuple[Text, ...]:
    state, style = (item.state.replace("-", " "), "dim" if item.done_at or item.state == "dropped" else "")
    if item.is_overdue:
        state, style = "overdue", "yellow"
    back = f"; came back in {', '.join(item.recurred_in)}" if item.recurred_in else ""
    found = f"; {output.line(item.check_detail)}" if item.check_detail else ""
    return (
        Text(f"{item.incident} {item.n}", style="bold"),
        Text(state, style=style),
        Text(f"{item.due_on}", style=style),
        Text(output.line(item.owner or "nobody"), style="bold" if item.owner else "dim"),
        Text.assemble(output.line(item.text), (f"\n{item.category}, {item.priority}{back}{found}", "dim")),
    )


main = runner(app)
