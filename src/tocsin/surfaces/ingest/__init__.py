"""The fast path: alerts in, durable, answer out. Raw ASGI in front of everything else; what is not for it is passed
on."""

from tocsin.surfaces.ingest.app import IngestApp
from tocsin.surfaces.ingest.bounces import BounceDesk
from tocsin.surfaces.ingest.commit import GroupCommit
from tocsin.surfaces.ingest.mail import MailInlet

__all__ = ["BounceDesk", "GroupCommit", "IngestApp", "MailInlet"]
