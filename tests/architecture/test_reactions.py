"""The two columns of `reactions.py`: what is in the same transaction reaches no network and never comes back to itself;
whatever is reacted to happens somewhere; every job that is armed has somebody who runs it.
"""

import ast
import importlib
from graphlib import TopologicalSorter

import grimp
import pytest

from tests.architecture.calls import Source, dotted
from tocsin.delivery.bulkheads import Bulkheads
from tocsin.delivery.jobs import Outbox
from tocsin.delivery.keys import ack_links
from tocsin.insights.readiness_jobs import readiness_kinds
from tocsin.insights.readiness_probes import Prober
from tocsin.integrations.channels.registry import Unconfigured
from tocsin.integrations.checks.promql.evidence import PromqlEvidence
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.tx import Reaction
from tocsin.oncall.calendar_jobs import CalendarFetcher
from tocsin.paging.asking import Questions
from tocsin.postmortems.action_jobs import check_kinds as action_kinds
from tocsin.postmortems.measuring_jobs import measuring_kinds
from tocsin.reactions import JOB_KINDS, REACTIONS
from tocsin.verification.jobs import check_kinds

NETWORK = ("aiohttp", "aiosmtplib", "smtplib", "socket", "http", "tocsin.kernel.http", "tocsin.kernel.smtp")


@pytest.fixture(scope="module")
def source() -> Source:
    return Source()


def handlers_of(reaction: Reaction) -> list[str]:
    """Everything that is done in the same transaction."""
    return [dotted(handler) for handler in (*reaction.same_transaction, *reaction.unwritten)]


def follows(source: Source) -> dict[str, set[str]]:
    """Event → the events that its same-transaction handlers may emit."""
    return {
        dotted(event): {made for handler in handlers_of(reaction) for made in source.reached(handler) & source.events}
        for event, reaction in REACTIONS.items()
    }


def test_no_event_comes_back_to_itself(source: Source) -> None:
    order = list(TopologicalSorter(follows(source)).static_order())
    assert {dotted(event) for event in REACTIONS} <= set(order)


def test_the_reading_of_the_source_sees_the_chain_from_alert_to_page(source: Source) -> None:
    chain = follows(source)
    assert "tocsin.incidents.events.IncidentDeclared" in chain["tocsin.alerts.events.AlertsGrouped"]
    assert "tocsin.paging.events.PersonPaged" in chain["tocsin.incidents.events.IncidentDeclared"]
    assert "tocsin.incidents.events.IncidentAcknowledged" in chain["tocsin.alerts.events.AlertAcknowledgedAtSource"]
    assert "tocsin.delivery.events.DeliveryEnded" in chain["tocsin.kernel.running.JobParked"]


def test_nothing_in_the_same_transaction_can_reach_the_network() -> None:
    graph = grimp.build_graph("tocsin", include_external_packages=True)
    handlers = [handler for reaction in REACTIONS.values() for handler in handlers_of(reaction)]
    for module in {handler.rpartition(".")[0] for handler in handlers}:
        for network in NETWORK:
            if network in graph.modules:
                assert graph.find_shortest_chain(module, network) is None, f"{module} reaches {network}"
    # The question is not idle: the channels themselves do reach it.
    assert graph.find_shortest_chain("tocsin.integrations.channels.webhook.send", "aiohttp") is not None


def test_what_is_reacted_to_happens_somewhere(source: Source) -> None:
    made = {name for function in source.functions for name in source.called(function)}
    methods = {
        source.resolve(module, node.func)
        for module, tree in source.trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert {dotted(event) for event in REACTIONS} <= made | methods


def test_every_job_that_is_armed_has_a_handler(source: Source) -> None:
    calls = Unconfigured("voice", "it is not set up")
    outbox = Outbox({"voice": calls}, ack_links(bytes(32), "https://tocsin.example.com"), Bulkheads())
    outside = (*outbox.kinds(), *readiness_kinds(Prober(GuardedHttp()), None), *CalendarFetcher(GuardedHttp()).kinds())
    outside += Questions({}, outbox.links).kinds()
    outside += (*check_kinds({}), *action_kinds({}), *measuring_kinds(PromqlEvidence(GuardedHttp(), lambda _: None)))
    handled = {kind.name for kind in (*JOB_KINDS, *outside)}
    armed = {kind.name for reaction in REACTIONS.values() for kind in reaction.as_jobs} | set(armed_kinds(source))
    assert {"paging.advance", "incidents.resolve_quiet", "alerts.group"} <= armed
    assert armed <= handled


def armed_kinds(source: Source) -> list[str]:
    """The kinds that `NewJob(kind=…)` names by a constant; a delivery's is made of its channel's kind."""
    found: list[str] = []
    for module, tree in source.trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and source.resolve(module, node.func).endswith("jobs.NewJob"):
                kind = next(keyword.value for keyword in node.keywords if keyword.arg == "kind")
                found += constants(source, module, kind)
    return found


def constants(source: Source, module: str, kind: ast.expr) -> list[str]:
    if isinstance(kind, ast.Constant):
        return [str(kind.value)]
    owner, _, name = source.resolve(module, kind).rpartition(".")
    value = getattr(importlib.import_module(owner), name, None) if owner else None
    return [value] if isinstance(value, str) else []
