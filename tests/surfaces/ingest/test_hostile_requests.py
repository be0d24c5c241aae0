"""Whatever is sent to any address of a source, whoever sends it: an answer below 500 (SEC-5, SEC-7)."""

import random
from urllib.parse import quote, urlencode

import pytest

from tests.surfaces.alert_app import alert_app, integration
from tocsin.alerts.rulebook import NewIntegration
from tocsin.db.database import Database
from tocsin.integrations.sources import SOURCES

KEYS = {type_: f"{type_}-key-of-enough-characters" for type_ in SOURCES}
OPTIONS = {"heartbeat": {"every": "1h"}, "grafana": {"signed": True}}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
HEADERS = (
    *("content-type", "authorization", "content-encoding", "ce-specversion", "ce-type", "ce-id", "ce-source"),
    *("x-grafana-alerting-signature", "x-grafana-alerting-timestamp", "webhook-request-origin"),
)
PIECES = [
    *('{"', '"}', "[", "]", ":", ",", '"message"', '"alerts"', '"labels"', '"alias"', '"x"', "null", "1e999", "-1"),
    *(
        "\\u0000",
        "\\ud800",
        "\xff",
        "Subject: x\n\n",
        "%00",
        "%ff",
        "..",
        "alias",
        "application/cloudevents+json",
        "1.0",
    ),
    *("gzip", "Bearer ", "GenieKey ", "Basic ", "²", "9" * 25, "start", "close", "requests", "count", "notes", "true"),
]


def every() -> list[NewIntegration]:
    return [integration(type_, type_, key, options=OPTIONS.get(type_, {})) for type_, key in KEYS.items()]


def jumble(chance: random.Random, at_most: int) -> str:
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(0, at_most)))


def target(chance: random.Random) -> str:
    key = chance.choice([*KEYS.values(), quote(jumble(chance, 2))])
    rest = "/".join(quote(jumble(chance, 2)) for _ in range(chance.randint(0, 3)))
    start = chance.choice(
        [f"/integrations/{key}", f"/heartbeat/{key}", "/opsgenie/v2/alerts", f"/integrations/{key}/v2/alerts"]
    )
    words = {"identifierType": jumble(chance, 1), "query": jumble(chance, 3), "limit": str(chance.randint(-5, 5))}
    return f"{start}/{rest}?{urlencode(words)}"


@pytest.mark.parametrize("seed", range(4))
async def test_no_request_makes_us_fail(db: Database, seed: int) -> None:
    chance = random.Random(seed)
    async with alert_app(db, every()) as app:
        answered: set[int] = set()
        for _ in range(150):
            headers = {
                name: jumble(chance, 3).encode("utf-8").decode("latin-1")
                for name in chance.sample(HEADERS, chance.randint(0, 4))
            }
            if chance.random() < 0.5:
                headers["authorization"] = f"GenieKey {KEYS['opsgenie']}"
            asked = (chance.choice(METHODS), target(chance), headers, jumble(chance, 12).encode())
            said = await app.ask(*asked)
            assert said.status < 500, (asked, said)
            answered.add(said.status)
        assert {400, 401, 404, 422} <= answered  # it went everywhere
