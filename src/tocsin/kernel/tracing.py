"""Spans around what a request sets off, from process to process (MET-6). Off until somebody follows (`trace_export`):
then nothing is made, and nothing is handed on.

Who arms a job hands its trace on in the job's payload, as W3C Trace Context writes it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Literal, Protocol

HANDED_ON = "traceparent"
"""The member of a payload, as the header of a request is called."""

Attribute = str | int | Sequence[str] | Sequence[int]
Part = Literal["server", "client", "consumer", "internal"]
"""`server`: a request of others; `consumer`: a job; `client`: a call of ours to somebody."""


class Span(Protocol):
    """What is under way. A span that ends with an exception has failed for it."""

    def say(self, name: str, value: Attribute) -> None: ...

    def fail(self, why: str) -> None: ...


class Tracer(Protocol):
    """Who follows. Parents are in the form of `current`; without any it is what is under way here."""

    def span(
        self, name: str, part: Part, parents: Sequence[str], about: Mapping[str, Attribute]
    ) -> AbstractContextManager[Span]: ...

    def current(self) -> str | None: ...

    def happened(self, name: str, about: Mapping[str, Attribute]) -> None: ...


class _Nothing:
    def say(self, name: str, value: Attribute) -> None:
        """Nobody listens."""

    def fail(self, why: str) -> None:
        """Nobody listens."""


_NOTHING: AbstractContextManager[Span] = nullcontext(_Nothing())
_tracer: Tracer | None = None


@contextmanager
def followed_by(tracer: Tracer) -> Generator[None]:
    """For the whole process."""
    global _tracer
    before, _tracer = _tracer, tracer
    try:
        yield
    finally:
        _tracer = before


def span(
    name: str, *, part: Part = "internal", parents: Sequence[str] = (), about: Mapping[str, Attribute] | None = None
) -> AbstractContextManager[Span]:
    """Around a piece of work. No name and no attribute may hold a secret: they leave this house."""
    return _NOTHING if _tracer is None else _tracer.span(name, part, parents, about or {})


def job_span(kind: str, payload: Mapping[str, Any], parent: str | None) -> AbstractContextManager[Span]:
    """Around a job that somebody handed a trace to; what nobody asked for, such as what recurs, has none."""
    if _tracer is None or parent is None:
        return _NOTHING
    ids = {f"tocsin.{name}": payload[name] for name in payload if name.endswith(("_id", "_ids"))}
    return _tracer.span(kind, "consumer", (parent,), ids)


def current() -> str | None:
    """What is under way here, to hand it on; None: nothing is followed."""
    return None if _tracer is None else _tracer.current()


def happened(name: str, topic: str) -> None:
    """A fact within what is under way, and what it is about: `incident/42`."""
    if _tracer is not None:
        _tracer.happened(name, {"tocsin.topic": topic})


def handed_on(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload of a job that is armed here."""
    trace = current()
    return payload if trace is None else {**payload, HANDED_ON: trace}
