"""Prometheus itself, and everything that posts to an Alertmanager's `/api/v2/alerts` (amtool, vmalert, Loki's
ruler)."""

from tocsin.integrations.sources.contract import Source
from tocsin.integrations.sources.prometheus.parse import parse, refuse
from tocsin.integrations.sources.prometheus.version_one import parse_v1, refuse_v1

SOURCE = Source(type="prometheus", parse=parse, refuse=refuse)
SOURCE_V1 = Source(type="prometheus", parse=parse_v1, refuse=refuse_v1)
