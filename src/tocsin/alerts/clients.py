"""What a client of a source's own interface does to an alert beside firing and ending it: other labels, and that nobody
has it any more. How the alert was routed and grouped stands: both were decided by what it came with."""

from collections.abc import Callable

from tocsin.alerts import client_store as store
from tocsin.alerts.events import AlertRelabelled, AlertUnacknowledgedAtSource
from tocsin.alerts.model import Alert, State
from tocsin.kernel.tx import Tx

Labels = dict[str, str]


async def relabel(
    tx: Tx, alert: Alert, change: Callable[[Labels], Labels], said: str, *, by: str, severity_hint: str | None = None
) -> bool:
    """`change` gives the new labels for those it has now; `said` what that means, for its history. Returns whether it
    still fires: one that has ended keeps what it had.

    A changed `severity_hint` is written on the timeline of its incident; the incident's severity is people's to change.
    Raises what `change` raises.
    """
    known = await store.lock_alert(tx.conn, alert.id)
    if known is None or known.state != State.FIRING:
        return False
    labels = change(known.labels)
    if labels == known.labels:
        return True
    await store.update_labels(tx.conn, alert.id, labels, severity_hint)
    await tx.emit(
        AlertRelabelled(
            topic=f"alert/{alert.id}",
            sentence=f"{alert.title}: {by} {said}",
            scope_id=alert.scope_id,
            actor=by,
            group_id=known.group_id,
            alert_id=alert.id,
            before={name: text for name, text in known.labels.items() if labels.get(name) != text},
            after={name: text for name, text in labels.items() if known.labels.get(name) != text},
            severity_hint=severity_hint,
        )
    )
    return True


async def take_back_acknowledgement(tx: Tx, alert: Alert, *, by: str) -> bool:
    """Nobody has it any more: whoever is called for its group is called again. Returns whether it still fires."""
    known = await store.lock_alert(tx.conn, alert.id)
    if known is None or known.state != State.FIRING:
        return False
    await store.update_unacknowledged(tx.conn, alert.id)
    await tx.emit(
        AlertUnacknowledgedAtSource(
            topic=f"alert/{alert.id}",
            sentence=f"{alert.title}: {by} has taken the acknowledgement back",
            scope_id=alert.scope_id,
            actor=by,
            group_id=known.group_id,
            alert_id=alert.id,
            by=by,
        )
    )
    return True
