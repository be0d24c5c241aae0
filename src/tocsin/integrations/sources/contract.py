"""What every source's parser is given and gives back, and the checks they share. No IO, no clock.

A parser never raises for bad input: it returns the signals that are good and the answer that the client's contract
asks for.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

import msgspec

from tocsin.alerts.heartbeats import Ping
from tocsin.alerts.model import ChangeSignal, Integration, Signal

MAX_DEPTH = 50
"""Levels of what is kept as JSON: beyond them whoever reads it back would run out of stack."""
MAX_LABELS = 128
MAX_LABEL_SET = 64 * 1024
"""Characters of all names and values together: what one alert may bring as its identity."""

REMEMBERED = 1024
"""Characters of the longest text whose reading is remembered: what a hostile sender says must not fill the memory."""

MOST_TOLD = 20
"""Problems of one request that its answer names."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAR = datetime(9000, 1, 1, tzinfo=UTC)
_WEB_URL = re.compile(r"https?://[^\s\x00-\x1f\x7f]+", re.IGNORECASE)


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """One request as it came in, decompressed and within the size cap. `integration` is None where the key is in
    the body; `key` is one that came in a header nonetheless. `headers` by their names in small letters, only for a
    source that `takes_headers`; `rest` is what follows the key in the path."""

    body: bytes
    content_type: str | None = None
    user_agent: str = ""
    integration: Integration | None = None
    key: str | None = None
    headers: Mapping[str, str] = {}
    method: str = "POST"
    rest: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Status and body in the words of the client's contract."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()

    def wire_headers(self) -> list[tuple[bytes, bytes]]:
        """All but the length, as ASGI wants them."""
        named = (*self.headers, ("content-type", self.content_type)) if self.body else self.headers
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named]


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """`answer` is given once `signals` and `changes` are durable – also when it refuses the rest of the batch.

    `key` is the integration key where the contract carries it in the body.
    """

    answer: Answer
    signals: list[Signal] = msgspec.field(default_factory=list[Signal])
    changes: list[ChangeSignal] = msgspec.field(default_factory=list[ChangeSignal])
    ping: Ping | None = None
    key: str | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A source type. `refuse` words a refusal of the transport (too large, too slow, too busy, unknown key) as its
    clients expect it; `busy_status` is what makes them try again (contracts 0.8); `key_in_body` where the contract
    carries the integration key there.

    `methods` are what `/integrations/<key>` takes.

    `option_names` are the keys that an integration of this type may have in the configuration beside those that all
    have; `check_options` raises Invalid, naming the key, for what they cannot be. `verify` checks a signature over the
    body as it came: given the request, the integration's signing secret and now, it returns what is wrong or None.
    """

    type: str
    parse: Callable[[Delivered], Parsed]
    refuse: Callable[[int, str], Answer]
    busy_status: int = 503
    max_body: int = 4 * 1024 * 1024
    key_in_body: bool = False
    takes_headers: bool = False
    methods: frozenset[str] = frozenset(("POST", "PUT"))
    option_names: tuple[str, ...] = ()
    check_options: Callable[[dict[str, Any]], object] | None = None
    verify: Callable[[Delivered, str, datetime], str | None] | None = None


def json_answer(status: int, content: object) -> Answer:
    return Answer(status=status, body=msgspec.json.encode(content))


def refuse_plainly(status: int, message: str) -> Answer:
    return json_answer(status, {"error": message})


def received(signals: Sequence[Signal], problems: Sequence[str], *, taken: int, refused: int) -> Parsed:
    """What came of a request with several alerts: the good ones are accepted whatever the others are (ALR-2).

    `taken` and `refused` are the contract's statuses; the first problems are told, each naming its field.
    """
    if problems:
        answer = json_answer(refused, {"error": "; ".join(problems[:MOST_TOLD]), "accepted": len(signals)})
    else:
        answer = json_answer(taken, {"status": "success", "accepted": len(signals)})
    return Parsed(signals=list(signals), answer=answer)


def instant(value: datetime | None) -> datetime | None:
    """A wire instant as an aware UTC one; zero times and anything before 1970 mean "not set" (amtool sends year
    1)."""
    if value is None or value.year < EPOCH.year:
        return None
    if value.tzinfo is UTC and value.year < FAR.year:
        return value
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value
    return FAR if aware.year >= FAR.year else aware.astimezone(UTC)


def web_url(url: str | None) -> str:
    """The URL if a person may be sent there, else "": `javascript:` and the like end here (SEC-7)."""
    return url if url and len(url) <= 2048 and _is_web_url(url) else ""


@lru_cache(maxsize=4096)
def _is_web_url(url: str) -> bool:
    return _WEB_URL.fullmatch(url) is not None


def one_line(text: str, limit: int = 200) -> str:
    """The first line that says something, cut to `limit` characters."""
    return _remembered_line(text, limit) if len(text) <= REMEMBERED else _first_line(text, limit)


def _first_line(text: str, limit: int) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= limit else line[: limit - 1] + "…"


_remembered_line = lru_cache(maxsize=4096)(_first_line)


def length_of(labels: Mapping[str, str]) -> int:
    """Characters of all names and values, which may be `MAX_LABEL_SET`."""
    return sum(map(len, labels)) + sum(map(len, labels.values()))


def title_from(labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
    """What a person calls it: the summary its author wrote, else its name and where it happens."""
    written = annotations.get("summary") or annotations.get("title")
    if written and (title := one_line(written)):
        return title
    name, where = labels.get("alertname", "").strip(), labels.get("instance")
    if not name:
        return one_line(", ".join(f"{key}={labels[key]}" for key in sorted(labels)))
    return one_line(f"{name} on {where}" if where else name)


def has_nul(body: bytes) -> bool:
    """Whether a JSON text may hold U+0000, which no PostgreSQL text can: only then is each string looked at."""
    return b"\\u0000" in body


def is_suspect(body: bytes) -> bool:
    """Whether a JSON text may hold what cannot be kept, NUL or nesting: only then is each value looked at."""
    return has_nul(body) or body.count(b"{") + body.count(b"[") > MAX_DEPTH


def find_unstorable(value: Any) -> str | None:
    """The reason why this JSON value cannot be kept (NUL, lone surrogate, NaN, nesting), or None."""
    level = [value]
    for _ in range(MAX_DEPTH):
        reason = next((reason for each in level if (reason := _unstorable_scalar(each))), None)
        if reason is not None:
            return reason
        level = [part for each in level for part in _parts(each)]
        if not level:
            return None
    return f"it is nested more than {MAX_DEPTH} levels deep; send what lies deeper as a text"


def _unstorable_scalar(value: Any) -> str | None:
    if isinstance(value, str):
        return _unstorable_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN and Infinity are not JSON; send null or a text"
    return None


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value)
        return [*pairs.keys(), *pairs.values()]
    return cast("list[Any]", value) if isinstance(value, list) else []


def _unstorable_text(text: str) -> str | None:
    if "\0" in text:
        return "a text holds the NUL character (\\u0000); remove it at the source"
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        return "a text holds a lone surrogate (\\ud800 to \\udfff); send valid Unicode"
    return None
