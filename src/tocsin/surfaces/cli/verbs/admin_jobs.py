"""`tocsin admin jobs`: work that was given up, and what becomes of it."""

from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from tocsin.db.database import Database
from tocsin.kernel import parked
from tocsin.kernel.parked import ParkedJob
from tocsin.settings import load_here
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.parsing import Json, verb
from tocsin.surfaces.cli.verbs.admin_users import in_database

Number = Annotated[int, Parameter(name="ID", help="Its number in the list.")]

app = verb(
    "admin jobs",
    "Work that has failed for good. It is kept until you say what becomes of it.",
    "tocsin admin jobs list",
    "tocsin admin jobs retry 4711",
)


@app.command(name="list")
def list_jobs(*, json: Json = False) -> None:
    """List what was given up, the latest first."""

    async def read(db: Database) -> list[ParkedJob]:
        async with db.connection() as conn:
            return await parked.list_parked(conn)

    found = in_database(load_here(), read)
    if json:
        return output.print_document({"jobs": [msgspec.to_builtins(job) for job in found]})
    if not found:
        return output.say("Nothing was given up.")
    return output.show(*(_block(job) for job in found))


@app.command
def retry(number: Number, /, *, json: Json = False) -> None:
    """Give it another chance, as if it had never run."""

    async def work(db: Database) -> ParkedJob:
        async with db.transaction() as tx:
            return await parked.retry_parked(tx, number)

    job = in_database(load_here(), work)
    if json:
        return output.print_document(msgspec.to_builtins(job))
    return output.say(f"Job {number} ({job.kind}) runs again now.")


@app.command
def drop(number: Number, /, *, json: Json = False) -> None:
    """Let it go: it is never done."""

    async def work(db: Database) -> ParkedJob:
        async with db.transaction() as tx:
            return await parked.drop_parked(tx, number)

    job = in_database(load_here(), work)
    if json:
        return output.print_document(msgspec.to_builtins(job))
    return output.say(f"Job {number} ({job.kind}) is gone.")


def _block(job: ParkedJob) -> Text:
    tries = "1 attempt" if job.attempts == 1 else f"{job.attempts} attempts"
    return Text.assemble(
        (f"{job.id}", "bold"),
        f"  {output.line(job.kind)}, given up {times.clock(job.parked_at, output.now())} after {tries}",
        (f"\n  {output.line(job.trouble)}", "dim"),
    )
