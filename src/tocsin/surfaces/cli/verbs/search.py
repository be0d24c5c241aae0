"""`tocsin search`: words in incidents, in their timelines and tasks."""

from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import search as wire

app = verb(
    "search",
    "Find words in incidents, in what was written about them, and in their tasks. All of them must be there; "
    "each may be the beginning of a word.",
    'tocsin search "checkout v2.3"',
)


@app.default
def search(
    *words: Annotated[str, Parameter(name="TEXT", required=True, help="What to look for.")],
    limit: Annotated[int, Parameter(help="At most so many of each kind, 1 to 50.")] = 20,
    json: Json = False,
) -> None:
    raw = Client().get("/search", q=" ".join(words), limit=limit)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.SearchResult)
    if not told.hits:
        return output.say(f"Nothing has {output.line(told.query)!r} in it, among what you may see.")
    now = output.now()
    for hit in told.hits:
        output.say(
            (hit.incident, "bold"),
            f"  {output.line(hit.title)}" if hit.where == "incident" else f"  {hit.where} {hit.n}",
            (f"  {output.line(hit.by)}, {times.ago(hit.at, now)}", "dim"),
        )
        output.show(_excerpt(hit))
    return None


def _excerpt(hit: wire.Hit) -> Text:
    """Indented, on one line where it fits, the matches in bold."""
    shown = Text("  ")
    for piece in hit.excerpt:
        text = output.safe(piece.text).replace("\n", " ")
        shown.append(text, style="bold" if piece.is_match else "dim")
    return shown


main = runner(app)
