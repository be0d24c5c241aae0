"""What only one type of integration has: also refused in a document that did not come from our reader of files."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tests.docs.test_configuration_reference import NOTHING
from tocsin.config.document import Document
from tocsin.config.files import load_texts
from tocsin.config.plan import decide_plan

TEXT = """
integrations:
  - {name: backup, type: heartbeat, key: heartbeat-key-0123456789, every: 1h}
"""


def changed(**fields: Any) -> Document:
    document = load_texts({"a.yaml": TEXT}, {})
    (item,) = document.integrations
    item = msgspec.structs.replace(item, value=msgspec.structs.replace(item.value, **fields))
    return msgspec.structs.replace(document, integrations=(item,))


def problems(document: Document) -> list[str]:
    return [problem.path for problem in decide_plan(NOTHING, document, datetime(2026, 3, 2, tzinfo=UTC), {}).errors]


def test_what_the_reader_read_holds() -> None:
    assert problems(changed()) == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"type": "heartbeet"}, "integrations[0].type"),
        ({"options": {}}, "integrations[0].every"),
        ({"options": {"every": "soon"}}, "integrations[0].every"),
        ({"options": {"every": "1h", "mapping": {}}}, "integrations[0].mapping"),
        ({"type": "grafana", "options": {"signed": "yes"}}, "integrations[0].signed"),
        ({"type": "email", "options": {"resolved": "("}}, "integrations[0].resolved"),
        ({"type": "generic", "options": {"mapping": {"tittle": "x"}}}, "integrations[0].mapping"),
    ],
)
def test_what_cannot_be_is_refused_by_its_path(fields: dict[str, Any], path: str) -> None:
    assert problems(changed(**fields)) == [path]
