"""What an incident cost: said with its source, or computed from what was said (PMT-3)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.rules.postmortems.examples import after, entry, record
from tocsin.catalog.model import Service
from tocsin.catalog.slo import MONTH, Slo
from tocsin.kernel.errors import Invalid
from tocsin.postmortems.cost import cost
from tocsin.postmortems.figures import Figure, SaidFigure, in_words, read_figures, read_source
from tocsin.postmortems.impact import impact
from tocsin.postmortems.statements import Question

WORTH: dict[str, Any] = {"transaction_value": "42.50 EUR"}


def said(name: Figure, value: str) -> SaidFigure:
    return SaidFigure(name=name, value=value, source="the bank's report", by="@alice", at=after(90))


def test_revenue_is_failed_transactions_times_their_average_value() -> None:
    told = record(
        entry(9, 90, "ImpactSaid", "Impact: failed transactions 312.", figures={"failed_transactions": "312"}),
        figures=(said(Figure.FAILED_TRANSACTIONS, "312"),),
        services=(Service(name="checkout", more=WORTH),),
    )
    assert [(fact.text, fact.entry) for fact in cost(told)] == [
        ("Failed transactions: 312 (source: the bank's report).", 9),
        ("Revenue: 13 260 EUR (312 failed transactions × 42.50 EUR).", 9),
    ]
    asked = [each.text for each in impact(told) if isinstance(each, Question)]
    assert not any("What did it cost" in text for text in asked)


@pytest.mark.parametrize(
    "services",
    [
        (Service(name="checkout"),),
        (Service(name="checkout", more=WORTH), Service(name="carts", more={"transaction_value": "1 EUR"})),
    ],
)
def test_no_revenue_where_nobody_says_what_one_is_worth(services: tuple[Service, ...]) -> None:
    told = record(figures=(said(Figure.FAILED_TRANSACTIONS, "312"),), services=services)
    assert len(cost(told)) == 1


def test_the_error_budget_that_the_time_until_mitigation_has_used() -> None:
    """By hand: 99.9 % of 30.44 days is 43.8 min; 22 min are half of it."""
    about = {"severity": "SEV-1", "started_at": after(0), "mitigated_at": after(22), "resolved_at": after(40)}
    service = Service(name="checkout", slo=Slo(window=MONTH, availability=99.9))
    told = record(of=about, services=(service,), is_downtime=True)
    assert [fact.text for fact in cost(told)] == [
        "INC-7 used 50% of the error budget of checkout: 22 min of 43 min in a month (99.9% available)."
    ]
    for other in (
        record(of=about, services=(service,)),
        record(of={**about, "is_drill": True}, services=(service,), is_downtime=True),
        record(of=about, services=(Service(name="checkout"),), is_downtime=True),
        record(of={"severity": "SEV-1"}, services=(service,), is_downtime=True),
    ):
        assert cost(other) == []
    more = record(of={**about, "mitigated_at": after(135)}, services=(service,), is_downtime=True)
    assert "308% of the error budget" in cost(more)[0].text
    assert timedelta(minutes=135) / timedelta(minutes=43.8) == pytest.approx(3.08, abs=0.01)


def test_figures_are_read_as_people_write_them() -> None:
    given = {"failed_requests": "1 204 000", "support_tickets": "14", "sla_breached": "Yes"}
    found = read_figures(given)
    assert found == {
        Figure.FAILED_REQUESTS: "1204000",
        Figure.SUPPORT_TICKETS: "14",
        Figure.SLA_BREACHED: "yes",
    }
    assert in_words(found, "the help desk.", "@alice") == (
        "Impact: failed requests 1 204 000, support tickets 14, SLA breached yes; source: the help desk. By @alice."
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "figures"),
        ({"failed_requests": "many"}, "failed_requests"),
        ({"support_tickets": "-1"}, "support_tickets"),
        ({"failed_requests": "9" * 16}, "failed_requests"),
        ({"sla_breached": "perhaps"}, "sla_breached"),
    ],
)
def test_what_is_no_figure_is_refused_by_its_name(given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_figures(given)
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_figure_that_comes_from_nowhere_is_refused() -> None:
    with pytest.raises(Invalid, match="needs its source"):
        read_source(" ")
