"""The standard library's parser, for verbs that start faster than cyclopts loads or that run a server; wrong usage is
told as everywhere else."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import NoReturn

from tocsin.kernel.errors import Invalid
from tocsin.surfaces.cli.start import WRONG_USAGE, refuse


class Reader(ArgumentParser):
    """`read` in place of `parse_args`."""

    wants_json = False

    def read(self, argv: Sequence[str]) -> Namespace:
        """Ends the process with status 2 where the words make no sense."""
        self.wants_json = "--json" in argv
        return self.parse_args(argv)

    def error(self, message: str) -> NoReturn:
        refuse(self.prog, Invalid(_sentence(message), f"See: {self.prog} --help"), json=self.wants_json)
        self.exit(WRONG_USAGE)


def _sentence(message: str) -> str:
    words = message.removeprefix("unrecognized arguments: ")
    if words != message:
        return f"Too many words, nothing is known to do with: {words}"
    return message if message.endswith(".") else f"{message}."
