"""Tasks as they are typed, and the sentences about them (WAR-5)."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tocsin.incidents import task_model
from tocsin.incidents.task_model import Task, TaskDraft, TaskState, read_command, read_line, read_state
from tocsin.kernel.errors import Invalid

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TASK = Task(
    incident_id=1,
    n=3,
    text="restart the cache",
    owner=None,
    state=TaskState.PLANNED,
    added_by="@alice",
    added_at=NOW,
    changed_at=NOW,
)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("restart the cache", TaskDraft("restart the cache", None)),
        (" @bob  restart\tthe cache ", TaskDraft("restart the cache", "bob")),
        ("@bob.smith: restart the cache", TaskDraft("restart the cache", "bob.smith")),
        ("ask @bob about it", TaskDraft("ask @bob about it", None)),
        ("@bob", TaskDraft("@bob", None)),
        ("@ bob restart", TaskDraft("@ bob restart", None)),
        ("", TaskDraft("", None)),
    ],
)
def test_a_task_is_typed_in_one_line(line: str, read: TaskDraft) -> None:
    assert read_line(line) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("/task @bob restart the cache", TaskDraft("restart the cache", "bob")),
        ("  /TASK restart\n the cache\n", TaskDraft("restart the cache", None)),
        ("/task", None),
        ("/tasks are fun", None),
        ("see /task x", None),
        ("restart the cache", None),
    ],
)
def test_the_composers_command(text: str, read: TaskDraft | None) -> None:
    assert read_command(text) == read


def test_states_are_read_as_people_write_them() -> None:
    assert {read_state(text) for text in ("under-way", "Under way", "UNDER_WAY")} == {TaskState.UNDER_WAY}
    with pytest.raises(Invalid) as refused:
        read_state("half done")
    assert refused.value.field == "state"
    assert "planned, under-way, done, blocked" in refused.value.remedy


@pytest.mark.parametrize("text", ["", "x" * 501])
def test_a_task_is_one_line(text: str) -> None:
    with pytest.raises(Invalid, match="1 to 500"):
        task_model.check_text(text)


def test_the_timeline_says_what_changed() -> None:
    assert task_model.added(TASK) == "Task 3: restart the cache"
    assert task_model.added(replace(TASK, owner="bob")) == "Task 3 for @bob: restart the cache"
    taken = replace(TASK, owner="bob", state=TaskState.UNDER_WAY)
    assert task_model.changed(TASK, taken) == "Task 3 is under way and is @bob's: restart the cache"
    assert task_model.changed(taken, replace(taken, text="flush it")) == "Task 3 was reworded: flush it"
    assert task_model.left_open([taken]) == "1 task is not done and left for follow-up: 3 restart the cache (@bob)"
    assert task_model.left_open([taken, replace(TASK, n=4)]).startswith("2 tasks are not done")
