"""A running process's collections look only at what came after its start."""

import gc
from collections.abc import Iterator

import pytest

from tocsin.serve.memory import YOUNG, settle_memory


@pytest.fixture
def own_thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("own_thresholds")
def test_what_was_loaded_is_looked_at_no_more() -> None:
    loaded = [{"n": n} for n in range(100)]
    settle_memory()
    assert gc.get_freeze_count() > len(loaded)
    assert not any(each is loaded for each in gc.get_objects())
    assert gc.get_threshold()[0] == YOUNG
