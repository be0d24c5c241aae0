"""The path of a ping → what it says: nothing or `0` is success, `start`, `fail`, or a command's exit status. Prometheus
and Alertmanager may be the ones who ping: their alerts are not looked at, only that they come."""

from tocsin.alerts.heartbeats import Kind, Ping
from tocsin.integrations.sources.contract import Answer, Delivered, Parsed, refuse_plainly

ALERTS = "api/v2/alerts"
MAX_TEXT = 10_000
_KINDS = {"": Kind.SUCCESS, ALERTS: Kind.SUCCESS, "start": Kind.START, "fail": Kind.FAIL}


def parse(delivered: Delivered) -> Parsed:
    ping = read_ping(delivered.rest, delivered.body)
    if ping is None:
        text = f"there is no ping {delivered.rest[:100]!r}; after the key comes nothing, start, fail or an exit status"
        return Parsed(answer=refuse_plainly(404, text))
    body = b"" if delivered.method == "HEAD" else b"OK"
    return Parsed(ping=ping, answer=Answer(status=200, body=body, content_type="text/plain; charset=utf-8"))


def read_ping(rest: str, body: bytes) -> Ping | None:
    """None when the path says nothing that we know. What is posted is kept from its end, where logs say what went
    wrong."""
    text = body[-4 * MAX_TEXT :].decode("utf-8", "replace").replace("\0", "")[-MAX_TEXT:].strip()
    if rest in _KINDS:
        return Ping(kind=_KINDS[rest], text=text)
    if rest.isascii() and rest.isdecimal() and len(rest) <= 3:
        status = int(rest)
        said = f"exit status {status}\n{text}".strip()
        return Ping(kind=Kind.FAIL if status else Kind.SUCCESS, text=said if status else text)
    return None
