"""Calendar addresses over HTTP (ONC-4, SEC-3): first who may not, then what is made, listed and revoked."""

from icalendar import Calendar

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.cli.test_oncall import rotate
from tocsin.accounts import service as accounts
from tocsin.kernel.ledger import list_entries


async def test_who_may_not(api: Api) -> None:
    await rotate(api.db, "payments-primary", "alice", "bob")
    for ask in ("/feeds", "/oncall/calendar?schedule=payments-primary"):
        problem(await api.nobody.get(ask), 401)
    problem(await api.nobody.post("/feeds", schedule="payments-primary"), 401)
    made = (await api.alice.post("/feeds", schedule="payments-primary")).json()
    problem(await api.carol.delete(f"/feeds/{made['id']}"), 404)  # another's is as unknown as one that never was
    problem(await api.nobody.delete(f"/feeds/{made['id']}"), 401)
    assert (await api.carol.get("/feeds")).json() == {"feeds": []}


async def test_made_once_shown_once_replaced_and_revoked(api: Api) -> None:
    await rotate(api.db, "payments-primary", "alice", "bob")
    made = (await api.vera.post("/feeds", schedule="payments-primary")).json()
    url = made.pop("url")
    assert url.startswith("https://tocsin.example.com/calendar/")
    assert url.endswith(".ics")
    assert made | {"id": 0} == {
        "id": 0,
        "schedule": "payments-primary",
        "person": None,
        "created_at": "2026-03-02T10:00:00Z",
        "last_used_at": None,
    }
    assert (await api.vera.get("/feeds")).json() == {"feeds": [made]}
    told = problem(await api.vera.post("/feeds", schedule="payments-primary"), 409)
    assert "shown only once" in told["detail"]
    again = (await api.vera.post("/feeds", schedule="payments-primary", again=True)).json()
    assert again["url"] != url
    person = (await api.vera.post("/feeds", person="@alice")).json()
    assert (person["person"], person["schedule"]) == ("alice", None)
    assert [each["id"] for each in (await api.vera.get("/feeds")).json()["feeds"]] == [person["id"], again["id"]]
    assert (await api.vera.delete(f"/feeds/{again['id']}")).json()["id"] == again["id"]
    problem(await api.vera.delete(f"/feeds/{again['id']}"), 404)
    async with api.db.connection() as conn:
        told = [entry.sentence for entry in await list_entries(conn, topic="audit") if "calendar" in entry.sentence]
    assert told == [
        "@vera made a calendar address of payments-primary.",
        "@vera replaced the calendar address of payments-primary.",
        "@vera made a calendar address of @alice.",
        "@vera revoked the calendar address of payments-primary.",
    ]


async def test_nothing_clear_is_kept(api: Api) -> None:
    await rotate(api.db, "payments-primary", "alice", "bob")
    url: str = (await api.alice.post("/feeds", schedule="payments-primary")).json()["url"]
    token = url.rsplit("/", 1)[1].removesuffix(".ics")
    async with api.db.connection() as conn:
        cursor = await conn.execute("SELECT to_jsonb(f)::text FROM calendar_feed f")
        kept = str(await cursor.fetchall())
        cursor = await conn.execute(
            "SELECT count(*) FROM ledger WHERE data::text || sentence LIKE '%%' || %s || '%%'", [token]
        )
        assert await cursor.fetchone() == (0,)
    assert token not in kept


async def test_what_cannot_be_subscribed_to(api: Api) -> None:
    await rotate(api.db, "payments-primary", "alice", "bob")
    problem(await api.alice.post("/feeds", schedule="nothing"), 404)
    problem(await api.alice.post("/feeds", person="nobody"), 404)
    problem(await api.alice.post("/feeds"), 400)
    problem(await api.alice.post("/feeds", schedule="payments-primary", person="alice"), 400)
    problem(await api.alice.get("/oncall/calendar"), 400)
    async with api.db.transaction() as tx:
        await accounts.disable_user(tx, "carol", managed_by=None, actor="tocsin")
    problem(await api.alice.post("/feeds", person="carol"), 409)


async def test_the_calendar_itself(api: Api) -> None:
    await rotate(api.db, "payments-primary", "alice", "bob")
    await rotate(api.db, "payments-secondary", "bob", "alice")
    answer = await api.vera.get("/oncall/calendar?schedule=payments-primary")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert calendar["x-wr-calname"] == "payments-primary on call"
    assert {str(event["summary"]) for event in calendar.events} == {
        "alice on call: payments-primary",
        "bob on call: payments-primary",
    }
    of_person = Calendar.from_ical((await api.vera.get("/oncall/calendar?person=@alice")).content)
    assert {str(event["summary"]) for event in of_person.events} == {
        "alice on call: payments-primary",
        "alice on call: payments-secondary",
    }
    own = {event["uid"] for event in calendar.events if event["summary"].startswith("alice")}
    assert own < {event["uid"] for event in of_person.events}
    problem(await api.vera.get("/oncall/calendar?schedule=nothing"), 404)
    problem(await api.vera.get("/oncall/calendar?person=nobody"), 404)
