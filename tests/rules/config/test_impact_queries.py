"""`impact:` of a service: what Prometheus is asked about the cost of an incident (PMT-3), mistakes with their place."""

from tests.rules.config.test_load_files import only_problem, read
from tocsin.config.shape import service_shape

HEAD = "services:\n  - name: checkout\n"


def test_it_is_read_and_shown_as_it_is_written() -> None:
    text = HEAD + '    impact:\n      failed_requests: "sum(increase(failed[$window]))"\n      error_rate: rate\n'
    (item,) = read(text).services
    impact = {"failed_requests": "sum(increase(failed[$window]))", "error_rate": "rate"}
    assert item.value.more == {"impact": impact} == {"impact": service_shape(item.value)["impact"]}
    assert read(HEAD).services[0].value.more == {}


def test_each_mistake_is_named_with_its_line_and_remedy() -> None:
    for text, line, said in (
        ("    impact:\n      failed_request: x\n", 4, "Did you mean 'failed_requests'?"),
        ("    impact:\n      sla_breached: x\n", 4, "has no key 'sla_breached'"),
        ("    impact:\n      error_rate: ''\n", 4, "1 to 5000 characters"),
        ("    impact:\n      error_rate: [x]\n", 4, "must be a text"),
        ("    impact: x\n", 3, "must be a mapping"),
    ):
        problem = only_problem(HEAD + text)
        assert (problem.line, said in f"{problem.message} {problem.remedy}") == (line, True), problem
