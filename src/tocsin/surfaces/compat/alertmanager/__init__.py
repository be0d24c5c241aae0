"""Alertmanager's API v2 for reading alerts and keeping silences: amtool, Grafana and karma point at us unchanged."""

from tocsin.surfaces.compat.alertmanager.app import AlertmanagerApp

__all__ = ["AlertmanagerApp"]
