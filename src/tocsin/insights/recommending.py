"""What `recommendations` is told, read from the records of what a viewer may see (MET-3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tocsin.accounts.model import Viewer
from tocsin.catalog import service as catalog
from tocsin.insights.drill import list_incidents
from tocsin.insights.episode_store import list_episodes
from tocsin.insights.metric_figures import reckoning_of
from tocsin.insights.metric_model import Question
from tocsin.insights.months import last_months
from tocsin.insights.recommendations import Recommendation, Rules, recommend
from tocsin.kernel.db import Conn
from tocsin.kernel.localtime import zone_of

USUAL_MONTHS = 6


async def read_recommendations(conn: Conn, viewer: Viewer, months: int, now: datetime) -> tuple[Recommendation, ...]:
    """Of the last months, this one included. Raises Invalid for months out of range."""
    zone = zone_of((await catalog.organisation(conn)).time_zone)
    periods = last_months(months, now, zone)
    return await recommendations_of(conn, viewer.scopes, Question(since=periods[0].since, until=periods[-1].until))


async def recommendations_of(conn: Conn, scopes: Sequence[int], question: Question) -> tuple[Recommendation, ...]:
    """Of the incidents that a question is about."""
    organisation = await catalog.organisation(conn)
    zone = zone_of(organisation.time_zone)
    reckoning = reckoning_of(await catalog.severity_profile(conn), organisation.time_zone)
    incidents = await list_incidents(conn, scopes, question, reckoning)
    rules = Rules(reckoning=reckoning, night=organisation.on_call.night, zone=zone)
    return recommend(await list_episodes(conn, incidents), rules)
