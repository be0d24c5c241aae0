"""What is wrong with the work on an incident, over HTTP (GRD-1): first who may not, then what is shown."""

from tests.surfaces.api.callers import Api, problem
from tocsin.incidents import findings, service
from tocsin.incidents.model import Declaration


async def declare_wrong(api: Api) -> None:
    async with api.db.transaction() as tx:
        incident = await service.declare(tx, Declaration(title="Checkout fails", severity="SEV-1", by="@alice"))
        for occurrence in ("first", "second"):
            await findings.raise_finding(
                tx,
                incident,
                rule="nobody-commands",
                occurrence=occurrence,
                text="Nobody.",
                remedy=f"Name {occurrence}.",
            )
        held = (await findings.list_open_findings(tx.conn, [incident.id]))[incident.id]
        await findings.settle_findings(tx, incident, held[:1])


async def test_who_may_not(api: Api) -> None:
    await declare_wrong(api)
    problem(await api.nobody.get("/incidents/INC-1/findings"), 401)
    problem(await api.vera.get("/incidents/INC-2/findings"), 404)


async def test_each_with_its_remedy_and_when_it_was_settled(api: Api) -> None:
    await declare_wrong(api)
    told = (await api.vera.get("/incidents/INC-1/findings")).json()
    assert told["incident"] == "INC-1"
    assert [(each["rule"], each["remedy"], each["settled_at"] is None) for each in told["findings"]] == [
        ("nobody-commands", "Name first.", False),
        ("nobody-commands", "Name second.", True),
    ]


async def test_an_incident_says_what_is_wrong_now(api: Api) -> None:
    await declare_wrong(api)
    assert (await api.vera.get("/incidents/INC-1")).json()["findings"] == ["Nobody. Name second."]
    assert (await api.vera.get("/incidents")).json()["incidents"][0]["findings"] == ["Nobody. Name second."]
