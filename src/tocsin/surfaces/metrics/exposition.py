"""The names under which the figures are known outside (docs/reference/prometheus.md lists them all). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from tocsin.auditor.figures import Figures
from tocsin.auditor.tallies import BOUNDS, Tallies

Taken = Mapping[tuple[str, int], int]
"""Requests that brought alerts, by source and HTTP status."""


def of_process(version: str, is_database_up: bool, taken: Taken) -> Iterator[Metric]:
    """What this process knows by itself, also while the database is away."""
    yield _gauges("tocsin_build_info", "1; the version is its label.", ("version",), [((version,), 1)])
    yield GaugeMetricFamily("tocsin_database_up", "Whether the database answered this request.", int(is_database_up))
    yield _counters(
        "tocsin_ingest_requests",
        "Requests that brought alerts to this process, by source and the status of the answer.",
        ("source", "code"),
        [((source, str(code)), count) for (source, code), count in sorted(taken.items())],
    )


def of_installation(figures: Figures, now: datetime) -> Iterator[Metric]:
    """How everything stands; the same from every process."""
    yield from _of_jobs(figures, now)
    yield _gauges(
        "tocsin_incidents_open",
        "Open incidents by severity; none: nobody has classified it.",
        ("severity",),
        [((severity or "none",), count) for severity, count in figures.incidents.items()],
    )
    yield GaugeMetricFamily("tocsin_incidents_held", "Open incidents that maintenance keeps quiet.", figures.held)
    yield GaugeMetricFamily("tocsin_alerts_firing", "Alerts that fire.", figures.alerts)
    yield _gauges(
        "tocsin_deliveries_unfinished",
        "Messages that are still to be sent, by channel.",
        ("channel",),
        [((channel,), count) for channel, count in figures.unsent.items()],
    )
    yield _gauges(
        "tocsin_deliveries_taken",
        "Messages that a provider has taken and not reported on yet, by channel.",
        ("channel",),
        [((channel,), count) for channel, count in figures.taken.items()],
    )
    yield _gauges(
        "tocsin_endpoint_failures",
        "Sends in a row, three or more, that a host has not answered: its circuit is open.",
        ("endpoint",),
        [((endpoint,), failures) for endpoint, failures in figures.failing.items()],
    )
    yield _gauges(
        "tocsin_delivery_cost",
        "What texts and calls have cost in this day and this month of UTC, in the currency of the settings.",
        ("channel", "span"),
        [
            ((each.kind, span), float(amount))
            for each in figures.spent
            for span, amount in (("day", each.today), ("month", each.month))
        ],
    )
    yield GaugeMetricFamily("tocsin_auditor_findings", "Broken promises; more than 0 is a page.", figures.findings)
    yield GaugeMetricFamily(
        "tocsin_auditor_last_look_timestamp_seconds",
        "When the auditor last looked; 0: never.",
        figures.looked_at.timestamp() if figures.looked_at else 0,
    )


def _of_jobs(figures: Figures, now: datetime) -> Iterator[Metric]:
    yield _gauges(
        "tocsin_jobs",
        "Jobs by lane and state: due (nobody has begun them), waiting for their time, running.",
        ("lane", "state"),
        [
            ((each.lane, state), count)
            for each in figures.lanes
            for state, count in (("due", each.due), ("waiting", each.waiting), ("running", each.running))
        ],
    )
    yield _gauges(
        "tocsin_oldest_due_job_seconds",
        "How long the oldest job that is due has been waiting, by lane; 0: none is.",
        ("lane",),
        [((each.lane,), _age(each.oldest_due_at, now)) for each in figures.lanes],
    )
    yield _gauges(
        "tocsin_jobs_parked",
        "Jobs that were given up, by kind; tocsin admin jobs list.",
        ("kind",),
        [((kind,), count) for kind, count in figures.parked.items()],
    )
    yield GaugeMetricFamily("tocsin_workers", "Workers that are alive.", figures.workers)


def of_history(tallies: Tallies) -> Iterator[Metric]:
    """What has happened in the installation since this process began to count."""
    ended = [(key, count) for key, count in tallies.events.items() if key[0] == "DeliveryEnded"]
    yield _counters(
        "tocsin_deliveries",
        "Messages by channel, outcome (sent, failed) and the reason of a failure; a mail that comes back is both.",
        ("channel", "outcome", "reason"),
        [((channel, state, reason), count) for (_, channel, state, reason, _), count in ended],
    )
    yield _times(tallies)
    paged: dict[str, int] = {}
    for (kind, _, _, _, urgency), count in tallies.events.items():
        if kind == "PersonPaged":
            paged[urgency] = paged.get(urgency, 0) + count
    yield _counters(
        "tocsin_pages",
        "People who were paged, by urgency.",
        ("urgency",),
        [((urgency,), count) for urgency, count in paged.items()],
    )
    for name, kind, words in (
        ("tocsin_acknowledgements", "PageAcknowledged", "Incidents that somebody has answered."),
        ("tocsin_escalations_exhausted", "EscalationExhausted", "Escalations whose last step was called."),
        ("tocsin_escalations_held", "EscalationHeld", "Escalations that maintenance has stopped."),
        ("tocsin_incidents_declared", "IncidentDeclared", "Incidents that were declared."),
        ("tocsin_jobs_given_up", "JobParked", "Jobs that were given up."),
    ):
        yield CounterMetricFamily(name, words, tallies.count(kind))


def _times(tallies: Tallies) -> Metric:
    family = HistogramMetricFamily(
        "tocsin_delivery_seconds",
        "From the request of a message to its being taken by the other side, of each person's first way.",
        labels=("channel",),
    )
    for channel, counts in sorted(tallies.times.items()):
        buckets: list[tuple[str, float]] = []
        total = 0
        for bound, count in zip([*BOUNDS, float("inf")], counts, strict=True):
            total += count
            buckets.append(("+Inf" if bound == float("inf") else str(bound), float(total)))
        family.add_metric([channel], buckets, tallies.seconds[channel])
    return family


Samples = Iterable[tuple[tuple[str, ...], float]]


def _gauges(name: str, words: str, labels: tuple[str, ...], samples: Samples) -> Metric:
    family = GaugeMetricFamily(name, words, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def _counters(name: str, words: str, labels: tuple[str, ...], samples: Samples) -> Metric:
    family = CounterMetricFamily(name, words, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
