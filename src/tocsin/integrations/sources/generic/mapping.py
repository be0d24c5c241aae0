"""Where in somebody's JSON the facts of an alert are: dotted paths, read from the integration's `mapping`."""

from typing import Any, cast

import msgspec

from tocsin.kernel.errors import Invalid


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Each field is a path such as `alert.name` or `items.0.id` into one alert's object; `alerts` is the path to a
    list of them
    ("" = the document is the alert, or the list). `resolved` and `acknowledged` are the values of `status` that
    mean so, every other
    value fires.
    """

    alerts: str = ""
    title: str = "title"
    key: str = "key"
    status: str = "status"
    resolved: tuple[str, ...] = ("resolved", "ok", "closed", "recovery", "up")
    acknowledged: tuple[str, ...] = ("acknowledged",)
    severity: str = "severity"
    summary: str = "summary"
    url: str = "url"
    labels: str = "labels"
    starts_at: str = "starts_at"
    ends_at: str = "ends_at"


DEFAULT = Mapping()


def read_mapping(definition: dict[str, Any] | None) -> Mapping:
    """Raises Invalid, naming the key that is unknown or no path."""
    if definition is None:
        return DEFAULT
    try:
        return msgspec.convert(definition, Mapping)
    except msgspec.ValidationError as error:
        fields = ", ".join(Mapping.__struct_fields__)
        raise Invalid(f"mapping: {error}.", f"The keys are {fields}.", field="mapping") from error


def check_options(options: dict[str, Any]) -> Mapping:
    """The integration's options; raises Invalid."""
    mapping = options.get("mapping")
    if mapping is not None and not isinstance(mapping, dict):
        raise Invalid("mapping must be a mapping.", "Write it as `title: path.to.title` lines.", field="mapping")
    return read_mapping(cast("dict[str, Any] | None", mapping))


def look_up(document: Any, path: str) -> Any:
    """What is at the path, or None. Numbers index lists."""
    found = document
    for part in path.split(".") if path else ():
        if isinstance(found, dict):
            found = cast("dict[str, Any]", found).get(part)
        elif isinstance(found, list) and part.isdecimal() and int(part) < len(cast("list[Any]", found)):
            found = cast("list[Any]", found)[int(part)]
        else:
            return None
    return found
