"""Which requests are for the fast path, and the key they bring: in the path, as Basic password or as Bearer token.
Pure."""

from typing import NamedTuple

_PREFIX = "/integrations/"
_HEARTBEAT = "/heartbeat/"
_ALERTS = "/api/v2/alerts"
_ALERTS_V1 = "/api/v1/alerts"
_ENQUEUE = "/v2/enqueue"
_CHANGE = "/v2/change/enqueue"


class Address(NamedTuple):
    """`source` names the parser, "" leaves it to the integration's type. `key` is the one in the path, if any, `rest`
    what a heartbeat's path says after it."""

    source: str
    key: str | None = None
    rest: str = ""


def address_of(method: str, path: str) -> Address | None:
    """Where a request that brings alerts goes, or None when it is not for us. Any prefix may stand before an API's own
    path, since Prometheus and others let their users set one, and a slash behind it, as with Alertmanager itself. What
    a webhook takes beside POST is its source's to say.
    """
    if path.startswith(_HEARTBEAT):
        key, _, rest = path[len(_HEARTBEAT) :].partition("/")
        return Address("heartbeat", key, rest.rstrip("/"))
    if method == "POST":
        return _address_of_post(path.rstrip("/"))
    return Address("", key_in(path)) if _is_webhook(path) else None


def _address_of_post(path: str) -> Address | None:
    if path.endswith(_ALERTS):
        return Address("prometheus", key_in(path))
    if path.endswith(_ENQUEUE) or path == "/enqueue":
        return Address("pagerduty", key_in(path))
    if path.endswith(_CHANGE) or path == "/change/enqueue":
        return Address("pagerduty-change", key_in(path))
    if path.endswith(_ALERTS_V1) and path != _ALERTS_V1:  # without a prefix this is our own API
        return Address("prometheus-v1", key_in(path))
    return Address("", key_in(path)) if _is_webhook(path) else None


def _is_webhook(path: str) -> bool:
    return path.rstrip("/") == "/integrations" or (path.startswith(_PREFIX) and path.rstrip("/").count("/") == 2)


def key_in(path: str) -> str | None:
    """The key of `/integrations/<key>/…`."""
    return path[len(_PREFIX) :].partition("/")[0] or None if path.startswith(_PREFIX) else None
