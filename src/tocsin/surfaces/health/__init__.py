"""For machines: `/healthz`, is this process alive, and `/readyz`, can it do its work (OPS-1)."""

from tocsin.surfaces.health.app import Health

__all__ = ["Health"]
