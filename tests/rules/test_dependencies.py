"""A firing cause on a service mutes its effects on those that depend on it (ALR-7): tables, and properties over any
graph."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.alerts.dependencies import Cause, Upstream, find_upstream, upstream_of

SHOP = {"shop": ["checkout", "search"], "checkout": ["ledger"], "ledger": ["db"], "search": ["db"]}
GRAVE = Cause(1, "DiskFull", is_critical=True)
MILD = Cause(2, "DiskSlow", is_critical=False)


@pytest.mark.parametrize(
    ("service", "upstream"),
    [
        ("shop", ("checkout", "search", "ledger", "db")),
        ("checkout", ("ledger", "db")),
        ("db", ()),
        ("unknown", ()),
    ],
)
def test_a_service_depends_on_the_nearest_first(service: str, upstream: tuple[str, ...]) -> None:
    assert upstream_of(service, SHOP) == upstream


def test_services_that_need_each_other_have_no_end_and_no_self() -> None:
    assert upstream_of("a", {"a": ["b", "a"], "b": ["c"], "c": ["a"]}) == ("b", "c")


@pytest.mark.parametrize(
    ("service", "is_critical", "causes", "found"),
    [
        ("checkout", True, {"db": [GRAVE]}, Upstream("db", (GRAVE,))),
        ("checkout", False, {"db": [GRAVE, MILD]}, Upstream("db", (GRAVE, MILD))),
        ("checkout", True, {"db": [MILD]}, None),
        ("checkout", True, {"db": [GRAVE], "ledger": [MILD]}, Upstream("db", (GRAVE,))),
        ("checkout", False, {"db": [GRAVE], "ledger": [MILD]}, Upstream("ledger", (MILD,))),
        ("db", False, {"checkout": [GRAVE], "db": [GRAVE]}, None),
        ("search", False, {"ledger": [GRAVE]}, None),
        ("checkout", True, {}, None),
    ],
)
def test_who_is_to_blame(
    service: str, is_critical: bool, causes: dict[str, list[Cause]], found: Upstream | None
) -> None:
    assert find_upstream(service, is_critical=is_critical, depends_on=SHOP, causes=causes) == found


names = st.sampled_from("abcde")
graphs = st.dictionaries(names, st.lists(names, max_size=4))


@given(graphs, st.lists(st.tuples(names, st.booleans()), min_size=1, max_size=12))
def test_whatever_the_graph_what_is_muted_has_somebody_called_who_is_no_less_grave(
    graph: dict[str, list[str]], alerts: list[tuple[str, bool]]
) -> None:
    """As grouping goes about it: those that depend on the least first, who is free becomes a cause."""
    called: dict[str, list[Cause]] = {}
    order = sorted(enumerate(alerts), key=lambda each: len(upstream_of(each[1][0], graph)))
    for number, (service, critical) in order:
        found = find_upstream(service, is_critical=critical, depends_on=graph, causes=called)
        if found is None:
            called.setdefault(service, []).append(Cause(number, "A", critical))
            continue
        assert found.service in upstream_of(service, graph)
        assert all(cause in called[found.service] for cause in found.causes)
        assert any(cause.is_critical for cause in found.causes) or not critical
    assert called
    assert any(cause.is_critical for causes in called.values() for cause in causes) == any(c for _, c in alerts)
