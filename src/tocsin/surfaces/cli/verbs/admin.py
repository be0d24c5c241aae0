"""`tocsin admin`: what is done on the server's machine, in-process, with or without a server running."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from tocsin.db.database import Database
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.cli.verbs import admin_jobs, admin_users

app = verb(
    "admin",
    "Look after the installation. These commands work on the database itself, so run them on the server's machine "
    "as the user that runs the server.",
    "tocsin admin doctor",
    "tocsin admin settings",
    "tocsin admin user add bob --email bob@example.com --role responder",
    "tocsin admin user token bob --name laptop",
    "tocsin admin signing-secret grafana",
    "tocsin admin audit --verify",
    "tocsin admin rotate-key",
)
app.command(admin_users.app, name="user")
app.command(admin_jobs.app, name="jobs")


@app.command
def migrate(*, json: Json = False) -> None:
    """Bring the database up to date; `tocsin serve` does it by itself."""
    from tocsin.db.access import database_url
    from tocsin.db.migrate import migrate as apply_missing
    from tocsin.settings import load_here

    with database_url(load_here()) as dsn:
        applied = apply_missing(dsn, datetime.now(UTC))
    if json:
        return output.print_document({"applied": applied})
    return output.say(f"Applied {', '.join(applied)}." if applied else "The database is up to date.")


@app.command
def doctor(*, json: Json = False) -> int:
    """Find what would make a page fail, and say how to mend it. Opens connections and sends nothing. Exit status: 0
    nothing is wrong, 1 a page may fail, 2 a page fails."""
    from tocsin.surfaces.cli.verbs import admin_doctor

    return admin_doctor.doctor(json=json)


@app.command
def audit(
    *,
    person: Annotated[str | None, Parameter(help="Only what this person did, such as bob.")] = None,
    words: Annotated[str | None, Parameter(help="Only what says this, such as role.")] = None,
    since: Annotated[str | None, Parameter(help="From then on: 2026-11-21T14:20, or 2d (ago).")] = None,
    refused: Annotated[bool, Parameter(help="Only what was refused.", show_default=False)] = False,
    limit: Annotated[int, Parameter(help="At most so many, the latest.")] = 50,
    verify: Annotated[bool, Parameter(help="Walk the chain of hashes instead.", show_default=False)] = False,
    json: Json = False,
) -> int:
    """Who did what from where, the latest first. --verify: whether the log is as it was written; exit status 1 when it
    is not."""
    from tocsin.accounts.audit_model import AuditFilter
    from tocsin.surfaces.cli.moments import instant
    from tocsin.surfaces.cli.verbs import admin_audit

    if verify:
        return admin_audit.verify(json=json)
    begins = instant(since, output.now(), field="--since") if since else None
    wanted = AuditFilter(person=person, words=words, since=begins, refused_only=refused)
    admin_audit.audit(wanted, limit, json=json)
    return 0


@app.command
def settings(*, json: Json = False) -> None:
    """List every setting with its value and where it came from."""
    from tocsin.settings import MEANINGS, PREFIX, describe, load_here

    told = describe(load_here())
    if json:
        rows = [{"name": name, "value": value, "source": source} for name, value, source in told]
        return output.print_document({"settings": rows})
    for name, value, source in told:
        output.say((f"{PREFIX}{name.upper()}", "bold"), f"  {output.line(value) or '–'}", (f"  from {source}", "dim"))
        output.say((f"  {MEANINGS[name]}", "dim"))
    return None


@app.command
def rotate_key(
    *,
    lost: Annotated[bool, Parameter(help="Go on although a key is lost for good.", show_default=False)] = False,
    json: Json = False,
) -> int:
    """Seal the secrets in the database with a new key, while the server runs. Broken off, it goes on where it was.
    Exit status 1: something is sealed with a key that is missing."""
    from tocsin.surfaces.cli.verbs import admin_keys

    return admin_keys.rotate_key(lost=lost, json=json)


@app.command
def signing_secret(
    integration: Annotated[str, Parameter(name="INTEGRATION", help="Its name in the configuration.")],
    /,
    *,
    json: Json = False,
) -> None:
    """Print what the sender of an integration signs its requests with. A new key of the integration makes a new one."""
    from tocsin.alerts.rulebook import get_integration
    from tocsin.integrations.sources.signatures import signing_secret as derive_secret
    from tocsin.settings import load_here, with_secret_key

    settings = with_secret_key(load_here())

    async def read(db: Database) -> bytes:
        async with db.connection() as conn:
            return (await get_integration(conn, integration)).key_hash or b""

    secret = derive_secret(settings.secret_key, admin_users.in_database(settings, read))
    if json:
        return output.print_document({"integration": integration, "secret": secret})
    return output.say(secret)


@app.command
def webhook_secret(
    address: Annotated[str, Parameter(name="URL", help="The address as the configuration has it.")],
    /,
    *,
    json: Json = False,
) -> None:
    """Print what messages to a webhook of a policy or a digest are signed with. For that of a person's own contact:
    tocsin contact secret."""
    from tocsin.delivery.keys import webhook_secret as derive_secret
    from tocsin.integrations.channels.registry import check_address
    from tocsin.settings import load_here, with_secret_key

    normal = check_address("webhook", address)
    secret = derive_secret(with_secret_key(load_here()).secret_key, normal)
    if json:
        return output.print_document({"address": normal, "secret": secret})
    return output.say(secret)


main = runner(app)
