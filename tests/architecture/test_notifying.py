"""Whoever stands above the catalog notifies people on the organisation's clock: by `catalog.notifying`."""

import ast
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src/tocsin"
BELOW = ("delivery", "catalog")
"""Packages that know no organisation, or are the way by which it is known."""


def notifies_without_a_clock(source: str) -> bool:
    """Whether a module takes `notify` from `delivery.service`, under whatever name."""
    if "notify" not in source:
        return False
    tree = ast.parse(source)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    if any(
        node.module == "tocsin.delivery.service" and "notify" in {each.name for each in node.names} for node in imports
    ):
        return True
    names = {
        each.asname or each.name
        for node in imports
        if node.module == "tocsin.delivery"
        for each in node.names
        if each.name == "service"
    }
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "notify"
        and isinstance(node.value, ast.Name)
        and node.value.id in names
        for node in ast.walk(tree)
    )


def test_nobody_above_the_catalog_notifies_without_the_organisations_clock() -> None:
    above = [path for path in SOURCES.rglob("*.py") if path.relative_to(SOURCES).parts[0] not in BELOW]
    assert len(above) > 500
    assert [str(path) for path in above if notifies_without_a_clock(path.read_text())] == []


def test_it_would_be_noticed() -> None:
    assert notifies_without_a_clock("from tocsin.delivery import service as d\nasync def f(): await d.notify(1, 2)")
    assert notifies_without_a_clock("from tocsin.delivery.service import notify")
    assert not notifies_without_a_clock("from tocsin.delivery import service\nservice.supersede(1)")
