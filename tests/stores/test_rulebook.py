"""Integrations and routes in the database, and compiled in a process (ALR-5, SEC-3)."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.support.patience import PATIENCE
from tests.surfaces.alert_app import integration
from tocsin.alerts import rule_store
from tocsin.alerts.rulebook import (
    Rulebook,
    hash_key,
    list_routing,
    load_inhibitions,
    replace_integrations,
    replace_routes,
)
from tocsin.db.database import Database
from tocsin.kernel.db import as_jsonb
from tocsin.kernel.errors import Invalid

ONE, TWO = "key-number-one-0001", "key-number-two-0002"
ROUTES: list[dict[str, Any]] = [{"match": ["severity=critical"], "service": "checkout"}, {"match": [], "drop": "rest"}]


async def put(db: Database, *wanted: Any) -> bool:
    async with db.transaction() as tx:
        return await replace_integrations(tx, wanted)


async def names_by_key(db: Database) -> dict[str, str | None]:
    book = Rulebook(db)
    await book.refresh()
    found = {key: book.find_integration(key) for key in (ONE, TWO)}
    return {key: each.name if each else None for key, each in found.items()}


async def test_applying_twice_changes_nothing(db: Database) -> None:
    wanted = integration(
        "a", "prometheus", ONE, service="checkout", timeout=timedelta(hours=1), options={"mapping": {"title": "t"}}
    )
    assert await put(db, wanted)
    assert not await put(db, wanted)
    async with db.transaction() as tx:
        assert await replace_routes(tx, ROUTES, {"service": "rest"})
        assert not await replace_routes(tx, ROUTES, {"service": "rest"})
    async with db.connection() as conn:
        assert await rule_store.get_version(conn) == 2
        assert await list_routing(conn) == (ROUTES, {"service": "rest"}, [])


async def test_keys_change_hands_within_one_apply(db: Database) -> None:
    await put(db, integration("a", "prometheus", ONE), integration("b", "prometheus", TWO))
    await put(db, integration("a", "prometheus", TWO), integration("b", "prometheus", ONE))
    assert await names_by_key(db) == {ONE: "b", TWO: "a"}


async def test_what_left_the_file_is_refused_and_comes_back_as_the_same(db: Database) -> None:
    await put(db, integration("a", "prometheus", ONE), integration("b", "prometheus", TWO))
    async with db.connection() as conn:
        before = {row.name: row.id for row in await rule_store.list_integrations(conn)}
    await put(db, integration("b", "prometheus", TWO))
    assert await names_by_key(db) == {ONE: None, TWO: "b"}
    await put(db, integration("a", "prometheus", ONE), integration("b", "prometheus", TWO))
    async with db.connection() as conn:
        assert {row.name: row.id for row in await rule_store.list_integrations(conn)} == before


async def test_two_integrations_with_one_key_are_refused(db: Database) -> None:
    with pytest.raises(Invalid, match="the same key"):
        await put(db, integration("a", "prometheus", ONE), integration("b", "prometheus", ONE))


async def test_a_bad_route_changes_nothing(db: Database) -> None:
    async with db.transaction() as tx:
        await replace_routes(tx, ROUTES)
    with pytest.raises(Invalid) as refused:
        async with db.transaction() as tx:
            await replace_routes(tx, [ROUTES[0], {"match": ["a=~["]}])
    assert refused.value.field == "match.0"
    async with db.connection() as conn:
        assert (await list_routing(conn))[0] == ROUTES


async def test_a_process_sees_a_new_version_within_a_second(db: Database) -> None:
    book = Rulebook(db)
    await book.open()
    try:
        assert book.router.routes == ()
        async with db.transaction() as tx:
            await replace_routes(tx, ROUTES)
        await _until(lambda: bool(book.router.routes))
        assert book.service_names() == ["checkout"]
    finally:
        await book.close()


async def test_a_stored_route_that_cannot_be_read_is_left_out_loudly(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with db.transaction() as tx:
        await replace_routes(tx, ROUTES)
        await tx.conn.execute("update route set definition = %s where position = 1", (as_jsonb({"match": 5}),))
    book = Rulebook(db)
    with caplog.at_level(logging.ERROR):
        await book.refresh()
    assert [route.position for route in book.router.routes] == [2]
    assert "route 1 is left out" in caplog.text


async def test_a_stored_inhibition_that_cannot_be_read_is_left_out_loudly(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    rule = {"source": ["a=b"], "target": ["c=d"], "equal": []}
    async with db.transaction() as tx:
        await replace_routes(tx, ROUTES, inhibitions=[rule, rule])
        await tx.conn.execute("update inhibition set definition = %s where position = 1", (as_jsonb({"source": 5}),))
        with caplog.at_level(logging.ERROR):
            assert len(await load_inhibitions(tx.conn)) == 1
    assert "inhibition 1 is left out" in caplog.text


async def test_the_last_known_stay_in_force_while_the_database_is_away(db: Database) -> None:
    await put(db, integration("a", "prometheus", ONE))
    book = Rulebook(db)
    await book.refresh()
    await db.close()
    assert book.find_integration(ONE) is not None


def test_a_key_is_kept_as_its_digest() -> None:
    assert len(hash_key(ONE)) == 32
    assert hash_key(ONE) != hash_key(TWO)
    assert hash_key("\ud800") != hash_key("x")


async def test_no_failure_ends_the_look_for_new_routes(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    """A restore is under way, a standby was promoted late: not every failure is an absence of the database."""
    book = Rulebook(db)
    await book.open()
    try:
        async with db.connection() as conn:
            await conn.execute("alter table alert_rules_version rename to elsewhere")
            with caplog.at_level(logging.ERROR):
                await _until(lambda: "new routes and keys" in caplog.text)
            await conn.execute("alter table elsewhere rename to alert_rules_version")
        async with db.transaction() as tx:
            await replace_routes(tx, ROUTES)
        await _until(lambda: bool(book.router.routes))
    finally:
        await book.close()


async def _until(is_so: Callable[[], bool]) -> None:
    """The rulebook looks by itself, and tells nobody."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
