"""Whether a provider can call us back, and at which address."""

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from tocsin.delivery.keys import callback_links
from tocsin.integrations.telephony.signatures import can_check
from tocsin.settings import Settings

CallbackOf = Callable[[UUID], str]


def is_public(url: str) -> bool:
    """Whether a provider on the Internet may reach it, as far as its name says."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return host != "localhost" and not host.endswith((".localhost", ".local", ".internal"))


def callback_of_twilio(settings: Settings, place: str) -> CallbackOf | None:
    """None where nothing that comes back could be checked, or nothing can come."""
    if not can_check(settings.twilio) or not is_public(settings.public_url):
        return None
    return callback_of(settings, place)


def callback_of(settings: Settings, place: str) -> CallbackOf:
    links = callback_links(settings.secret_key, settings.public_url)
    return lambda delivery_id: links.url_for(place, delivery_id)
