"""Schedules and services as they are kept: written once, read back equal, and who is on call for all of them."""

from datetime import datetime, time, timedelta

import pytest
from msgspec.structs import replace

from tocsin.accounts import service as accounts
from tocsin.accounts.model import UserDraft
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Organisation, Service
from tocsin.catalog.slo import Slo
from tocsin.db.database import Database
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.localtime import Hours
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Handover, Layer, Override, Part, Rotation, Schedule

NIGHT = Hours(days=(0, 1, 2, 3, 4), begin=time(20), to=time(8))
LAYERS = (
    Layer(
        name="week",
        rotation=Rotation.WEEKLY,
        handover=Handover(at=time(9), weekday=0),
        starts=datetime.fromisoformat("2026-01-05T09:00"),
        users=(("ann",), ("ben", "cleo"), ()),
    ),
    Layer(
        name="night",
        rotation=Rotation.CUSTOM,
        length=timedelta(hours=12),
        starts=datetime.fromisoformat("2026-01-05T20:00"),
        ends=datetime.fromisoformat("2026-06-01T20:00"),
        users=(("dan",),),
        restrict=(NIGHT,),
    ),
)


@pytest.fixture
async def people(db: Database) -> None:
    async with db.transaction() as tx:
        for name in ("ann", "ben", "cleo", "dan"):
            await accounts.upsert_user(tx, UserDraft(name, None), managed_by=None, actor="@root")


def schedule_of(now: datetime, *, managed_by: str | None = "tocsin.yaml") -> Schedule:
    override = Override(
        user="cleo",
        starts_at=now + timedelta(hours=1),
        ends_at=now + timedelta(hours=2),
        created_by="@root",
        managed_by=managed_by,
    )
    return Schedule(
        name="primary", time_zone="Europe/Berlin", layers=LAYERS, overrides=(override,), managed_by=managed_by
    )


@pytest.mark.usefixtures("people")
async def test_a_schedule_is_read_back_as_it_was_put(db: Database) -> None:
    wanted = schedule_of(db.clock.now())
    async with db.transaction() as tx:
        assert await oncall.put_schedule(tx, wanted)
        assert not await oncall.put_schedule(tx, wanted)
        found = await oncall.get_schedule(tx.conn, "primary", tx.now)
    assert found.layers == LAYERS
    assert [(o.user, o.created_by, o.managed_by) for o in found.overrides] == [("cleo", "@root", "tocsin.yaml")]


@pytest.mark.usefixtures("people")
async def test_an_override_is_read_back_with_all_that_narrows_it(db: Database) -> None:
    narrow = Override(
        user="cleo",
        starts_at=db.clock.now(),
        ends_at=db.clock.now() + timedelta(hours=2),
        managed_by="tocsin.yaml",
        part=Part.BESIDE,
        layer="week",
        instead_of="ann",
        reason="learns",
    )
    wanted = Schedule(name="primary", time_zone="UTC", layers=LAYERS, overrides=(narrow,), managed_by="tocsin.yaml")
    async with db.transaction() as tx:
        assert await oncall.put_schedule(tx, wanted)
        assert not await oncall.put_schedule(tx, wanted)
        (found,) = (await oncall.get_schedule(tx.conn, "primary", tx.now)).overrides
        assert replace(found, id=None) == narrow
        unknown = replace(wanted, overrides=(replace(narrow, instead_of="eve"),))
        with pytest.raises(Invalid, match="names eve, who does not exist"):
            await oncall.put_schedule(tx, unknown)


@pytest.mark.usefixtures("people")
async def test_an_override_that_is_over_is_not_loaded(db: Database) -> None:
    async with db.transaction() as tx:
        await oncall.put_schedule(tx, schedule_of(tx.now))
        later = tx.now + timedelta(hours=2)
        assert (await oncall.get_schedule(tx.conn, "primary", later)).overrides == ()
        assert len((await oncall.get_schedule(tx.conn, "primary", later - timedelta(seconds=1))).overrides) == 1


@pytest.mark.usefixtures("people")
async def test_the_list_says_who_is_on_now_and_who_is_next(db: Database) -> None:
    async with db.transaction() as tx:
        await oncall.put_schedule(tx, schedule_of(tx.now))
    async with db.connection() as conn:
        (line,) = await oncall.list_on_call(conn, db.clock.now())  # a Monday, 11:00 in Berlin: the turn of nobody
    assert (line.schedule, line.on_call.users) == ("primary", ())
    assert line.next is not None
    assert (line.next.users, line.next.starts_at) == (("cleo",), db.clock.now() + timedelta(hours=1))


@pytest.mark.usefixtures("people")
async def test_an_override_of_nobody_known_is_refused(db: Database) -> None:
    override = Override(
        user="zoe", starts_at=db.clock.now(), ends_at=db.clock.now() + timedelta(hours=1), managed_by="tocsin.yaml"
    )
    wanted = Schedule(name="primary", time_zone="UTC", layers=LAYERS, overrides=(override,))
    with pytest.raises(Invalid, match="zoe"):
        async with db.transaction() as tx:
            await oncall.put_schedule(tx, wanted)


async def test_what_does_not_exist_is_said(db: Database) -> None:
    async with db.transaction() as tx:
        with pytest.raises(NotFound, match="no schedule 'x'"):
            await oncall.who_is_on_call(tx.conn, "x", tx.now)
        with pytest.raises(NotFound, match="no schedule 'x'"):
            await oncall.remove_schedule(tx, "x")
        with pytest.raises(NotFound, match="no service 'x'"):
            await catalog.get_service(tx.conn, "x")
        with pytest.raises(NotFound, match="no service 'x'"):
            await catalog.remove_service(tx, "x")
        with pytest.raises(NotFound, match="severity profile 'x'"):
            await catalog.put_organisation(tx, Organisation(severity_profile="x"))


async def test_the_catalogue_is_read_back_as_it_was_put(db: Database) -> None:
    organisation = Organisation(
        name="Example",
        time_zone="Europe/Berlin",
        severity_profile="classic",
        business_hours=NIGHT,
        war_room="https://x",
    )
    shop = Service(
        name="shop",
        escalation_policy="p",
        tier=1,
        depends_on=("db",),
        more={"runbooks": ["a.md"]},
        slo=Slo(availability=99.0),
    )
    async with db.transaction() as tx:
        assert await catalog.put_organisation(tx, organisation)
        assert not await catalog.put_organisation(tx, organisation)
        assert await catalog.organisation(tx.conn) == organisation
        assert (await catalog.severity_profile(tx.conn)).name == "classic"
        assert await catalog.put_service(tx, shop)
        assert not await catalog.put_service(tx, shop)
        assert await catalog.list_services(tx.conn) == [shop]
        await catalog.remove_service(tx, "shop")
        assert await catalog.find_service(tx.conn, "shop") is None
