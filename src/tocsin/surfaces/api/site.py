"""What the API knows of the installation it belongs to."""

from collections.abc import Mapping
from typing import NamedTuple

from tocsin.config.plan import unconfigured_channels
from tocsin.settings import Settings


class Site(NamedTuple):
    """`public_url` is how people reach us, without a slash at its end; `unconfigured` are the kinds of contact that
    nothing can be sent by, with what is missing.
    """

    public_url: str
    unconfigured: Mapping[str, str]


def site_of(settings: Settings) -> Site:
    return Site(settings.public_url.rstrip("/"), unconfigured_channels(settings))
