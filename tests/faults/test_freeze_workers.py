"""A worker that freezes past its lease and thaws changes nothing (REL-1)."""

import os
import signal

import pytest

from tests.faults.outside import Outside
from tests.support.programs import eventually

pytestmark = pytest.mark.faults

SHORT_LEASE = 4.0
"""Seconds: so long that a worker on a busy machine does not lose it while nobody froze it."""


def test_stopped_past_its_lease_then_continued(outside: Outside) -> None:
    frozen = outside.start_worker(SHORT_LEASE)
    outside.arm("slow", "page", gates=str(outside.folder))
    eventually("it is sent once", lambda: outside.senders("page") == [frozen.pid])
    os.kill(frozen.pid, signal.SIGSTOP)
    heir = outside.start_worker(SHORT_LEASE)
    eventually("the other one sends it", lambda: outside.senders("page") == [frozen.pid, heir.pid])
    outside.open_gate(frozen)
    os.kill(frozen.pid, signal.SIGCONT)
    eventually("the thawed one sees that it lost", lambda: outside.said(frozen, "is no longer this worker's"))
    assert outside.query("select author from done") == []
    outside.open_gate(heir)
    eventually("the other one records it", lambda: outside.query("select author from done") == [(heir.pid,)])
    eventually(
        "the thawed one begins a new life",
        lambda: outside.query("select 1 from worker where pid = %s and died_at is null", frozen.pid),
    )
    outside.kill(heir)
    outside.arm("step", "later")
    eventually("the thawed one works again", lambda: outside.senders("later") == [frozen.pid])
    outside.wait_until_idle()
    assert outside.marks() == {"page": 1, "later": 1}
    assert outside.sends() == {"page": 2, "later": 1}


def test_a_stuck_event_loop_does_not_keep_its_lease(outside: Outside) -> None:
    stuck = outside.start_worker(SHORT_LEASE)
    outside.arm("stuck", "page", seconds=9)
    eventually("it is sent once", lambda: outside.senders("page") == [stuck.pid])
    heir = outside.start_worker(SHORT_LEASE)
    eventually("the other one sends and records it", lambda: outside.query("select author from done") == [(heir.pid,)])
    eventually(
        "the stuck one begins a new life",
        lambda: outside.query("select 1 from worker where pid = %s and died_at is null", stuck.pid),
    )
    assert outside.marks() == {"page": 1}
    assert outside.sends() == {"page": 2}


def test_a_worker_asked_to_stop_ends_what_it_runs_and_claims_nothing_more(outside: Outside) -> None:
    leaving = outside.start_worker()
    outside.arm("slow", "page", gates=str(outside.folder))
    eventually("it is sent once", lambda: outside.senders("page") == [leaving.pid])
    leaving.send_signal(signal.SIGTERM)
    outside.arm("step", "meanwhile")
    heir = outside.start_worker()
    eventually("the other one does what comes in", lambda: outside.senders("meanwhile") == [heir.pid])
    outside.open_gate(leaving)
    assert leaving.wait(20) == 0
    outside.wait_until_idle()
    assert outside.query("select author from done where name = 'page'") == [(leaving.pid,)]
    assert outside.sends() == {"page": 1, "meanwhile": 1}
    assert outside.query("select blame from worker where pid = %s", leaving.pid) == [(0,)]
