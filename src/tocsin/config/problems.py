"""What is wrong with a configuration: each problem names file, line, path and what to do."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tocsin.kernel.errors import Invalid


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to mend. `line` counts from 1; 0 is the file as a whole. `path` is like `routes[1].match[0]`."""

    file: str
    line: int
    path: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        path = f" {self.path}:" if self.path else ""
        return f"{where}:{path} {self.message} {self.remedy}".rstrip()


class ConfigurationInvalid(Invalid):
    """All that is wrong at once, in the order of the files."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line)))
        count = len(self.problems)
        first = "\n".join(str(problem) for problem in self.problems)
        super().__init__(
            f"The configuration has {count} problem{'s' if count != 1 else ''}; nothing was changed.\n{first}",
            "",
            field=self.problems[0].path if self.problems else None,
        )
