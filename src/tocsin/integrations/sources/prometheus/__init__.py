"""Prometheus itself, and everything that posts to an Alertmanager's `/api/v2/alerts` (amtool, vmalert, Loki's
ruler)."""

from tocsin.integrations.sources.contract import Source
from tocsin.integrations.sources.prometheus.parse import RESOLVE_TIMEOUT, parse, refuse

SOURCE = Source(type="prometheus", parse=parse, refuse=refuse, timeout=RESOLVE_TIMEOUT)
