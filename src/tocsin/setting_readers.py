"""How the texts of settings are read: each reader takes what the environment or tocsin.toml holds and gives the value,
or raises ValueError with what is wrong in half a sentence."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

from tocsin.kernel.durations import parse_duration
from tocsin.kernel.errors import Invalid
from tocsin.kernel.phone_numbers import parse_phone_number
from tocsin.kernel.sizes import parse_size, size_words
from tocsin.kernel.text import whole_number

KEY_BYTES = 32
LARGEST_FILE = 25_000_000
"""Bytes of one file that are ever read: each stands in memory for a moment."""
PLACE = re.compile(r"\{([a-z_]+)\}")
"""What is filled in in a template."""

_BOUNCE_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,11}@[A-Za-z0-9.-]{1,190}")
_AMOUNT = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_COUNTRY = re.compile(r"\+[1-9][0-9]{0,5}")
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_STATUS = re.compile(r"[1-5](xx|[0-9]{2})")


def parse_address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise ValueError("it must be host:port, such as 127.0.0.1:8377")
    return host.removeprefix("[").removesuffix("]"), int(port)


def is_this_machine(host: str) -> bool:
    """Whether nobody but this machine reaches an address to listen on."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError("a text is needed")
    return raw.strip()


def read_path(raw: object) -> Path:
    return Path(read_text(raw)).expanduser().absolute()


def read_list(raw: object) -> tuple[str, ...]:
    items = cast("list[object]", raw) if isinstance(raw, list) else read_text(raw).split(",")
    return tuple(read_text(item) for item in items)


def read_listen(raw: object) -> str:
    text = read_text(raw)
    parse_address(text)
    return text


def read_bounce_address(raw: object) -> str:
    """Each mail gets an address of its own out of it, with 53 characters more before the @, where 64 may stand."""
    text = read_text(raw)
    if not _BOUNCE_ADDRESS.fullmatch(text):
        raise ValueError("it looks like bounces@in.example.com, with at most 11 characters before the @ and no +")
    return text


def read_public_url(raw: object) -> str:
    text = read_text(raw).rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it must begin with http:// or https:// and name a host")
    return text


def read_smtp_url(raw: object) -> str:
    text = read_text(raw)
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("it must begin with smtp:// or smtps:// and name a host")
    return text


def one_of(allowed: tuple[str, ...]) -> Callable[[object], str]:
    def read(raw: object) -> str:
        text = read_text(raw).lower()
        if text not in allowed:
            raise ValueError(f"{text} is none of {', '.join(allowed)}")
        return text

    return read


def read_token(raw: object) -> str:
    text = read_text(raw)
    if len(text) < 16:
        raise ValueError("16 characters or more are needed, as `openssl rand -hex 16` prints them")
    return text


def read_key(raw: object) -> bytes:
    text = read_text(raw)
    try:
        key = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"{KEY_BYTES} bytes in base64 or hex are needed, as `openssl rand -base64 32` prints them")
    return key


def read_keys(raw: object) -> tuple[bytes, ...]:
    return tuple(read_key(text) for text in read_list(raw))


def read_span(raw: object) -> timedelta | None:
    """A duration, or None for `off`."""
    text = read_text(raw).lower()
    if text == "off":
        return None
    try:
        span = parse_duration(text)
    except Invalid as error:
        raise ValueError("it must be a duration such as 4h, or off") from error
    if span > timedelta(days=7):
        raise ValueError("it is a week at most")
    return span


def read_pace(raw: object) -> timedelta | None:
    """Whole days between one time and the next, or None for `off`."""
    text = read_text(raw).lower()
    if text == "off":
        return None
    try:
        pace = parse_duration(text)
    except Invalid as error:
        raise ValueError("it must be a duration such as 7d, or off") from error
    if not timedelta(days=1) <= pace <= timedelta(days=28):
        raise ValueError("it is a day at least, and four weeks at most: what was proven counts for 30 days")
    return pace


def read_size(raw: object) -> int:
    """Bytes."""
    try:
        return parse_size(str(raw) if isinstance(raw, int) else read_text(raw))
    except Invalid as error:
        raise ValueError("it must be a size such as 500kB or 10MB") from error


def read_file_size(raw: object) -> int:
    size = read_size(raw)
    if size > LARGEST_FILE:
        raise ValueError(f"it is {size_words(LARGEST_FILE)} at most")
    return size


def read_count(raw: object) -> int:
    number = whole_number(str(raw), 6)
    if number is None:
        raise ValueError("a whole number is needed")
    return number


def read_flag(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    return one_of(("on", "off"))(raw) == "on"


def read_networks(raw: object) -> tuple[str, ...]:
    """Addresses and networks; a name, or a star, would let anybody say where they come from (SEC-2)."""
    found = read_list(raw)
    for each in found:
        try:
            ipaddress.ip_network(each)
        except ValueError as error:
            raise ValueError(f"{each} is neither an address nor a network such as 10.1.0.0/16") from error
    return found


def read_positive(raw: object) -> int:
    count = read_count(raw)
    if count < 1:
        raise ValueError("at least 1 is needed")
    return count


def read_phone_number(raw: object) -> str:
    return parse_phone_number(read_text(raw))


def read_phone_numbers(raw: object) -> tuple[str, ...]:
    return tuple(parse_phone_number(each) for each in read_list(raw))


def read_template(raw: object, words: Sequence[str]) -> str:
    """A text in which `{word}` is filled in later; braces around anything but a word stay as they are."""
    text = read_text(raw)
    for named in PLACE.findall(text):
        if named not in words:
            raise ValueError(f"{{{named}}} is none of {', '.join(f'{{{word}}}' for word in words)}")
    return text


def read_headers(raw: object) -> tuple[tuple[str, str], ...]:
    """`Name: value`, one a line or as a list."""
    lines = cast("list[object]", raw) if isinstance(raw, list) else read_text(raw).splitlines()
    found: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = read_text(line).partition(":")
        if not colon or not _HEADER.fullmatch(name) or not value.strip().isprintable():
            raise ValueError("each header is written as Name: value")
        found.append((name, value.strip()))
    return tuple(found)


def read_pairs(raw: object) -> tuple[tuple[str, str], ...]:
    """`name=value`, comma-separated, values as in an address: how OTEL_EXPORTER_OTLP_HEADERS is written."""
    found: list[tuple[str, str]] = []
    for each in read_text(raw).split(","):
        name, equals, value = each.strip().partition("=")
        if not equals or not _HEADER.fullmatch(name.strip()) or not unquote(value).isprintable():
            raise ValueError("each header is written as name=value, with a comma between two")
        found.append((name.strip(), unquote(value).strip()))
    return tuple(found)


def read_statuses(raw: object) -> tuple[str, ...]:
    """`200` or `2xx`, comma-separated or as a list."""
    found = read_list(str(raw) if isinstance(raw, int) else raw)
    for each in found:
        if not _STATUS.fullmatch(each.lower()):
            raise ValueError(f"{each} is no status such as 202 or 2xx")
    return tuple(each.lower() for each in found)


Prices = tuple[tuple[str, Decimal], ...]
"""By the beginning of a number; "" is the price of all others."""


def read_amount(raw: object) -> Decimal:
    """Of money, at most six places behind the point."""
    text = str(raw).strip()
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"{text} is no amount such as 5 or 0.08")
    return Decimal(text)


def read_prices(raw: object) -> Prices:
    """`0.08, +1=0.0079, +49=0.09`, or a list of these."""
    found: dict[str, Decimal] = {}
    for each in read_list(str(raw) if isinstance(raw, int | float) else raw):
        prefix, equals, amount = each.rpartition("=")
        if (equals or prefix) and not _COUNTRY.fullmatch(prefix.strip()):
            raise ValueError(f"{each} is no price such as 0.08 or +1=0.0079")
        found[prefix.strip()] = read_amount(amount)
    return tuple(found.items())


def read_currency(raw: object) -> str:
    text = read_text(raw).upper()
    if not (text.isascii() and text.isalpha() and len(text) == 3):
        raise ValueError(f"{text} is no currency such as EUR")
    return text
