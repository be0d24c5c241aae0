"""What a worker is made of."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import version

from tocsin.alerts.jobs import PLACES as ALERT_PLACES
from tocsin.auditor.jobs import Heartbeat, audit_kinds
from tocsin.db.database import Database
from tocsin.db.keyring import keyring_of
from tocsin.delivery.bulkheads import Bulkheads
from tocsin.delivery.jobs import Outbox
from tocsin.delivery.keys import ack_links
from tocsin.delivery.spending import caps_of
from tocsin.insights.handoff_jobs import handoff_kinds
from tocsin.insights.reachability_jobs import reachability_kinds
from tocsin.insights.readiness_jobs import readiness_kinds
from tocsin.insights.readiness_probes import Prober
from tocsin.insights.slo_jobs import slo_kinds
from tocsin.insights.wakes import list_wakes
from tocsin.integrations.channels.registry import list_configured, open_channels
from tocsin.integrations.checks.promql.evidence import PromqlEvidence
from tocsin.integrations.checks.promql.measure import PromqlMeasure
from tocsin.integrations.checks.registry import open_executors
from tocsin.integrations.publishers.confluence.wiki import open_wiki
from tocsin.kernel.addresses import AddressGuard, parse_network_list
from tocsin.kernel.http import GuardedHttp
from tocsin.main.traces import open_traces
from tocsin.oncall.calendar_jobs import CalendarFetcher
from tocsin.oncall.checking_jobs import check_kinds
from tocsin.paging.asking import questions_of
from tocsin.postmortems.action_jobs import check_kinds as action_kinds
from tocsin.postmortems.measuring_jobs import measuring_kinds
from tocsin.postmortems.wiki_jobs import WikiWriter
from tocsin.reactions import JOB_KINDS, REACTIONS
from tocsin.settings import Settings, find_variable
from tocsin.verification.jobs import check_kinds as verification_kinds
from tocsin.worker import Worker

CONNECTIONS = 10


@asynccontextmanager
async def open_worker(settings: Settings, dsn: str) -> AsyncGenerator[Worker]:
    """Ready to `run`."""
    async with (
        open_traces(settings, "worker"),
        Database(dsn, reactions=REACTIONS, keyring=keyring_of(settings), size=CONNECTIONS) as db,
        open_channels(settings) as channels,
        open_heartbeat(settings) as heartbeat,
        GuardedHttp(AddressGuard(parse_network_list(",".join(settings.allowed_networks)))) as http,
        open_executors(settings, http) as executors,
        open_wiki(settings.confluence) as wiki,
    ):
        links = ack_links(settings.secret_key, settings.public_url)
        outbox = Outbox(channels, links, Bulkheads(), caps_of(settings))
        kinds = (*JOB_KINDS, *outbox.kinds(), *handoff_kinds(settings.handoff_draft), *check_kinds(list_wakes))
        kinds += readiness_kinds(Prober(http, settings.allow_commands), settings.shift_reminder)
        kinds += reachability_kinds(list_configured(settings), settings.reachability_test)
        kinds += questions_of(channels, links).kinds()
        kinds += CalendarFetcher(http).kinds()
        kinds += verification_kinds(executors)
        kinds += action_kinds(executors)
        kinds += slo_kinds(PromqlMeasure(http, find_variable))
        kinds += measuring_kinds(PromqlEvidence(http, find_variable))
        kinds += WikiWriter(wiki, settings.public_url.rstrip("/"), settings.confluence.automatic).kinds()
        kinds += audit_kinds([kind.name for kind in kinds], heartbeat)
        yield Worker(db, kinds, places={**ALERT_PLACES, **outbox.places()}, version=version("tocsin"))


@asynccontextmanager
async def open_heartbeat(settings: Settings) -> AsyncGenerator[Heartbeat | None]:
    """The operator's own address, so that it may be a private one; None without the setting."""
    if settings.heartbeat_url is None:
        yield None
        return
    async with GuardedHttp(AddressGuard().with_private()) as http:
        yield Heartbeat(http, settings.heartbeat_url)
