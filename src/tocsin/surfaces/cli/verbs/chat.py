"""`tocsin chat`: the rooms that a step may post to, and whether messages arrive there."""

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import chats as wire

app = verb(
    "chat",
    "The rooms that a step of an escalation policy posts to as chat:NAME, and what became of the last test message\n"
    "to each. `chats:` of a configuration file adds one.",
    "tocsin chat list",
    "tocsin chat test ops",
)


@app.default
@app.command(name="list")
def list_chats(*, json: Json = False) -> None:
    """List the chats with their last test."""
    raw = Client().get("/chats")
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.ChatList).chats
    if not found:
        return output.say("There is no chat. `chats:` of a configuration file adds one.")
    return output.show(*(_block(each, output.now()) for each in found))


@app.command(name="test")
def send_test(
    name: Annotated[str, Parameter(name="NAME", help="As tocsin chat list has it.")], /, *, json: Json = False
) -> None:
    """Post a test message to one chat."""
    raw = Client().post(f"/chats/{segment(name)}/test", {})
    if json:
        return output.print_json(raw)
    output.say(f"A test message is on its way to chat:{output.line(name)}.")
    return output.say(("  Look there; tocsin chat list shows what became of it.", "dim"))


def _block(chat: wire.Chat, now: datetime) -> Text:
    """The room, and below it the last test."""
    line = Text.assemble((output.line(chat.name), "bold"), f"  {chat.kind} {output.line(chat.address)}")
    if chat.managed_by is not None:
        line.append(f", by {output.line(chat.managed_by)}", style="dim")
    if chat.last_test is None:
        return line.append("\n  never tested", style="yellow")
    test = chat.last_test
    answer = f" ({output.line(test.answer)})" if test.answer else ""
    return line.append(f"\n  last test {times.both(test.at, now)}: {test.words}{answer}", style="dim")


main = runner(app)
