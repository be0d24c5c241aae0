"""Error budgets over HTTP (MET-5): who may not, what counts, what is private, and the gate."""

from datetime import timedelta
from typing import Any

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import make_private
from tocsin.catalog import service as catalog
from tocsin.catalog.slo import MONTH, Slo


async def promise(api: Api, **said: Any) -> None:
    """Checkout is to be available."""
    async with api.db.transaction() as tx:
        service = await catalog.get_service(tx.conn, "checkout")
        slo = Slo(availability=99.9, window=MONTH, **said)
        await catalog.remove_service(tx, "checkout")
        await catalog.put_service(tx, type(service)(name="checkout", team=service.team, slo=slo))


async def down(api: Api, minutes: int, *, ago: timedelta = timedelta(days=2), **said: Any) -> str:
    """An incident on checkout that lasted so long and is over."""
    began = api.db.clock.now() - ago
    body: dict[str, Any] = {"title": "Nobody can pay", "severity": "SEV-1", "services": ["checkout"], **said}
    ref = (await api.alice.post("/incidents", started_at=began.isoformat(), **body)).json()["id"]
    async with api.db.transaction() as tx:
        await tx.conn.execute(
            "UPDATE incident SET detected_at = %s, mitigated_at = %s, status = 'monitoring' WHERE number = %s",
            (began, began + timedelta(minutes=minutes), int(ref[4:])),
        )
    return ref


async def test_who_may_not(api: Api) -> None:
    for path in ("/slos", "/services/checkout/slo", "/services/checkout/deploy-gate"):
        problem(await api.nobody.get(path), 401)
    for path in ("/services/nothing/slo", "/services/nothing/deploy-gate"):
        assert problem(await api.vera.get(path), 404)["field"] == "service"
    told = problem(await api.vera.get("/services/checkout/slo"), 404)
    assert "checkout has no slo" in told["detail"]


async def test_a_hundred_and_thirty_five_minutes_of_a_month(api: Api) -> None:
    """135 of 43.8 minutes = 308 % (MET-5)."""
    await promise(api)
    assert (await api.vera.get("/services/checkout/deploy-gate")).json()["allowed"]
    await down(api, 100)
    await down(api, 60, ago=timedelta(days=2, minutes=-75))  # the last 25 minutes of the first, and 35 more
    await down(api, 500, severity="SEV-3")
    await down(api, 500, is_drill=True)
    await down(api, 500, ago=timedelta(days=40))
    told = (await api.vera.get("/services/checkout/slo")).json()
    (budget,) = told["budgets"]
    assert (budget["used_minutes"], budget["budget_minutes"], round(budget["used_percent"])) == (135.0, 43.83, 308)
    assert (told["is_exhausted"], budget["left_minutes"], told["hidden_minutes"]) == (True, 0, 0)
    assert [each["minutes"] for each in told["downtimes"]] == [100, 60]
    assert told["consequences"][0] == "only critical deployments go out"
    assert (await api.vera.get("/slos")).json()["slos"] == [told]
    gate = (await api.vera.get("/services/checkout/deploy-gate")).json()
    assert (gate["allowed"], gate["until"]) == (False, budget["until"])
    assert "availability (135 of 43.8 minutes (308 %))" in gate["reason"]
    assert (await api.vera.get("/services/checkout/deploy-gate", critical="true")).json()["allowed"]


async def test_a_private_incident_counts_for_everybody_and_is_named_to_its_members_only(api: Api) -> None:
    await promise(api)
    ref = await down(api, 60, title="A leak")
    await make_private(api, ref, "alice")
    mine = (await api.alice.get("/services/checkout/slo")).json()
    assert ([each["incident"] for each in mine["downtimes"]], mine["hidden_minutes"]) == ([ref], 0)
    answer = await api.carol.get("/services/checkout/slo")
    others = answer.json()
    assert (others["downtimes"], others["hidden_minutes"]) == ([], 60)
    assert "leak" not in answer.text
    assert others["budgets"] == mine["budgets"]
    assert not (await api.carol.get("/services/checkout/deploy-gate")).json()["allowed"]
