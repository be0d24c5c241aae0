"""Severity over HTTP (CLS-3): who may not, what becomes known, what is proposed, and a person's word."""

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare, make_private


async def test_who_may_not(api: Api) -> None:
    await declare(api)
    for path, body in (("severity", {"severity": "SEV-1", "reason": "x"}), ("facts", {"facts": {"breach": "yes"}})):
        problem(await api.nobody.post(f"/incidents/INC-1/{path}", **body), 401)
        assert "viewer" in problem(await api.vera.post(f"/incidents/INC-1/{path}", **body), 403)["detail"]
    assert (await api.vera.get("/incidents/INC-1/facts")).status_code == 200
    await make_private(api, "INC-1", "alice")
    problem(await api.carol.get("/incidents/INC-1/facts"), 404)
    problem(await api.carol.post("/incidents/INC-1/facts", facts={"breach": "yes"}), 404)
    problem(await api.carol.post("/incidents/INC-1/severity", severity="SEV-1", reason="x"), 404)


async def test_facts_grade_a_declaration_and_are_told_with_what_could_raise_it(api: Api) -> None:
    declared = await declare(api, facts={"users_affected": "3%", "breach": False})
    assert (declared["severity"], declared["users_affected"]) == ("SEV-3", "3%")
    told = (await api.bob.get("/incidents/INC-1/facts")).json()
    assert told["facts"] == {"users_affected": "3%", "breach": "False"}
    assert (told["level"], told["proposal"]) == ("SEV-3", None)
    assert {"fact": "sla_at_risk", "level": "SEV-1", "when": "SLA at risk: yes"} in told["could_raise"]


async def test_what_becomes_known_proposes_and_a_person_decides(api: Api) -> None:
    await declare(api, severity="SEV-3")
    told = (await api.bob.post("/incidents/INC-1/facts", facts={"users_affected": "30%"})).json()
    assert (told["severity"], told["level"], told["proposal"]) == ("SEV-3", "SEV-2", "SEV-2")
    assert told["reason"] == "SEV-2: users affected at least 10 % (30 %)"
    raised = (await api.bob.post("/incidents/INC-1/severity", severity="sev2", reason="so it is")).json()
    assert raised["severity"] == "SEV-2"
    told = (await api.bob.get("/incidents/INC-1/facts")).json()
    assert (told["proposal"], told["history"][0]["kept"], told["history"][0]["kept_by"]) == (None, "SEV-2", "@bob")


async def test_what_is_wrong_names_its_field(api: Api) -> None:
    await declare(api)
    post = api.alice.post
    assert problem(await post("/incidents/INC-1/facts", facts={}), 400)["field"] == "facts"
    assert problem(await post("/incidents/INC-1/facts", facts={"breach": "perhaps"}), 400)["field"] == "breach"
    assert problem(await post("/incidents/INC-1/severity", severity="SEV-1"), 400)["field"] == "reason"
    assert problem(await post("/incidents/INC-1/severity", severity="P0", reason="x"), 404)["field"] == "severity"
    assert problem(await post("/incidents", title="x", facts={"breach": "perhaps"}), 400)["field"] == "breach"


async def test_the_review_counts_what_people_changed_and_nothing_of_what_is_hidden(api: Api) -> None:
    problem(await api.nobody.get("/insights/severity"), 401)
    await declare(api, "one", users_affected="35%")
    await declare(api, "two", users_affected="35%", severity="SEV-4")
    await declare(api, "three", users_affected="35%", severity="SEV-1")
    await declare(api, "a drill", users_affected="35%", is_drill=True)
    await api.alice.post("/incidents/INC-1/severity", severity="SEV-3", reason="only the old app")
    told = (await api.vera.get("/insights/severity", days="30")).json()
    assert (told["total"]["suggested"], told["total"]["raised"], told["total"]["lowered"]) == (3, 1, 2)
    assert ("INC-1", "SEV-2", "SEV-3", "only the old app") in [
        (each["incident"], each["suggested"], each["kept"], each["reason"]) for each in told["changes"]
    ]
    assert [row["name"] for row in told["criteria"]] == ["users affected"]
    await make_private(api, "INC-3", "alice")
    assert (await api.carol.get("/insights/severity")).json()["total"]["suggested"] == 2
    assert problem(await api.alice.get("/insights/severity", days="0"), 400)["field"] == "days"
