"""`tocsin slo` (MET-5): what is promised, what is used, and a gate whose exit status a pipeline reads."""

from datetime import timedelta

from tests.surfaces.cli.terminal import Terminal
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.catalog.slo import Slo
from tocsin.db.database import Database


async def test_budgets_and_the_gate(cli: Terminal, db: Database) -> None:
    assert "No service promises anything yet." in (await cli("slo")).out
    assert "has no slo" in (await cli("slo", "checkout", status=1)).err
    assert (await cli("slo", "gate", "checkout")).out.startswith("allowed  checkout has no slo")
    slo = Slo(availability=99.9)
    async with db.transaction() as tx:
        await catalog.put_service(tx, Service(name="shop", slo=slo))
    narrow = (await cli("slo", who="vera")).out.splitlines()
    assert narrow[1].split() == ["shop", "99.9%", "available,", "over", "30d", "0.0", "of", "43.2", "0", "%"]
    assert narrow[2].startswith("         burn rate ")
    begun = (db.clock.now() - timedelta(hours=1)).isoformat()
    await cli("declare", "Nobody can buy", "--service", "shop", "--severity", "SEV-1", "--started", begun)
    told = (await cli("slo", "shop")).out
    assert "99.9% available: 60.0 of 43.2 minutes, 139 % of the budget" in told
    assert "nothing is left, and the downtime goes on" in told
    assert "INC-1 SEV-1" in told
    assert "minutes, goes on: Nobody can buy" in " ".join(told.split())
    assert "shop has used it up: only critical deployments go out" in " ".join((await cli("slo")).out.split())
    refused = await cli("slo", "gate", "shop", status=1)
    assert refused.out.startswith("not allowed  The budget of shop is used up")
    assert (await cli("slo", "gate", "shop", "--critical")).out.startswith("allowed")
    assert (await cli("slo", "gate", "shop", "--json", status=1)).json()["allowed"] is False
    assert (await cli("slo", "--json")).json()["slos"][0]["service"] == "shop"
    assert "There is no service" in (await cli("slo", "gate", "nothing", status=1)).err
