"""How a budget that is used up is told, and that there is some again. Pure."""

from __future__ import annotations

from datetime import datetime

from tocsin.catalog.slo import WORDS, Objective, SloPolicy
from tocsin.delivery.model import Line, MessageView
from tocsin.insights.slo import in_words
from tocsin.insights.slo_model import Budget

PAGE = "/insights/slo"


def exhausted_sentence(service: str, budget: Budget) -> str:
    return f"The {budget.objective} budget of {service} is used up: {in_words(budget)}"


def recovered_sentence(service: str, objective: Objective) -> str:
    return f"The {objective} budget of {service} is no longer used up"


def exhausted(service: str, budget: Budget, policy: SloPolicy) -> MessageView:
    """To the team that owns the service: what happened, and what the organisation does now."""
    follows = "; ".join(WORDS[each] for each in policy.exhausted)
    until = f"{budget.until:%Y-%m-%d %H:%M} UTC" if budget.until is not None else "unknown while the downtime goes on"
    return MessageView(
        title=f"The {budget.objective} budget of {service} is used up",
        what=f"{in_words(budget)} are used. " + (f"From now on: {follows}." if follows else "Nothing follows from it."),
        why_you=f"Your team owns {service}.",
        lines=(Line("Promise", budget.words), Line("Budget again, if nothing more happens", until)),
        url=f"{PAGE}#{service}",
    )


def recovered(service: str, objective: Objective, since: datetime) -> MessageView:
    return MessageView(
        title=f"The {objective} budget of {service} is no longer used up",
        what=f"It had been since {since:%Y-%m-%d %H:%M} UTC. What followed from it has ended.",
        why_you=f"Your team owns {service}.",
        url=f"{PAGE}#{service}",
    )
