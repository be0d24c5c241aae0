"""What a child shares with `tocsin serve`: a pipe that breaks when the parent is gone, and one to say "ready" on."""

import argparse
import asyncio
import os
from collections.abc import Callable, Sequence

from tocsin.surfaces.cli.reader import Reader


def read_options(argv: Sequence[str], role: str, description: str) -> argparse.Namespace:
    """The options that `children.spawn` gives; a person gives none."""
    parser = Reader(
        f"tocsin {role}",
        description=description,
        epilog=f"Example: TOCSIN_DATABASE_URL=postgresql://tocsin@db/tocsin tocsin {role}",
    )
    for name in ("--socket", "--lifeline", "--ready"):
        parser.add_argument(name, type=int, help=argparse.SUPPRESS)
    parser.add_argument("--welcome", action="store_true", help=argparse.SUPPRESS)
    return parser.read(argv)


def when_parent_is_gone(lifeline: int | None, then: Callable[[], None]) -> None:
    """Call `then` once, in the running loop. A child that outlived its parent would hold its port and its work."""
    if lifeline is None:
        return
    loop = asyncio.get_running_loop()

    def gone() -> None:
        loop.remove_reader(lifeline)
        then()

    loop.add_reader(lifeline, gone)


def say_ready(ready: int | None, lines: Sequence[str] = ()) -> None:
    """`lines` are for the person who started Tocsin."""
    if ready is not None:
        os.write(ready, "\n".join(["ready", *lines]).encode())
        os.close(ready)
