"""Times, ETA and cause against a real PostgreSQL: written, told with what was before, read again (LIF-2, 10, 11)."""

from datetime import timedelta

import pytest

from tests.stores.test_incidents import declare, entries, see
from tocsin.db.database import Database
from tocsin.incidents import details, service
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Invalid, Refused

M = timedelta(minutes=1)


async def test_a_time_is_corrected_with_a_reason_and_both_are_told(db: Database, clock: VirtualClock) -> None:
    incident = await declare(db)
    clock.advance(30 * M)
    at = incident.declared_at - 10 * M
    async with db.transaction() as tx:
        await details.correct_instant(tx, incident.id, "started", at, "@bob", "the graph shows it")
    assert (await see(db)).started_at == at
    kind, by, sentence = (await entries(db))[-1]
    assert (kind, by) == ("InstantCorrected", "@bob")
    assert sentence == f"Impact started: was not known, is {at:%Y-%m-%d %H:%M} UTC, by @bob: the graph shows it."
    async with db.transaction() as tx:
        with pytest.raises(Refused, match="already"):
            await details.correct_instant(tx, incident.id, "started_at", at, "@bob", "again")
        with pytest.raises(Invalid, match="reason"):
            await details.correct_instant(tx, incident.id, "started_at", at - M, "@bob", " ")


async def test_the_declaration_itself_can_be_corrected(db: Database, clock: VirtualClock) -> None:
    incident = await declare(db)
    clock.advance(M)
    async with db.transaction() as tx:
        await details.correct_instant(tx, incident.id, "declared", incident.declared_at - M, "@bob", "told by phone")
    assert (await see(db)).declared_at == incident.declared_at - M


async def test_an_eta_has_a_history_and_unknown_is_one(db: Database, clock: VirtualClock) -> None:
    incident = await declare(db)
    first = incident.declared_at + 60 * M
    async with db.transaction() as tx:
        await details.set_eta(tx, incident.id, first, "@bob", "")
        with pytest.raises(Invalid, match="reason"):
            await details.set_eta(tx, incident.id, first + M, "@bob", "")
        await details.set_eta(tx, incident.id, None, "@bob", "the rollback did not help")
    after = await see(db)
    assert (after.eta, after.eta_set_at) == (None, clock.now())
    assert (await entries(db))[-1][2] == (
        f"ETA unknown (was {first:%Y-%m-%d %H:%M} UTC), by @bob. the rollback did not help."
    )
    async with db.connection() as conn:
        history = await details.list_etas(conn, after)
    assert [entry.data["after"] is None for entry in history] == [False, True]


async def test_an_eta_lies_ahead_and_what_is_over_needs_none(db: Database) -> None:
    incident = await declare(db)
    async with db.transaction() as tx:
        with pytest.raises(Invalid, match="has passed"):
            await details.set_eta(tx, incident.id, incident.declared_at, "@bob", "")
        await service.resolve(tx, incident.id, "@bob")
        with pytest.raises(Refused, match="needs no ETA"):
            await details.set_eta(tx, incident.id, None, "@bob", "")


async def test_a_top_level_is_closed_once_its_cause_is_named(db: Database) -> None:
    incident = await declare(db, severity="SEV-2")
    async with db.transaction() as tx:
        await service.resolve(tx, incident.id, "@bob")
        with pytest.raises(Refused, match="cause category"):
            await service.close(tx, incident.id, "@bob")
        await details.name_cause(tx, incident.id, "Deployment", "@bob")
        await details.name_cause(tx, incident.id, "deployment", "@carol")
        with pytest.raises(Refused, match="its postmortem is published"):
            await service.close(tx, incident.id, "@bob")
        with pytest.raises(Invalid, match="needs a reason"):
            await service.close(tx, incident.id, "@bob", " ", override=True)
        await service.close(tx, incident.id, "@bob", "the drill of a customer", override=True)
    assert (await see(db)).cause_category == "deployment"
    told = [sentence for kind, _, sentence in await entries(db) if kind == "CauseNamed"]
    assert told == ["Cause category deployment: a new version did it, by @bob."]
