"""Changes that sources report: evidence in the ledger, never an alert."""

from collections.abc import Iterable

from tocsin.alerts.events import ChangeReported
from tocsin.alerts.model import ChangeSignal, Integration
from tocsin.kernel.tx import Tx


async def record_changes(tx: Tx, integration: Integration, changes: Iterable[ChangeSignal]) -> None:
    for change in changes:
        await tx.emit(
            ChangeReported(
                topic=f"service/{integration.service}" if integration.service else f"integration/{integration.name}",
                sentence=f"Change reported by {change.source or integration.name}: {change.summary}",
                scope_id=integration.scope_id,
                actor=f"integration:{integration.name}",
                integration=integration.name,
                summary=change.summary,
                source=change.source,
                changed_at=change.at or tx.now,
                details=change.details,
                links=list(change.links),
            )
        )
