"""`tocsin admin doctor`: what would make a page fail."""

from collections.abc import Sequence

import msgspec
from rich.table import Table
from rich.text import Text

from tocsin.auditor.doctor import Ailment, Severity, examine
from tocsin.auditor.doctor.rules import exit_status
from tocsin.db.database import Database
from tocsin.kernel.errors import Unavailable
from tocsin.settings import Settings, load_here, with_secret_key
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.verbs.admin_users import in_database

STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


def doctor(*, json: bool) -> int:
    """Print what was found; the exit status says how bad it is."""
    found = _examine(load_here())
    if json:
        output.print_document({"ailments": [msgspec.to_builtins(each) for each in found]})
    elif not found:
        output.say("Nothing is wrong: a page would get through, as far as can be seen from here.")
    else:
        output.show(_listed(found))
    return exit_status(found)


def _examine(settings: Settings) -> list[Ailment]:
    async def work(db: Database) -> list[Ailment]:
        return await examine(settings, db)

    try:
        return in_database(with_secret_key(settings), work)
    except Unavailable as away:
        means = "No alert is accepted and nobody is paged."
        return [Ailment(severity=Severity.ERROR, what=away.message, means=means, remedy=away.remedy)]


def _listed(found: Sequence[Ailment]) -> Table:
    """How bad it is in a narrow column; beside it what is wrong, what that means, and what to do."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for each in found:
        words = Text(f"{output.line(each.what)}\n{output.line(each.means)}")
        words.append(f"\n→ {output.line(each.remedy)}", style="dim")
        grid.add_row(Text(each.severity, style=STYLE[each.severity]), words)
    return grid
