"""Roles, the size of the team and the call over HTTP (ROL-1, LIF-5, WAR-4): first who may not."""

from typing import Any

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare, make_private
from tocsin.catalog.model import Organisation
from tocsin.catalog.service import put_organisation

POSTS: list[tuple[str, dict[str, Any]]] = [
    ("roles", {"role": "commander"}),
    ("team-size", {"team_size": "large"}),
    ("conference", {"url": "https://meet.example.com/x"}),
]


async def test_who_may_not(api: Api) -> None:
    await declare(api)
    for path, body in POSTS:
        problem(await api.nobody.post(f"/incidents/INC-1/{path}", **body), 401)
        assert "viewer" in problem(await api.vera.post(f"/incidents/INC-1/{path}", **body), 403)["detail"]
    problem(await api.nobody.get("/incidents/INC-1/roles"), 401)
    problem(await api.vera.delete("/incidents/INC-1/roles/commander"), 403)
    assert (await api.vera.get("/incidents/INC-1/roles")).status_code == 200


async def test_a_private_incident_does_not_exist_for_those_outside(api: Api) -> None:
    await declare(api)
    await make_private(api, "INC-1", "alice")
    for path, body in POSTS:
        told = problem(await api.carol.post(f"/incidents/INC-1/{path}", **body), 404)
        absent = problem(await api.carol.post(f"/incidents/INC-99/{path}", **body), 404)
        assert told["detail"].replace("INC-1", "INC-99") == absent["detail"]
    problem(await api.carol.get("/incidents/INC-1/roles"), 404)
    problem(await api.carol.delete("/incidents/INC-1/roles/commander"), 404)


async def test_the_roles_of_the_teams_size_are_shown_with_their_duties(api: Api) -> None:
    await declare(api, severity="SEV-1")
    told = (await api.alice.get("/incidents/INC-1/roles")).json()
    assert (told["incident"], told["team_size"]) == ("INC-1", "small")
    assert [slot["role"] for slot in told["roles"]] == ["commander", "tech-lead", "communications-lead"]
    assert all(slot["holders"] == [] and slot["expected"] for slot in told["roles"])
    assert "removes blockers" in told["roles"][0]["duties"]


async def test_a_role_is_taken_given_and_given_back(api: Api) -> None:
    await declare(api, severity="SEV-1")
    taken = (await api.alice.post("/incidents/INC-1/roles", role="commander")).json()
    assert [holder["user"] for holder in taken["roles"][0]["holders"]] == ["alice"]
    given = (await api.alice.post("/incidents/INC-1/roles", role="Tech lead", user="@bob")).json()
    assert [holder["user"] for holder in given["roles"][1]["holders"]] == ["bob"]
    incident = (await api.alice.get("/incidents/INC-1")).json()
    assert incident["commander"] == "alice"
    assert incident["roles"] == {"commander": ["alice"], "tech-lead": ["bob"]}
    assert (await api.alice.get("/incidents")).json()["incidents"] == [incident]
    back = (await api.alice.delete("/incidents/INC-1/roles/tech-lead?user=bob")).json()
    assert back["roles"][1]["holders"] == []
    assert problem(await api.alice.delete("/incidents/INC-1/roles/tech-lead"), 409)["remedy"]
    assert problem(await api.alice.post("/incidents/INC-1/roles", role="boss"), 400)["field"] == "role"
    assert problem(await api.alice.post("/incidents/INC-1/roles", role="scribe", user="mallory"), 404)
    assert problem(await api.alice.post("/incidents/INC-1/roles", role="scribe", user="vera"), 409)["field"] == "user"


async def test_who_commands_elsewhere_is_warned_in_the_answer(api: Api) -> None:
    await declare(api, commander="bob")
    await declare(api)
    told = (await api.alice.post("/incidents/INC-2/roles", role="commander", user="bob")).json()
    assert told["warning"].startswith("bob commands INC-1 as well")
    lines = (await api.alice.get("/incidents/INC-2/timeline")).json()["entries"]
    assert told["warning"] in [line["text"] for line in lines if line["type"] == "finding"]


async def test_lif_5_commander_and_size_are_said_with_the_declaration(api: Api) -> None:
    told = await declare(api, team_size="large", commander="me")
    assert (told["team_size"], told["commander"]) == ("large", "alice")
    roles = (await api.alice.get("/incidents/INC-1/roles")).json()["roles"]
    assert [slot["role"] for slot in roles][-2:] == ["scribe", "expert"]
    assert problem(await api.alice.post("/incidents", title="x", team_size="huge"), 400)["field"] == "team_size"
    problem(await api.alice.post("/incidents", title="x", commander="mallory"), 404)
    problem(await api.alice.post("/incidents", title="x", commander="vera"), 409)
    assert len((await api.alice.get("/incidents")).json()["incidents"]) == 1


async def test_the_size_can_be_said_later(api: Api) -> None:
    await declare(api)
    told = (await api.bob.post("/incidents/INC-1/team-size", team_size="large")).json()
    assert told["team_size"] == "large"
    assert (await api.bob.get("/incidents/INC-1")).json()["team_size"] == "large"
    assert problem(await api.bob.post("/incidents/INC-1/team-size", team_size="large"), 409)["field"] == "team_size"


async def test_war_4_the_call_follows_the_organisations_pattern_or_is_set(api: Api) -> None:
    async with api.db.transaction() as tx:
        await put_organisation(tx, Organisation(war_room="https://meet.example.com/{id}-{slug}"))
    assert (await declare(api))["conference_url"] == "https://meet.example.com/INC-1-checkout-answers-500"
    own = "https://call.example.com/db"
    told = (await api.alice.post("/incidents/INC-1/conference", url=own)).json()
    assert told["conference_url"] == own
    assert (await api.alice.get("/incidents/INC-1")).json()["conference_url"] == own
    assert problem(await api.alice.post("/incidents/INC-1/conference", url="meet"), 400)["field"] == "url"
    assert problem(await api.alice.post("/incidents/INC-1/conference", url=own), 409)["field"] == "url"
    lines = (await api.alice.get("/incidents/INC-1/timeline")).json()["entries"]
    assert f"People speak at {own} now, by @alice." in [line["text"] for line in lines]
    usual = (await api.alice.post("/incidents/INC-1/conference", url=None)).json()
    assert usual["conference_url"] == "https://meet.example.com/INC-1-checkout-answers-500"
