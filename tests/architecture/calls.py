"""Which function calls which, and which events it makes, read from the source: enough to follow a reaction to its end.

A name counts as a call when it is called and leads, by the imports of its module, to a function of ours. A method of a
value is not followed; nothing that reacts to events hides behind one.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import tocsin

ROOT = Path(tocsin.__file__).parent


class Source:
    """The functions and event classes of the whole package by their dotted names."""

    def __init__(self) -> None:
        self.trees = {name_of(path): ast.parse(path.read_text()) for path in ROOT.rglob("*.py")}
        self._imported = {module: imports_of(tree) for module, tree in self.trees.items()}
        self.functions = dict(self._functions())
        self.events = self._events()

    def _functions(self) -> Iterator[tuple[str, ast.AST]]:
        for module, tree in self.trees.items():
            for node in tree.body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{module}.{node.name}", node

    def _events(self) -> frozenset[str]:
        """Everything that descends from `Event`, found generation by generation."""
        known = {"tocsin.kernel.ledger.Event"}
        while True:
            found = {
                f"{module}.{node.name}"
                for module, tree in self.trees.items()
                for node in tree.body
                if isinstance(node, ast.ClassDef) and known & {self.resolve(module, base) for base in node.bases}
            }
            if found <= known:
                return frozenset(known)
            known |= found

    def resolve(self, module: str, node: ast.expr) -> str:
        """The dotted name behind a name or an attribute of an imported module; "" for anything else."""
        if isinstance(node, ast.Name):
            return self._imported[module].get(node.id, f"{module}.{node.id}")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = self._imported[module].get(node.value.id)
            return f"{owner}.{node.attr}" if owner else ""
        return ""

    def called(self, function: str) -> set[str]:
        """What the function calls by name: functions of ours, and events that it makes."""
        module = function.rpartition(".")[0]
        names = {
            self.resolve(module, node.func) for node in ast.walk(self.functions[function]) if isinstance(node, ast.Call)
        }
        return {name for name in names if name in self.functions or name in self.events}

    def reached(self, function: str) -> set[str]:
        """The functions and events that a call of the function may lead to, within its own transaction."""
        seen: set[str] = set()
        waiting = [function]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += self.called(name) if name in self.functions else ()
        return seen


def imports_of(tree: ast.Module) -> dict[str, str]:
    """The name in the module → the dotted name that it stands for."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def dotted(thing: type | object) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"  # type: ignore[union-attr]
