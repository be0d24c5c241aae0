"""What the pages know of the installation they belong to."""

from dataclasses import dataclass

from tocsin.delivery.keys import AckLinks


@dataclass(frozen=True)
class Site:
    """`public_url` is how people reach us; `links` reads the links of messages."""

    public_url: str
    links: AckLinks

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https:")

    @property
    def session_cookie(self) -> str:
        """`__Host-` binds a cookie to this very host, which browsers accept over HTTPS only."""
        return "__Host-tocsin" if self.is_https else "tocsin_session"
