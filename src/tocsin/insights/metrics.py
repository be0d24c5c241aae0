"""The metrics of incidents, for somebody: of those that they see, as the active severity profile counts (MET-1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.accounts.model import Viewer
from tocsin.catalog import service as catalog
from tocsin.insights.metric_figures import answer, before, reckoning_of
from tocsin.insights.metric_model import Metrics, Question
from tocsin.insights.metric_period import LONGEST
from tocsin.insights.metric_store import Asker, count_metrics
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid


async def metrics(conn: Conn, viewer: Viewer, question: Question, now: datetime) -> Metrics:
    """Every measure of every group, beside the same of the period before. Private incidents count for their members
    alone. Raises Invalid for a period that ends before it begins or is longer than ten years."""
    if not timedelta() < question.until - question.since <= LONGEST:
        raise Invalid("A period ends after it begins, at most ten years later.", "Ask for 30d.", field="period")
    organisation = await catalog.organisation(conn)
    reckoning = reckoning_of(await catalog.severity_profile(conn), organisation.time_zone)
    asker = Asker(viewer.scopes, question, reckoning, organisation.on_call.night, now)
    counted = await count_metrics(conn, asker)
    earlier = before(question)
    then = await count_metrics(conn, replace(asker, question=earlier)) if earlier is not None else None
    return answer(question, reckoning, counted, then)
