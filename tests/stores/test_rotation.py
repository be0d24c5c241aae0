"""Another key for what is sealed (SEC-3): everything moves to it, all who run read both, and broken off it goes on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tocsin.accounts import service as accounts
from tocsin.auditor.rotation import COLUMNS, Rotated, rotate
from tocsin.catalog import directory_store
from tocsin.catalog.store import get_organisation
from tocsin.config.apply import apply
from tocsin.config.files import load_texts
from tocsin.db.database import Database
from tocsin.db.keyring import FILE, check_keyring, keyring_of
from tocsin.delivery import contact_store, store
from tocsin.delivery.model import MessageView, Notification, Outsider, Purpose
from tocsin.delivery.service import notify
from tocsin.insights.digest import list_digests
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Refused
from tocsin.kernel.resealing import Resealed
from tocsin.kernel.secrets import UNREADABLE
from tocsin.oncall.calendar_store import list_drafts
from tocsin.paging.store import list_policies
from tocsin.reactions import REACTIONS
from tocsin.settings import Settings, with_secret_key

HOOK = "https://hooks.example.com/canary"
FILE_TEXT = f"""
organisation: {{name: Example, time_zone: UTC, announce: [{{webhook: "{HOOK}-0"}}, {{email: all@example.com}}]}}
users:
  - {{name: root, email: root@example.com, role: admin}}
  - {{name: alice, email: alice@example.com, contacts: [{{webhook: "{HOOK}-1"}}, {{email: alice@example.com}}]}}
escalation_policies:
  - {{name: first, steps: [{{notify: ["user:alice", "webhook:{HOOK}-2"], wait: 5m}}], last_resort: ["user:root"]}}
teams: [{{name: payments, members: [alice]}}]
digests: [{{name: daily, at: "08:00", time_zone: UTC, team: payments, webhook: "{HOOK}-3"}}]
calendars: [{{name: contractors, url: "{HOOK}-4"}}]
chats: [{{name: ops, slack: "{HOOK}-6"}}]
"""
SECRETS = {f"{HOOK}-{n}" for n in range(7)}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return with_secret_key(Settings(data_dir=tmp_path))


@pytest.fixture
async def db(dsn: str, clock: VirtualClock, settings: Settings) -> AsyncIterator[Database]:
    """With one secret in each column that holds any."""
    check_keyring(dsn, keyring_of(settings))
    async with Database(dsn, clock=clock, reactions=REACTIONS, keyring=keyring_of(settings)) as db:
        await configure(db)
        message = Notification(
            user_id=None,
            outsider=Outsider("announce", "webhook", f"{HOOK}-5"),
            topic="incident/1",
            purpose=Purpose.INFO,
            message=MessageView(title="Test"),
        )
        async with db.transaction() as tx:
            await notify(tx, message)
        yield db


async def configure(db: Database) -> None:
    async with db.transaction() as tx:
        await apply(tx, load_texts({"tocsin.yaml": FILE_TEXT}, {}), by="@root", unconfigured={})


async def read_secrets(db: Database) -> set[str]:
    async with db.connection() as conn:
        alice = await accounts.get_user_by_name(conn, "alice")
        announce = (await get_organisation(conn)).announce
        (policy,) = await list_policies(conn)
        return {
            *(each.address for each in announce if each.kind != "email"),
            *(each.address for each in await contact_store.list_contacts(conn, alice.id) if each.kind != "email"),
            *(target.name for target in policy.policy.steps[0].notify if target.kind == "webhook"),
            *(each.webhook or "" for each in await list_digests(conn)),
            *(each.url for each in await list_drafts(conn)),
            *(each.address for each in await directory_store.list_chats(conn)),
            *(each.address for each in await store.list_of_topic(conn, "incident/1")),
        }


async def stored(db: Database) -> str:
    """All that stands in the columns, as text."""
    found: list[str] = []
    async with db.connection() as conn:
        for column in COLUMNS:
            cursor = await conn.execute(column.rows, {"after": None, "most": 100})
            found += [str(row[1]) for row in await cursor.fetchall()]
    return "\n".join(found)


async def rotated(settings: Settings, db: Database, *, lost: bool = False) -> Rotated:
    return await rotate(settings, db, "@root", lambda so_far: None, lost=lost)


async def test_every_column_moves_to_the_new_key_and_says_the_same(db: Database, settings: Settings, dsn: str) -> None:
    elsewhere, before = keyring_of(settings), db.keyring.newest
    assert await read_secrets(db) == SECRETS
    done = await rotated(settings, db)
    assert done.key == db.keyring.newest == elsewhere.newest != before
    assert {each.name: (each.changed, each.unreadable) for each in done.columns} == {c.name: (1, 0) for c in COLUMNS}
    text = await stored(db)
    assert "canary" not in text
    assert f"sealed:{before}" not in text
    assert await read_secrets(db) == SECRETS
    check_keyring(dsn, keyring_of(settings))
    assert (settings.data_dir / FILE).stat().st_mode & 0o777 == 0o600


async def test_what_stays_in_the_file_keeps_its_id_and_its_digest(db: Database, settings: Settings) -> None:
    async def ids() -> list[tuple[int | None, str]]:
        async with db.connection() as conn:
            return [(each.id, each.kind) for each in await contact_store.list_all_contacts(conn)]

    before = await ids()
    await rotated(settings, db)
    await configure(db)
    assert await ids() == before


async def test_a_third_rotation_forgets_the_first_key_which_seals_nothing(db: Database, settings: Settings) -> None:
    names = [(await rotated(settings, db)).key for _ in range(3)]
    assert len(set(names)) == 3
    assert len((settings.data_dir / FILE).read_text().split()) == 2
    assert await read_secrets(db) == SECRETS


async def test_one_that_is_broken_off_goes_on_with_the_same_key(db: Database, settings: Settings) -> None:
    class PowerCut(Exception):
        pass

    def cut(so_far: Resealed) -> None:
        raise PowerCut

    with pytest.raises(PowerCut):
        await rotate(settings, db, "@root", cut, lost=False)
    key = db.keyring.newest
    assert await read_secrets(db) == SECRETS
    done = await rotated(settings, db)
    assert (done.key, done.resumed) == (key, True)
    assert sum(each.changed for each in done.columns) == len(COLUMNS) - 1
    assert (await rotated(settings, db)).resumed is False


async def test_what_is_found_in_the_clear_is_sealed(db: Database, settings: Settings) -> None:
    async with db.connection() as conn:
        await conn.execute("UPDATE contact SET address = %s WHERE kind = 'webhook'", (f"{HOOK}-1",))
    assert await read_secrets(db) == SECRETS
    await rotated(settings, db)
    assert "canary" not in await stored(db)
    assert await read_secrets(db) == SECRETS


async def test_with_another_key_nothing_begins_until_somebody_says_that_it_is_lost(
    db: Database, settings: Settings, dsn: str, clock: VirtualClock
) -> None:
    (settings.data_dir / "secret.key").unlink()
    other = with_secret_key(Settings(data_dir=settings.data_dir))
    with pytest.raises(Refused, match="this installation has another one") as refused:
        check_keyring(dsn, keyring_of(other))
    assert "rotate-key --lost" in refused.value.remedy
    async with Database(dsn, clock=clock, reactions=REACTIONS, keyring=keyring_of(other)) as robbed:
        with pytest.raises(Refused):
            await rotated(other, robbed)
        done = await rotated(other, robbed, lost=True)
        assert {each.name: each.unreadable for each in done.columns} == {column.name: 1 for column in COLUMNS}
        check_keyring(dsn, keyring_of(other))
        assert await read_secrets(robbed) == {UNREADABLE}
        await configure(robbed)
        assert await read_secrets(robbed) == SECRETS - {f"{HOOK}-5"} | {UNREADABLE}


async def test_keys_that_are_settings_are_changed_there(dsn: str, clock: VirtualClock, tmp_path: Path) -> None:
    """Many nodes share them: no file of one of them would do."""
    before = Settings(data_dir=tmp_path, secret_key=bytes(32), sources={"secret_key": "TOCSIN_SECRET_KEY"})
    check_keyring(dsn, keyring_of(before))
    async with Database(dsn, clock=clock, reactions=REACTIONS, keyring=keyring_of(before)) as db:
        with pytest.raises(Refused, match="are settings") as refused:
            await rotated(before, db)
        assert "TOCSIN_STORAGE_KEYS" in refused.value.remedy
    after = Settings(data_dir=tmp_path, secret_key=bytes(32), storage_keys=(bytes(range(32)),))
    async with Database(dsn, clock=clock, reactions=REACTIONS, keyring=keyring_of(after)) as db:
        assert (await rotated(after, db)).resumed
    assert not (tmp_path / FILE).exists()
