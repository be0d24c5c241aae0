"""Jinja2 that strangers to this program may write: only a small part of the language, bounded by construction (COM-1).

A template reads the fields that it is given and nothing else: no attribute, no call, no assignment, no arithmetic, no
loop but over a list, two deep at most. So it can neither reach anything nor run for long, whoever wrote it.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import cast

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tocsin.comms.model import Values
from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import shorten

MAX_SOURCE = 8_000
MAX_DEPTH = 30
MAX_LOOPS = 2
BRIEF = 200
"""Characters that are left of a text by the filter `brief`."""

Value = str | tuple[str, ...]


def _default(value: Value, instead: str) -> Value:
    return value or instead


def _join(value: Value, between: str = ", ") -> str:
    return value if isinstance(value, str) else between.join(value)


def _bullets(value: Value) -> str:
    return "\n".join(f"- {each}" for each in ((value,) if isinstance(value, str) else value))


def _brief(value: Value) -> str:
    return shorten(" ".join(_join(value).split()), BRIEF)


def _sentence(value: Value) -> str:
    text = _join(value).strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _upper(value: Value) -> str:
    return _join(value).upper()


def _lower(value: Value) -> str:
    return _join(value).lower()


FILTERS = {
    "bullets": _bullets,
    "brief": _brief,
    "default": _default,
    "join": _join,
    "lower": _lower,
    "sentence": _sentence,
    "upper": _upper,
}
_TAKES_TEXT = {"default": (1, 1), "join": (0, 1)}
"""How many words in quotes a filter takes, at least and at most; the others take none."""

_PLAIN = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
)
_LOOP_WORDS = frozenset({"first", "last", "index"})
_AVAILABLE = "Available are {{ field }}, {% if %}, {% for %} over a list, and the filters " + ", ".join(sorted(FILTERS))


def _shown(value: object) -> object:
    """A list that stands alone is joined by commas; what there is not is nothing."""
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return "" if value is None else value


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False, finalize=_shown
    )
    filters = cast("dict[str, object]", made.filters)
    filters.clear()
    filters.update(FILTERS)
    made.globals.clear()
    return made


_ENVIRONMENT = _environment()


def check(source: str, values: Values, field: str) -> None:
    """Raises Invalid that names `field`, the line and the remedy unless the source is a template over these values."""
    if len(source) > MAX_SOURCE:
        raise Invalid(f"A template has at most {MAX_SOURCE} characters.", "Say it in fewer words.", field=field)
    try:
        tree = _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as wrong:
        raise _broken(wrong.lineno, wrong.message or "it is no template", f"{_AVAILABLE}.", field) from None
    except (RecursionError, ValueError):
        raise _broken(1, "it is nested too deeply, or has a number too long", f"{_AVAILABLE}.", field) from None
    _Walk({name: isinstance(value, tuple) for name, value in values.items()}, field).check(tree, 0, ())


def render(source: str, values: Values, limit: int) -> str:
    """The text of a source that `check` has let through, cut to `limit` characters."""
    parts: list[str] = []
    left = limit
    for part in _compiled(source).generate(values):
        parts.append(part)
        left -= len(part)
        if left < 0:
            break
    return shorten("".join(parts), limit)


@lru_cache(maxsize=32)
def _compiled(source: str) -> Compiled:
    return _ENVIRONMENT.from_string(source)


def _broken(line: int, what: str, remedy: str, field: str) -> Invalid:
    return Invalid(f"Line {line}: {what.rstrip('.')}.", remedy, field=field)


class _Walk:
    """Looks at every node of one source; `names` says of each field whether it is a list."""

    def __init__(self, names: Mapping[str, bool], field: str) -> None:
        self._names = names
        self._field = field

    def check(self, node: nodes.Node, depth: int, loops: tuple[str, ...]) -> None:
        """`loops` are the variables of the loops around the node."""
        if depth > MAX_DEPTH:
            raise _broken(node.lineno, "it is nested too deeply", "Write it flatter.", self._field)
        self._look_at(node, loops)
        if isinstance(node, nodes.For):
            inside = (*loops, node.target.name) if isinstance(node.target, nodes.Name) else loops
            for child in node.body:
                self.check(child, depth + 1, inside)
            for child in node.else_:
                self.check(child, depth + 1, loops)
        elif not isinstance(node, nodes.Getattr):
            for child in node.iter_child_nodes():
                self.check(child, depth + 1, loops)

    def _look_at(self, node: nodes.Node, loops: tuple[str, ...]) -> None:
        """This one only."""
        match node:
            case nodes.Name():
                self._check_name(node, loops)
            case nodes.Getattr():
                self._check_loop_word(node, loops)
            case nodes.Filter():
                self._check_filter(node)
            case nodes.For():
                self._check_loop(node, loops)
            case nodes.Compare():
                if any(each.op not in ("eq", "ne") for each in node.ops):
                    raise self._refusal(node, "only == and != compare")
            case _ if isinstance(node, _PLAIN):
                return
            case _:
                raise self._refusal(node, f"{_words(node)} is not available in a template")

    def _check_name(self, node: nodes.Name, loops: tuple[str, ...]) -> None:
        if node.name in self._names or node.name in loops:
            return
        known = sorted(self._names)
        near = get_close_matches(node.name, known, n=1)
        remedy = f"Did you mean {near[0]}? " if near else ""
        raise _broken(
            node.lineno,
            f"there is no field {node.name!r} here",
            f"{remedy}The fields are {', '.join(known)}.",
            self._field,
        )

    def _check_loop_word(self, node: nodes.Getattr, loops: tuple[str, ...]) -> None:
        of_loop = isinstance(node.node, nodes.Name) and node.node.name == "loop" and loops
        if not of_loop or node.attr not in _LOOP_WORDS:
            raise self._refusal(node, f"a field has no part {node.attr!r}")

    def _check_filter(self, node: nodes.Filter) -> None:
        if node.name not in FILTERS:
            raise self._refusal(node, f"there is no filter {node.name!r}")
        least, most = _TAKES_TEXT.get(node.name, (0, 0))
        texts = [each for each in node.args if isinstance(each, nodes.Const) and isinstance(each.value, str)]
        is_plain = len(texts) == len(node.args) and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if node.node is None or not is_plain or not least <= len(texts) <= most:
            takes = "takes no words" if most == 0 else 'takes words in quotes, such as default("unknown")'
            raise self._refusal(node, f"the filter {node.name} {takes}")

    def _check_loop(self, node: nodes.For, loops: tuple[str, ...]) -> None:
        over = node.iter
        if not (isinstance(over, nodes.Name) and self._names.get(over.name, False)):
            lists = ", ".join(sorted(name for name, is_list in self._names.items() if is_list))
            raise _broken(node.lineno, "a loop runs over a list", f"The lists are {lists}.", self._field)
        if not isinstance(node.target, nodes.Name) or node.recursive or node.test is not None:
            raise self._refusal(node, "a loop is written {% for each in list %}")
        if len(loops) >= MAX_LOOPS:
            raise self._refusal(node, f"loops stand in each other {MAX_LOOPS} deep at most")

    def _refusal(self, node: nodes.Node, what: str) -> Invalid:
        return _broken(node.lineno, what, f"{_AVAILABLE}.", self._field)


_NODE_WORDS = {
    "Assign": "{% set %}",
    "AssignBlock": "{% set %}",
    "Block": "{% block %}",
    "Call": "a call",
    "CallBlock": "{% call %}",
    "Extends": "{% extends %}",
    "FilterBlock": "{% filter %}",
    "FromImport": "{% from %}",
    "Getitem": "a part in brackets",
    "Import": "{% import %}",
    "Include": "{% include %}",
    "Macro": "{% macro %}",
    "Test": "a test with `is`",
    "With": "{% with %}",
}


def _words(node: nodes.Node) -> str:
    """What the writer sees of a node that is refused."""
    return _NODE_WORDS.get(type(node).__name__, "arithmetic or a list of its own")
