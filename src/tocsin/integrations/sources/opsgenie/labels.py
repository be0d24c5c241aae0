"""What tags, details and a priority that come later make of an alert's labels: pure.

`grouped`: the labels that it is grouped by. They stay, for by them it lies where it lies.
"""

from collections.abc import Collection, Mapping, Sequence

from tocsin.integrations.sources.contract import MAX_LABEL_SET, MAX_LABELS, length_of
from tocsin.integrations.sources.opsgenie.parse import OWN_LABELS, PRIORITIES, NotProcessable

Labels = dict[str, str]


def tags_in(labels: Mapping[str, str]) -> list[str]:
    return [tag for tag in labels.get("tags", "").split(",") if tag]


def with_tags(labels: Labels, tags: Sequence[str], grouped: Collection[str] = ()) -> Labels:
    """Raises NotProcessable."""
    return _retagged(labels, list(dict.fromkeys([*tags_in(labels), *tags])), grouped)


def without_tags(labels: Labels, tags: Collection[str], grouped: Collection[str] = ()) -> Labels:
    """Raises NotProcessable."""
    return _retagged(labels, [tag for tag in tags_in(labels) if tag not in tags], grouped)


def _retagged(labels: Labels, tags: Sequence[str], grouped: Collection[str]) -> Labels:
    _check_free({"tags": ",".join(tags)}, labels, grouped, "tags")
    others = {name: text for name, text in labels.items() if name != "tags"}
    return _checked(others | ({"tags": ",".join(tags)} if tags else {}), "tags")


def with_details(labels: Labels, details: Labels, grouped: Collection[str] = ()) -> Labels:
    """A key that it has already gets the new text. Raises NotProcessable."""
    _check_free(details, labels, (*grouped, *OWN_LABELS), "details")
    return _checked(labels | details, "details")


def without_details(labels: Labels, keys: Collection[str], grouped: Collection[str] = ()) -> Labels:
    """Raises NotProcessable."""
    _check_free(dict.fromkeys(labels.keys() & set(keys), ""), labels, (*grouped, *OWN_LABELS, "severity"), "keys")
    return {name: text for name, text in labels.items() if name not in keys}


def with_priority(labels: Labels, priority: str, grouped: Collection[str] = ()) -> Labels:
    """The label `severity` follows where it said what the priority before had said. Raises NotProcessable."""
    _check_free({"priority": priority}, labels, grouped, "priority")
    followed = labels.get("severity") == PRIORITIES.get(labels.get("priority", "")) and "severity" not in grouped
    return labels | {"priority": priority} | ({"severity": PRIORITIES[priority]} if followed else {})


def _check_free(wanted: Labels, labels: Labels, kept: Collection[str], field: str) -> None:
    held = sorted(name for name, text in wanted.items() if name in kept and labels.get(name, "") != text)
    if held:
        raise NotProcessable(field, f"[{', '.join(held)}] should stay: Tocsin has grouped and shown the alert by it.")


def _checked(labels: Labels, field: str) -> Labels:
    if len(labels) > MAX_LABELS or length_of(labels) > MAX_LABEL_SET:
        raise NotProcessable(
            field, f"An alert should not have more than {MAX_LABELS} labels or {MAX_LABEL_SET} characters in them."
        )
    return labels
