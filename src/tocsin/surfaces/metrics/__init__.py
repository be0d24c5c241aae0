"""`/metrics` for Prometheus (OPS-1): who may read it, and how the figures are called. They come from `auditor`."""

from tocsin.surfaces.metrics.app import Metrics

__all__ = ["Metrics"]
