"""What every request body has in common: text in it is text that can be stored (SEC-7)."""

from typing import Any, cast

import msgspec


class Body(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Refuses unknown fields by name, and NUL anywhere: PostgreSQL keeps none, and nobody means one."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if has_nul(getattr(self, name)):
                raise ValueError(f"Object has a NUL character in field `{name}`")


def has_nul(value: Any) -> bool:
    """Whether there is a NUL in any text of a JSON value."""
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, list):
        return any(has_nul(each) for each in cast("list[Any]", value))
    if isinstance(value, dict):
        pairs = cast("dict[Any, Any]", value)
        return any(has_nul(key) or has_nul(each) for key, each in pairs.items())
    return False
