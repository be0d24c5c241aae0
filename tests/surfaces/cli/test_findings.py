"""`tocsin show` says what is wrong with the work on an incident, and what mends it (GRD-1)."""

from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database
from tocsin.incidents import findings, service


async def test_what_is_wrong_stands_above_the_facts(cli: Terminal, db: Database) -> None:
    await cli("declare", "Checkout fails", "--severity", "SEV-1")
    said = {"text": "Nobody has commanded this SEV-1 for 5 minutes.", "remedy": "Take it: tocsin role INC-1 commander."}
    async with db.transaction() as tx:
        incident = await service.get(tx.conn, 1)
        await findings.raise_finding(tx, incident, rule="nobody-commands", occurrence="first", **said)
    shown = (await cli("show", "INC-1", who="vera")).out
    assert "for 5 minutes. Take it: tocsin role INC-1 commander." in " ".join(shown.split())
    assert shown.index("Nobody has commanded") < shown.index("declared")
