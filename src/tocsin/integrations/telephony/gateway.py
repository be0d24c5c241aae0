"""Any HTTP gateway by a template: a box with a SIM card, a SIP server, another provider. Filling it in is pure.

What is filled in is escaped for where it stands: percent-encoded in the address and in forms, as JSON text in JSON.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote

import msgspec

from tocsin.integrations.telephony.provider import Taken
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer, failure_of
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.text import one_line
from tocsin.provider_settings import Gateway
from tocsin.setting_readers import PLACE

Values = Mapping[str, str]


@dataclass(frozen=True)
class Filled:
    """A request as it leaves."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


def fill(template: Gateway, values: Values) -> Filled:
    """`values` by the words of the template; one that it does not know becomes empty."""
    headers = {name: _place(text, values, _in_header) for name, text in template.headers}
    body = _place(template.body or "", values, _escape_of(headers))
    return Filled(template.method.upper(), _place(template.url or "", values, _in_url), headers, body.encode())


def is_taken(template: Gateway, status: int) -> bool:
    return any(str(status) == each or each == f"{status // 100}xx" for each in template.success)


def name_in(answer: bytes, path: str) -> str:
    """What stands at `messages.0.id` of a JSON answer; empty when there is nothing of that kind."""
    try:
        found: Any = msgspec.json.decode(answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    for part in path.split("."):
        found = _inside(found, part)
    return one_line(str(found), 100) if isinstance(found, str | int) else ""


def _inside(value: Any, part: str) -> Any:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).get(part)
    if isinstance(value, list) and part.isdecimal():
        items = cast("list[Any]", value)
        return items[int(part)] if len(part) < 6 and int(part) < len(items) else None
    return None


class HttpGateway:
    """One request a message. Serves what `send` of the channels needs."""

    def __init__(self, http: GuardedHttp, template: Gateway, timeout: HttpTimeout) -> None:
        self._http = http
        self._template = template
        self._timeout = timeout

    @property
    def endpoint(self) -> str:
        """The address with nothing filled in names the same host: places in the host are refused when it is called."""
        url = parse_url(_place(self._template.url or "", {}, _in_url))
        return f"{url.host}:{url.port}"

    async def carry(self, values: Values, now: datetime) -> Taken:
        """Raises SendFailed unless it answers with a status that the template calls success."""
        request = fill(self._template, {**values, "secret": self._template.secret or ""})
        answer = await self._http.request(
            request.method, request.url, headers=request.headers, body=request.body, timeout=self._timeout
        )
        if not is_taken(self._template, answer.status):
            raise failure_of(answer, self.endpoint, now) or _unwanted(self.endpoint, answer)
        ref = name_in(answer.body, self._template.id_at) if self._template.id_at else ""
        return Taken(f"HTTP {answer.status}{f' id {ref}' if ref else ''}", ref)


def _unwanted(endpoint: str, answer: HttpAnswer) -> SendFailed:
    return SendFailed(
        FailureReason.REFUSED,
        f"{endpoint} answered {answer.status}, which the template does not call success",
        answer=f"HTTP {answer.status}",
    )


def _place(text: str, values: Values, escape: Callable[[str], str]) -> str:
    return PLACE.sub(lambda place: escape(values.get(place[1], "")), text)


def _escape_of(headers: Mapping[str, str]) -> Callable[[str], str]:
    """By the type of the body."""
    type_ = next((value for name, value in headers.items() if name.lower() == "content-type"), "").lower()
    if "json" in type_:
        return _in_json
    return _in_url if "form-urlencoded" in type_ else str


def _in_url(text: str) -> str:
    return quote(text, safe="")


def _in_json(text: str) -> str:
    return msgspec.json.encode(text).decode()[1:-1]


def _in_header(text: str) -> str:
    return one_line(text)
