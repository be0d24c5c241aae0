"""Every block of the reference of the configuration file is read and could be applied."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tocsin.catalog.model import Organisation
from tocsin.config.document import Item, Routing
from tocsin.config.files import load_texts
from tocsin.config.plan import decide_plan
from tocsin.config.sections.later import LATER
from tocsin.config.world import World

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "configuration.md").read_text()
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ENVIRON = {
    "ALICE_WEBHOOK": "https://hooks.example.com/alice",
    "TOCSIN_PROMETHEUS_KEY": "0123456789abcdef",
    "ANNOUNCE_WEBHOOK": "https://hooks.example.com/announce",
    "OPS_SLACK": "https://hooks.slack.com/services/T0/B0/s3cret",
    "BACKUP_KEY": "fedcba9876543210",
    "CONTRACTORS_ICS": "https://calendar.example.com/contractors.ics",
}
NOTHING = World(
    organisation=Item(value=Organisation(), file="", path=""),
    users={},
    teams={},
    schedules={},
    escalation_policies={},
    services={},
    integrations={},
    routing=Item(value=Routing(), file="", path=""),
    stored={},
)


@pytest.mark.parametrize("block", BLOCKS, ids=[block.split(":")[0] for block in BLOCKS])
def test_a_block_can_be_applied(block: str) -> None:
    document = load_texts({"page.yaml": block}, ENVIRON)
    plan = decide_plan(NOTHING, document, datetime(2026, 3, 2, tzinfo=UTC), {})
    assert plan.errors == ()
    assert plan.changes
    assert plan.not_in_effect == ()


def test_every_section_that_is_only_kept_is_named() -> None:
    assert all(f"`{section}`" in PAGE for section in LATER)
