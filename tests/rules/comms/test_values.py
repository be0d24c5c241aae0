"""What messages say of the postmortem (PMT-8): customers are told until when it is published, and never more."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tests.rules.postmortems.history import checkout_fails
from tocsin.catalog.profiles import active
from tocsin.catalog.severity import Level, Postmortem
from tocsin.comms.values import Scene, of_resolution

ENDED = datetime(2026, 11, 2, 3, 5, tzinfo=UTC)
LEVEL = active("sre").levels[0]


def values(level: Level | None) -> dict[str, str | tuple[str, ...]]:
    scene = Scene(
        incident=msgspec.structs.replace(checkout_fails().incident, resolved_at=ENDED),
        level=level,
        commander="",
        channel="",
        interval=timedelta(minutes=30),
        now=ENDED,
    )
    return dict(of_resolution(scene, by="@alice", reason="", times=1, thanks=()))


@pytest.mark.parametrize(
    ("level", "postmortem", "publish_by"),
    [
        (
            LEVEL._replace(postmortem=Postmortem.REQUIRED),
            "is scheduled by 2026-11-04 03:05 UTC, published by 2026-11-05 03:05 UTC",
            "2026-11-05 03:05 UTC",
        ),
        (LEVEL._replace(postmortem=Postmortem.OPTIONAL), "optional, published by 2026-11-05 03:05 UTC", ""),
        (LEVEL._replace(postmortem=Postmortem.NONE), "none is asked for", ""),
        (None, "none is asked for", ""),
    ],
)
def test_what_is_said_of_the_postmortem(level: Level | None, postmortem: str, publish_by: str) -> None:
    told = values(level)
    assert (told["postmortem"], told["publish_by"]) == (postmortem, publish_by)
