"""Configuration on the wire: the files as the command line read them, and the plan as a reader wants it."""

import msgspec

from tocsin.surfaces.wire.body import Body


class ConfigFile(Body, kw_only=True, forbid_unknown_fields=True):
    """One file, whole; `name` is how it is named in errors and in `managed_by`."""

    name: str
    text: str


class ConfigRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """The files together are the configuration. `env` has the values of the `env:NAME` that they mention, which are
    the caller's: never stored in the clear, never answered.
    """

    files: list[ConfigFile]
    env: dict[str, str] = msgspec.field(default_factory=dict[str, str])
