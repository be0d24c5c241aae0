"""One request to the server and its answer. The standard library's client, since it starts fast; nothing is cached."""

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from tocsin.kernel.errors import TocsinError, Unauthenticated, Unavailable
from tocsin.surfaces.cli.profile import Profile, read_profile
from tocsin.surfaces.wire.problem import Problem, error

TIMEOUT = 30.0
_CUT_OFF = (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected, http.client.IncompleteRead)


class Client:
    """Speaks `/api/v1` of one server. Answers are the raw bytes: `--json` prints them, the rest decodes them."""

    def __init__(self, profile: Profile | None = None) -> None:
        self.profile = profile or read_profile()

    def get(self, path: str, **query: str | int | bool | None) -> bytes:
        """GET; a query parameter that is None is left out."""
        asked = {name: _text(value) for name, value in query.items() if value is not None}
        return self._send("GET", path + (f"?{urlencode(asked)}" if asked else ""), None, {})

    def post(self, path: str, body: Any, *, idempotency_key: str | None = None) -> bytes:
        headers = {"Content-Type": "application/json"}
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        return self._send("POST", path, msgspec.json.encode(body), headers)

    def post_file(self, path: str, content: bytes, *, name: str) -> bytes:
        """POST of a file as it is, under its name."""
        headers = {"Content-Type": "application/octet-stream"}
        return self._send("POST", f"{path}?{urlencode({'name': name})}", content, headers)

    def put(self, path: str, body: Any) -> bytes:
        return self._send("PUT", path, msgspec.json.encode(body), {"Content-Type": "application/json"})

    def delete(self, path: str) -> bytes:
        return self._send("DELETE", path, None, {})

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], *, again: bool = True
    ) -> bytes:
        server = urlsplit(self.profile.url)
        connection = _connection(server.scheme, server.netloc)
        own = {
            "Authorization": f"Bearer {self.profile.token}",
            "Accept": "application/json",
            "User-Agent": "tocsin-cli",
        }
        try:
            connection.request(method, f"{server.path}/api/v1{path}", body=body, headers={**own, **headers})
            answer = connection.getresponse()
            content = answer.read()
        except _CUT_OFF as failed:
            # It may have been done: only under a key is it safe to ask again.
            if again and (method == "GET" or "Idempotency-Key" in headers):
                return self._send(method, path, body, headers, again=False)
            raise self._no_answer(failed) from failed
        except (OSError, http.client.HTTPException) as failed:
            raise self._no_answer(failed) from failed
        finally:
            connection.close()
        if answer.status >= 400:
            raise self._refusal(answer.status, content)
        return content

    def _no_answer(self, failed: Exception) -> Unavailable:
        return Unavailable(
            f"The server at {self.profile.url} does not answer ({_why(failed)}).",
            "Start it with `tocsin serve`, or say where it is with TOCSIN_URL.",
        )

    def _refusal(self, status: int, content: bytes) -> TocsinError:
        try:
            told = msgspec.json.decode(content, type=Problem)
        except msgspec.MsgspecError:
            return Unavailable(
                f"{self.profile.url} answered {status}, and not as a Tocsin server does.",
                "Check the address in the profile, or TOCSIN_URL.",
            )
        if told.status == 401:
            return Unauthenticated(
                f"The server at {self.profile.url} refused the token: {told.detail}",
                "Ask an administrator for a new one (tocsin admin user token NAME) and set TOCSIN_TOKEN, "
                "or start `tocsin serve` on this machine once more.",
            )
        if told.field == "anyway":
            told = msgspec.structs.replace(told, remedy='Change it, or say why it shall be so: --anyway "WHY"')
        return error(told)


def segment(text: str) -> str:
    """What a person typed, as one segment of a path."""
    return quote(text, safe="")


def _text(value: str | int | bool) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _connection(scheme: str, netloc: str) -> http.client.HTTPConnection:
    if scheme == "https":
        import ssl

        return http.client.HTTPSConnection(netloc, timeout=TIMEOUT, context=ssl.create_default_context())
    return http.client.HTTPConnection(netloc, timeout=TIMEOUT)


def _why(failed: Exception) -> str:
    if isinstance(failed, ConnectionRefusedError):
        return "connection refused"
    if isinstance(failed, TimeoutError):
        return f"no answer within {TIMEOUT:.0f} s"
    return str(failed) or type(failed).__name__
