"""Checks over HTTP: first who may not, then what is read, run and ticked (RES-1)."""

from tests.surfaces.api.callers import Api, problem
from tocsin.catalog.checks import ManualCheck, TcpCheck
from tocsin.catalog.model import Service
from tocsin.catalog.service import put_service
from tocsin.kernel.jobs import find_due

QUEUE = ManualCheck(name="queue", asks="The support queue does not grow.")
PATH = "/incidents/INC-1/checks"


async def declared(api: Api, *checks: ManualCheck | TcpCheck) -> None:
    async with api.db.transaction() as tx:
        await put_service(tx, Service(name="checkout", team="payments", checks=checks))
    await api.alice.post("/incidents", title="Checkout answers 500", services=["checkout"], severity="SEV-3")


async def test_who_may_not(api: Api) -> None:
    await declared(api, QUEUE)
    for path in (PATH, f"{PATH}/tick", f"{PATH}/remove"):
        problem(await api.nobody.post(path, name="queue"), 401)
        problem(await api.vera.post(path, name="queue"), 403)
        problem(await api.alice.post(path.replace("INC-1", "INC-9"), name="queue"), 404)
    problem(await api.nobody.get(PATH), 401)
    problem(await api.nobody.post(f"{PATH}/add", name="seen", manual="It is seen."), 401)
    problem(await api.vera.post(f"{PATH}/add", name="seen", manual="It is seen."), 403)
    assert (await api.vera.get(PATH)).json()["checks"][1]["state"] == "to-tick"


async def test_reading_running_and_ticking(api: Api) -> None:
    await declared(api, QUEUE)
    told = (await api.alice.get(PATH)).json()
    assert (told["incident"], told["is_met"], told["is_running"], told["resolution"]) == ("INC-1", False, False, None)
    assert [check["name"] for check in told["checks"]] == ["alerts", "queue"]
    ticked = (await api.bob.post(f"{PATH}/tick", name="queue")).json()
    assert ticked["is_met"]
    assert (ticked["checks"][1]["state"], ticked["checks"][1]["by"]) == ("ticked", "@bob")
    problem(await api.bob.post(f"{PATH}/tick", name="health"), 404)
    back = (await api.alice.post(f"{PATH}/tick", name="queue", ticked=False)).json()
    assert (back["is_met"], back["checks"][1]["state"], back["checks"][1]["by"]) == (False, "to-tick", None)
    ran = await api.alice.post(PATH)
    assert (ran.status_code, ran.json()["is_running"]) == (202, False), "there is nothing to ask the world"
    await api.alice.post("/incidents/INC-1/status", status="monitoring")


async def test_a_check_of_one_incident_is_added_and_removed(api: Api) -> None:
    await declared(api, QUEUE)
    added = await api.bob.post(f"{PATH}/add", name="cart", http="https://shop.example.com/cart", latency_below="2s")
    cart = added.json()["checks"][1]
    assert (added.status_code, cart["name"], cart["service"], cart["is_own"]) == (201, "cart", None, True)
    assert added.json()["is_running"], "a worker looks at once"
    problem(await api.bob.post(f"{PATH}/add", name="cart", manual="It is seen."), 409)
    assert problem(await api.bob.post(f"{PATH}/add", name="x", tcp="nowhere"), 400)["field"] == "tcp"
    assert problem(await api.bob.post(f"{PATH}/add", name="x", http="http://x/", latency_below="slo"), 400)["remedy"]
    problem(await api.bob.post(f"{PATH}/add", name="x", command=["rm"]), 400)
    told = (await api.alice.post(f"{PATH}/remove", name="cart")).json()
    assert [check["name"] for check in told["checks"]] == ["alerts", "queue"]
    assert "stand in the configuration" in problem(await api.alice.post(f"{PATH}/remove", name="queue"), 404)["remedy"]
    written = (await api.vera.get("/incidents/INC-1/timeline")).json()["entries"]
    texts = " ".join(entry["text"] for entry in written)
    assert "@bob added the check cart: https://shop.example.com/cart answers in less than 2000 ms." in texts
    assert "@alice removed the check cart" in texts


async def test_a_run_is_a_workers_and_is_asked_for_once(api: Api) -> None:
    await declared(api, TcpCheck(name="port", host="db.example.com", port=5432))
    for _ in range(2):
        assert (await api.alice.post(PATH)).json()["is_running"]
    async with api.db.connection() as conn:
        assert await find_due(conn, "checks:1") is not None
        runs = await (await conn.execute("select count(*) from check_run")).fetchone()
    assert runs == (1,)


async def test_resolving_waits_for_the_window_and_says_until_when(api: Api) -> None:
    await declared(api, QUEUE)
    path = "/incidents/INC-1/resolve"
    refused = problem(await api.alice.post(path), 409)
    assert "checkout/queue: nobody has ticked it" in refused["detail"]
    assert "--override" in refused["remedy"]
    await api.alice.post(f"{PATH}/tick", name="queue")
    after = (await api.alice.post(path, resolution="rolled back", root_cause="an index")).json()
    assert after["status"] == "monitoring"
    stands = (await api.vera.get(PATH)).json()["resolution"]
    assert (stands["state"], stands["asked_by"], stands["resolves_at"]) == ("waiting", "@alice", "2026-03-02T10:15:00Z")
    assert problem(await api.alice.post(path, override=True), 400)["field"] == "reason"
    ended = (await api.bob.post(path, override=True, reason="nobody uses it")).json()
    assert (ended["status"], ended["resolution"], ended["root_cause"]) == ("resolved", "rolled back", "an index")
    problem(await api.bob.post(PATH), 409)
    problem(await api.bob.post(path), 409)


async def test_a_status_is_no_way_around(api: Api) -> None:
    await declared(api, QUEUE)
    for status in ("resolved", "closed"):
        problem(await api.alice.post("/incidents/INC-1/status", status=status), 409)
    problem(await api.alice.post("/incidents/INC-1/close"), 409)
    closed = await api.alice.post("/incidents/INC-1/close", override=True, reason="a test of the alarm")
    assert closed.json()["status"] == "closed"
