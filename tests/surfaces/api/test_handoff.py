"""Hand-offs over HTTP. Alice and Bob take turns; Carol is on another team, Vera only reads, Mona manages (ONC-5)."""

from datetime import timedelta

import pytest

from tests.support.rotas import rotate
from tests.surfaces.api.callers import Api, problem
from tocsin.kernel.clock import VirtualClock

NAME = "payments-primary"
PATH = f"/oncall/{NAME}/handoff"


@pytest.fixture
async def rota(api: Api) -> None:
    await rotate(api.db, "alice", "bob", name=NAME)


async def sides(api: Api) -> tuple[str, str]:
    told = (await api.vera.get(PATH)).json()
    return told["outgoing"][0], told["incoming"][0]


@pytest.mark.usefixtures("rota")
async def test_strangers_see_it_and_change_nothing(api: Api) -> None:
    problem(await api.nobody.get(PATH), 401)
    assert (await api.carol.get(PATH)).status_code == 200
    for caller in (api.carol, api.vera):
        problem(await caller.put(f"{PATH}/note", note="x"), 403)
        problem(await caller.post(f"{PATH}/sign"), 403)
        problem(await caller.post(f"{PATH}/accept"), 403)
        problem(await caller.post(f"{PATH}/entries", kind="watch", text="x"), 403)
        problem(await caller.delete(f"{PATH}/entries/1"), 403)


@pytest.mark.usefixtures("rota")
async def test_from_the_draft_to_the_acceptance(api: Api, clock: VirtualClock) -> None:
    outgoing, incoming = await sides(api)
    out, into = getattr(api, outgoing), getattr(api, incoming)
    assert (await api.vera.get(PATH)).json()["stage"] == "draft"
    problem(await into.put(f"{PATH}/note", note="x"), 403)
    assert (await out.put(f"{PATH}/note", note="Watch the disk.")).json()["report"]["note"] == "Watch the disk."
    added = (await into.post(f"{PATH}/entries", kind="issue", text="Slow disk", owner="bob")).json()
    assert (added["kind"], added["owner"], added["added_by"]) == ("issue", "bob", f"@{incoming}")
    problem(await into.post(f"{PATH}/accept"), 409)
    clock.advance(timedelta(minutes=1))
    signed = (await out.post(f"{PATH}/sign")).json()
    assert (signed["stage"], signed["signed_by"]) == ("signed", f"@{outgoing}")
    assert [each["text"] for each in signed["report"]["issues"]] == ["Slow disk"]
    accepted = (await into.post(f"{PATH}/accept")).json()
    assert (accepted["stage"], accepted["accepted_by"]) == ("accepted", f"@{incoming}")
    assert (await api.vera.get(PATH, ends_at=accepted["ends_at"])).json() == accepted
    assert (await api.mona.delete(f"{PATH}/entries/{added['id']}")).json() == {"entry": added["id"]}
    problem(await api.mona.delete(f"{PATH}/entries/{added['id']}"), 404)


@pytest.mark.usefixtures("rota")
async def test_what_is_wrong_names_its_field(api: Api) -> None:
    assert problem(await api.alice.post(f"{PATH}/entries", kind="issue", text="x"), 400)["field"] == "owner"
    link = await api.alice.post(f"{PATH}/entries", kind="watch", text="x", link="javascript:1")
    assert problem(link, 400)["field"] == "link"
    problem(await api.alice.post(f"{PATH}/entries", kind="wish", text="x"), 400)
    problem(await api.vera.get("/oncall/nothing/handoff"), 404)
    problem(await api.vera.get(PATH, ends_at="2020-01-01T00:00:00Z"), 404)


async def test_nobody_hands_over_to_themselves(api: Api) -> None:
    await rotate(api.db, "alice", name=NAME)
    assert "Nobody takes over" in problem(await api.alice.get(PATH), 404)["detail"]
