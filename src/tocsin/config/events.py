"""What happened to the configuration."""

from tocsin.kernel.ledger import Event

CONFIG = "config"


class ConfigApplied(Event, frozen=True, kw_only=True):
    """Files were applied. `changes` are the sentences of the plan, the first hundred of them."""

    topic: str = CONFIG
    files: tuple[str, ...]
    created: int
    changed: int
    removed: int
    changes: tuple[str, ...]
