"""What a process that answers requests is made of."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any, cast

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException

from tocsin.alerts.heartbeat_service import Ear
from tocsin.alerts.rulebook import Rulebook
from tocsin.config.plan import unconfigured_channels
from tocsin.db.database import Database
from tocsin.db.keyring import keyring_of
from tocsin.delivery.keys import ack_links, device_proofs, webhook_secret
from tocsin.delivery.spending import caps_of
from tocsin.incidents.attachments import file_limits_of
from tocsin.integrations.channels.email.return_path import return_path
from tocsin.integrations.channels.push.send import identity_of
from tocsin.integrations.publishers.confluence.wiki import place_of
from tocsin.integrations.telephony.contact_card import card_of
from tocsin.kernel.asgi import Application
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.live import Hub
from tocsin.kernel.server_tls import Certificate
from tocsin.main.traces import open_traces
from tocsin.reactions import REACTIONS
from tocsin.setting_readers import parse_address
from tocsin.settings import Settings
from tocsin.surfaces.api.app import build_router, openapi_config
from tocsin.surfaces.api.problems import not_understood
from tocsin.surfaces.callbacks import Callbacks
from tocsin.surfaces.compat.alertmanager import AlertmanagerApp
from tocsin.surfaces.compat.opsgenie import OpsgenieApp
from tocsin.surfaces.health import Health
from tocsin.surfaces.ingest import BounceDesk, GroupCommit, IngestApp, MailInlet
from tocsin.surfaces.metrics import Metrics
from tocsin.surfaces.traced import Traced
from tocsin.surfaces.web.app import WebPages
from tocsin.surfaces.web.site import Site

CONNECTIONS = 10


@dataclass(frozen=True)
class Web:
    """`app` is ready to serve; `end_streams` lets live pages go, for a stop that need not wait for browsers."""

    app: Application
    end_streams: Callable[[], Awaitable[None]]
    db: Database


@asynccontextmanager
async def open_web(settings: Settings, dsn: str) -> AsyncGenerator[Web]:
    """The fast path of alerts in front, then the probes, then what alert tools read, then API and pages."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(open_traces(settings, "web"))
        keyring = keyring_of(settings)
        db = await stack.enter_async_context(Database(dsn, reactions=REACTIONS, keyring=keyring, size=CONNECTIONS))
        hub = Hub(db)
        await hub.start()
        stack.push_async_callback(hub.close)
        charts = await stack.enter_async_context(Renderer())
        rulebook = Rulebook(db)
        await rulebook.open()
        stack.push_async_callback(rulebook.close)
        commit = GroupCommit(db, rulebook)
        commit.open()
        stack.push_async_callback(commit.close)
        ear = Ear(db)
        await ear.open()
        stack.push_async_callback(ear.close)
        rest = Callbacks(db, settings, pages_and_api(settings, db, hub, charts))
        opsgenie = OpsgenieApp(db, rulebook, commit.submit, rest)
        alertmanager = AlertmanagerApp(db, rulebook, opsgenie)
        if settings.smtp_listen is not None:
            path = return_path(settings.mail_bounce_address, settings.secret_key)
            bounces = BounceDesk(db, path) if path is not None else None
            cert = settings.smtp_tls_cert
            certificate = Certificate(cert, settings.smtp_tls_key) if cert is not None else None
            inlet = MailInlet(rulebook, commit.submit, *parse_address(settings.smtp_listen), bounces, certificate)
            await inlet.open()
            stack.push_async_callback(inlet.close)
        taken = Counter[tuple[str, int]]()
        metrics = Metrics(db, alertmanager, taken=lambda: taken, token=settings.metrics_token)
        ingest = IngestApp(db, rulebook, commit, Health(db, metrics), settings.secret_key, taken)
        yield Web(ingest if settings.otlp.endpoint is None else Traced(ingest), hub.close, db)


def pages_and_api(settings: Settings, db: Database, hub: Hub, charts: Renderer) -> Application:
    """What people and programs ask for. An address that leads nowhere is answered in kind: by a page or a problem."""
    links = ack_links(settings.secret_key, settings.public_url)
    unconfigured = unconfigured_channels(settings)
    site = Site(
        settings.public_url,
        links,
        partial(webhook_secret, settings.secret_key),
        device_proofs(settings.secret_key),
        "email" not in unconfigured,
        identity_of(settings).public_key,
        file_limits_of(settings),
        unconfigured,
        settings.reachability_test,
        caps_of(settings),
        card_of(settings),
        place_of(settings.confluence),
    )
    pages = WebPages(db, hub, site, charts)

    def lost(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
        of_program = request.url.path.startswith("/api/")
        return not_understood(request, error) if of_program else pages.problems.http(request, error)

    app = Litestar(
        [build_router(db, hub, settings, charts), pages.router],
        exception_handlers={HTTPException: lost, Exception: pages.problems.failed},
        openapi_config=openapi_config(version("tocsin")),
        logging_config=None,  # `serve.logs` has set them up
    )
    return cast("Application", app)  # Litestar's own names for the same ASGI values
