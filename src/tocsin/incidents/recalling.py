"""The moment at which earlier incidents are remembered: armed here, beside the other timers of an incident; what is
remembered, and by whom it is looked up, stands above (`postmortems.recurrence`).
"""

from datetime import datetime, timedelta

from tocsin.incidents.model import Incident
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx

RECALL = "incidents.recall"

FIRST_AFTER = timedelta(seconds=1)
"""Whoever is called first needs none of it, and would wait for it: the first pages leave before."""


def recall_of(incident_id: int, at: datetime) -> jobs.NewJob:
    """A burst of reasons to look is one look."""
    return jobs.NewJob(
        kind=RECALL,
        payload={"incident_id": incident_id},
        lane="timers",
        run_at=at,
        prio=2,
        key=f"recall:{incident_id}",
    )


def first_recall(tx: Tx, incident: Incident) -> tuple[jobs.NewJob, ...]:
    """To be armed with a new incident; a drill is like no other, and without a service nothing is like it."""
    return () if incident.is_drill or not incident.services else (recall_of(incident.id, tx.now + FIRST_AFTER),)
