"""What the API knows of the installation it belongs to."""

from typing import NamedTuple


class Site(NamedTuple):
    """`public_url` is how people reach us, without a slash at its end."""

    public_url: str
