"""Incidents that belong together, on the wire: merged, related, cause and effect (LIF-6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from tocsin.incidents.model import Incident
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.wire.body import Body

if TYPE_CHECKING:  # the command line reads these representations, and starts without the database
    from tocsin.incidents.linking import Link


class MergeRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`into` is the incident in which the work goes on, such as INC-1."""

    into: str
    reason: str = ""


class LinkRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`to` is the other incident, `kind` what it is to this one: related or cause."""

    to: str
    kind: str = "related"


class UnlinkRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`to` is the other incident."""

    to: str


class Other(msgspec.Struct, kw_only=True):
    """Another incident. `relation` is what it is to this one: merged-into, merged, related, cause or effect."""

    id: str
    title: str
    status: str
    severity: str | None
    relation: str


class Links(msgspec.Struct, kw_only=True):
    """What an incident has to do with, as far as the caller may see it."""

    incident: str
    others: list[Other]


def links(incident: Incident, into: Incident | None, merged: Sequence[Incident], linked: Sequence[Link]) -> Links:
    found = [(each.other, each.relation) for each in linked]
    joined = ([(into, "merged-into")] if into is not None else []) + [(each, "merged") for each in merged]
    return Links(
        incident=incident_ref(incident.number),
        others=[
            Other(
                id=incident_ref(other.number),
                title=other.title,
                status=other.status.value,
                severity=other.severity,
                relation=relation,
            )
            for other, relation in (*joined, *found)
        ],
    )
