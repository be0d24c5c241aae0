"""The audit log over HTTP (SEC-8): first who may not, then what it tells and how it is looked through."""

from datetime import timedelta

from tests.surfaces.api.callers import Api, problem
from tocsin.kernel import ledger_seal
from tocsin.paging.model import Policy, Step, parse_target
from tocsin.paging.policies import put_policy


async def test_who_may_not_read_it(api: Api) -> None:
    for path in ("/audit", "/audit/chain"):
        problem(await api.nobody.get(path), 401)
        for name in ("vera", "alice", "mona"):
            problem(await api.holding(api.tokens[name]).get(path), 403)
        assert (await api.root.get(path)).status_code == 200


async def test_it_tells_who_did_what_the_latest_first(api: Api) -> None:
    told = (await api.root.get("/audit", person="tocsin", words="api token", limit=2)).json()
    assert [deed["text"] for deed in told["deeds"]] == [
        "tocsin made an API token for root: test (admin).",
        "tocsin made an API token for mona: test (manager).",
    ]
    older = (await api.root.get("/audit", words="api token", limit=2, cursor=told["next_cursor"])).json()
    assert older["deeds"][0]["text"] == "tocsin made an API token for vera: test (viewer)."
    assert problem(await api.root.get("/audit", limit=0), 400)["detail"] == "limit is 1 to 1000."
    assert problem(await api.root.get("/audit", since="2026-11-21T10:00:00"), 400)["field"] == "since"


async def test_a_refused_attempt_is_in_it(api: Api) -> None:
    await api.vera.post("/incidents", title="x")
    (refused,) = (await api.root.get("/audit", refused=True)).json()["deeds"]
    assert (refused["by"], refused["outcome"]) == ("@vera", "refused")
    assert refused["client"] == "127.0.0.1"
    assert refused["action"] == "tried POST /api/v1/incidents"


async def test_an_address_without_end_does_not_fill_it(api: Api) -> None:
    await api.vera.post(f"/people/{'x' * 30_000}/disable")
    (refused,) = (await api.root.get("/audit", refused=True)).json()["deeds"]
    assert refused["action"].startswith("tried POST /api/v1/people/xxx")
    assert len(refused["text"]) < 300


async def test_what_is_private_is_told_to_its_members_and_counted_for_the_others(api: Api) -> None:
    async with api.db.transaction() as tx:
        ladder = (Step((parse_target("user:alice"),), timedelta(minutes=5)),)
        await put_policy(tx, Policy("payments", ladder), None)
    await api.alice.post("/incidents", title="A key leaked", is_private=True, policy="payments")
    told = (await api.root.get("/audit", words="INC-1")).json()
    assert (told["deeds"], told["hidden"]) == ([], 1)
    await api.alice.post("/incidents/INC-1/members", names=["root"])
    told = (await api.root.get("/audit", words="INC-1")).json()
    assert [deed["text"] for deed in told["deeds"]] == [
        "@alice added a member of INC-1: root.",
        "@alice made private INC-1, seen by alice.",
    ]
    assert told["hidden"] == 0


async def test_what_was_changed_afterwards_breaks_the_chain(api: Api) -> None:
    async with api.db.transaction() as tx:
        await ledger_seal.seal_audit(tx.conn, await ledger_seal.read_horizon(tx.conn), tx.now)
    intact = (await api.root.get("/audit/chain")).json()
    assert intact["is_intact"]
    assert intact["text"] == f"Sealed {intact['sealed']} of {intact['sealed']} entries, intact."
    async with api.db.transaction() as tx:
        await tx.conn.execute(
            "update ledger set sentence = 'nothing happened' where topic = 'audit' and sentence like '%mona: test%'"
        )
    broken = (await api.root.get("/audit/chain")).json()
    assert not broken["is_intact"]
    assert "was changed after it was sealed" in broken["text"]
