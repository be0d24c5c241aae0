"""The applications in front of API and pages – alerts in, and what alert tools speak – by their own tables (SEC-1): who
is served what, and that nobody without a credential of the right kind leaves anything behind.

Links of messages and calendar feeds are routes of the pages: `test_route_walk`.
"""

import re
from collections.abc import AsyncIterator

import pytest

from tests.support.asgi import Said, ask
from tests.support.telephones import Telephones
from tests.surfaces.alert_app import AlertApp, alert_app, integration
from tocsin.accounts import service as accounts
from tocsin.accounts import sign_in
from tocsin.accounts.model import Role, UserDraft
from tocsin.db.database import Database
from tocsin.integrations.sources import PATH_SOURCES, SOURCES
from tocsin.surfaces.compat.alertmanager.app import ROUTES as ALERTMANAGER
from tocsin.surfaces.compat.opsgenie.app import ROUTES as OPSGENIE

FORGED = "f" * 32
PATHS = {
    "prometheus": "/api/v2/alerts",
    "prometheus-v1": "/prefix/api/v1/alerts",
    "pagerduty": "/v2/enqueue",
    "pagerduty-change": "/v2/change/enqueue",
    "heartbeat": "/heartbeat/{key}",
}
"""Where each source is that has a path of its own; the others are below `/integrations/<key>`."""
SILENCE = (
    b'{"matchers": [{"name": "a", "value": "b", "isRegex": false}], "startsAt": "2026-03-02T10:00:00Z",'
    b' "endsAt": "2026-03-02T11:00:00Z", "createdBy": "x", "comment": "x"}'
)
CHANGES = {"POST", "DELETE"}


def key_of(type_: str) -> str:
    return f"{type_}-{'0' * 32}"


def at(path: str) -> str:
    return re.sub(r"{\w+}", "00000000-0000-0000-0000-000000000001", path)


OF_OPSGENIE = [(method, f"/opsgenie/v2{at(path)}") for path, methods in OPSGENIE.items() for method in methods]
OF_ALERTMANAGER = [
    (method, f"/api/v2{at(path)}")
    for path, methods in ALERTMANAGER.items()
    for method in methods
    if (method, path) != ("POST", "/alerts")  # the fast path is before it
]


@pytest.fixture
async def app(db: Database) -> AsyncIterator[AlertApp]:
    """One integration of each type, somebody who reads and somebody who responds."""
    types = [integration(name, name, key_of(name)) for name in SOURCES if name != "email"]
    async with alert_app(db, types) as app:
        yield app


async def token_of(db: Database, role: Role) -> str:
    async with db.transaction() as tx:
        draft = UserDraft(name=str(role), email=f"{role}@example.com", role=role)
        user = await accounts.upsert_user(tx, draft, managed_by=None, actor="tocsin")
        return (await sign_in.create_token(tx, user, "walk", actor="tocsin")).secret


async def call(app: AlertApp, method: str, path: str, key: str | None) -> Said:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    body = SILENCE if path.endswith("/silences") else b"{}"
    return await app.ask(method, path, {**headers, "Content-Type": "application/json"}, body)


async def nothing_is_left(app: AlertApp) -> None:
    for table in ("alert", "silence", "heartbeat"):
        assert await app.rows(f"SELECT * FROM {table}") == [], table


def test_every_source_with_a_path_of_its_own_is_walked() -> None:
    assert set(PATHS) == set(PATH_SOURCES)


@pytest.mark.parametrize("key", [None, FORGED], ids=["nobody", "forged"])
async def test_without_a_known_key_nothing_is_served_and_nothing_is_kept(app: AlertApp, key: str | None) -> None:
    wrong = []
    for method, path in (*OF_OPSGENIE, *OF_ALERTMANAGER):
        answer = await call(app, method, path, key)
        if answer.status != 401:
            wrong.append(f"{method} {path} → {answer.status}")
    for name, source in PATH_SOURCES.items():
        answer = await call(app, "POST", PATHS[name].format(key=key or ""), key)
        if answer.status != (400 if source.key_in_body else 401):  # without a key in it the body makes no sense
            wrong.append(f"{name} → {answer.status}")
    for path in (f"/integrations/{key or ''}", f"/integrations/{key or ''}/v2/alerts"):
        if (await call(app, "POST", path, None)).status != 401:
            wrong.append(path)
    assert wrong == []
    await nothing_is_left(app)


@pytest.mark.parametrize("credential", [None, FORGED], ids=["nobody", "forged"])
async def test_callbacks_of_providers_are_taken_from_the_provider_alone(db: Database, credential: str | None) -> None:
    """Each place of each provider, with an address that we did not give and a signature or token that is not theirs."""
    forged = {"Authorization": f"Bearer {credential}", "X-Twilio-Signature": credential} if credential else {}
    headers = {"Content-Type": "application/x-www-form-urlencoded", **forged}
    wrong = []
    for provider in ("twilio", "gateway"):
        for place in ("texts", f"texts/{FORGED}", f"calls/{FORGED}", f"keys/{FORGED}"):
            path = f"/callbacks/{provider}/{place}"
            answer = await ask(Telephones(db).app, "POST", path, headers, b"From=%2B4915111111111&Body=STOP")
            if answer.status not in (401, 403, 404):
                wrong.append(f"{path} → {answer.status}")
    assert wrong == []


async def test_a_key_opens_nothing_of_another_type(app: AlertApp) -> None:
    wrong = []
    for method, path in OF_OPSGENIE:
        if (await call(app, method, path, key_of("generic"))).status != 401:
            wrong.append(f"{method} {path}")
    for name, source in PATH_SOURCES.items():
        if not source.key_in_body:
            answer = await call(app, "POST", PATHS[name].format(key=key_of("generic")), key_of("generic"))
            if answer.status != 401:
                wrong.append(f"{name} → {answer.status}")
    assert wrong == []
    await nothing_is_left(app)


async def test_its_own_key_is_let_in_everywhere(app: AlertApp) -> None:
    wrong = []
    walks = ((OF_OPSGENIE, "opsgenie"), (OF_ALERTMANAGER, "prometheus"))
    for method, path, type_ in ((*each, type_) for walk, type_ in walks for each in walk):
        answer = await call(app, method, path, key_of(type_))
        if answer.status in (401, 403) or answer.status >= 500:
            wrong.append(f"{method} {path} → {answer.status} {answer.body[:200]!r}")
    assert wrong == []


async def test_whoever_only_reads_changes_nothing_with_a_token_of_theirs(app: AlertApp, db: Database) -> None:
    viewer, responder = await token_of(db, Role.VIEWER), await token_of(db, Role.RESPONDER)
    wrong = []
    for method, path in OF_ALERTMANAGER:
        refused = (await call(app, method, path, viewer)).status
        let_in = (await call(app, method, path, responder)).status
        if (refused in (401, 403)) != (method in CHANGES) or let_in in (401, 403) or let_in >= 500:
            wrong.append(f"{method} {path} → {refused} for a viewer, {let_in} for a responder")
    for method, path in OF_OPSGENIE:  # programs speak it, people do not
        if (await call(app, method, path, responder)).status != 401:
            wrong.append(f"{method} {path} lets a person in")
    assert wrong == []
