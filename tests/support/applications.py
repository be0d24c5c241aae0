"""The applications that surfaces are tested through, composed once for all tests of a process.

To compose one takes a quarter of a second: hundreds of routes, each with its types. So it stands on seats, and each
test puts its own database and its own hub there.
"""

from decimal import Decimal
from functools import cache, partial
from pathlib import Path

from litestar import Litestar
from litestar.exceptions import HTTPException

from tocsin.db.database import Database
from tocsin.delivery.keys import ack_links, device_proofs, webhook_secret
from tocsin.integrations.publishers.confluence.wiki import place_of
from tocsin.integrations.telephony.contact_card import card_of
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.live import Hub
from tocsin.provider_settings import Confluence, Costs, Voice
from tocsin.settings import Settings
from tocsin.surfaces.api.app import build_router, openapi_config
from tocsin.surfaces.web.app import WebPages
from tocsin.surfaces.web.site import Site

URL = "http://tocsin.test"
MASTER = b"0" * 32
SETTINGS = Settings(
    data_dir=Path("/nowhere"),
    public_url="https://tocsin.example.com",
    smtp_url="smtp://127.0.0.1:25",
    costs=Costs(sms=(("", Decimal("0.08")),), per_day=Decimal(1)),
    voice=Voice(numbers=("+15557654321", "+4930123456")),
    confluence=Confluence(url="https://wiki.example.com", token="never-sent", space="OPS"),
)


class Seat:
    """Stands for what the test at hand has put here."""

    def __init__(self) -> None:
        self._holder: object | None = None

    def take(self, holder: object) -> None:
        self._holder = holder

    def __getattr__(self, name: str) -> object:
        return getattr(self._holder, name)

    @property
    def __class__(self) -> type:  # type: ignore[override]  # Litestar asks whether it is what a handler is typed for
        return type(self._holder)

    def __deepcopy__(self, memo: object) -> "Seat":
        return self


DB, HUB, CHARTS = Seat(), Seat(), Seat()


def api_over(db: Database, hub: Hub, charts: Renderer) -> Litestar:
    """The API, over this database from now on."""
    DB.take(db), HUB.take(hub), CHARTS.take(charts)
    return _api()


def web_over(db: Database, hub: Hub, charts: Renderer) -> Litestar:
    """The pages, over this database from now on."""
    DB.take(db), HUB.take(hub), CHARTS.take(charts)
    return _web()


def application(db: Database, hub: Hub) -> Litestar:
    """API and pages over one database, as the server composes them, without a socket."""
    DB.take(db), HUB.take(hub), CHARTS.take(Renderer())
    return _both()


def forget_api() -> None:
    """The next test gets an API that has counted nothing yet."""
    _api.cache_clear()


@cache
def _api() -> Litestar:
    return Litestar([build_router(DB, HUB, SETTINGS, CHARTS)], openapi_config=openapi_config("1.2.3"))  # type: ignore[arg-type]


@cache
def _web() -> Litestar:
    return _composed([])


@cache
def _both() -> Litestar:
    return _composed([build_router(DB, HUB, SETTINGS, CHARTS)])  # type: ignore[arg-type]


def _composed(beside: list[object]) -> Litestar:
    links = ack_links(MASTER, URL)
    web = WebPages(
        DB,
        HUB,
        Site(
            URL,
            links,
            partial(webhook_secret, MASTER),
            device_proofs(MASTER),
            has_mail=True,
            push_key="BKey",
            card=card_of(SETTINGS),
            wiki=place_of(SETTINGS.confluence),
        ),
        CHARTS,
    )  # type: ignore[arg-type]
    return Litestar(
        [*beside, web.router],  # type: ignore[list-item]
        exception_handlers={HTTPException: web.problems.http, Exception: web.problems.failed},
        openapi_config=None,
        logging_config=None,
    )
