"""The settings of the providers behind the channels, one frozen dataclass each: `settings.twilio.account_sid` is read
from `TOCSIN_TWILIO_ACCOUNT_SID`, or `twilio_account_sid` in tocsin.toml. A provider without settings is not used.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from tocsin.setting_readers import (
    one_of,
    read_amount,
    read_currency,
    read_flag,
    read_headers,
    read_pairs,
    read_phone_number,
    read_phone_numbers,
    read_positive,
    read_prices,
    read_public_url,
    read_statuses,
    read_template,
    read_text,
    read_token,
)

GATEWAY_WORDS = ("to", "text", "id", "secret", "link", "callback", "language", "ref")
"""What the template of a gateway may name in braces; `ref`, its own name of a call, is there when the call is ended."""


VOICES = ("en-GB", "en-US", "en-AU", "de-DE", "fr-FR", "fr-CA")
"""Languages of calls, as Twilio names them."""


def setting(
    meaning: str, default: Any = None, *, read: Callable[[object], object] = read_text, is_secret: bool = False
) -> Any:
    """A field of a section. `is_secret`: never shown, nor in the repr."""
    return field(default=default, repr=not is_secret, metadata={"meaning": meaning, "read": read, "secret": is_secret})


def _template(raw: object) -> str:
    return read_template(raw, GATEWAY_WORDS)


def read_language(raw: object) -> str:
    text = read_text(raw)
    if text not in VOICES:
        raise ValueError(f"{text} is none of {', '.join(VOICES)}")
    return text


def _headers(raw: object) -> tuple[tuple[str, str], ...]:
    return tuple((name, read_template(value, GATEWAY_WORDS)) for name, value in read_headers(raw))


@dataclass(frozen=True)
class Twilio:
    """What speaks Twilio's API (2010-04-01): Twilio itself, and what is compatible with it."""

    account_sid: str | None = setting("the account at Twilio, AC…")
    auth_token: str | None = setting(
        "the account's auth token; with it calls are made unless there is an API key, and callbacks checked",
        is_secret=True,
    )
    api_key: str | None = setting("the SID of an API key, SK…, instead of the auth token for requests")
    api_secret: str | None = setting("the secret of the API key", is_secret=True)
    signing_secret: str | None = setting(
        "the secret of the shared key that callbacks are signed with, where Twilio was told to use one", is_secret=True
    )
    number: str | None = setting("the number that calls and texts come from: +15557654321", read=read_phone_number)
    messaging_service: str | None = setting("the SID of a messaging service, MG…, that sends texts instead of a number")
    url: str = setting(
        "where the API is, for providers compatible with Twilio", "https://api.twilio.com", read=read_public_url
    )


@dataclass(frozen=True)
class Sms:
    provider: str | None = setting(
        "twilio or gateway: who sends texts where both are set up", read=one_of(("twilio", "gateway"))
    )
    replies: bool = setting(
        "on: texts offer a reply code; set it once the provider hands replies to us", False, read=read_flag
    )
    segments: int = setting("how many segments a text may have, each is paid for: 3", 3, read=read_positive)


@dataclass(frozen=True)
class Voice:
    provider: str | None = setting(
        "twilio or gateway: who makes calls where both are set up", read=one_of(("twilio", "gateway"))
    )
    language: str = setting(f"in which calls are read out: {', '.join(VOICES)}", "en-GB", read=read_language)
    numbers: tuple[str, ...] = setting(
        "further numbers that calls and texts come from, for the contact card of phones: +49 30 123456, +49 30 123457",
        (),
        read=read_phone_numbers,
    )


@dataclass(frozen=True)
class Gateway:
    """Any HTTP gateway, by a template. What stands in braces is filled in, escaped for where it stands."""

    url: str | None = setting(
        "the gateway's address, such as http://10.0.0.9:8080/send?to={to}", read=_template, is_secret=True
    )
    method: str = setting("the method of the request: POST", "POST", read=one_of(("post", "put", "get")))
    headers: tuple[tuple[str, str], ...] = setting(
        "its headers, one a line or a list: Content-Type: application/json", (), read=_headers, is_secret=True
    )
    body: str | None = setting('its body, such as {"phone": "{to}", "text": "{text}"}', read=_template, is_secret=True)
    success: tuple[str, ...] = setting("the statuses that say it was taken: 2xx", ("2xx",), read=read_statuses)
    id_at: str | None = setting("where its name of the message is in a JSON answer, such as messages.0.id")
    secret: str | None = setting("what {secret} stands for in the template", is_secret=True)


@dataclass(frozen=True)
class Otlp:
    """A collector of traces that takes OTLP over HTTP (MET-6)."""

    endpoint: str | None = setting(
        "a collector that traces are sent to by OTLP over HTTP: http://127.0.0.1:4318; without it none are made",
        read=read_public_url,
    )
    headers: tuple[tuple[str, str], ...] = setting(
        "headers of its requests: authorization=Bearer%20TOKEN, comma-separated", (), read=read_pairs, is_secret=True
    )


@dataclass(frozen=True)
class Inbound:
    token: str | None = setting(
        "the Bearer token by which a gateway hands us the texts that people send back", read=read_token, is_secret=True
    )


@dataclass(frozen=True)
class Costs:
    """What texts and calls cost, and how much of it there may be (PAG-9)."""

    sms: tuple[tuple[str, Decimal], ...] = setting(
        "the price of a segment of a text, and others by country: 0.08, +1=0.0079", (), read=read_prices
    )
    voice: tuple[tuple[str, Decimal], ...] = setting(
        "the price of a call, and others by country: 0.10, +1=0.02", (), read=read_prices
    )
    currency: str = setting("the currency of the prices: EUR", "EUR", read=read_currency)
    per_day: Decimal | None = setting(  # noqa: RUF009  (a field, and a Decimal never changes)
        "what texts and calls may cost in a day of UTC; without it there is no such cap", read=read_amount
    )
    per_month: Decimal | None = setting(  # noqa: RUF009
        "what texts and calls may cost in a month of UTC; without it there is no such cap", read=read_amount
    )


@dataclass(frozen=True)
class Pushover:
    token: str | None = setting("the token of an application made at pushover.net: 30 letters", is_secret=True)
    url: str = setting("where Pushover's API is", "https://api.pushover.net", read=read_public_url)


@dataclass(frozen=True)
class Confluence:
    """Where postmortems are copied to (PMT-5)."""

    url: str | None = setting(
        "where Confluence is, for postmortems: https://example.atlassian.net, or https://wiki.example.com",
        read=read_public_url,
    )
    user: str | None = setting("in the cloud the e-mail address of the token's user; in a data centre none")
    token: str | None = setting("an API token in the cloud, a personal access token in a data centre", is_secret=True)
    space: str | None = setting("the key of the space that postmortems go to: OPS")
    parent: str | None = setting("the id of the page that they stand below; without it they are at the top")
    automatic: bool = setting(
        "on: each postmortem goes there when it is published or changed later, but for private incidents",
        False,
        read=read_flag,
    )


SECTIONS: Mapping[str, Callable[..., Any]] = {
    "twilio": Twilio,
    "sms": Sms,
    "sms_gateway": Gateway,
    "voice": Voice,
    "voice_gateway": Gateway,
    "voice_hang_up": Gateway,
    "gateway": Inbound,
    "costs": Costs,
    "pushover": Pushover,
    "otlp": Otlp,
    "confluence": Confluence,
}
"""Each is a field of `Settings` of that name, and the beginning of its settings' names."""


@dataclass(frozen=True)
class Option:
    """One field of a section, as a setting."""

    section: str
    field: str
    meaning: str
    read: Callable[[object], object]
    is_secret: bool


def _options() -> dict[str, Option]:
    return {
        f"{section}_{each.name}": Option(
            section, each.name, each.metadata["meaning"], each.metadata["read"], each.metadata["secret"]
        )
        for section, kind in SECTIONS.items()
        for each in fields(kind)  # pyright: ignore[reportArgumentType]  # each of them is a dataclass
    }


OPTIONS: Mapping[str, Option] = _options()
"""Every setting of a section by its whole name."""
