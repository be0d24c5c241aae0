"""Escalation policies over HTTP (PAG-1): first who may not, then what is read, renamed, copied and removed."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.surfaces.api.callers import Api, problem
from tocsin.accounts.service import disable_user
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.kernel.ledger import list_entries
from tocsin.paging.model import During, Policy, Step, Variant, parse_target
from tocsin.paging.policies import put_policy

LADDER = Policy(
    "payments",
    steps=(
        Step((parse_target("team:payments"),), timedelta(minutes=5)),
        Step(
            (parse_target("user:carol"), parse_target("webhook:https://hooks.example.com/secret")), timedelta(hours=1)
        ),
    ),
    repeat=1,
    when=(Variant(during=During.NIGHTS, steps=(Step((parse_target("user:bob"),), timedelta(minutes=15)),)),),
)


async def put(api: Api, policy: Policy, file: str | None = None) -> None:
    async with api.db.transaction() as tx:
        await put_policy(tx, policy, file)


@pytest.fixture(autouse=True)
async def ladder(api: Api) -> None:
    async with api.db.transaction() as tx:
        await catalog.put_service(tx, Service(name="checkout", team="payments", escalation_policy="payments"))
    await put(api, LADDER)
    await put(api, replace(LADDER, name="spare", when=()))


async def test_who_may_not(api: Api) -> None:
    problem(await api.nobody.get("/policies"), 401)
    problem(await api.nobody.get("/policies/payments"), 401)
    for caller in (api.vera, api.alice, api.carol):
        problem(await caller.post("/policies/spare/rename", name="other"), 403)
        problem(await caller.post("/policies/spare/copy", name="other"), 403)
        problem(await caller.delete("/policies/spare"), 403)
    assert [each["name"] for each in (await api.vera.get("/policies")).json()["policies"]] == ["payments", "spare"]


async def test_what_is_written_and_whom_it_means_now(api: Api) -> None:
    async with api.db.transaction() as tx:
        await disable_user(tx, "carol", managed_by=None, actor="@story")
    shown = (await api.vera.get("/policies/payments")).json()
    assert shown["steps"][1] == {
        "notify": ["user:carol", "webhook:hooks.example.com"],
        "wait": "1h",
        "sentence": "After 5 minutes without an answer, page carol and the webhook at hooks.example.com.",
    }
    assert (shown["repeat"], shown["services"], shown["managed_by"]) == (1, ["checkout"], None)
    assert shown["ends"][0] == "After 1 hour without an answer, the whole ladder begins again, once more."
    assert shown["variants"][0]["sentence"] == "At night: another ladder is climbed."
    assert [step["notify"] for step in shown["variants"][0]["steps"]] == [["user:bob"]]
    targets = {each["target"]: each for each in shown["targets"]}
    assert list(targets) == ["team:payments", "user:carol", "webhook:hooks.example.com", "user:bob"]
    assert "alice" in targets["team:payments"]["people"]
    assert (targets["user:carol"]["people"], targets["user:carol"]["left_out"]) == ([], ["carol is disabled"])
    assert "example.com/s3" not in (await api.root.get("/policies/payments")).text


async def test_who_would_miss_it_is_told_to_whoever_could_remove_it(api: Api) -> None:
    assert (await api.carol.get("/policies/payments")).json()["uses"] == []
    assert (await api.root.get("/policies/payments")).json()["uses"] == ["the service checkout"]


async def test_another_name_a_copy_the_end(api: Api) -> None:
    renamed = await api.root.post("/policies/spare/rename", name="search")
    assert (renamed.status_code, renamed.json()["name"]) == (200, "search")
    copied = await api.root.post("/policies/search/copy", name="third")
    assert (copied.status_code, copied.json()["steps"]) == (201, renamed.json()["steps"])
    gone = await api.root.delete("/policies/search")
    assert (gone.status_code, gone.json()["name"]) == (200, "search")
    assert [each["name"] for each in (await api.root.get("/policies")).json()["policies"]] == ["payments", "third"]
    async with api.db.connection() as conn:
        said = [entry.sentence for entry in await list_entries(conn, "audit")]
    for sentence in (
        "@root renamed escalation policy spare to search.",
        "@root copied escalation policy search to third.",
        "@root removed escalation policy search.",
    ):
        assert sentence in said


async def test_what_calls_people_or_is_a_files_stays(api: Api) -> None:
    for refused in (
        await api.root.post("/policies/payments/rename", name="other"),
        await api.root.delete("/policies/payments"),
    ):
        assert "still used by the service checkout" in problem(refused, 409)["detail"]
    await put(api, replace(LADDER, name="spare"), "tocsin.yaml")
    for refused in (
        await api.root.post("/policies/spare/rename", name="other"),
        await api.root.delete("/policies/spare"),
    ):
        assert "managed by tocsin.yaml" in problem(refused, 409)["detail"]
    assert (await api.root.post("/policies/spare/copy", name="own")).json()["managed_by"] is None


async def test_what_is_wrong(api: Api) -> None:
    assert problem(await api.root.post("/policies/spare/copy", name="No Name"), 400)["field"] == "name"
    assert problem(await api.root.post("/policies/spare/copy", name="payments"), 400)["field"] == "name"
    assert problem(await api.root.post("/policies/spare/rename", name="spare"), 400)["field"] == "name"
    assert problem(await api.root.post("/policies/spare/rename", to="other"), 400)["field"] == "to"
    for missing in (
        await api.root.get("/policies/nothing"),
        await api.root.post("/policies/nothing/rename", name="other"),
        await api.root.post("/policies/nothing/copy", name="other"),
        await api.root.delete("/policies/nothing"),
    ):
        assert "tocsin policy list" in problem(missing, 404)["remedy"]
