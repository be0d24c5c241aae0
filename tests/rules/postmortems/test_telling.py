"""What of a record stands in the timeline of a postmortem."""

from tests.rules.postmortems.examples import entry
from tocsin.postmortems.telling import timeline


def test_that_an_update_is_overdue_is_said_once_until_one_is_posted() -> None:
    kinds = ("UpdateOverdue", "UpdateOverdue", "StatusChanged", "UpdateOverdue", "UpdatePosted", "UpdateOverdue")
    told = timeline([entry(n, n, kind, f"{kind}.") for n, kind in enumerate(kinds)], ())
    assert [fact.entry for fact in told] == [0, 2, 4, 5]
