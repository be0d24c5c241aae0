"""Postmortems over HTTP (PMT-1, PMT-8): first who may not, then what each call answers."""

from typing import Any

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare, make_private
from tocsin.postmortems import own_templates
from tocsin.postmortems.templates import GENERAL, Template

WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("post", "", {}),
    ("put", "", {"body": "# Learnt", "version": 1}),
    ("post", "/owner", {"user": "bob"}),
    ("post", "/publish", {}),
]


async def draft(api: Api, **said: Any) -> dict[str, Any]:
    answer = await api.alice.post("/incidents/INC-1/postmortem", **said)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_who_may_not(api: Api) -> None:
    await declare(api)
    for method, path, body in WRITES:
        path = f"/incidents/INC-1/postmortem{path}"
        problem(await getattr(api.nobody, method)(path, **body), 401)
        assert "may not write postmortems" in problem(await getattr(api.vera, method)(path, **body), 403)["detail"]
    problem(await api.nobody.get("/postmortems"), 401)
    await draft(api)
    assert (await api.vera.get("/incidents/INC-1/postmortem")).json()["version"] == 1
    await make_private(api, "INC-1", "alice")
    problem(await api.carol.get("/incidents/INC-1/postmortem"), 404)
    assert (await api.carol.get("/postmortems")).json() == {"postmortems": [], "next_before": None}
    problem(await api.carol.post("/incidents/INC-1/postmortem/publish"), 404)


async def test_it_is_drafted_edited_and_published(api: Api) -> None:
    await declare(api)
    assert "no postmortem yet" in problem(await api.bob.get("/incidents/INC-1/postmortem"), 404)["detail"]
    made = await draft(api, layout="guide", template="Deployment", authors=["alice", "@bob"])
    assert (made["state"], made["layout"], made["template"]) == ("draft", "guide", "deployment")
    assert made["authors"] == ["alice", "bob"]
    assert made["questions"] == made["body"].count("**Question:**") > 10
    text = await api.bob.get("/incidents/INC-1/postmortem", format="markdown")
    assert (text.headers["content-type"], text.text) == ("text/markdown; charset=utf-8", made["body"])
    accepting = {**api.bob.headers, "Accept": "text/markdown"}
    assert (await api.client.get("/api/v1/incidents/INC-1/postmortem", headers=accepting)).text == made["body"]
    assert problem(await api.bob.post("/incidents/INC-1/postmortem"), 409)["field"] == "again"
    edited = await api.bob.put("/incidents/INC-1/postmortem", body="# Learnt", version=1, note="short")
    assert (edited.json()["version"], edited.json()["questions"]) == (2, 0)
    assert (
        problem(await api.alice.put("/incidents/INC-1/postmortem", body="# Mine", version=1), 409)["field"] == "version"
    )
    assert (await api.bob.post("/incidents/INC-1/postmortem/owner", user="me")).json()["owner"] == "bob"
    assert problem(await api.bob.post("/incidents/INC-1/postmortem/publish"), 409)["field"] == "state"
    await api.bob.post("/incidents/INC-1/resolve", override=True, reason="it works")
    assert problem(await api.bob.post("/incidents/INC-1/postmortem/publish"), 409)["field"] == "reason"
    published = await api.bob.post("/incidents/INC-1/postmortem/publish", reason="nobody else was there")
    assert published.json()["state"] == "published"
    (listed,) = (await api.vera.get("/postmortems", state="published", limit=1)).json()["postmortems"]
    assert (listed["incident"], listed["owner"], "body" in listed) == ("INC-1", "bob", False)


async def test_the_templates_are_listed_with_ones_own(api: Api) -> None:
    problem(await api.nobody.get("/postmortem-templates"), 401)
    async with api.db.transaction() as tx:
        own = Template(name="data-loss", title="Data was lost", questions=("Which <rows>?",), factors=(), prevention=())
        await own_templates.put_template(tx, own)
    listed = (await api.vera.get("/postmortem-templates")).json()["templates"]
    assert [each["name"] for each in listed][:2] == ["general", "deployment"]
    assert (listed[-1]["name"], listed[-1]["questions"]) == ("data-loss", ["Which <rows>?"])
    assert listed[-1]["prevention"] == list(GENERAL.prevention)
    await declare(api)
    made = await draft(api, template="data loss")
    assert (made["template"], "**Question:** Which \\<rows\\>?" in made["body"]) == ("data-loss", True)


async def test_what_is_wrong_is_named(api: Api) -> None:
    await declare(api)
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"layout": "x"}, "layout"),
        ({"template": "x"}, "template"),
        ({"authors": [""]}, "authors"),
    )
    for said, field in wrong:
        assert problem(await api.bob.post("/incidents/INC-1/postmortem", **said), 400)["field"] == field
    await draft(api)
    assert problem(await api.bob.get("/incidents/INC-1/postmortem", format="pdf"), 400)["field"] == "format"
    assert problem(await api.bob.get("/postmortems", state="done"), 400)["field"] == "state"
    assert problem(await api.bob.post("/incidents/INC-1/postmortem/owner", user="zoe"), 404)["detail"]


async def test_what_it_cost_is_said_with_its_source(api: Api) -> None:
    await declare(api)
    path = "/incidents/INC-1/impact"
    problem(await api.nobody.post(path, source="x", support_tickets="1"), 401)
    problem(await api.vera.post(path, source="x", support_tickets="1"), 403)
    assert problem(await api.bob.post(path, source=" ", support_tickets="1"), 400)["field"] == "source"
    assert problem(await api.bob.post(path, source="x"), 400)["field"] == "figures"
    await api.bob.post(path, source="the help desk", support_tickets="12", failed_requests="900")
    told = (await api.bob.post(path, source="the help desk, counted again", support_tickets="14")).json()["figures"]
    assert [(each["name"], each["value"]) for each in told] == [("failed_requests", "900"), ("support_tickets", "14")]
    assert (await api.vera.get(path)).json()["figures"] == told
    body = (await draft(api))["body"]
    assert "Support tickets: 14 (source: the help desk, counted again). ([record](/incidents/INC-1#entry-" in body
