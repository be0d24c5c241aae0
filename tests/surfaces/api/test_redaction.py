"""Redaction over HTTP (WAR-6): administrators alone; afterwards the text is nowhere, and the audit chain is whole."""

from psycopg import sql

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare
from tocsin.kernel.ledger_seal import read_horizon, seal_audit, verify

SECRET = 'the key is "hunter2" \\ ü'
TABLES = "select tablename from pg_tables where schemaname = 'public'"


async def test_administrators_alone_redact(api: Api) -> None:
    await declare(api)
    entry = (await api.bob.post("/incidents/INC-1/timeline", text=SECRET)).json()["entries"][0]["id"]
    path = f"/incidents/INC-1/timeline/{entry}/redact"
    problem(await api.nobody.post(path, reason="a key"), 401)
    for who in ("vera", "bob", "mona"):
        problem(await getattr(api, who).post(path, reason="a key"), 403)
    assert problem(await api.root.post(path, reason=" "), 400)["field"] == "reason"
    told = (await api.root.post(path, reason="a  key")).json()
    assert (told["text"], told["type"], told["by"], told["earlier"]) == (
        "[redacted] by @root: a key",
        "observation",
        "@bob",
        [],
    )
    assert problem(await api.root.post(path, reason="again"), 409)["field"] == "entry"
    problem(await api.bob.post(f"/incidents/INC-1/timeline/{entry}/correct", text="x"), 409)
    problem(await api.root.post("/incidents/INC-1/timeline/999999/redact", reason="x"), 404)


async def test_a_private_incident_is_not_there_for_an_administrator_who_is_no_member(api: Api) -> None:
    await api.alice.post("/incidents", title="A leak", is_private=True)
    assert (await api.alice.get("/incidents/INC-1")).json()["is_private"]
    entry = (await api.alice.post("/incidents/INC-1/timeline", text=SECRET)).json()["entries"][0]["id"]
    for name in ("mona", "carol"):
        problem(await getattr(api, name).post(f"/incidents/INC-1/timeline/{entry}/redact", reason="x"), 404)


async def test_the_text_is_gone_from_every_table_and_the_chain_is_whole(api: Api) -> None:
    await declare(api)
    entry = (await api.bob.post("/incidents/INC-1/timeline", text="nothing yet")).json()["entries"][0]["id"]
    async with api.db.transaction() as tx:
        await seal_audit(tx.conn, await read_horizon(tx.conn), tx.now)
    await api.bob.post(f"/incidents/INC-1/timeline/{entry}/correct", text=SECRET)
    await api.alice.post("/incidents/INC-1/timeline", text=f"bob says {SECRET}, so roll it")
    await api.alice.post("/incidents/INC-1/tasks", text=f"change {SECRET}", owner="bob")
    await api.bob.post("/incidents/INC-1/mitigations", what=f"rotate, {SECRET}")
    await api.bob.post("/incidents/INC-1/checks/add", name="leak", manual=f"Nobody uses {SECRET}.")
    await api.bob.post("/incidents/INC-1/checks/tick", name="leak")
    assert (await api.vera.get("/search", q="hunter2")).json()["hits"]
    before = await _everything(api)
    assert "hunter2" in before
    assert (await api.root.post(f"/incidents/INC-1/timeline/{entry}/redact", reason="a key")).status_code == 200
    assert "hunter2" not in await _everything(api)
    assert (await api.vera.get("/search", q="hunter2")).json()["hits"] == []
    said = [each["text"] for each in (await api.vera.get("/incidents/INC-1/timeline")).json()["entries"]]
    assert "bob says [redacted], so roll it" in said
    assert f"@root redacted entry {entry}: a key" in said
    assert f"@root redacted entry {entry} of INC-1: a key." in await _everything(api), "the audit log says so"
    async with api.db.transaction() as tx:
        await seal_audit(tx.conn, await read_horizon(tx.conn), tx.now)
        assert await verify(tx.conn) == []


async def test_the_file_of_a_redacted_entry_is_gone(api: Api) -> None:
    await declare(api)
    path = "/incidents/INC-1/attachments?name=customer-eve.txt"
    added = (await api.bob.send(path, SECRET.encode(), "application/octet-stream")).json()
    entry = (await api.bob.get("/incidents/INC-1/timeline")).json()["entries"][-1]["id"]
    await api.root.post(f"/incidents/INC-1/timeline/{entry}/redact", reason="a name")
    problem(await api.bob.get(f"/incidents/INC-1/attachments/{added['id']}"), 404)
    assert (await api.bob.get("/incidents/INC-1/attachments")).json()["attachments"] == []
    left = await _everything(api)
    assert "customer-eve" not in left
    assert SECRET.encode().hex() not in left


async def _everything(api: Api) -> str:
    """Every row of every table; the bytes of files stand there as hexadecimal digits."""
    rows: list[str] = []
    async with api.db.connection() as conn:
        for (table,) in await (await conn.execute(TABLES)).fetchall():
            statement = sql.SQL("select t::text from {} t").format(sql.Identifier(table))
            rows += [row[0] for row in await (await conn.execute(statement)).fetchall()]
    return "\n".join(rows)
