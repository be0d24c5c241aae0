"""Opsgenie's Alert API v2 for the clients that already speak it, pointed at us unchanged."""

from tocsin.surfaces.compat.opsgenie.app import OpsgenieApp

__all__ = ["OpsgenieApp"]
